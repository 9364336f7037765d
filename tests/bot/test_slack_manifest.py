"""The manifest asks for what the code uses, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from handlers import actions, events
from handlers.commands import COMMANDS, SLASH
from tests.handlers.harness import manifest

ROOT = Path(__file__).parents[2]
METHOD_SCOPES: dict[str, str | tuple[str, ...] | None] = {
    "auth.test": None,
    "apps.connections.open": None,
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "views.publish": None,
    "views.open": None,
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "users.info": "users:read",
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.replies": ("channels:history", "groups:history"),
    "conversations.info": "channels:read",
    "conversations.members": ("channels:read", "groups:read"),
    "usergroups.users.list": "usergroups:read",
    "files.getUploadURLExternal": "files:write",
    "reactions.add": "reactions:write",
}
"""What each Web API method needs of a bot token; None needs nothing, several are one for each kind of channel."""
EVENT_SCOPES: dict[str, str | None] = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "member_joined_channel": "channels:read",
}
OPTIONAL = {
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "groups:history",
    "groups:read",
    "usergroups:read",
}
LENGTHS = {
    ("display_information", "name"): 35,
    ("display_information", "description"): 140,
    ("features", "bot_user", "display_name"): 80,
}
KEYS = {
    "_metadata": {"major_version", "minor_version"},
    "display_information": {"name", "description", "background_color", "long_description"},
    "features": {"app_home", "bot_user", "slash_commands", "shortcuts"},
    "oauth_config": {"scopes", "redirect_urls"},
    "settings": {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    },
}


def methods_used() -> set[str]:
    """The Web API methods that the code names: all of them are in the gateway."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "handlers").rglob("*.py"))
    return set(
        re.findall(r'"((?:auth|chat|views|users|usergroups|conversations|files|reactions)\.[a-zA-Z.]+)"', source)
    )


def asked() -> dict[str, Any]:
    scopes: dict[str, Any] = manifest()["oauth_config"]["scopes"]
    return scopes


def test_the_gateway_alone_calls_the_web_api() -> None:
    others = [path for path in (ROOT / "handlers").rglob("*.py") if path.name != "gateway.py"]
    assert not [path for path in others if "slack_sdk" in path.read_text(encoding="utf-8")]


def test_scopes_are_those_of_the_methods_events_and_commands() -> None:
    used = methods_used()
    assert used <= METHOD_SCOPES.keys()
    needed: set[str] = {"commands"}
    for scopes in (*(METHOD_SCOPES[method] for method in used), *(EVENT_SCOPES[event] for event in events.ROUTES)):
        needed |= {scopes} if isinstance(scopes, str) else set(scopes or ())
    assert {*asked()["bot"], *asked()["bot_optional"]} == needed
    assert set(asked()["bot_optional"]) == OPTIONAL


def test_events_are_those_that_somebody_listens_to() -> None:
    assert manifest()["settings"]["event_subscriptions"]["bot_events"] == sorted(events.ROUTES)


def test_the_command_is_ours_and_its_hint_names_every_word() -> None:
    (command,) = manifest()["features"]["slash_commands"]
    assert command["command"] == SLASH
    assert command["should_escape"] is True
    assert re.fullmatch(r"/\S{1,31}", command["command"])
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert set(re.findall(r"(?:^|\| )([a-z]+)", command["usage_hint"])) == set(COMMANDS)


def test_the_shortcut_is_one_that_somebody_answers() -> None:
    (shortcut,) = manifest()["features"]["shortcuts"]
    source = (ROOT / "handlers/incidents/forms.py").read_text(encoding="utf-8")
    assert f'app.shortcut("{shortcut["callback_id"]}")' in source
    assert shortcut["type"] == "message"
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150


def test_direct_messages_can_be_read() -> None:
    tab = manifest()["features"]["app_home"]
    assert tab["messages_tab_enabled"]
    assert tab["messages_tab_read_only_enabled"]


def test_buttons_need_interactivity() -> None:
    assert actions.ROUTES
    assert manifest()["settings"]["interactivity"] == {"is_enabled": True}


@pytest.mark.parametrize(("path", "limit"), LENGTHS.items())
def test_names_are_short_enough(path: tuple[str, ...], limit: int) -> None:
    value: Any = manifest()
    for key in path:
        value = value[key]
    assert 0 < len(value) <= limit


def test_every_key_is_known_to_slack() -> None:
    found = manifest()
    assert found.keys() == KEYS.keys()
    for name, known in KEYS.items():
        assert found[name].keys() <= known


def test_socket_mode_needs_no_address_and_the_comments_name_the_three_of_http_mode() -> None:
    text = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert len(re.findall(r"^#.*https://t12\.example\.com/slack/events$", text, re.MULTILINE)) == 3


def test_every_scope_has_its_reason_beside_it() -> None:
    text = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    for scope in [*asked()["bot"], *asked()["bot_optional"]]:
        assert re.search(rf"^#   {scope}\s+\S+", text, re.MULTILINE), scope
