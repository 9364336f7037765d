"""Writes incidents: each change with its events and with what is to be told of it, in the caller's transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from core.clock import Clock
from core.errors import NotFoundError
from core.incidents import lifecycle
from core.incidents.detect import Opening
from core.incidents.model import ENGINE, Change, Happened, Incident
from core.incidents.policy import Policy
from core.incidents.store import StaleError, add_incident, read_incident, save_change
from core.runs.model import Run
from core.storage.database import Database
from core.storage.events import was_requested
from core.storage.outbox import want_posting

Transition = Callable[[Incident, datetime], Change]
Beside = Callable[[AsyncConnection, Incident], Awaitable[None]]

_TRIES = 5
_UNTOLD = frozenset({Happened.TRIGGERED})
"""The card itself tells of it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody's click or command came to."""

    incident: Incident
    sentence: str
    happened: bool
    """False when there was nothing to change: the sentence says why."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The incidents of one store."""

    database: Database
    policy: Policy
    clock: Clock

    async def open(
        self,
        connection: AsyncConnection,
        opening: Opening,
        at: datetime,
        *,
        suite_id: int | None = None,
        branch: str | None = None,
        run: Run | None = None,
        last_good_run_id: int | None = None,
        is_fresh: bool = True,
    ) -> Incident:
        """Open an incident; nobody is told of one that is history."""
        severity = opening.judged.severity
        run_id = run.id if run is not None else None
        new = await add_incident(
            connection,
            Incident(
                id=0, suite_id=suite_id, suite=run.suite if run else "", branch=run.branch if run else branch,
                kind=opening.kind, title=opening.title, cause=opening.cause, severity=severity,
                rule=opening.judged.rule, path=self.policy.path(severity), triggered_at=at, opened_at=at,
                opened_run_id=run_id, last_run_id=run_id, last_good_run_id=last_good_run_id,
                families=opening.families, tests=opening.tests, expected=opening.expected, note=opening.note,
                failing=len(opening.tests), channel=self.policy.channel if is_fresh else None,
            ),
        )  # fmt: skip
        change = lifecycle.trigger(new, at, self.due, self.told(new, 0, at))
        if not is_fresh:
            change = replace(change, incident=replace(change.incident, announced_at=None, due_at=None))
        change = replace(change, events=tuple(replace(each, run_id=run_id) for each in change.events))
        return (await self.save(connection, new, change, at)).incident

    async def save(
        self,
        connection: AsyncConnection,
        before: Incident,
        change: Change,
        now: datetime,
        *,
        request: str | None = None,
    ) -> Change:
        """Store a change and want it told: the card drawn anew, each event a reply in its thread."""
        if not change.happened and change.incident == before:
            return change
        stored = await save_change(connection, before, change, request=request)
        incident = stored.incident
        if incident.channel is None or incident.announced_at is None:
            return stored
        card = f"incident:{incident.id}"
        is_news = any(event.by != ENGINE or event.type is not Happened.JOINED for event in stored.events)
        pause = timedelta() if is_news else self.policy.pause
        await want_posting(connection, incident.channel, card, now, pause=pause)
        for event in stored.events:
            if event.type not in _UNTOLD:
                await want_posting(connection, incident.channel, f"incident_event:{event.id}", now, parent=card)
        return stored

    async def change(
        self, id_: int, step: Transition, *, request: str | None = None, beside: Beside | None = None
    ) -> Answered:
        """Apply a transition to the incident as it is now, once per `request`. Raises `NotFoundError`.

        What would change nothing is answered from a read: two hundred who come second wait for no write lock.
        """
        async with self.database.read() as connection:
            seen = await read_incident(connection, id_)
            done = request is not None and await was_requested(connection, request)
        if seen is None:
            raise _unknown(id_)
        idle = step(seen, self.clock())
        if done or (not idle.happened and idle.incident == seen):
            return Answered(seen, idle.answer or "That was done already.", happened=False)
        return await self.change_now(id_, step, request=request, beside=beside)

    async def change_now(
        self, id_: int, step: Transition, *, request: str | None = None, beside: Beside | None = None
    ) -> Answered:
        """The same for what is known to change something: it goes for the write lock at once."""
        for tried in range(1, _TRIES + 1):
            try:
                return await self._changed(id_, step, request, beside)
            except StaleError:
                if tried == _TRIES:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _changed(self, id_: int, step: Transition, request: str | None, beside: Beside | None) -> Answered:
        async with self.database.write() as connection:
            before = await read_incident(connection, id_, lock=True)
            if before is None:
                raise _unknown(id_)
            if request is not None and await was_requested(connection, request):
                return Answered(before, "That was done already.", happened=False)
            now = self.clock()
            change = step(before, now)
            if change.happened and beside is not None:
                await beside(connection, before)
            change = await self.save(connection, before, change, now, request=request)
        return Answered(change.incident, change.answer, change.happened)

    def told(self, incident: Incident, level: int, at: datetime) -> tuple[str, ...]:
        """Slack ids of the people of a level."""
        role = incident.path.role_at(level)
        return self.policy.on_call(role, at) if role else ()

    def due(self, respond: str, at: datetime) -> datetime:
        return self.policy.due(respond, at)


def _unknown(id_: int) -> NotFoundError:
    return NotFoundError(f"there is no incident {id_}; `incident` lists them")
