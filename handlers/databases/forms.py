"""The button that deletes test data and the form that confirms it; both are checked on the server."""

import json
from collections.abc import Awaitable
from dataclasses import asdict
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from core.databases.answer import choose
from core.databases.cleanup import Cleaned, Seen, chosen_rules, unpack_seen
from core.errors import T12Error
from handlers.access import Permit
from handlers.click import Click
from handlers.desk import Desk, problem
from handlers.incidents.doing import Later, begin, say
from handlers.messages.database_cleanup import DELETE, delete_form, render_database_cleaned, told_form
from handlers.messages.incident_forms import Kept, unpacked


def register(app: AsyncApp) -> None:
    app.view(DELETE)(submitted)


async def open_delete(desk: Desk, click: Click) -> Later:
    """Open the form that says what goes. Raises `UsageError` when the rules were changed since the button was drawn."""
    await desk.access.require(click.user_id, Permit.DATABASES)
    seen = unpack_seen(click.value)
    rules = chosen_rules(choose(desk.databases.settings, seen.name)[seen.name].cleanup, seen)
    kept = Kept(channel=click.channel_id, response_url=click.response_url, is_ephemeral=click.is_ephemeral)
    packed = json.dumps({"seen": seen.packed(), "kept": asdict(kept)}, separators=(",", ":"))
    await desk.gateway.open_view(click.trigger_id, delete_form(seen.name, rules, packed))
    return _nothing


async def _nothing() -> None:
    """The form that opened is the answer."""


async def submitted(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """Somebody confirmed: once a form, whatever Slack delivers twice."""
    desk: Desk = context["desk"]
    view, user = body.get("view") or {}, str((body.get("user") or {}).get("id", ""))
    found = json.loads(str(view.get("private_metadata") or "{}"))
    seen, kept = unpack_seen(found["seen"]), unpacked(json.dumps(found["kept"]))
    request = f"{view.get('id', '')}:{view.get('hash', '')}"[:200]
    doing = await begin(_delete(desk, user, seen, request))
    failure = doing.exception() if doing.done() else None
    if isinstance(failure, Exception):
        words = str(failure) if isinstance(failure, T12Error) else problem(failure).text
        await ack(response_action="update", view=told_form(words))
        return
    await ack()
    desk.work.start(_tell(desk, user, kept, doing), desk.telling(partial(say, desk, user, kept)))


async def _delete(desk: Desk, user: str, seen: Seen, request: str) -> Cleaned:
    await desk.access.require(user, Permit.DATABASES)
    return await desk.databases.clean(seen, user, request=request)


async def _tell(desk: Desk, user: str, kept: Kept, doing: Awaitable[Cleaned]) -> None:
    """A repeat says nothing: the first delivery is answered already."""
    cleaned = await doing
    if not cleaned.is_repeat:
        await say(desk, user, kept, render_database_cleaned(cleaned))
