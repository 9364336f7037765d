"""Payloads with dull defaults."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def a_button(action_id: str = "incident.acknowledge", **fields: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Acknowledge incident"), "value": "7"} | fields


def actions(*elements: Json, **fields: Any) -> Json:
    return {"type": "actions", "elements": list(elements)} | fields


def section(text: str = "*Health* 93", **fields: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text)} | fields


def an_input(block_id: str = "reason", **fields: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **fields.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": plain("Reason"), "element": element} | fields


def a_modal(*blocks: Json, **fields: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "incident.resolve",
        "title": plain("Resolve incident"),
        "submit": plain("Resolve"),
        "blocks": list(blocks or [an_input()]),
    } | fields


def a_home(text: str = "Welcome") -> Json:
    return {"type": "home", "blocks": [section(text)]}


def a_manifest(*scopes: str, events: tuple[str, ...] = ()) -> Json:
    return {
        "features": {
            "bot_user": {"display_name": "t12"},
            "slash_commands": [{"command": "/t12", "should_escape": True}, {"command": "/raw"}],
            "shortcuts": [
                {"type": "message", "callback_id": "declare_from_message"},
                {"type": "global", "callback_id": "declare"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {"event_subscriptions": {"bot_events": list(events)}},
    }
