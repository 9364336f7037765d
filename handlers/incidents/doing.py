"""What every change has in common: done before Slack's patience ends, and answered to the person who asked alone."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from core.errors import NotFoundError
from core.incidents.ledger import Answered
from core.storage.outbox import posted_at
from handlers.desk import Deliver, Desk
from handlers.gateway import SlackError
from handlers.messages.incident import render_incident
from handlers.messages.incident_forms import Kept
from handlers.messages.message import Message
from handlers.messages.told import told, told_card

PATIENCE_SECONDS = 2.0
"""How long an acknowledgement waits for the change; Slack waits three seconds for it."""

Later = Callable[[], Awaitable[None]]
"""What is still to be said after the acknowledgement."""

_Found = TypeVar("_Found")


async def begin(change: Coroutine[Any, Any, _Found]) -> asyncio.Task[_Found]:
    """Start a change, which mostly is done on return.

    A database that is held up is waited for beyond the acknowledgement: what became of it is answered then.
    """
    task = asyncio.get_running_loop().create_task(change)
    await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
    return task


async def answer_in_place(desk: Desk, user: str, kept: Kept, answered: Answered, *, screen: str = "") -> None:
    """Tell somebody what their change came to, where they asked for it.

    A private card and the Home tab turn into the incident as it is now; a card in a channel is drawn anew by the
    outbox, and by us where it is a copy that the outbox does not know.
    """
    if kept.channel and not kept.is_ephemeral:
        await say(desk, user, kept, told(answered.sentence))
        if screen:
            await _redraw_copy(desk, kept.channel, screen, answered.incident.id)
        return
    card = told_card(answered.sentence, await desk.incidents.show(answered.incident.id))
    if kept.is_ephemeral:
        await desk.gateway.respond(kept.response_url, card, replace=True)
    else:
        await desk.show_at_home(user, card)


async def say(desk: Desk, user: str, kept: Kept, message: Message) -> None:
    """Tell one person, by the address their click came with or, when that no longer works, in the channel."""
    if not kept.channel:
        await desk.show_at_home(user, message)
        return
    try:
        await desk.gateway.respond(kept.response_url, message)
    except SlackError:
        await desk.gateway.post_ephemeral(kept.channel, user, message)


def saying(desk: Desk, user: str, kept: Kept) -> Deliver:
    return partial(say, desk, user, kept)


async def _redraw_copy(desk: Desk, channel: str, ts: str, id_: int) -> None:
    async with desk.incidents.ledger.database.read() as connection:
        known = await posted_at(connection, channel, f"incident:{id_}")
    if known != ts:
        await desk.gateway.edit(channel, ts, render_incident(await desk.incidents.show(id_)))


def number(value: str) -> int:
    """The number a button carries. Raises `NotFoundError` for anything else."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise NotFoundError("this button is from another version of T12; `/t12 incident` lists the open incidents")
    return int(value)
