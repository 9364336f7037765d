"""Who stands for a role at an instant."""

from datetime import UTC, date, datetime, timedelta

from core.calendar import BusinessCalendar, to_utc
from core.settings import RoleSettings

_WEEK = timedelta(days=7)


def on_call(role: RoleSettings, at: datetime, calendar: BusinessCalendar) -> tuple[str, ...]:
    """Slack ids of who is told, in the role's order; nobody when the role has no members.

    A stand-in takes the place of all others; of several the last in the settings counts. A weekly rotation changes when
    business hours begin on Monday, whether Monday is a business day or not.
    """
    for override in reversed(role.overrides):
        if _begins(override.begins, calendar) <= at < _ends(override.until, calendar):
            return (override.who,)
    members = tuple(dict.fromkeys(role.members))
    if role.rotation == "all" or not members:
        return members
    weeks = (_monday_of(at, calendar) - _monday(role.starts)) // _WEEK
    return (members[weeks % len(members)],)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _monday_of(at: datetime, calendar: BusinessCalendar) -> date:
    """The Monday on which the shift that `at` lies in began."""
    monday = _monday(calendar.local_date(at))
    return monday if calendar.opening_of(monday) <= at else monday - _WEEK


def _begins(given: date | datetime, calendar: BusinessCalendar) -> datetime:
    """The instant of a day's start, or of a time, which is the calendar's when it names no zone."""
    if not isinstance(given, datetime):
        return to_utc(given, 0, calendar.zone)
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    rest = timedelta(seconds=given.second, microseconds=given.microsecond)
    return to_utc(given.date(), given.hour * 60 + given.minute, calendar.zone) + rest


def _ends(given: date | datetime, calendar: BusinessCalendar) -> datetime:
    """The instant of a day's end, or of a time."""
    return _begins(given if isinstance(given, datetime) else given + timedelta(days=1), calendar)
