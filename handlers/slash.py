"""The slash command: acknowledge, then read the words and answer the person who typed them."""

import re
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from core.incidents.lifecycle import Who

from .checklists.asked import answer_checklist
from .commands import as_typed, parse
from .desk import Deliver, Desk
from .incidents.asked import Asker, answer_incident_words, read_incident
from .incidents.doing import begin
from .incidents.emergency import BEGIN, incident_of, open_emergency
from .incidents.forms import open_declare
from .messages.incident_forms import Kept, declare_form
from .messages.message import Message
from .messages.told import told

BUSY = "T12 has more questions to answer than it can hold. Try again in a minute."


def register(app: AsyncApp) -> None:
    app.command(re.compile(r"^/"))(command)


async def command(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """One listener for every slash command of the app."""
    desk: Desk = context["desk"]
    if desk.work.is_full:
        await ack(BUSY)
        return
    deliver = partial(desk.gateway.respond, str(body.get("response_url", "")))
    opening = await begin(_open_form(desk, body))  # a form must be open before Slack's patience ends
    await ack()
    desk.work.start(_answer(desk, body, opening, deliver), desk.telling(deliver))


async def _open_form(desk: Desk, body: dict[str, Any]) -> bool:
    """Whether the words ask for a form, which then is open."""
    typed = " ".join(str(body.get("text") or "").lower().split())
    word, _, rest = typed.partition(" ")
    if typed != "incident declare" and word != "emergency":
        return False
    user, trigger_id = str(body.get("user_id") or ""), str(body.get("trigger_id") or "")
    kept = Kept(channel=str(body.get("channel_id") or ""), response_url=str(body.get("response_url") or ""))
    if word == "emergency":
        await open_emergency(desk, user, trigger_id, replace(kept, incident=incident_of(rest)))
    else:
        await open_declare(desk, user, trigger_id, declare_form(kept))
    return True


async def _answer(desk: Desk, body: dict[str, Any], opening: Awaitable[bool], deliver: Deliver) -> None:
    if await opening:
        return
    who = Who(str(body.get("user_id") or ""), str(body.get("user_name") or ""))
    await deliver(await answer_typed(desk, str(body.get("text") or ""), Asker(who, f"slash:{body.get('trigger_id')}")))


async def answer_typed(desk: Desk, escaped: str, by: Asker) -> Message:
    """The answer to the words of a command or a mention, in the form Slack sends them. Raises `T12Error`."""
    ask = parse(as_typed(escaped))
    if ask.word == "checklist":
        return await answer_checklist(desk, ask.argument, by.who.id)
    if ask.word == "emergency":
        return told(BEGIN)
    if ask.word != "incident":
        return await desk.answer(ask)
    words = escaped.split(maxsplit=1)
    return await answer_incident_words(desk, read_incident(words[1] if len(words) > 1 else ""), by)
