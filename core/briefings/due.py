"""Which briefings are due, and what time a report speaks of. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.briefings.model import Kind
from core.calendar import BusinessCalendar, minute_of, to_utc
from core.settings import Settings

LATE = timedelta(hours=4)
"""A briefing that could not be made for so long is of no use any more: it is missed."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Due:
    """One briefing of one local day."""

    kind: Kind
    on: date
    at: datetime
    channel: str


def due_now(settings: Settings, now: datetime) -> list[Due]:
    """What came due and is of use yet; who has made it knows whether it is there already."""
    calendar = settings.business_calendar
    # Around midnight the last local day's may be of use yet.
    days = [calendar.local_date(now - LATE), calendar.local_date(now)]
    found = [due for day in dict.fromkeys(days) for due in _due_on(settings, calendar, day)]
    return [each for each in found if each.at <= now < each.at + LATE]


def _due_on(settings: Settings, calendar: BusinessCalendar, day: date) -> Iterable[Due]:
    morning, reports = settings.morning, settings.reports
    if calendar.is_business_day(day):
        channel = morning.channel or settings.channel
        if morning.on and channel is not None:
            yield Due(Kind.MORNING, day, to_utc(day, minute_of(morning.at), calendar.zone), channel)
        channel = reports.channel or settings.channel
        if reports.daily and channel is not None:
            yield Due(Kind.DAILY, day, to_utc(day, minute_of(reports.at), calendar.zone), channel)
        if reports.weekly and channel is not None and day == weekly_day(day, reports.weekly_on, calendar):
            yield Due(Kind.WEEKLY, day, to_utc(day, minute_of(reports.at), calendar.zone), channel)


def weekly_day(day: date, weekday: str, calendar: BusinessCalendar) -> date | None:
    """The day of that week's report: its weekday or, when that is a day off, the last business day before it in that
    week, else the first one after it; None in a week without any."""
    monday = day - timedelta(days=day.weekday())
    at = _WEEKDAYS.index(weekday)
    nearest = [*range(at, -1, -1), *range(at + 1, 7)]
    return next((each for n in nearest if calendar.is_business_day(each := monday + timedelta(days=n))), None)


def period_of(kind: Kind, settings: Settings, now: datetime) -> tuple[datetime, datetime]:
    """What a report at an instant speaks of: since the daily report of the business day before, or seven days."""
    calendar = settings.business_calendar
    if kind is Kind.WEEKLY:
        return now - timedelta(days=7), now
    day = calendar.previous_business_day(calendar.local_date(now))
    return to_utc(day, minute_of(settings.reports.at), calendar.zone), now
