"""Statistics count what is over: what was done, in time, in a row, why not, and how long it took."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.checklists.model import Item, ItemState, Occurrence, Standing
from core.checklists.statistics import statistics_to_json, summarise
from tests.core.checklists.keeping import DAY, HOUR, MONDAY, an_occurrence

STATES = {"D": ItemState.DONE, "S": ItemState.SKIPPED, "O": ItemState.OPEN, "C": ItemState.CARRIED}


def a_day(n: int, strip: str, *, hours: float = 1, standing: Standing = Standing.CLOSED, **more: Any) -> Occurrence:
    """An occurrence n days later; a letter is an item: done, skipped, open, carried over."""
    items = tuple(
        Item(position, f"item {position}", state=STATES[letter], at=MONDAY + n * DAY + hours * HOUR,
             reason="no time" if letter == "S" else "")
        for position, letter in enumerate(strip)
    )  # fmt: skip
    day = MONDAY + n * DAY
    return an_occurrence(*items, id=n + 1, on=day.date(), due_at=day, standing=standing, **more)


def test_nothing_is_nothing() -> None:
    found = summarise([])
    assert (found.since, found.lists, found.whole.completion, found.whole.on_time) == (None, (), None, None)


def test_what_is_open_yet_does_not_count() -> None:
    assert summarise([a_day(0, "DO", standing=Standing.OPEN)]).whole.occurrences == 0


def test_completion_is_the_share_of_what_was_asked_for() -> None:
    whole = summarise([a_day(0, "DDSO"), a_day(1, "DDDC")]).whole
    assert (whole.items, whole.done, whole.skipped, whole.left) == (8, 5, 1, 2)
    assert whole.completion == pytest.approx(5 / 7)


def test_a_list_is_in_time_when_nothing_was_left_at_its_end() -> None:
    assert summarise([a_day(0, "DDS"), a_day(1, "DDO"), a_day(2, "DDC"), a_day(3, "DDD")]).whole.on_time == 0.5


@pytest.mark.parametrize(
    ("days", "streak", "longest"),
    [
        ([a_day(0, "D"), a_day(1, "S"), a_day(2, "D")], 3, 3),
        ([a_day(0, "D"), a_day(1, "D"), a_day(2, "O")], 0, 2),
        ([a_day(0, "D"), a_day(7, "D"), a_day(8, "D")], 3, 3),
        ([a_day(0, "D"), a_day(1, "D", standing=Standing.MISSED), a_day(2, "D")], 1, 1),
    ],
    ids=["skipping with a reason keeps it", "what is left breaks it", "days off keep it", "a missed one breaks it"],
)
def test_a_streak_is_of_complete_lists(days: list[Occurrence], streak: int, longest: int) -> None:
    (found,) = summarise(reversed(days)).lists
    assert (found.streak, found.longest) == (streak, longest)


def test_a_missed_list_left_everything() -> None:
    whole = summarise([a_day(0, "OO", standing=Standing.MISSED)]).whole
    assert (whole.missed, whole.left, whole.completion) == (1, 2, 0)


def test_reasons_are_counted_the_commonest_first() -> None:
    other = replace(a_day(2, "S"), items=(Item(0, "a", state=ItemState.SKIPPED, reason="no need"),))
    assert summarise([a_day(0, "SS"), other]).reasons == (("no time", 2), ("no need", 1))


def test_the_slowest_items_have_the_longest_median_from_due_to_done() -> None:
    found = summarise([a_day(0, "DO", hours=2), a_day(1, "DD", hours=4), a_day(2, "DD", hours=6)]).slowest
    assert [(each.text, each.hours, each.times) for each in found] == [("item 1", 5, 2), ("item 0", 4, 3)]


def test_each_week_and_month_has_its_slowest_item() -> None:
    found = summarise([a_day(0, "DO", hours=2), a_day(1, "OD", hours=4), a_day(7, "DO", hours=6), a_day(30, "O")])
    assert [each.slowest and (each.slowest.text, each.slowest.hours) for each in found.weeks] == [
        ("item 1", 4), ("item 0", 6), None,
    ]  # fmt: skip
    assert [each.slowest and each.slowest.hours for each in found.months] == [4, None]


def test_weeks_begin_on_monday_and_months_on_their_first_day() -> None:
    found = summarise([a_day(0, "D"), a_day(6, "O"), a_day(7, "D"), a_day(30, "D")])
    assert [(each.begins, each.kept.occurrences) for each in found.weeks] == [
        (date(2026, 3, 2), 2), (date(2026, 3, 9), 1), (date(2026, 3, 30), 1),
    ]  # fmt: skip
    assert [(each.begins.month, each.kept.occurrences) for each in found.months] == [(3, 3), (4, 1)]


def test_as_json_every_part_has_the_same_figures() -> None:
    found = statistics_to_json(summarise([a_day(0, "DS"), a_day(1, "DO")]))
    figures = {"occurrences": 2, "missed": 0, "complete": 1, "items": 4, "done": 2, "skipped": 1, "left": 1,
               "completion": pytest.approx(2 / 3), "on_time": 0.5}  # fmt: skip
    assert found["whole"] == figures
    assert found["lists"] == [{"list": "own", "title": "Own", **figures, "streak": 0, "longest_streak": 1}]
    assert found["weeks"] == [{"begins": "2026-03-02", **figures, "slowest": "item 0"}]
    assert found["slowest"] == [{"list": "own", "item": "item 0", "median_hours": 1, "times": 2}]
