"""Business time: when the team works, and what instant is so many working hours after another.

Days are local dates; instants given are aware, and those answered are in UTC. A local time becomes an instant by
`to_utc` alone, and time is added to instants alone.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Hours = tuple[tuple[int, int], ...]
"""Spans of a day in minutes after midnight, from and until, apart from each other and in order."""

_DAY = 24 * 60
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Within:
    """A time to answer: so long on the wall clock or in business time, or, without a duration, by the end of the next
    business day."""

    duration: timedelta | None
    business: bool = False

    @classmethod
    def parse(cls, text: str) -> "Within":
        """Read `15m`, `1h`, `4h business` or `next business day`. Raises `ValueError` with a sentence."""
        words = " ".join(text.split())
        if words == "next business day":
            return cls(None, business=True)
        found = re.fullmatch(r"([1-9]\d{0,2}) ?([mh])( business)?", words)
        if found is None:
            raise ValueError(f"{text!r} is no time to answer; write 15m, 1h, 4h business or next business day")
        amount = int(found[1])
        return cls(timedelta(minutes=amount) if found[2] == "m" else timedelta(hours=amount), business=bool(found[3]))


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """The hours of a team on its business days, in one time zone."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    """Monday is 0."""
    hours: Hours
    country: str | None = None
    region: str | None = None
    holidays: frozenset[date] = frozenset()
    """Days off beside the weekend and the public holidays of country and region."""
    workdays: frozenset[date] = frozenset()
    """Business days although they fall on a weekend or a holiday."""

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise ValueError("no day of the week is a business day, so nothing would ever be due; name one in `days`")
        if not self.hours:
            raise ValueError("no business hours are left, so nothing would ever be due; `quiet` covers all of them")

    def local_date(self, at: datetime) -> date:
        """The day on the team's wall calendar."""
        return at.astimezone(self.zone).date()

    def is_business_day(self, day: date) -> bool:
        """A day of `weekdays` that is no holiday, or one of `workdays`."""
        if day in self.workdays:
            return True
        if day.weekday() not in self.weekdays or day in self.holidays:
            return False
        return self.country is None or day not in _public_holidays(self.country, self.region, day.year)

    def next_business_day(self, day: date) -> date:
        """The first business day after `day`, never `day` itself."""
        return next(each for each in _days_from(day + _ONE) if self.is_business_day(each))

    def previous_business_day(self, day: date) -> date:
        """The last business day before `day`, never `day` itself."""
        while not self.is_business_day(day := day - _ONE):
            pass
        return day

    def opening_of(self, day: date) -> datetime:
        """The instant at which business hours begin on that day, be it a business day or not."""
        return to_utc(day, self.hours[0][0], self.zone)

    def end_of_day(self, day: date) -> datetime:
        """The instant at which business hours end on that day, be it a business day or not."""
        return to_utc(day, self.hours[-1][1], self.zone)

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in business hours; the closing instant does not."""
        start, _ = next(self._windows(at))
        return start <= at

    def next_opening(self, at: datetime) -> datetime:
        """The first instant in business hours that is not before `at`: `at` itself while they last."""
        start, _ = next(self._windows(at))
        return max(start, at).astimezone(UTC)

    def add_business_time(self, at: datetime, duration: timedelta) -> datetime:
        """The instant by which `duration` of business hours has passed since `at`; a closing instant can be the answer.

        Raises `ValueError` for a negative duration.
        """
        if duration < timedelta(0):
            raise ValueError(f"business time is only added, and {duration} is negative")
        left = duration
        for start, end in self._windows(at, closing=True):
            begun = max(start, at)
            if left <= end - begun:
                return (begun + left).astimezone(UTC)
            left -= end - begun
        raise AssertionError("a calendar goes on for ever")

    def start_of_next_business_day(self, at: datetime) -> datetime:
        """When the business hours of the first business day after the local day of `at` begin."""
        return self._next_day(at)[0][0]

    def end_of_next_business_day(self, at: datetime) -> datetime:
        """When the business hours of the first business day after the local day of `at` end."""
        return self._next_day(at)[-1][1]

    def after(self, at: datetime, within: Within) -> datetime:
        """The instant until which an answer to what began `at` is in time."""
        if within.duration is None:
            return self.end_of_next_business_day(at)
        if within.business:
            return self.add_business_time(at, within.duration)
        return (at + within.duration).astimezone(UTC)

    def _next_day(self, at: datetime) -> list[tuple[datetime, datetime]]:
        return next(found for day in _days_from(self.local_date(at) + _ONE) if (found := self._windows_of(day)))

    def _windows(self, at: datetime, *, closing: bool = False) -> Iterator[tuple[datetime, datetime]]:
        """The spans of business hours that end after `at`, or with `closing` at it, in order and without end."""
        # Clocks that are set back over midnight put an instant on the local day before the one whose hours it is in.
        for day in _days_from(self.local_date(at) - _ONE):
            for start, end in self._windows_of(day):
                if end > at or (closing and end == at):
                    yield start, end

    def _windows_of(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_business_day(day):
            return []
        spans = [(to_utc(day, start, self.zone), to_utc(day, end, self.zone)) for start, end in self.hours]
        return [(start, end) for start, end in spans if start < end]


@lru_cache(maxsize=4096)
def to_utc(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant of a local time, given as minutes after midnight of `day`; 1440 is the midnight that ends it.

    Later local times are never earlier instants: of a time that clocks show twice the first is meant, and one that
    clocks skip is the instant at which they skip it.
    """
    local = datetime.combine(day, time.min) + timedelta(minutes=minute)
    first = local.replace(tzinfo=zone).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second >= first:
        return first
    # Skipped: with the offset from after the gap the time lies before it, with the one from before it lies after.
    new = first.astimezone(zone).utcoffset()
    seconds = range(int((first - second).total_seconds()) + 1)
    passed = bisect_left(
        seconds, True, key=lambda each: (second + timedelta(seconds=each)).astimezone(zone).utcoffset() == new
    )
    return second + timedelta(seconds=passed)


