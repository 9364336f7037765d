"""What happens before and after every listener: the desk, repeated deliveries, foreign workspaces, errors."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from .desk import Desk, problem
from .gateway import Identity

Next = Callable[[], Awaitable[None]]
Middleware = Callable[..., Awaitable[BoltResponse | None]]

FOREIGN = "T12 answers the people of the workspace it is installed in; ask there."

_log = logging.getLogger("t12.slack")


def install(app: AsyncApp, desk: Desk, identity: Callable[[], Identity | None]) -> None:
    """Add everything to the app, in this order. `identity` answers who we are, None before Slack told us."""
    app.use(_with_desk(desk))
    app.use(_once(desk))
    app.use(_own_team(identity))
    app.error(_tell_error)


def _with_desk(desk: Desk) -> Middleware:
    async def with_desk(context: AsyncBoltContext, next_: Next) -> None:
        context["desk"] = desk
        await next_()

    return with_desk


def _once(desk: Desk) -> Middleware:
    """An event that Slack delivers again, because it missed our acknowledgement, is acknowledged and left alone."""

    async def once(body: dict[str, Any], next_: Next) -> BoltResponse | None:
        event_id = body.get("event_id")
        if isinstance(event_id, str) and not desk.events.is_new(event_id):
            return BoltResponse(status=200, body="")
        await next_()
        return None

    return once


def _own_team(identity: Callable[[], Identity | None]) -> Middleware:
    """People of other workspaces, in shared channels, get no answer: test names are internal."""

    async def own_team(body: dict[str, Any], next_: Next) -> BoltResponse | None:
        known = identity()
        if known is not None and is_ours(body, known):
            await next_()
            return None
        _log.warning("a request of another workspace was refused: %s", sorted(teams_of(body)))
        return BoltResponse(status=200, body=FOREIGN if body.get("command") else "")

    return own_team


def teams_of(body: dict[str, Any]) -> set[str]:
    """The workspaces that a payload names: where it happened and where the person is from."""
    user, event = body.get("user"), body.get("event")
    places = [body.get("team_id"), *(part.get("id") for part in [body.get("team")] if isinstance(part, dict))]
    places += [user.get("team_id")] if isinstance(user, dict) else []
    places += [event.get("user_team"), event.get("source_team")] if isinstance(event, dict) else []
    return {place for place in places if isinstance(place, str) and place}


def is_ours(body: dict[str, Any], ours: Identity) -> bool:
    """Whether every workspace a payload names is ours, and it names one."""
    named = teams_of(body)
    return bool(named) and named <= {ours.team_id, ours.enterprise_id}


async def _tell_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """An error of our own is told with its id; what nobody listens to is acknowledged, so that Slack is content."""
    if isinstance(error, BoltUnhandledRequestError):
        _log.info("nobody listens to a %s", body.get("type") or body.get("command"))
        return BoltResponse(status=200, body="")
    told = problem(error)
    return BoltResponse(status=200, body=told.text if body.get("command") else "")
