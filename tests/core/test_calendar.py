"""Business time passes in business hours alone, in every zone and over every change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendar import BusinessCalendar, Hours, Within, minute_of, open_hours, span_of, to_utc

MADRID = ZoneInfo("Europe/Madrid")
UNHURRIED = settings(deadline=None)  # the machine may be busy
NINE_TO_SIX: Hours = ((540, 1080),)
ALL_DAY: Hours = ((0, 1440),)
ZONES = (
    "UTC", "Europe/Madrid", "America/Bogota", "America/New_York", "America/Sao_Paulo", "America/Havana",
    "America/St_Johns", "America/Nuuk", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Kathmandu",
    "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati", "Antarctica/Troll",
)  # fmt: skip


def a_calendar(
    hours: Hours = NINE_TO_SIX,
    zone: ZoneInfo = MADRID,
    weekdays: str = "01234",
    *,
    place: tuple[str | None, str | None] = (None, None),
    holidays: tuple[date, ...] = (),
    workdays: tuple[date, ...] = (),
) -> BusinessCalendar:
    days = frozenset(int(day) for day in weekdays)
    return BusinessCalendar(zone, days, hours, *place, frozenset(holidays), frozenset(workdays))


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
# Years in which these zones changed their clocks, dropped a day (Apia, 2011) or stopped changing.
instants = st.datetimes(datetime(2010, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
durations = st.timedeltas(timedelta(0), timedelta(hours=20))


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    opens = draw(st.integers(0, 1410))
    closes = draw(st.integers(opens + 30, 1440))
    minutes = st.integers(0, 1440)
    quiet = draw(st.lists(st.tuples(minutes, minutes).filter(lambda each: each[0] != each[1]), max_size=2))
    hours = open_hours(opens, closes, quiet)
    if sum(end - start for start, end in hours) < 30:
        hours = ((opens, closes),)
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    off = draw(st.frozensets(st.dates(date(2010, 1, 1), date(2027, 1, 1)), max_size=3))
    return BusinessCalendar(draw(zones), days, hours, holidays=off)


def is_open_or_closing(calendar: BusinessCalendar, at: datetime) -> bool:
    return calendar.is_open(at) or calendar.is_open(at - timedelta(microseconds=1))


@UNHURRIED
@given(calendars(), instants, durations)
def test_business_time_ends_in_business_hours_and_not_before_it_began(
    calendar: BusinessCalendar, at: datetime, duration: timedelta
) -> None:
    found = calendar.add_business_time(at, duration)
    assert is_open_or_closing(calendar, found)
    assert found >= at + duration
    assert found.tzinfo is UTC


@UNHURRIED
@given(calendars(), instants, durations, durations)
def test_two_spans_of_business_time_are_one(
    calendar: BusinessCalendar, at: datetime, first: timedelta, second: timedelta
) -> None:
    between = calendar.add_business_time(at, first)
    assert calendar.add_business_time(between, second) == calendar.add_business_time(at, first + second)


@UNHURRIED
@given(calendars(), instants, st.timedeltas(timedelta(0), timedelta(days=9)), durations, durations)
def test_later_or_longer_is_never_earlier(
    calendar: BusinessCalendar, at: datetime, later: timedelta, duration: timedelta, longer: timedelta
) -> None:
    found = calendar.add_business_time(at, duration)
    assert calendar.add_business_time(at + later, duration) >= found
    assert calendar.add_business_time(at, duration + longer) >= found + longer


@UNHURRIED
@given(zones, instants, durations)
def test_a_team_that_never_sleeps_works_by_the_wall_clock(zone: ZoneInfo, at: datetime, duration: timedelta) -> None:
    assert a_calendar(ALL_DAY, zone, "0123456").add_business_time(at, duration) == at + duration


@UNHURRIED
@given(calendars(), instants)
def test_business_hours_are_what_the_clock_on_the_wall_shows(calendar: BusinessCalendar, at: datetime) -> None:
    local = at.astimezone(calendar.zone)
    around = [local.utcoffset(), *((at + timedelta(days=day)).astimezone(calendar.zone).utcoffset() for day in (-1, 1))]
    if len(set(around)) > 1:
        return  # a time that the clock shows twice belongs to the first; see the tables below
    minute = (local.hour * 60 + local.minute) + (local.second + local.microsecond / 1e6) / 60
    shown = any(start <= minute < end for start, end in calendar.hours) and calendar.is_business_day(local.date())
    assert calendar.is_open(at) == shown


@UNHURRIED
@given(calendars(), instants)
def test_the_next_opening_is_now_or_when_hours_begin(calendar: BusinessCalendar, at: datetime) -> None:
    found = calendar.next_opening(at)
    assert calendar.is_open(found)
    assert found == at if calendar.is_open(at) else not calendar.is_open(found - timedelta(microseconds=1))
    assert calendar.add_business_time(at, timedelta(0)) in (at, found)


@UNHURRIED
@given(calendars(), instants)
def test_the_next_business_day_is_later_than_today(calendar: BusinessCalendar, at: datetime) -> None:
    start, end = calendar.start_of_next_business_day(at), calendar.end_of_next_business_day(at)
    assert at < start < end
    assert calendar.local_date(start) > calendar.local_date(at)
    assert calendar.is_open(start)
    assert is_open_or_closing(calendar, end)


@UNHURRIED
@given(zones, st.dates(date(2010, 1, 1), date(2027, 1, 1)), st.integers(0, 1439), st.integers(1, 60))
def test_later_on_the_clock_is_never_an_earlier_instant(zone: ZoneInfo, day: date, minute: int, more: int) -> None:
    assert to_utc(day, minute, zone) <= to_utc(day, min(minute + more, 1440), zone)
    assert to_utc(day, 1440, zone) == to_utc(day + timedelta(days=1), 0, zone)


@pytest.mark.parametrize(
    ("zone", "day", "time", "instant"),
    [
        ("Europe/Madrid", "2026-03-29", "01:59", "2026-03-29T00:59"),
        ("Europe/Madrid", "2026-03-29", "02:00", "2026-03-29T01:00"),
        ("Europe/Madrid", "2026-03-29", "02:30", "2026-03-29T01:00"),
        ("Europe/Madrid", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("Europe/Madrid", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("Europe/Madrid", "2026-10-25", "03:00", "2026-10-25T02:00"),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00"),
        ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T10:00"),
    ],
)
def test_a_skipped_time_is_when_the_clock_skips_and_a_doubled_one_the_first(
    zone: str, day: str, time: str, instant: str
) -> None:
    found = to_utc(date.fromisoformat(day), minute_of(time), ZoneInfo(zone))
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "hours", "until"),
    [
        ("2026-11-23T10:00", 4, "2026-11-23T14:00"),  # a Monday
        ("2026-11-23T14:00", 4, "2026-11-23T18:00"),
        ("2026-11-23T16:00", 4, "2026-11-24T11:00"),
        ("2026-11-23T23:00", 4, "2026-11-24T13:00"),
        ("2026-11-27T17:00", 4, "2026-11-30T12:00"),  # over the weekend
        ("2026-11-28T12:00", 0, "2026-11-30T09:00"),
        ("2026-11-23T18:00", 0, "2026-11-23T18:00"),
    ],
)
def test_hours_to_answer_do_not_pass_overnight_and_on_weekends(at: str, hours: int, until: str) -> None:
    assert a_calendar().add_business_time(madrid(at), timedelta(hours=hours)) == madrid(until)


def test_quiet_time_does_not_count() -> None:
    calendar = a_calendar(open_hours(540, 1080, [span_of("13:00-14:30")]))
    assert calendar.add_business_time(madrid("2026-11-23T12:00"), timedelta(hours=2)) == madrid("2026-11-23T15:30")
    assert not calendar.is_open(madrid("2026-11-23T13:00"))
    assert calendar.next_opening(madrid("2026-11-23T13:00")) == madrid("2026-11-23T14:30")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_the_clocks_change_has_the_hours_it_has(day: str, hours: int) -> None:
    calendar = a_calendar(ALL_DAY, weekdays="6")
    start = madrid(f"{day}T00:00")
    end = start + timedelta(hours=hours)
    assert calendar.add_business_time(start, timedelta(hours=hours)) == end
    assert calendar.is_open(end - timedelta(seconds=1))
    assert not calendar.is_open(end)


def test_a_day_that_a_zone_left_out_has_no_hours() -> None:
    apia = a_calendar(zone=ZoneInfo("Pacific/Apia"))
    thursday = datetime(2011, 12, 29, 22, tzinfo=UTC)  # noon
    assert apia.end_of_next_business_day(thursday) == to_utc(date(2012, 1, 2), 1080, apia.zone)


def test_business_days_are_days_of_the_week_without_holidays() -> None:
    christmas, sunday = date(2026, 12, 25), date(2026, 12, 27)
    calendar = a_calendar(holidays=(christmas,), workdays=(sunday,))
    assert not calendar.is_business_day(christmas)
    assert calendar.is_business_day(sunday)
    assert calendar.next_business_day(date(2026, 12, 24)) == sunday
    assert calendar.next_business_day(sunday) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("country", "region", "day", "works"),
    [
        ("ES", None, "2026-10-12", False), ("ES", "MD", "2026-05-02", False), ("CO", None, "2026-11-02", False),
        ("CO", None, "2026-11-03", True), ("ES", "MD", "2027-01-06", False), ("ES", None, "2026-09-11", True),
        ("ES", "CT", "2026-09-11", False),
    ],
)  # fmt: skip
def test_public_holidays_of_country_and_region_are_days_off(
    country: str, region: str | None, day: str, works: bool
) -> None:
    calendar = a_calendar(weekdays="0123456", place=(country, region))
    assert calendar.is_business_day(date.fromisoformat(day)) is works


def test_a_workday_wins_over_a_public_holiday() -> None:
    day = date(2026, 10, 12)
    assert a_calendar(place=("ES", None), workdays=(day,)).is_business_day(day)


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("2026-11-23T08:00", "2026-11-24T09:00", "2026-11-24T18:00"),
        ("2026-11-27T23:59", "2026-11-30T09:00", "2026-11-30T18:00"),
        ("2026-11-28T00:00", "2026-11-30T09:00", "2026-11-30T18:00"),
    ],
)
def test_the_next_business_day_is_told_by_its_hours(at: str, start: str, end: str) -> None:
    calendar = a_calendar()
    assert calendar.start_of_next_business_day(madrid(at)) == madrid(start)
    assert calendar.end_of_next_business_day(madrid(at)) == madrid(end)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("15m", "2026-11-27T17:45"), ("1h", "2026-11-27T18:30"), ("4h business", "2026-11-30T12:30"),
        ("90m business", "2026-11-30T10:00"), ("next business day", "2026-11-30T18:00"),
    ],
)  # fmt: skip
def test_times_to_answer_are_on_the_wall_clock_or_in_business_time(text: str, until: str) -> None:
    assert a_calendar().after(madrid("2026-11-27T17:30"), Within.parse(text)) == madrid(until)


@pytest.mark.parametrize("text", ["", "soon", "0m", "-1h", "1d", "1.5h", "1h businessday", "1000h", "next day", "m"])
def test_what_is_no_time_to_answer_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time to answer; write 15m"):
        Within.parse(text)


def test_time_is_only_added() -> None:
    with pytest.raises(ValueError, match="negative"):
        a_calendar().add_business_time(madrid("2026-11-23T10:00"), timedelta(seconds=-1))


def test_a_calendar_without_business_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no business hours are left"):
        a_calendar(hours=())
    with pytest.raises(ValueError, match="no day of the week is a business day"):
        a_calendar(weekdays="")


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        ([], [(540, 1080)]),
        (["12:00-13:00"], [(540, 720), (780, 1080)]),
        (["12:00-13:00", "12:30-14:00", "13:00-13:30"], [(540, 720), (840, 1080)]),
        (["08:00-10:00", "17:00-19:00"], [(600, 1020)]),
        (["17:00-10:00"], [(600, 1020)]),
        (["19:00-08:00"], [(540, 1080)]),
        (["00:00-24:00"], []),
        (["18:00-09:00"], [(540, 1080)]),
    ],
)
def test_quiet_spans_are_cut_out_of_the_hours(quiet: list[str], hours: list[tuple[int, int]]) -> None:
    assert open_hours(540, 1080, [span_of(text) for text in quiet]) == tuple(hours)


@UNHURRIED
@given(st.integers(0, 1439), st.integers(1, 1440), st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440))))
def test_hours_are_the_minutes_that_are_not_quiet(opens: int, closes: int, quiet: list[tuple[int, int]]) -> None:
    quiet = [each for each in quiet if each[0] != each[1]]
    hours = open_hours(opens, closes, quiet)
    cut = {
        minute
        for start, end in quiet
        for minute in (range(start, end) if start < end else [*range(start, 1440), *range(end)])
    }
    assert {minute for start, end in hours for minute in range(start, end)} == set(range(opens, closes)) - cut
    assert all(start < end for start, end in hours)
    assert all(before[1] < after[0] for before, after in pairwise(hours))