def minute_of(text: str) -> int:
    """Minutes after midnight of `HH:MM`, up to 24:00. Raises `ValueError` with a sentence."""
    found = re.fullmatch(r"(\d\d):([0-5]\d)", text)
    minute = int(found[1]) * 60 + int(found[2]) if found else _DAY + 1
    if minute > _DAY:
        raise ValueError(f"{text!r} is no time of day; write one like 09:00")
    return minute


def span_of(text: str) -> tuple[int, int]:
    """The two minutes of `HH:MM-HH:MM`; a span that ends before it begins crosses midnight. Raises `ValueError`."""
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is no span of time; write one like 12:30-13:30")
    start, end = minute_of(first.strip()), minute_of(last.strip())
    if start == end:
        raise ValueError(f"{text!r} lasts no time; write 00:00-24:00 for the whole day")
    return start, end


def open_hours(opens: int, closes: int, quiet: Sequence[tuple[int, int]]) -> Hours:
    """What is left of the time from `opens` to `closes` when the quiet spans are cut out of it."""
    cuts = [part for start, end in quiet for part in ([(start, end)] if start < end else [(start, _DAY), (0, end)])]
    hours = []
    start = opens
    for cut_start, cut_end in sorted(cuts):
        if start < min(cut_start, closes):
            hours.append((start, min(cut_start, closes)))
        start = max(start, cut_end)
    if start < closes:
        hours.append((start, closes))
    return tuple(hours)


def check_holidays(country: str, region: str | None) -> None:
    """Raise `ValueError` with a sentence when the public holidays of a place are not known."""
    import holidays  # noqa: PLC0415 - a tenth of a second, for those who name a country

    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise ValueError(f"the holidays of {country!r} are not known; write a code of ISO 3166 like ES, CO or US")
    regions = known[country]
    if region is not None and region not in regions:
        some = f"its regions are {', '.join(sorted(regions))}" if regions else "it has no regions"
        raise ValueError(f"{region!r} is no region of {country}; {some}")


@lru_cache(maxsize=64)
def _public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - a tenth of a second, for those who name a country

    return frozenset(holidays.country_holidays(country, subdiv=region, years=year))


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += _ONE
