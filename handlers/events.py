"""Events: the Home tab is opened, the app is mentioned."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from core.incidents.lifecycle import Who

from .desk import Deliver, Desk
from .incidents.asked import Asker
from .slash import answer_typed

_OWN_NAME = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


def register(app: AsyncApp) -> None:
    app.event(re.compile("|".join(ROUTES)))(event)


async def event(body: dict[str, Any], context: AsyncBoltContext) -> None:
    """One listener for every event; Slack has its acknowledgement as soon as this returns."""
    desk: Desk = context["desk"]
    heard = body.get("event") or {}
    route = ROUTES.get(str(heard.get("type")))
    if route is not None and not desk.work.is_full:
        route(desk, heard, str(body.get("event_id", "")))


def _home_opened(desk: Desk, heard: dict[str, Any], _event_id: str) -> None:
    user = str(heard.get("user", ""))
    if heard.get("tab", "home") == "home" and user and desk.homes.is_new(user):
        desk.work.start(desk.show_home(user), desk.telling(partial(desk.show_at_home, user)))


def _mentioned(desk: Desk, heard: dict[str, Any], event_id: str) -> None:
    user, channel = str(heard.get("user", "")), str(heard.get("channel", ""))
    if not user or not channel or heard.get("bot_id"):
        return
    deliver = partial(desk.gateway.post_ephemeral, channel, user, thread_ts=heard.get("thread_ts"))
    by = Asker(Who(user), f"event:{event_id}")
    desk.work.start(_answer_mention(desk, str(heard.get("text", "")), event_id, by, deliver), desk.telling(deliver))


async def _answer_mention(desk: Desk, text: str, event_id: str, by: Asker, deliver: Deliver) -> None:
    """Answer like the command, to the person who asked. A repeated delivery is answered once, on every replica."""
    if await desk.seen.is_new("event", event_id):
        await deliver(await answer_typed(desk, _OWN_NAME.sub(" ", text, count=1).strip(), by))


Route = Callable[[Desk, dict[str, Any], str], None]
ROUTES: dict[str, Route] = {"app_home_opened": _home_opened, "app_mention": _mentioned}
"""Every event we subscribe to."""
