"""What the clock and people ask of checklists: read, decide, write, and want it told, in one transaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from core.calendar import Within
from core.checklists import items as moves
from core.checklists.items import Change
from core.checklists.lists import dues, lists_of
from core.checklists.model import Due, Event, Happened, Item, ListSpec, Occurrence, Standing
from core.checklists.store import (
    add_events,
    add_items,
    add_occurrence,
    due_occurrences,
    newest_days,
    open_occurrences,
    read_event,
    read_occurrence,
    recent_occurrences,
    save_occurrence,
    take_carried,
    unchecked,
)
from core.clock import Clock
from core.errors import NotFoundError, StorageError
from core.incidents.oncall import on_call
from core.settings import Settings
from core.storage.database import Database
from core.storage.events import was_requested
from core.storage.outbox import want_posting

CHECK_FIRST = timedelta(seconds=5)
"""A card waits so long for its checks, so that it is posted with what they found."""

_BACK = timedelta(days=400)
"""How far back days are recorded as missed."""

_TRIES = 5
_TOLD = frozenset({Happened.NAGGED, Happened.CLOSED})
"""Events that are told in the thread; the card shows the others."""

Step = Callable[[Occurrence, datetime], Change]
Check = Callable[[str, float | None], Awaitable[tuple[bool, str]]]
"""Runs a check by name against a bound; answers whether it passed and what it found."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody's click came to."""

    occurrence: Occurrence
    sentence: str
    happened: bool


