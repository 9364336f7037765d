"""On which days a list is due. Pure: local dates in, local dates out.

Week k of a month is its days 7k−6 to 7k, so that "the Monday of the first week" is the first Monday (RFC 5545,
`BYDAY=1MO`). The dates are always shown, because other people count weeks otherwise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from core.calendar import BusinessCalendar

HolidayRule = Literal["skip", "next", "previous", "as is"]
"""What becomes of a list that falls on a day off."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_ONE = timedelta(days=1)
_FARTHEST = timedelta(days=15)
"""No day off moves a list farther than this."""

USAGE = (
    "write business days, mon wed fri, every 2 weeks on mon from 2026-01-05, first mon of month, last day of month or "
    "first mon of quarter"
)


@dataclass(frozen=True, slots=True)
class Cadence:
    """A rule of days; `kind` says which of the others count."""

    kind: Literal["business days", "weekly", "month", "month end", "quarter"]
    weekdays: tuple[int, ...] = ()
    """Monday is 0."""
    every_weeks: int = 1
    since: date | None = None
    """A day in a week that counts, where not every week does."""
    week: int = 0
    """1 to 4, or −1 for the last."""

    def days(self, first: date, last: date, calendar: BusinessCalendar) -> Iterator[date]:
        """The days from `first` to `last`, days off among them, in order."""
        day = first
        while day <= last:
            if self._fits(day, calendar):
                yield day
            day += _ONE

    def _fits(self, day: date, calendar: BusinessCalendar) -> bool:
        match self.kind:
            case "business days":
                return calendar.is_business_day(day)
            case "weekly":
                return day.weekday() in self.weekdays and self._week_counts(day)
            case "month end":
                return (day + _ONE).month != day.month
            case "month":
                return day.weekday() in self.weekdays and self._is_week(day)
            case "quarter":
                return (
                    day.month % 3 == (0 if self.week < 0 else 1)
                    and day.weekday() in self.weekdays
                    and self._is_week(day)
                )

    def _week_counts(self, day: date) -> bool:
        if self.since is None:
            return True
        return (_monday(day) - _monday(self.since)).days // 7 % self.every_weeks == 0

    def _is_week(self, day: date) -> bool:
        if self.week < 0:
            return (day + timedelta(days=7)).month != day.month
        return (day.day + 6) // 7 == self.week


@dataclass(frozen=True, slots=True)
class Planned:
    """One day on which a list is due."""

    on: date
    moved_from: date | None = None
    """The day that the rule names, when a day off moved it."""


def parse_cadence(text: str) -> Cadence:
    """Read a cadence as people write it. Raises `ValueError` with a sentence."""
    words = " ".join(word for word in re.split(r"[\s,]+", text.lower()) if word not in ("", "and", "the"))
    if words == "business days":
        return Cadence("business days")
    if words == "last day of month":
        return Cadence("month end")
    found = re.fullmatch(r"(first|second|third|fourth|last) (\w+) of (month|quarter)", words)
    if found is not None:
        kind: Literal["month", "quarter"] = "month" if found[3] == "month" else "quarter"
        return Cadence(kind, (_weekday(found[2], text),), week=_WEEKS[found[1]])
    found = re.fullmatch(r"every (\d) weeks on ([\w ]+?) from (\d{4}-\d\d-\d\d)", words)
    if found is not None and int(found[1]) >= 1:
        days = tuple(sorted({_weekday(word, text) for word in found[2].split()}))
        return Cadence("weekly", days, int(found[1]), _date(found[3], text))
    return Cadence("weekly", tuple(sorted({_weekday(word, text) for word in words.split() or [""]})))


def shown(cadence: Cadence) -> str:
    """The cadence in words that say what they mean."""
    *most, end = [NAMES[each] for each in cadence.weekdays] or [""]
    days = f"{', '.join(most)} and {end}" if most else end
    week = next((word for word, number in _WEEKS.items() if number == cadence.week), "")
    match cadence.kind:
        case "business days":
            return "every business day"
        case "month end":
            return "the last day of the month"
        case "month":
            return f"the {week} {days} of the month"
        case "quarter":
            return f"the {week} {days} of the quarter"
        case _:
            every = "every" if cadence.every_weeks == 1 else f"every {cadence.every_weeks} weeks on"
            return f"{every} {days}"


def plan(
    cadence: Cadence, rule: HolidayRule, calendar: BusinessCalendar, first: date, last: date
) -> tuple[Planned, ...]:
    """When a list is due from `first` to `last`, once a day at most: what moves onto a day of its own is that day's."""
    found: dict[date, Planned] = {}
    moves = rule in ("next", "previous") and cadence.kind != "business days"
    margin = _FARTHEST if moves else timedelta()
    for day in cadence.days(first - margin, last + margin, calendar):
        on = _moved(day, rule, calendar)
        if on is None:
            continue
        known = found.get(on)
        if known is None or known.moved_from is not None:
            moved_from = day if on != day else None
            if known is None or moved_from is None:
                found[on] = Planned(on, moved_from)
    return tuple(found[on] for on in sorted(found) if first <= on <= last)


def _moved(day: date, rule: HolidayRule, calendar: BusinessCalendar) -> date | None:
    if rule == "as is" or calendar.is_business_day(day):
        return day
    if rule == "skip":
        return None
    step = _ONE if rule == "next" else -_ONE
    moved = day + step
    while not calendar.is_business_day(moved):
        moved += step
        if abs(moved - day) > _FARTHEST:
            return None
    return moved


def _weekday(word: str, text: str) -> int:
    for number, name in enumerate(NAMES):
        if word in (DAYS[number], name.lower()):
            return number
    raise ValueError(f"{text!r} is no cadence; {USAGE}")


def _date(word: str, text: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ValueError(f"{text!r} names no date; {USAGE}") from None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
