"""The slash command: acknowledge first, then read the words and answer the person who typed them."""

import re
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from .commands import as_typed, parse
from .desk import Deliver, Desk

BUSY = "T12 has more questions to answer than it can hold. Try again in a minute."


def register(app: AsyncApp) -> None:
    app.command(re.compile(r"^/"))(command)


async def command(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """One listener for every slash command of the app."""
    desk: Desk = context["desk"]
    if desk.work.is_full:
        await ack(BUSY)
        return
    await ack()
    deliver = partial(desk.gateway.respond, str(body.get("response_url", "")))
    desk.work.start(_answer(desk, str(body.get("text") or ""), deliver), desk.telling(deliver))


async def _answer(desk: Desk, text: str, deliver: Deliver) -> None:
    await deliver(await desk.answer(parse(as_typed(text))))