class Checklists:
    """The flows over one store. Every method for people raises a `T12Error` whose message may be shown."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._calendar = settings.business_calendar
        self.lists: tuple[ListSpec, ...] = lists_of(settings)

    async def tick(self) -> int:
        """Post what is due, remind, and sum up; returns how many occurrences changed."""
        now = self._clock()
        planned = await self._plan(now)
        async with self._database.read() as connection:
            waiting = await due_occurrences(connection, now, limit=1)
        if not waiting:
            return planned
        async with self._database.write() as connection:
            found = await due_occurrences(connection, now)
            for each in found:
                await self._save(connection, each, self._on_time(each, now), now)
        return planned + len(found)

    async def _plan(self, now: datetime) -> int:
        """One row per list and local day, on every replica, however often the clock ticks or jumps."""
        async with self._database.read() as connection:
            known = await newest_days(connection)
        coming = [due for spec in self.lists if spec.channel for due in self._new_dues(spec, known, now)]
        if not coming:
            return 0
        async with self._database.write() as connection:
            newest = {due.spec.key: due.on for due in coming}
            for due in sorted(coming, key=lambda each: (each.due_at, each.spec.key)):
                is_useful = due.on == newest[due.spec.key] and now - due.due_at <= self._patience
                await self._post(connection, due, now, is_useful=is_useful)
        return len(coming)

    def _new_dues(self, spec: ListSpec, known: Mapping[str, date], now: datetime) -> list[Due]:
        today = (now + timedelta(days=1)).date()  # no zone is farther ahead
        last = known.get(spec.key)
        first = max(last + timedelta(days=1), today - _BACK) if last is not None else today - timedelta(days=2)
        found = [due for due in dues(spec, self._calendar, first, today) if due.due_at <= now]
        # A list that was never posted begins with the day that is on now.
        return found if last is not None else [due for due in found if now - due.due_at <= self._patience]

    @property
    def _patience(self) -> timedelta:
        return timedelta(hours=self._settings.checklists.late_hours)

    async def _post(self, connection: AsyncConnection, due: Due, now: datetime, *, is_useful: bool) -> None:
        spec = due.spec
        new = Occurrence(
            id=0, key=spec.key, title=spec.title, on=due.on, due_at=due.due_at, moved_from=due.moved_from,
            items=tuple(
                Item(position, each.text, each.check, each.value, each.how) for position, each in enumerate(spec.items)
            ),
            standing=Standing.OPEN if is_useful else Standing.MISSED,
            is_late=now - due.due_at > timedelta(minutes=5), minutes=spec.minutes, role=spec.role,
            channel=spec.channel, carry_to=spec.carry_to, closes_at=self._closing(due) if is_useful else None,
            nag_at=self._rung(due.due_at, 0, self._closing(due)) if is_useful else None,
        )  # fmt: skip
        made = await add_occurrence(connection, new)
        if made is None:
            return
        kind = Happened.POSTED if is_useful else Happened.MISSED
        await add_events(connection, made.id, [Event(kind, now, moves.ENGINE)])
        if not is_useful:
            return
        await self._take_over(connection, made)
        if made.channel is not None:
            wait = CHECK_FIRST if any(each.check for each in made.items) else timedelta()
            await want_posting(connection, made.channel, f"checklist:{made.id}", now + wait)

    async def _take_over(self, connection: AsyncConnection, made: Occurrence) -> None:
        """What another occurrence left over comes up here; what is on this list anyway says since when."""
        own = {each.text: each for each in made.items}
        extra: list[Item] = []
        before = made
        for left in await take_carried(connection, made.key, made.id):
            if left.text in own:
                kept = own[left.text]
                own[left.text] = replace(kept, carried_from=left.carried_from)
            elif left.text not in {each.text for each in extra}:
                extra.append(
                    Item(
                        len(made.items) + len(extra), left.text, left.check, left.value, left.how,
                        assignee=left.assignee, note=left.note, carried_from=left.carried_from,
                    )
                )  # fmt: skip
        changed = replace(made, items=tuple(own.values()))
        if changed != before:
            await save_occurrence(connection, before, changed)
        await add_items(connection, made.id, extra)

    def _closing(self, due: Due) -> datetime:
        """The end of the last business day on which it is open."""
        day = due.on
        for _ in range(due.spec.open_days - 1):
            day = self._calendar.next_business_day(day)
        ends = self._calendar.end_of_day(day)
        return ends if ends > due.due_at else due.due_at + timedelta(hours=2)

    def _rung(self, start: datetime, rung: int, closes: datetime) -> datetime | None:
        """When a rung of the ladder is climbed; None when there is none before the list closes."""
        waits = self._settings.checklists.nag
        if rung >= len(waits):
            return None
        at = self._calendar.after(start, Within.parse(waits[rung]))
        return at if at < closes else None

    def _on_time(self, occurrence: Occurrence, now: datetime) -> Change:
        if occurrence.closes_at is not None and occurrence.closes_at <= now:
            return moves.closed(occurrence, now)
        if occurrence.nag_at is not None and occurrence.nag_at <= now and occurrence.closes_at is not None:
            rung = occurrence.nagged
            next_at = self._rung(occurrence.due_at, rung + 1, occurrence.closes_at)
            return moves.nagged(occurrence, now, self._mentioned(occurrence, rung, now), next_at)
        return Change(occurrence)

    def _mentioned(self, occurrence: Occurrence, rung: int, now: datetime) -> tuple[str, ...]:
        """Nobody first; then who was assigned, or who stands for the list's role; then the lead."""
        if rung == 0:
            return ()
        if rung == 1:
            assigned = tuple(dict.fromkeys(each.assignee for each in occurrence.open_items if each.assignee))
            return assigned or self._role(occurrence.role, now)
        return self._role(self._settings.checklists.lead, now)

    def _role(self, name: str, now: datetime) -> tuple[str, ...]:
        role = self._settings.roles.get(name)
        return on_call(role, now, self._calendar) if role is not None else ()

    async def run_checks(self, check: Check) -> int:
        """Run the checks that have not run; what passes is ticked. Returns how many ran."""
        async with self._database.read() as connection:
            waiting = await unchecked(connection)
        found: dict[tuple[str, float | None], tuple[bool, str]] = {}
        for id_, position, name, value in waiting:
            if (name, value) not in found:
                found[name, value] = await check(name, value)
            passed, evidence = found[name, value]

            def step(
                one: Occurrence, now: datetime, *, at: int = position, ok: bool = passed, told: str = evidence
            ) -> Change:
                return moves.checked(one, at, now, passed=ok, evidence=told)

            await self._change(id_, step)
        return len(waiting)

    async def done(
        self, id_: int, position: int, who: str, reason: str = "", *, request: str | None = None
    ) -> Answered:
        return await self._change(id_, lambda one, now: moves.done(one, position, who, now, reason), request)

    async def all_done(self, id_: int, who: str, *, request: str | None = None) -> Answered:
        return await self._change(id_, lambda one, now: moves.all_done(one, who, now), request)

    async def skip(self, id_: int, position: int, who: str, reason: str, *, request: str | None = None) -> Answered:
        return await self._change(id_, lambda one, now: moves.skipped(one, position, who, now, reason), request)

    async def undo(self, id_: int, position: int, who: str, *, request: str | None = None) -> Answered:
        return await self._change(id_, lambda one, now: moves.undone(one, position, who, now), request)

    async def assign(self, id_: int, position: int, who: str, to: str, *, request: str | None = None) -> Answered:
        return await self._change(id_, lambda one, now: moves.assigned(one, position, who, now, to), request)

    async def note(self, id_: int, position: int, who: str, text: str, *, request: str | None = None) -> Answered:
        return await self._change(id_, lambda one, now: moves.noted(one, position, who, now, text), request)

    async def check_again(self, id_: int, position: int, who: str, *, request: str | None = None) -> Answered:
        return await self._change(id_, lambda one, now: moves.checked_anew(one, position, who, now), request)

    async def show(self, id_: int) -> Occurrence:
        """Raises `NotFoundError`."""
        async with self._database.read() as connection:
            found = await read_occurrence(connection, id_)
        if found is None:
            raise NotFoundError(f"there is no checklist {id_}; `checklist` lists them")
        return found

    async def event(self, id_: int) -> tuple[Event, Occurrence]:
        """Something that happened, with its occurrence. Raises `NotFoundError`."""
        async with self._database.read() as connection:
            event = await read_event(connection, id_)
        if event is None:
            raise NotFoundError(f"event {id_} is gone")
        return event, await self.show(event.occurrence_id)

    async def open(self) -> Sequence[Occurrence]:
        """What is open now, the oldest first."""
        async with self._database.read() as connection:
            return await open_occurrences(connection)

    async def recent(
        self, *, key: str | None = None, limit: int = 50, since: date | None = None
    ) -> Sequence[Occurrence]:
        """The newest first."""
        async with self._database.read() as connection:
            return await recent_occurrences(connection, limit=limit, key=key, since=since)

    async def _change(self, id_: int, step: Step, request: str | None = None) -> Answered:
        for _ in range(_TRIES):
            async with self._database.write() as connection:
                before = await read_occurrence(connection, id_, lock=True)
                if before is None:
                    raise NotFoundError(f"there is no checklist {id_}; `checklist` lists them")
                if request is not None and await was_requested(connection, request):
                    return Answered(before, "That was done already.", happened=False)
                now = self._clock()
                change = step(before, now)
                if not change.events:
                    return Answered(before, change.answer, happened=False)
                if await self._save(connection, before, change, now, request):
                    return Answered(change.occurrence, change.answer, happened=True)
        raise StorageError(f"checklist {id_} is changed by many at this moment; try again")

    async def _save(
        self, connection: AsyncConnection, before: Occurrence, change: Change, now: datetime, request: str | None = None
    ) -> bool:
        """Store a change and want it told; False when somebody else was first."""
        if change.occurrence == before and not change.events:
            return True
        if not await save_occurrence(connection, before, change.occurrence):
            return False
        stored = await add_events(connection, before.id, change.events, request)
        channel = change.occurrence.channel
        if channel is None:
            return True
        card = f"checklist:{before.id}"
        await want_posting(connection, channel, card, now)
        for event in stored:
            if event.type in _TOLD:
                await want_posting(connection, channel, f"checklist_event:{event.id}", now, parent=card)
        return True
