"""What a manifest grants: scopes, slash commands, shortcuts and the events the app listens to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULT_MANIFEST: dict[str, Any] = {
    "features": {
        "bot_user": {"display_name": "t12"},
        "shortcuts": [{"name": "Declare incident", "type": "message", "callback_id": "t12_declare_from_message"}],
        "slash_commands": [{"command": "/t12", "should_escape": True}],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["commands", "chat:write", "files:write", "users:read"],
            "bot_optional": ["app_mentions:read", "im:write"],
        }
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened", "app_mention"]}},
}
"""The least an app with one slash command, one shortcut, a Home tab and mentions asks for."""

EVENT_SCOPES: Mapping[str, str | None] = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "member_joined_channel": "channels:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "member_left_channel": "channels:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "app_rate_limited": None,
}
"""Event name to the scope without which Slack silently never sends it (None: needs no scope)."""


class Manifest:
    """A manifest as granted: everything optional is taken as granted too, unless `scopes` says otherwise."""

    def __init__(self, body: Mapping[str, Any], scopes: list[str] | None = None) -> None:
        """`scopes` replaces the bot scopes of the manifest, to play an installation that lags behind it."""
        self.body = body
        asked = body.get("oauth_config", {}).get("scopes", {})
        granted = [*asked.get("bot", []), *asked.get("bot_optional", [])] if scopes is None else scopes
        self.scopes: tuple[str, ...] = tuple(dict.fromkeys(granted))
        features = body.get("features", {})
        self.commands: dict[str, Mapping[str, Any]] = {c["command"]: c for c in features.get("slash_commands", [])}
        self.shortcuts: dict[str, Mapping[str, Any]] = {s["callback_id"]: s for s in features.get("shortcuts", [])}
        events = body.get("settings", {}).get("event_subscriptions", {})
        self.events: frozenset[str] = frozenset(events.get("bot_events", []))

    def hears(self, event: str) -> bool:
        """Whether Slack sends `event` to this app: subscribed, and granted the scope the event needs."""
        scope = EVENT_SCOPES.get(event)
        return event in self.events and (scope is None or scope in self.scopes)
