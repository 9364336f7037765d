"""Buttons: pages, deeper questions and sharing. All of them only read, so pressing one twice does no harm."""

import logging
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from core.errors import UsageError

from .commands import unpack
from .desk import Deliver, Desk
from .messages.message import after_sharing, shared

_log = logging.getLogger("t12.slack")


@dataclass(frozen=True, slots=True)
class Click:
    """One press of a button, as far as we use it."""

    action_id: str
    value: str
    user_id: str
    user_name: str
    channel_id: str
    screen: str
    """The message or the view it was pressed in."""
    is_ephemeral: bool
    response_url: str

    @property
    def is_at_home(self) -> bool:
        return not self.channel_id


def register(app: AsyncApp) -> None:
    app.action(re.compile(""))(action)


async def action(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """One listener for every button; a double click counts once."""
    await ack()
    desk: Desk = context["desk"]
    click = read(body)
    if desk.work.is_full:
        _log.warning("a click was dropped: too much work is waiting")
        return
    if not desk.clicks.is_new(click.user_id, click.screen, click.action_id, click.value):
        return
    route = ROUTES.get(click.action_id.partition(":")[0], _unknown)
    desk.work.start(route(desk, click), desk.telling(_beside(desk, click)))


def read(body: dict[str, Any]) -> Click:
    """What we use of a block_actions payload; a missing part is empty."""
    pressed = (body.get("actions") or [{}])[0]
    user, container = body.get("user") or {}, body.get("container") or {}
    return Click(
        action_id=str(pressed.get("action_id", "")),
        value=str(pressed.get("value", "")),
        user_id=str(user.get("id", "")),
        user_name=str(user.get("name") or user.get("username") or "someone"),
        channel_id=str((body.get("channel") or {}).get("id", "")),
        screen=str(container.get("message_ts") or container.get("view_id") or ""),
        is_ephemeral=bool(container.get("is_ephemeral")),
        response_url=str(body.get("response_url") or ""),
    )


def _in_place(desk: Desk, click: Click) -> Deliver:
    """A private message and the Home tab turn into the answer; a shared message stays, the answer comes beside it."""
    if click.is_at_home:
        return partial(desk.show_at_home, click.user_id)
    return partial(desk.gateway.respond, click.response_url, replace=click.is_ephemeral)


def _beside(desk: Desk, click: Click) -> Deliver:
    if click.is_at_home:
        return partial(desk.show_at_home, click.user_id)
    return partial(desk.gateway.respond, click.response_url)


async def _show(desk: Desk, click: Click) -> None:
    await _in_place(desk, click)(await desk.answer(unpack(click.value)))


async def _share(desk: Desk, click: Click) -> None:
    """Post the answer in the channel. The same button of the same message posts once, on every replica."""
    message = await desk.answer(unpack(click.value))

    async def post() -> None:
        await desk.gateway.post(click.channel_id, shared(message, click.user_id, click.user_name))

    await desk.once(post, "share", click.channel_id, click.user_id, click.screen, click.value)
    if click.is_ephemeral:
        await _in_place(desk, click)(after_sharing(message))


async def _home(desk: Desk, click: Click) -> None:
    await desk.show_home(click.user_id)


async def _unknown(_desk: Desk, _click: Click) -> None:
    raise UsageError("this button is from another version of T12; ask again with /t12")


ROUTES: dict[str, Callable[[Desk, Click], Coroutine[Any, Any, None]]] = {
    "health.show": _show,
    "failures.show": _show,
    "flaky.show": _show,
    "runs.show": _show,
    "mocks.show": _show,
    "test.show": _show,
    "help.show": _show,
    "page.previous": _show,
    "page.next": _show,
    "answer.share": _share,
    "home.show": _home,
}
"""Every action_id that our messages carry; what follows a colon only keeps them unique in a row of buttons."""
