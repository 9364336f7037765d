"""A team's lists are the book's as its settings change them, and each is due once a local date wherever it lives."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from core.checklists.book import LISTS
from core.checklists.lists import dues, lists_of, upcoming
from core.checklists.model import ListSpec
from core.errors import SettingsError
from core.settings import Settings
from tests.core.checklists.keeping import a_calendar, a_list, an_own_list, some_settings

FIRST, LAST = date(2020, 1, 1), date(2029, 12, 31)
ZONES = sorted(name for name in available_timezones() if name != "localtime")


def the_lists(lists: dict[str, Any], **more: Any) -> dict[str, ListSpec]:
    values = {"channel": "C1", "checklists": {"lists": lists, **more}}
    return {each.key: each for each in lists_of(Settings.model_validate(values))}


def problems(lists: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        the_lists(lists, **more)
    return list(refused.value.problems)


@pytest.mark.parametrize("names", [ZONES[n::4] for n in range(4)])
def test_in_every_zone_a_list_is_due_once_a_date_at_a_time_that_exists(names: list[str]) -> None:
    for name in names:
        zone, calendar = ZoneInfo(name), a_calendar(name)
        changes = _changes(zone)
        for at in ("00:00", "01:30", "02:30", "23:59"):
            spec = a_list("mon tue wed thu fri sat sun", at=at, zone=name, on_holiday="as is")
            for day in changes:
                near = [day + timedelta(days=n) for n in (-1, 0, 1)]
                found = dues(spec, calendar, near[0], near[-1])
                assert [each.on for each in found] == near, (name, day)
                assert all(one.due_at < other.due_at for one, other in pairwise(found)), (name, day)
                for due in found:
                    _is_as_wanted(due.due_at.astimezone(zone), datetime.fromisoformat(f"{due.on} {at}"), zone)


def _is_as_wanted(local: datetime, wanted: datetime, zone: ZoneInfo) -> None:
    """The local time itself, the first of two; the end of the gap for one that clocks skip."""
    assert local.fold == 0, local
    exists = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted
    shown = local.replace(tzinfo=None)
    assert shown == wanted if exists else shown > wanted, (local, wanted)


def _changes(zone: ZoneInfo) -> list[date]:
    """The first day of ten years, and the days in them on which the clocks of a zone are changed."""
    found, spans = [FIRST], [FIRST + timedelta(weeks=n) for n in range(0, (LAST - FIRST).days // 7, 3)]
    for one, other in pairwise(spans):
        if _offset(one, zone) != _offset(other, zone):
            days = [one + timedelta(days=n) for n in range(22)]
            found.append(next(day for day, after in pairwise(days) if _offset(day, zone) != _offset(after, zone)))
    return found


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()


@pytest.mark.parametrize("name", ["Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_days_follow_each_other_in_order_over_ten_years(name: str) -> None:
    for at in ("00:15", "02:30"):
        spec = a_list("business days", at=at, zone=name)
        found = dues(spec, a_calendar(name), FIRST, LAST)
        assert all(one.on < other.on and one.due_at < other.due_at for one, other in pairwise(found))
        assert len(found) == sum((FIRST + timedelta(days=n)).weekday() < 5 for n in range((LAST - FIRST).days + 1))


def test_a_time_that_clocks_skip_is_the_instant_at_which_they_skip_it() -> None:
    spec = a_list("sun", at="02:30", zone="Europe/Madrid", on_holiday="as is")
    (found,) = dues(spec, a_calendar("Europe/Madrid"), date(2026, 3, 29), date(2026, 3, 29))
    assert found.due_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_time_that_clocks_show_twice_is_the_first() -> None:
    spec = a_list("sun", at="02:30", zone="Europe/Madrid", on_holiday="as is")
    (found,) = dues(spec, a_calendar("Europe/Madrid"), date(2026, 10, 25), date(2026, 10, 25))
    assert found.due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nothing_is_due_in_a_pause() -> None:
    spec = a_list("mon", pauses=((date(2026, 3, 2), date(2026, 3, 9)),))
    assert [each.on.day for each in dues(spec, a_calendar(), date(2026, 3, 1), date(2026, 3, 31))] == [16, 23, 30]


def test_what_is_to_come_stands_in_the_order_of_its_instants() -> None:
    found = upcoming(lists_of(Settings()), a_calendar(), date(2026, 3, 2), 7)
    assert [due.due_at for due in found] == sorted(due.due_at for due in found)
    assert [due.spec.key for due in found if due.on == date(2026, 3, 2)] == [
        "monday", "start_of_day", "first_week", "daily_tasks", "end_of_day",
    ]  # fmt: skip


def test_without_settings_the_lists_are_the_books() -> None:
    assert [*the_lists({})] == [*LISTS]


def test_a_list_of_the_book_can_be_changed_in_any_part_and_keeps_the_rest() -> None:
    found = the_lists(
        {"monday": {"at": "08:15", "without": ["Update security test scenarios"], "add": ["Water plants"]}}
    )
    monday = found["monday"]
    assert (monday.at, monday.minutes, monday.role) == ("08:15", 30, "qa_team")
    assert [each.text for each in monday.items] == [
        "Full mock interface compliance audit", "Review test performance trends", "Check database test data cleanup",
        "Water plants",
    ]  # fmt: skip


def test_a_list_of_ones_own_needs_items_and_a_cadence_alone() -> None:
    found = the_lists({"release": {"cadence": "thu", "items": ["Tag it"]}})["release"]
    assert (found.title, found.at, found.channel) == ("Release", "09:00", "C1")


def test_what_a_list_that_is_off_would_take_over_goes_to_the_next_one() -> None:
    assert the_lists({"wednesday": {"on": False}})["monday"].carry_to == "friday"
    assert the_lists({"wednesday": {"on": False}, "friday": {"on": False}})["monday"].carry_to == "monday"


def test_nothing_is_carried_over_to_a_list_that_is_never_posted() -> None:
    settings = some_settings({"own": an_own_list(carry_to="other"), "other": an_own_list(on=False)})
    assert {each.key: each.carry_to for each in lists_of(settings)} == {"own": ""}


@pytest.mark.parametrize(
    ("lists", "words"),
    [
        ({"mondy": {"on": False}}, "checklists.lists.mondy: there is no such list; did you mean monday?"),
        ({"start-of-day": {"at": "08:00"}}, None),
        ({"first_weak": {"at": "08:00"}}, "there is no such list; did you mean first_week?"),
        ({"zzz": {"on": False}}, "there is no such list to switch off; the book's are start_of_day"),
        ({"own": {"cadence": "mon"}}, 'checklists.lists.own: it has no items; write items = ["…"]'),
        ({"own": {"items": ["a"]}}, 'checklists.lists.own: it needs a cadence, such as "mon"'),
        ({"own": {"items": ["a"], "cadence": "mo"}}, "cadence: 'mo' is no cadence; write business"),
        ({"own": {"items": ["a", "a"], "cadence": "mon"}}, "checklists.lists.own: 'a' is on it twice"),
        ({"monday": {"add": ["Review test performance trends"]}}, "'Review test performance trends' is on it twice"),
        ({"monday": {"without": ["Review test performance trend"]}},
         "without: 'Review test performance trend' is no item of it; did you mean 'Review test performance trends'?"),
        ({"monday": {"role": "team_led"}}, "role: 'team_led' is no role; did you mean 'team_lead'?"),
        ({"monday": {"role": "boss"}}, "role: 'boss' is no role; there are developer, team_lead"),
        ({"monday": {"carry_to": "wensday"}}, "carry_to: 'wensday' is no list; did you mean 'wednesday'?"),
    ],
)  # fmt: skip
def test_every_mistake_is_a_sentence_that_helps(lists: dict[str, Any], words: str | None) -> None:
    if words is None:
        with pytest.raises(ValueError, match="is no name of a list; write it in small letters, like start_of_day"):
            the_lists(lists)
    else:
        (found,) = problems(lists)
        assert words in found


def test_every_mistake_of_a_list_is_told_at_once_and_no_other_list_is_blamed_for_it() -> None:
    found = problems({"friday": {"role": "x", "cadence": "mo", "carry_to": "zz"}}, lead="nobody")
    assert [each.split(" is ")[0] for each in found] == [
        "checklists.lists.friday: cadence: 'mo'", "checklists.lists.friday: role: 'x'",
        "checklists.lists.friday: carry_to: 'zz'", "checklists.lead: 'nobody'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"items": [{"text": "a", "check": "covrage"}]}, "'covrage' is no check; there are dependencies"),
        ({"items": [{"text": "a", "value": 80}]}, "has a value, 80, but no check that measures against it"),
        ({"items": [{"text": "a", "check": "coverage", "value": 800}]}, "is a share of 100"),
        ({"items": [" "]}, "an item needs words"),
        ({"at": "9"}, "'9' is no time of day; write one like 09:00"),
        ({"timezone": "Mars"}, "'Mars' is no time zone"),
        ({"channel": "#qa"}, "'#qa' is no channel id"),
        ({"pauses": [{"from": "2026-08-31", "until": "2026-08-01"}]}, "it ends, 2026-08-01, before it begins"),
        ({"on_holiday": "later"}, "skip"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)  # fmt: skip
def test_what_is_no_setting_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        the_lists({"own": an_own_list() | changes})


def test_a_reminder_needs_a_duration() -> None:
    with pytest.raises(ValueError, match="'next business day' is no time to wait; write 2h business or 90m"):
        the_lists({}, nag=["next business day"])
