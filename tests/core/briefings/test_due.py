"""Briefings are due once a business day, weekly ones once a week, in the calendar's zone, and of use for four hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.briefings.due import LATE, due_now, period_of, weekly_day
from core.briefings.model import Kind
from core.settings import Settings

MONDAY = date(2026, 3, 2)


def settings(**more: Any) -> Settings:
    return Settings.model_validate({"channel": "C1", "calendar": {"timezone": "Europe/Madrid", "country": "ES"}} | more)


def kinds(at: datetime, **more: Any) -> list[tuple[Kind, date]]:
    return [(each.kind, each.on) for each in due_now(settings(**more), at)]


def test_the_morning_is_due_at_half_past_eight_of_the_team() -> None:
    at = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert kinds(at - timedelta(seconds=1)) == []
    assert kinds(at) == [(Kind.MORNING, MONDAY)]
    assert kinds(at + LATE - timedelta(seconds=1)) == [(Kind.MORNING, MONDAY)]
    assert kinds(at + LATE) == []


def test_days_off_have_none() -> None:
    assert kinds(datetime(2026, 3, 1, 9, 0, tzinfo=UTC)) == []
    assert kinds(datetime(2026, 1, 6, 9, 0, tzinfo=UTC)) == []


def test_a_report_that_is_due_late_in_the_evening_is_still_due_after_midnight() -> None:
    at = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    found = kinds(at, reports={"at": "23:30"}, calendar={"timezone": "UTC"})
    assert found == [(Kind.DAILY, MONDAY)]


def test_nothing_is_due_where_nobody_would_read_it() -> None:
    at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert kinds(at, channel=None) == []
    assert kinds(at, morning={"on": False}) == []
    assert [each.channel for each in due_now(settings(morning={"channel": "C2"}), at)] == ["C2"]


def test_the_week_ends_on_its_day_or_on_the_last_business_day_before_it() -> None:
    calendar = settings().business_calendar
    assert weekly_day(MONDAY, "fri", calendar) == date(2026, 3, 6)
    good_friday = date(2026, 4, 3)
    assert weekly_day(good_friday, "fri", calendar) == date(2026, 4, 2)
    assert weekly_day(date(2026, 4, 6), "mon", calendar) == date(2026, 4, 6)
    assert weekly_day(date(2026, 10, 12), "mon", calendar) == date(2026, 10, 13)
    assert kinds(datetime(2026, 3, 6, 17, 0, tzinfo=UTC)) == [
        (Kind.DAILY, date(2026, 3, 6)), (Kind.WEEKLY, date(2026, 3, 6))
    ]  # fmt: skip


@pytest.mark.parametrize("year", [2026, 2027])
def test_in_two_years_each_business_day_has_one_morning_and_each_week_one_report(year: int) -> None:
    chosen = settings()
    calendar = chosen.business_calendar
    found: set[tuple[Kind, date]] = set()
    at, count = datetime(year, 1, 1, tzinfo=UTC), 0
    while at.year == year:
        for each in due_now(chosen, at):
            count += (each.kind, each.on) not in found
            found.add((each.kind, each.on))
        at += timedelta(hours=3)
    days = [day for n in range(365) if calendar.is_business_day(day := date(year, 1, 1) + timedelta(days=n))]
    mornings = [day for kind, day in sorted(found, key=lambda pair: pair[1]) if kind is Kind.MORNING]
    assert mornings == days
    weeks = [day.isocalendar()[:2] for kind, day in found if kind is Kind.WEEKLY]
    assert len(weeks) == len(set(weeks)) >= 52


def test_a_daily_report_on_monday_speaks_of_the_weekend_too() -> None:
    now = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    assert period_of(Kind.DAILY, settings(), now) == (datetime(2026, 2, 27, 16, 30, tzinfo=UTC), now)
    assert period_of(Kind.WEEKLY, settings(), now) == (now - timedelta(days=7), now)
