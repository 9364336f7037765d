"""The settings of checklists as the flows use them: what is due, how long it is open, who is reminded when. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from core.calendar import Within
from core.checklists import items as moves
from core.checklists.items import Change
from core.checklists.lists import dues, lists_of
from core.checklists.model import Due, Item, ListSpec, Occurrence, Standing
from core.incidents.oncall import on_call
from core.settings import Settings

_BACK = timedelta(days=400)
"""How far back days are recorded as missed."""

_LOOK = timedelta(days=8)
"""How far ahead the next day of a list is looked for."""

_LATE = timedelta(minutes=5)
_HOUR, _DAY, _MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=31)


class Policy:
    """What the settings say. Raises `SettingsError` when they make no lists."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.checklists
        self._roles = settings.roles
        self._ladder = tuple(Within.parse(each) for each in settings.checklists.nag)
        self._calendar = settings.business_calendar
        self.lists: tuple[ListSpec, ...] = lists_of(settings)
        self._items = {spec.key: _items_of(spec) for spec in self.lists}
        self._planned: dict[str, tuple[date, date, tuple[Due, ...]]] = {}
        """What is due on the days from one to another, by list: days are planned a month at a time."""
        # Many lists are due at one instant, and the calendar answers for all of them at once.
        self._rung = lru_cache(maxsize=1024)(self._find_rung)
        self._closing = lru_cache(maxsize=1024)(self._find_closing)
        self._is_open = lru_cache(maxsize=1)(self._calendar.is_open)

    def new_dues(self, spec: ListSpec, last: date | None, began: datetime, now: datetime) -> tuple[Due, ...]:
        """What came due after the `last` day that is known, else since the list `began`, the oldest first.

        Nobody missed what was due before T12 knew of the list.
        """
        until = _farthest(now)
        first = last + _DAY if last is not None else (began - _DAY).date()
        found = self._dues(spec, max(first, until - _BACK), until)
        return tuple(due for due in found if due.due_at <= now and (last is not None or began <= due.due_at))

    def look_again_at(self, spec: ListSpec, now: datetime) -> datetime:
        """Until when nothing new can come due."""
        until = _farthest(now + _LOOK)
        coming = (due.due_at for due in self._dues(spec, (now - _DAY).date(), until) if due.due_at > now)
        return min(next(coming, now + _LOOK), now + _LOOK)

    def occurrence_of(self, due: Due, now: datetime, *, is_newest: bool) -> Occurrence:
        """What is stored of a day: open, or missed where posting it would help nobody any more."""
        spec = due.spec
        closes = self._closing(due.on, due.due_at, spec.open_days)
        is_useful = is_newest and now <= due.due_at + self._patience and now < closes
        return Occurrence(
            id=0, key=spec.key, title=spec.title, on=due.on, due_at=due.due_at, moved_from=due.moved_from,
            items=self._items[spec.key],
            standing=Standing.OPEN if is_useful else Standing.MISSED,
            is_late=is_useful and now - due.due_at > _LATE, minutes=spec.minutes, role=spec.role,
            channel=spec.channel, carry_to=spec.carry_to, closes_at=closes if is_useful else None,
            nag_at=self._rung(due.due_at, 0, closes, now) if is_useful else None,
        )  # fmt: skip

    def on_time(self, occurrence: Occurrence, now: datetime) -> Change:
        """What the clock asks of an open occurrence: sum it up, remind its people, or nothing."""
        closes = occurrence.closes_at
        if closes is not None and closes <= now:
            return moves.closed(occurrence, now)
        if closes is not None and occurrence.nag_at is not None and occurrence.nag_at <= now:
            if not self._is_open(now):
                return Change(replace(occurrence, nag_at=_before(closes, self._calendar.next_opening(now))))
            rung = occurrence.nagged
            next_at = self._rung(occurrence.due_at, rung + 1, closes, now)
            return moves.nagged(occurrence, now, self._mentioned(occurrence, rung, now), next_at)
        return Change(occurrence)

    def _dues(self, spec: ListSpec, first: date, last: date) -> tuple[Due, ...]:
        begins, ends, planned = self._planned.get(spec.key, (date.max, date.min, ()))
        if first < begins or ends < last:
            begins, ends = first, last + _MONTH
            planned = dues(spec, self._calendar, begins, ends)
            self._planned[spec.key] = begins, ends, planned
        return tuple(due for due in planned if first <= due.on <= last)

    @property
    def _patience(self) -> timedelta:
        return timedelta(hours=self._settings.late_hours)

    def _find_closing(self, day: date, due_at: datetime, open_days: int) -> datetime:
        """The end of the last business day on which it is open; an hour after it was due at the earliest."""
        for _ in range(open_days - 1):
            day = self._calendar.next_business_day(day)
        return max(self._calendar.end_of_day(day), due_at + _HOUR)

    def _find_rung(self, due_at: datetime, rung: int, closes: datetime, now: datetime) -> datetime | None:
        """When a rung of the ladder is climbed; None when there is none before the list closes.

        One that was slept through is put off by a business hour, so that nobody is reminded twice at once; one that
        falls outside the business hours waits until they go on.
        """
        if rung >= len(self._ladder):
            return None
        at = self._calendar.after(due_at, self._ladder[rung])
        if at <= now:
            at = self._calendar.add_business_time(now, _HOUR)
        return _before(closes, self._calendar.next_opening(at))

    def _mentioned(self, occurrence: Occurrence, rung: int, now: datetime) -> tuple[str, ...]:
        """Nobody first; then who was assigned, or who stands for the list's role; then the lead."""
        if rung == 0:
            return ()
        if rung == 1:
            assigned = tuple(dict.fromkeys(each.assignee for each in occurrence.open_items if each.assignee))
            return assigned or self._role(occurrence.role, now)
        return self._role(self._settings.lead, now)

    def _role(self, name: str, now: datetime) -> tuple[str, ...]:
        role = self._roles.get(name)
        return on_call(role, now, self._calendar) if role is not None else ()


def _items_of(spec: ListSpec) -> tuple[Item, ...]:
    return tuple(Item(at, each.text, each.check, each.value, each.how) for at, each in enumerate(spec.items))


def newest_of(coming: Mapping[str, tuple[Due, ...]]) -> list[tuple[Due, bool]]:
    """Everything in the order of its instants, and whether it is the newest of its list."""
    found = [(due, due is each[-1]) for each in coming.values() for due in each]
    return sorted(found, key=lambda pair: (pair[0].due_at, pair[0].spec.key))


def _before(closes: datetime, at: datetime) -> datetime | None:
    return at if at < closes else None


def _farthest(now: datetime) -> date:
    """The last local day that can have begun anywhere."""
    return (now + _DAY).date()
