"""One is told or all are, weeks change when work begins on Monday, and a stand-in takes the place of all."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import BusinessCalendar
from core.incidents.oncall import on_call
from core.settings import RoleSettings

MADRID = ZoneInfo("Europe/Madrid")
CALENDAR = BusinessCalendar(MADRID, frozenset(range(5)), ((540, 1080),))
WEEKLY = RoleSettings(members=["U1", "U2", "U3"], rotation="weekly", starts=date(2026, 1, 5))


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


def a_role(*overrides: dict[str, Any], **given: Any) -> RoleSettings:
    return RoleSettings.model_validate({"members": ["U1", "U2"], "overrides": list(overrides), **given})


def test_all_members_are_told_once_in_their_order() -> None:
    assert on_call(RoleSettings(members=["U2", "S1", "U2", "U1"]), madrid("2026-01-07T12:00"), CALENDAR) == (
        "U2", "S1", "U1",
    )  # fmt: skip


@pytest.mark.parametrize("rotation", ["all", "weekly"])
def test_a_role_without_members_is_nobody(rotation: str) -> None:
    assert on_call(a_role(members=[], rotation=rotation), madrid("2026-01-07T12:00"), CALENDAR) == ()


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-01-05T09:00", "U1"), ("2026-01-11T23:59", "U1"), ("2026-01-12T08:59", "U1"),
        ("2026-01-12T09:00", "U2"), ("2026-01-19T09:00", "U3"), ("2026-01-26T09:00", "U1"),
        ("2026-01-05T08:59", "U3"), ("2025-12-29T09:00", "U3"),
        ("2026-03-30T08:59", "U3"), ("2026-03-30T09:00", "U1"),  # the Monday after clocks went forward
    ],
)  # fmt: skip
def test_weeks_change_when_work_begins_on_monday(at: str, who: str) -> None:
    assert on_call(WEEKLY, madrid(at), CALENDAR) == (who,)


def test_weeks_change_on_a_monday_that_is_a_holiday_too() -> None:
    calendar = BusinessCalendar(MADRID, frozenset(range(5)), ((540, 1080),), holidays=frozenset({date(2026, 1, 12)}))
    assert on_call(WEEKLY, madrid("2026-01-12T09:00"), calendar) == ("U2",)


def test_any_day_of_the_first_members_week_starts_the_rotation() -> None:
    role = WEEKLY.model_copy(update={"starts": date(2026, 1, 11)})
    assert on_call(role, madrid("2026-01-05T09:00"), CALENDAR) == ("U1",)


@pytest.mark.parametrize(
    ("at", "stands_in"),
    [
        ("2026-12-23T23:59:59", False), ("2026-12-24T00:00", True), ("2026-12-31T23:59:59", True),
        ("2027-01-01T00:00", False),
    ],
)  # fmt: skip
def test_a_stand_in_for_days_has_the_first_and_the_last_day(at: str, stands_in: bool) -> None:
    role = a_role({"from": "2026-12-24", "until": "2026-12-31", "who": "U9"})
    assert on_call(role, madrid(at), CALENDAR) == (("U9",) if stands_in else ("U1", "U2"))


@pytest.mark.parametrize(
    ("begins", "until"),
    [("2026-12-24T18:00:30", "2026-12-25T06:00"), ("2026-12-24T17:00:30Z", "2026-12-25T00:00:00-05:00")],
)
@pytest.mark.parametrize(
    ("at", "stands_in"),
    [
        ("2026-12-24T18:00:29", False), ("2026-12-24T18:00:30", True), ("2026-12-25T05:59:59", True),
        ("2026-12-25T06:00", False),
    ],
)  # fmt: skip
def test_a_stand_in_for_a_time_ends_with_it(begins: str, until: str, at: str, stands_in: bool) -> None:
    role = a_role({"from": begins, "until": until, "who": "U9"})
    assert on_call(role, madrid(at), CALENDAR) == (("U9",) if stands_in else ("U1", "U2"))


def test_of_two_stand_ins_the_last_counts() -> None:
    first = {"from": "2026-12-24", "until": "2026-12-31", "who": "U8"}
    second = {"from": "2026-12-26", "until": "2026-12-26", "who": "U9"}
    role = a_role(first, second, rotation="weekly")
    assert on_call(role, madrid("2026-12-26T12:00"), CALENDAR) == ("U9",)
    assert on_call(role, madrid("2026-12-27T12:00"), CALENDAR) == ("U8",)


def test_a_role_without_members_can_be_stood_in_for() -> None:
    role = a_role({"from": "2026-12-24", "until": "2026-12-24", "who": "U9"}, members=[])
    assert on_call(role, madrid("2026-12-24T12:00"), CALENDAR) == ("U9",)


@settings(deadline=None)
@given(st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(MADRID)))
def test_everybody_has_every_third_week(at: datetime) -> None:
    weeks = [on_call(WEEKLY, at + timedelta(days=7 * week), CALENDAR) for week in range(6)]
    assert weeks[:3] == weeks[3:]
    assert {who for (who,) in weeks} == {"U1", "U2", "U3"}
