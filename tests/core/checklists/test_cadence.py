"""A list is due on the days its rule names, once a day, and a day off moves it as the team says."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import BusinessCalendar
from core.checklists.cadence import HolidayRule, parse_cadence, plan, shown
from tests.core.checklists.keeping import a_calendar

FIRST, LAST = date(2024, 1, 1), date(2034, 12, 31)
PLAIN = a_calendar()
RULES: tuple[HolidayRule, ...] = ("skip", "next", "previous", "as is")
COUNTRIES = ("ES", "CO", "US", "DE", "FR", "GB", "JP", "BR", "IN", "MX", "PL", "ZA")
CADENCES = (
    "business days", "mon", "wed", "tue thu", "mon tue wed thu fri sat sun", "every 2 weeks on mon from 2026-01-05",
    "every 3 weeks on tue fri from 2026-01-01", "first mon of month", "second tue of month", "third wed of month",
    "fourth thu of month", "last fri of month", "last day of month", "first wed of quarter", "last fri of quarter",
)  # fmt: skip


def days(cadence: str, rule: HolidayRule = "as is", calendar: BusinessCalendar = PLAIN, first: date = FIRST,
         last: date = LAST) -> list[date]:  # fmt: skip
    return [each.on for each in plan(parse_cadence(cadence), rule, calendar, first, last)]


def every_day(first: date = FIRST, last: date = LAST) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def test_the_first_week_begins_on_the_first_monday_of_the_month() -> None:
    first = {}
    for day in every_day():
        if day.weekday() == 0:
            first.setdefault((day.year, day.month), day)
    assert days("first mon of month") == list(first.values())


@pytest.mark.parametrize(("name", "number"), [("first", 1), ("second", 2), ("third", 3), ("fourth", 4)])
def test_the_mondays_of_a_month_are_counted_from_its_first_day(name: str, number: int) -> None:
    expected = [day for day in every_day() if day.weekday() == 0 and 7 * number - 6 <= day.day <= 7 * number]
    assert days(f"{name} mon of month") == expected


def test_the_last_friday_of_a_month_is_the_one_that_none_follows() -> None:
    last = {(day.year, day.month): day for day in every_day() if day.weekday() == 4}
    assert days("last fri of month") == list(last.values())


def test_a_quarter_begins_in_its_first_month_and_ends_in_its_last() -> None:
    assert [(day.month, day.day) for day in days("first wed of quarter", last=date(2024, 12, 31))] == [
        (1, 3), (4, 3), (7, 3), (10, 2),
    ]  # fmt: skip
    assert {day.month for day in days("last fri of quarter")} == {3, 6, 9, 12}


def test_the_last_day_of_a_month_is_the_day_before_the_next() -> None:
    assert days("last day of month") == [day for day in every_day() if (day + timedelta(days=1)).day == 1]


def test_every_second_week_is_counted_from_the_week_given_and_over_years() -> None:
    found = days("every 2 weeks on mon from 2026-01-05")
    assert date(2026, 1, 5) in found
    assert {(later - earlier).days for earlier, later in pairwise(found)} == {14}


def test_business_days_are_those_of_the_calendar() -> None:
    calendar = a_calendar("UTC", "CO")
    assert days("business days", "skip", calendar) == [day for day in every_day() if calendar.is_business_day(day)]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("country", COUNTRIES)
def test_days_off_move_a_list_as_the_rule_says(country: str, rule: HolidayRule) -> None:
    calendar, off = a_calendar("UTC", country), holidays.country_holidays(country, years=range(2023, 2036))
    mondays = [day for day in every_day() if day.weekday() == 0]
    expected = set()
    for monday in mondays:
        day = monday
        if rule != "as is" and monday in off:
            if rule == "skip":
                continue
            while day in off or day.weekday() > 4:
                day += timedelta(days=1 if rule == "next" else -1)
        expected.add(day)
    inner = [day for day in days("mon", rule, calendar) if FIRST + timedelta(days=20) < day < LAST - timedelta(days=20)]
    assert inner == sorted(day for day in expected if FIRST + timedelta(days=20) < day < LAST - timedelta(days=20))


def test_a_moved_list_says_which_day_the_rule_names() -> None:
    calendar = a_calendar("UTC", None, date(2026, 3, 2))
    (found,) = plan(parse_cadence("mon"), "next", calendar, date(2026, 3, 1), date(2026, 3, 7))
    assert (found.on, found.moved_from) == (date(2026, 3, 3), date(2026, 3, 2))


def test_what_moves_onto_a_day_of_its_own_is_that_days() -> None:
    calendar = a_calendar("UTC", None, date(2026, 3, 2))
    found = plan(parse_cadence("mon tue"), "next", calendar, date(2026, 3, 1), date(2026, 3, 7))
    assert [(each.on, each.moved_from) for each in found] == [(date(2026, 3, 3), None)]


def test_a_list_that_no_business_day_is_near_is_left_out() -> None:
    off = [date(2026, 3, 1) + timedelta(days=n) for n in range(40)]
    assert days("mon", "next", a_calendar("UTC", None, *off), date(2026, 3, 1), date(2026, 3, 20)) == []


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(CADENCES), st.sampled_from(RULES), st.sampled_from(COUNTRIES), st.data())
def test_a_span_of_days_is_planned_like_the_same_days_of_a_longer_one(
    cadence: str, rule: HolidayRule, country: str, data: st.DataObject
) -> None:
    first = data.draw(st.dates(date(2025, 1, 1), date(2033, 1, 1)))
    last = first + timedelta(days=data.draw(st.integers(0, 40)))
    calendar, rule_ = a_calendar("UTC", country), parse_cadence(cadence)
    whole = plan(rule_, rule, calendar, first - timedelta(days=60), last + timedelta(days=60))
    part = plan(rule_, rule, calendar, first, last)
    assert part == tuple(each for each in whole if first <= each.on <= last)
    assert all(earlier.on < later.on for earlier, later in pairwise(part))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("business days", "every business day"),
        ("Mon, Wed and Fri", "every Monday, Wednesday and Friday"),
        ("monday", "every Monday"),
        ("every 2 weeks on mon from 2026-01-05", "every 2 weeks on Monday"),
        ("the first Mon of the month", "the first Monday of the month"),
        ("last fri of quarter", "the last Friday of the quarter"),
        ("last day of month", "the last day of the month"),
    ],
)
def test_a_cadence_is_read_as_people_write_it_and_shown_in_words(text: str, words: str) -> None:
    assert shown(parse_cadence(text)) == words


@pytest.mark.parametrize(
    "text",
    ["", "  ", "daily", "fifth mon of month", "first mon of year", "every 0 weeks on mon from 2026-01-05",
     "every 2 weeks on mon", "mo", "0 9 * * 1"],
)  # fmt: skip
def test_what_is_no_cadence_is_refused_with_the_words_that_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no cadence; write business days, mon wed fri"):
        parse_cadence(text)


def test_a_date_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="names no date"):
        parse_cadence("every 2 weeks on mon from 2026-02-30")
