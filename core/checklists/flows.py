"""What the clock and people ask of checklists: read, decide, write, and want it told, in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from core.checklists import items as moves
from core.checklists.items import Change
from core.checklists.model import Event, Happened, Item, ListSpec, Occurrence
from core.checklists.policy import Policy, newest_of
from core.checklists.statistics import Statistics, summarise
from core.checklists.store import (
    add_events,
    add_items,
    add_occurrences,
    begin_lists,
    begun_lists,
    is_any_due,
    newest_days,
    open_occurrences,
    read_event,
    read_occurrence,
    recent_occurrences,
    save_occurrences,
    take_carried,
    take_due,
    unchecked,
)
from core.clock import Clock
from core.errors import NotFoundError, UsageError
from core.incidents.model import ENGINE
from core.settings import Settings
from core.storage.database import Database
from core.storage.events import was_requested
from core.storage.outbox import Want, want_postings

CHECK_FIRST = timedelta(seconds=5)
"""A card waits so long for its checks, so that it is posted with what they found."""

_STATISTICS = timedelta(days=90)
_ALL = 100_000
"""More occurrences than anybody has in the days that are looked at."""

_EVER, _NEVER = (each.replace(tzinfo=UTC) for each in (datetime.min, datetime.max))

_TOLD = frozenset({Happened.NAGGED, Happened.CLOSED})
"""Events that are told in the thread."""

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
        self._clock = clock
        self._policy = Policy(settings)
        self._look_at: dict[str, datetime] = {}
        """Until when nothing new can come due, by list. It saves work alone: rows say what was posted."""
        self._look_next = _EVER
        """The earliest of these."""
        self._newest: dict[str, date] = {}
        """The last day of each list that was posted, as far as this process saw; another may be ahead of it."""
        self._began: dict[str, datetime] = {}
        self._asking: set[str] = set()
        """The checks that are under way, so that a slow one is not begun again; rows say what was answered."""

    @property
    def lists(self) -> tuple[ListSpec, ...]:
        return self._policy.lists

    async def tick(self) -> int:
        """Sum up, remind, and post what is due; returns how many occurrences changed."""
        now = self._clock()
        # In this order, so that a list takes over what the one before it left.
        return await self._follow_up(now) + await self._plan(now)

    async def _follow_up(self, now: datetime) -> int:
        async with self._database.read() as connection:
            if not await is_any_due(connection, now):
                return 0
        async with self._database.write() as connection:
            found = [(each, self._policy.on_time(each, now)) for each in await take_due(connection, now)]
            await self._save(connection, found, now)
        return len(found)

    async def _plan(self, now: datetime) -> int:
        """One row per list and local day, on every replica, however often the clock ticks or jumps."""
        if now < self._look_next:
            return 0
        posts = [spec for spec in self.lists if spec.channel]
        ready = [spec for spec in posts if self._look_at.get(spec.key, now) <= now]
        await self._learn([each.key for each in ready if each.key not in self._newest.keys() | self._began.keys()], now)
        found = {
            spec.key: self._policy.new_dues(spec, self._newest.get(spec.key), self._began.get(spec.key, now), now)
            for spec in ready
        }
        posted = 0
        if any(found.values()):
            async with self._database.write() as connection:
                for _, some in groupby(newest_of(found), key=lambda pair: pair[0].due_at):
                    new = [self._policy.occurrence_of(due, now, is_newest=is_newest) for due, is_newest in some]
                    posted += await self._post(connection, new, now)
        self._newest |= {key: some[-1].on for key, some in found.items() if some}
        self._look_at |= {spec.key: self._policy.look_again_at(spec, now) for spec in ready}
        self._look_next = min((self._look_at[spec.key] for spec in posts), default=_NEVER)
        return posted

    async def _learn(self, keys: Sequence[str], now: datetime) -> None:
        """When lists were posted last; of those that never were, since when T12 knows them, which may be now."""
        if not keys:
            return
        async with self._database.read() as connection:
            self._newest |= await newest_days(connection, keys)
            unknown = [key for key in keys if key not in self._newest]
            self._began |= await begun_lists(connection, unknown)
        new = [key for key in unknown if key not in self._began]
        if new:
            async with self._database.write() as connection:
                await begin_lists(connection, new, now)
                self._began |= await begun_lists(connection, new)

    async def _post(self, connection: AsyncConnection, new: Sequence[Occurrence], now: datetime) -> int:
        """Store what came due at one instant, with what other lists left over to it, and want it told."""
        made = await add_occurrences(connection, new)
        left = await take_carried(connection, {each.key: each.id for each in made})
        full = [_filled(each, left.get(each.key, []), now) for each in made]
        await add_items(connection, full)
        events = [(each.id, Event(Happened.POSTED if each.is_open else Happened.MISSED, now, ENGINE)) for each in full]
        await add_events(connection, events)
        await want_postings(
            connection,
            [
                Want(each.channel, f"checklist:{each.id}", now + _wait(each))
                for each in full
                if each.is_open and each.channel
            ],
        )
        return len(full)

    async def run_checks(self, check: Check) -> int:
        """Run the checks that have not run and are not under way, side by side; what passes is ticked.

        An item is answered as soon as its own check is through. Returns how many were.
        """
        async with self._database.read() as connection:
            waiting = await unchecked(connection, but=self._asking)
        asked: dict[str, dict[float | None, list[tuple[int, int]]]] = {}
        for id_, position, name, value in waiting:
            if name not in self._asking:  # another tick may have begun it meanwhile
                asked.setdefault(name, {}).setdefault(value, []).append((id_, position))
        self._asking |= asked.keys()
        return sum(await asyncio.gather(*(self._run_check(check, name, items) for name, items in asked.items())))

    async def _run_check(
        self, check: Check, name: str, items: Mapping[float | None, Sequence[tuple[int, int]]]
    ) -> int:
        """Run one check, once for each bound that items have, and answer them."""
        try:
            for value, places in items.items():
                try:
                    passed, evidence = await check(name, value)
                except UsageError as error:  # the settings named it when the list was posted
                    passed, evidence = False, f"It could not be checked: {error}."
                for id_, position in places:
                    await self._change(id_, partial(_checked, position=position, passed=passed, evidence=evidence))
        finally:
            self._asking.discard(name)
        return sum(len(places) for places in items.values())

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
        return await show_occurrence(self._database, id_)

    async def event(self, id_: int) -> tuple[Event, Occurrence]:
        """Something that happened, with its occurrence. Raises `NotFoundError`."""
        return await show_event(self._database, id_)

    async def open(self) -> Sequence[Occurrence]:
        """What is open now; what is summed up next comes first."""
        async with self._database.read() as connection:
            return await open_occurrences(connection)

    async def recent(
        self, *, key: str | None = None, limit: int = 50, since: date | None = None
    ) -> Sequence[Occurrence]:
        """The newest first."""
        async with self._database.read() as connection:
            return await recent_occurrences(connection, limit=limit, key=key, since=since)

    async def statistics(self, *, key: str | None = None, since: date | None = None) -> Statistics:
        """How well the lists, or one of them, are kept; over the last 90 days if no first day is given."""
        since = since or (self._clock() - _STATISTICS).date()
        return summarise(await self.recent(key=key, limit=_ALL, since=since))

    async def _change(self, id_: int, step: Step, request: str | None = None) -> Answered:
        async with self._database.write() as connection:
            before = await read_occurrence(connection, id_, lock=True)
            if before is None:
                raise NotFoundError(f"there is no checklist {id_}; `checklist` lists them")
            if request is not None and await was_requested(connection, request):
                return Answered(before, "That was done already.", happened=False)
            now = self._clock()
            change = step(before, now)
            if change.events:
                await self._save(connection, [(before, change)], now, request)
            return Answered(change.occurrence, change.answer, happened=bool(change.events))

    async def _save(
        self,
        connection: AsyncConnection,
        changes: Sequence[tuple[Occurrence, Change]],
        now: datetime,
        request: str | None = None,
    ) -> None:
        """Store changes and want them told: reminders and summaries in the thread, everything else on the card."""
        await save_occurrences(connection, [(before, change.occurrence) for before, change in changes])
        happened = [(before.id, event) for before, change in changes for event in change.events]
        channels = {before.id: before.channel for before, _ in changes}
        wants = []
        for number, (id_, event) in zip(await add_events(connection, happened, request), happened, strict=True):
            channel, card = channels[id_], f"checklist:{id_}"
            if channel is not None and event.type is not Happened.NAGGED:
                wants.append(Want(channel, card, now))
            if channel is not None and event.type in _TOLD:
                wants.append(Want(channel, f"checklist_event:{number}", now, card))
        await want_postings(connection, list(dict.fromkeys(wants)))


async def show_occurrence(database: Database, id_: int) -> Occurrence:
    """One list on one day. Raises `NotFoundError`."""
    async with database.read() as connection:
        found = await read_occurrence(connection, id_)
    if found is None:
        raise NotFoundError(f"there is no checklist {id_}; `checklist` lists them")
    return found


async def show_event(database: Database, id_: int) -> tuple[Event, Occurrence]:
    """Something that happened, with its occurrence. Raises `NotFoundError`."""
    async with database.read() as connection:
        event = await read_event(connection, id_)
    if event is None:
        raise NotFoundError(f"event {id_} is gone")
    return event, await show_occurrence(database, event.occurrence_id)


def _filled(new: Occurrence, left: Sequence[Item], now: datetime) -> Occurrence:
    """With what other lists left over to it; one that was missed hands everything on."""
    items = moves.taken_over(new.items, left) if left else new.items
    if not new.is_open and new.carry_to:
        items = moves.carried_over(items, new.on, now)
    return replace(new, items=items) if items is not new.items else new


def _checked(one: Occurrence, now: datetime, *, position: int, passed: bool, evidence: str) -> Change:
    return moves.checked(one, position, now, passed=passed, evidence=evidence)


def _wait(occurrence: Occurrence) -> timedelta:
    return CHECK_FIRST if any(each.check for each in occurrence.items) else timedelta()
