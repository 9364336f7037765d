"""Buttons and menus: pages, deeper questions, sharing, and what is done with incidents."""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from core.errors import UsageError

from .checklists import clicks as checklist_clicks
from .click import Click, read
from .commands import unpack
from .databases.forms import open_delete
from .desk import Deliver, Desk
from .incidents import clicks
from .incidents.doing import Later, begin
from .messages.database_cleanup import DELETE
from .messages.message import after_sharing, shared

_log = logging.getLogger("t12.slack")


def register(app: AsyncApp) -> None:
    app.action(re.compile(""))(action)


async def action(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """One listener for every button; a double click counts once.

    What only reads is acknowledged first; what changes something when its change is stored.
    """
    desk: Desk = context["desk"]
    click = read(body)
    change = CHANGES.get(click.action_id.partition(":")[0])
    if change is not None:
        changing = await begin(change(desk, click))
        await ack()
        desk.work.start(_finish(changing), desk.telling(_beside(desk, click)))
        return
    await ack()
    if desk.work.is_full:
        _log.warning("a click was dropped: too much work is waiting")
        return
    if not desk.clicks.is_new(click.user_id, click.screen, click.action_id, click.value):
        return
    route = ROUTES.get(click.action_id.partition(":")[0], _unknown)
    desk.work.start(route(desk, click), desk.telling(_beside(desk, click)))


async def _finish(changing: Awaitable[Later]) -> None:
    await (await changing)()


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


async def _incident(desk: Desk, click: Click) -> None:
    await _in_place(desk, click)(await clicks.shown(desk, click))


async def _checklist(desk: Desk, click: Click) -> None:
    await _in_place(desk, click)(await checklist_clicks.shown(desk, click))


async def _unknown(_desk: Desk, _click: Click) -> None:
    raise UsageError("this button is from another version of T12; ask again with /t12")


CHANGES: dict[str, Callable[[Desk, Click], Coroutine[Any, Any, Later]]] = {
    **clicks.CHANGES,
    **checklist_clicks.CHANGES,
    DELETE: open_delete,
}
"""Every action_id that changes something or opens a form."""

ROUTES: dict[str, Callable[[Desk, Click], Coroutine[Any, Any, None]]] = {
    "health.show": _show,
    "failures.show": _show,
    "flaky.show": _show,
    "slow.show": _show,
    "resources.show": _show,
    "runs.show": _show,
    "mocks.show": _show,
    "test.show": _show,
    "db.show": _show,
    "matrix.show": _show,
    "help.show": _show,
    "page.previous": _show,
    "page.next": _show,
    "answer.share": _share,
    "home.show": _home,
    "incident.show": _incident,
    "incident.list": _incident,
    "checklist.show": _checklist,
}
"""Every action_id of our messages that changes nothing; what follows a colon keeps them unique in a row."""
