"""A small app with what T12 has no use for yet: a modal with every input, a stack, confirm dialogs, a shortcut."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.workspace import Workspace
from tests.bot.workspace.bolt import app_of
from tests.bot.workspace.builders import a_button, actions, an_input, mrkdwn, plain, section

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Forms"},
    "features": {
        "bot_user": {"display_name": "forms"},
        "slash_commands": [
            {"command": "/form", "description": "Open a form", "usage_hint": "open | all | late NUMBER"},
        ],
        "shortcuts": [
            {"type": "message", "callback_id": "note_message", "name": "Note this message", "description": "Keeps it"},
        ],
    },
    "oauth_config": {
        "scopes": {"bot": ["commands", "chat:write", "files:write", "files:read", "reactions:read", "users:read"]}
    },
    "settings": {"event_subscriptions": {"bot_events": ["reaction_added"]}},
}


def option(value: str) -> Json:
    return {"text": plain(value.capitalize()), "value": value}


ANY = re.compile(".*")
OPTIONS = [option("low"), option("high")]


def a_confirm() -> Json:
    return {
        "title": plain("Delete the note?"),
        "text": mrkdwn("This *cannot* be undone."),
        "confirm": plain("Delete"),
        "deny": plain("Keep"),
        "style": "danger",
    }


def a_form(*blocks: Json, **fields: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Report a problem"),
        "submit": plain("Send"),
        "notify_on_close": True,
        "blocks": list(blocks) or default_blocks(),
    } | fields


def default_blocks() -> list[Json]:
    reason = an_input("reason", hint=plain("One sentence is enough."))
    level = an_input("level", element={"type": "static_select", "action_id": "of", "options": OPTIONS})
    return [section("What went *wrong*?"), reason, level | {"label": plain("Severity"), "optional": True}]


def every_input() -> list[Json]:
    """One input of every kind that the page draws."""

    def one(block_id: str, kind: str, label: str, **element: Any) -> Json:
        entry = {"type": kind, "action_id": "of", **element}
        return {"type": "input", "block_id": block_id, "label": plain(label), "element": entry, "optional": True}

    return [
        one("short", "plain_text_input", "Short", placeholder=plain("A few words")),
        one("long", "plain_text_input", "Long", multiline=True),
        one("mail", "email_text_input", "E-mail"),
        one("web", "url_text_input", "Address"),
        one("count", "number_input", "Count", is_decimal_allowed=False, min_value="1"),
        one("select", "static_select", "Severity", options=OPTIONS, initial_option=OPTIONS[1]),
        one("who", "users_select", "Owner"),
        one("where", "channels_select", "Channel"),
        one("several", "multi_static_select", "Labels", options=OPTIONS),
        one("boxes", "checkboxes", "Boxes", options=OPTIONS, initial_options=[OPTIONS[0]]),
        one("radio", "radio_buttons", "One of", options=OPTIONS),
        one("day", "datepicker", "Day", initial_date="2026-03-29"),
        one("hour", "timepicker", "Time", initial_time="08:30"),
        one("moment", "datetimepicker", "Moment"),
        one("rich", "rich_text_input", "Notes"),
        one("file", "file_input", "File"),
    ]


def a_card() -> list[Json]:
    """A message with a confirm dialog, an overflow menu, a select and a link button."""
    overflow = {"type": "overflow", "action_id": "more", "options": [option("edit"), option("copy")]}
    delete = a_button("note.delete", text=plain("Delete note"), style="danger", confirm=a_confirm())
    select = {"type": "static_select", "action_id": "severity", "options": OPTIONS, "placeholder": plain("Severity")}
    docs = a_button("docs", text=plain("Read the docs"), url="https://docs.example.com/")
    return [section("A *note* of yours", accessory=overflow), actions(delete, select, docs)]


def form_app(ws: Workspace) -> tuple[AsyncApp, list[Json]]:
    """The app, and the payloads it heard, oldest first."""
    app, heard = app_of(ws), list[Json]()

    @app.command("/form")
    async def command(ack: Any, client: Any, body: Json, respond: Any) -> None:
        heard.append(body)
        await ack()
        if body["text"] == "all":
            await client.views_open(trigger_id=body["trigger_id"], view=a_form(*every_input()))
        elif body["text"] == "card":
            await respond(text="A note of yours", blocks=a_card(), response_type="in_channel")
        else:
            await client.views_open(trigger_id=body["trigger_id"], view=a_form())

    @app.view("form")
    async def submitted(ack: Any, body: Json, view: Json) -> None:
        heard.append(body)
        reason = view["state"]["values"].get("reason", {}).get("text", {}).get("value")
        if reason == "because":
            await ack(response_action="errors", errors={"reason": "Say why, not only that."})
        elif reason == "more":
            await ack(response_action="push", view=a_form(an_input("detail"), title=plain("One step more")))
        else:
            await ack()

    @app.view_closed("form")
    async def closed(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    @app.shortcut("note_message")
    async def noted(ack: Any, body: Json, client: Any) -> None:
        heard.append(body)
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=a_form())

    @app.action({"type": "block_actions", "action_id": ANY})
    async def pressed(ack: Any, body: Json, client: Any) -> None:
        heard.append(body)
        await ack()

    @app.event("reaction_added")
    async def reacted(event: Json) -> None:
        heard.append(event)

    return app, heard
