"""The forms of a checklist's items, checked when they come back."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from core.checklists.flows import Answered
from core.errors import T12Error
from handlers.access import Permit
from handlers.desk import Desk, problem
from handlers.incidents.doing import begin
from handlers.messages.checklist_forms import Place, unpack_place
from handlers.messages.incident_forms import told_form

from .clicks import answer

_FIELDS = {"skip": "reason", "overrule": "reason", "note": "note", "assign": "to"}
_NEEDED = {"reason": "Say why; others will ask.", "note": "A note needs words.", "to": "Choose a person."}


def register(app: AsyncApp) -> None:
    app.view(re.compile(r"^checklist\."))(submitted)


async def submitted(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    """One listener for every form: an empty field keeps it open, what changed nothing says so in it."""
    desk: Desk = context["desk"]
    view, user = body.get("view") or {}, str((body.get("user") or {}).get("id", ""))
    key = str(view.get("callback_id", "")).partition(".")[2]
    place = unpack_place(str(view.get("private_metadata") or ""))
    field = _FIELDS[key]
    said = _entered(view, field)
    if not said:
        await ack(response_action="errors", errors={field: _NEEDED[field]})
        return
    request = f"{view.get('id', '')}:{view.get('hash', '')}"[:200]
    doing = await begin(_do(desk, key, place, user, said, request))
    failure = doing.exception() if doing.done() else None
    if isinstance(failure, Exception):
        words = str(failure) if isinstance(failure, T12Error) else problem(failure).text
        await ack(response_action="update", view=told_form(words))
        return
    if doing.done() and not doing.result().happened:
        await ack(response_action="update", view=told_form(doing.result().sentence))
        return
    await ack()
    desk.work.start(_finish(desk, user, place, doing), desk.telling(partial(_tell, desk, user, place)))


async def _do(desk: Desk, key: str, place: Place, user: str, said: str, request: str) -> Answered:
    await desk.access.require(user, Permit.CHECKLISTS)
    return await _CHANGES[key](desk, place, user, said, request)


async def _finish(desk: Desk, user: str, place: Place, doing: Awaitable[Answered]) -> None:
    await answer(desk, user, place, await doing)


async def _tell(desk: Desk, user: str, place: Place, message: Any) -> None:
    if place.channel:
        await desk.gateway.respond(place.response_url, message)
    else:
        await desk.show_at_home(user, message)


def _entered(view: dict[str, Any], field: str) -> str:
    entry = ((view.get("state") or {}).get("values") or {}).get(field, {}).get(field) or {}
    return str(entry.get("value") or entry.get("selected_user") or "").strip()


async def _skip(desk: Desk, place: Place, user: str, said: str, request: str) -> Answered:
    return await desk.checklists.skip(place.occurrence, place.position, user, said, request=request)


async def _overrule(desk: Desk, place: Place, user: str, said: str, request: str) -> Answered:
    return await desk.checklists.done(place.occurrence, place.position, user, said, request=request)


async def _note(desk: Desk, place: Place, user: str, said: str, request: str) -> Answered:
    return await desk.checklists.note(place.occurrence, place.position, user, said, request=request)


async def _assign(desk: Desk, place: Place, user: str, said: str, request: str) -> Answered:
    return await desk.checklists.assign(place.occurrence, place.position, user, said, request=request)


_CHANGES: dict[str, Callable[[Desk, Place, str, str, str], Awaitable[Answered]]] = {
    "skip": _skip,
    "overrule": _overrule,
    "note": _note,
    "assign": _assign,
}
