"""What would save most time, and when nothing is worth saying."""

from datetime import timedelta
from typing import Any

import pytest

from core.performance.advice import advise
from core.performance.model import Advice, Change, Onset, SlowTest, Trend
from tests.builders import START, a_run, a_test
from tests.handlers.messages.durations import a_suite_time


def slow_test(number: int, seconds: float) -> SlowTest:
    return SlowTest(number, f"test_{number}", seconds, 0.0, 20, Trend.STABLE, None)


def a_change(number: int, run: int, added: float) -> Change:
    onset = Onset(a_run(run, started_at=START + timedelta(hours=run)), a_run(run - 1))
    return Change(number, f"test_{number}", 1.0, 1.0 + added, 30, 5, 1e-6, onset, ())


def advice(
    *slowest: SlowTest, changes: tuple[Change, ...] = (), total: float | None = None, **suite: Any
) -> list[Advice]:
    measured = {each.test_id: suite.pop(f"measured_{each.test_id}", None) for each in slowest}
    swinging = (0.9, 1.0, 1.1, 0.95, 1.05)
    measured = {
        each.test_id: measured[each.test_id] or [each.seconds * factor for factor in swinging] for each in slowest
    }
    modules = suite.pop("modules", {})
    tests = {each.test_id: a_test(each.test_id, classname=modules.get(each.test_id, "")) for each in slowest}
    tests = {key: row._replace(file="") for key, row in tests.items()}
    seconds = sum(each.seconds for each in slowest) if total is None else total
    return list(advise(slowest, changes, a_suite_time(**suite), total=seconds, measured=measured, tests=tests))


def texts(found: list[Advice]) -> list[str]:
    return [each.text for each in found]


def test_a_fast_suite_is_left_alone() -> None:
    assert advice() == []
    assert advice(slow_test(1, 0.2), slow_test(2, 0.2)) == []


def test_tests_that_became_slower_in_one_run_are_one_advice_and_come_first() -> None:
    found = advice(
        slow_test(1, 90.0), changes=(a_change(1, 7, 2.0), a_change(2, 9, 0.5), a_change(3, 7, 1.0)), total=100.0
    )
    assert texts(found)[:2] == [
        "look at what run 7 (rev7) changed: 2 tests take 3.00 s more since",
        "look at what run 9 (rev9) changed: test_2 takes 0.50 s more since",
    ]
    assert found[0].seconds == pytest.approx(3.0)


def test_the_few_tests_that_take_half_of_the_time_are_counted() -> None:
    [found] = advice(slow_test(1, 30.3), slow_test(2, 25.3), slow_test(3, 5.3), total=100.0)
    assert found.text.startswith("make the 2 slowest tests faster: they take 56% of the time (55.6 s); or ")
    [found] = advice(slow_test(1, 60.3), total=100.0)
    assert found.text.startswith("make test_1 faster: it takes 60% of the time")


def test_a_test_that_waits_takes_the_same_round_time_always() -> None:
    steady = [5.01, 5.02, 5.01, 5.015, 5.012]
    [found] = advice(slow_test(1, 5.01), total=100.0, measured_1=steady)
    assert found.text.startswith("wait for the event, not for a while, in test_1: it takes nearly the same round time")
    assert advice(slow_test(1, 5.01), total=100.0) == []
    assert advice(slow_test(1, 5.37), total=100.0, measured_1=[5.37] * 5) == []


def test_a_class_whose_tests_all_take_about_the_same_shares_a_set_up() -> None:
    tests = [slow_test(number, 0.8 + number / 100) for number in range(8)]
    [found] = advice(*tests, total=50.0, modules=dict.fromkeys(range(8), "tests.test_db"))
    assert found.text.startswith("share the set-up of tests.test_db: 8 of its tests take about 0.84 s each, 6.68 s in")
    assert advice(*tests, total=50.0, modules={number: f"tests.test_{number}" for number in range(8)}) == []


def test_a_failing_test_that_hangs_is_worth_more_than_all_passing_ones() -> None:
    suite = {"measured_seconds": 100.0, "longest_failing": "test_9", "longest_failing_seconds": 60.0}
    [found] = advice(**suite)
    assert found.text == "repair test_9: it fails after 60.0 s, 60% of the newest run"
    assert advice(**(suite | {"longest_failing_seconds": 5.0})) == []


def test_time_that_no_test_accounts_for_is_looked_into() -> None:
    [found] = advice(measured_seconds=100.0, tests_seconds=10.0, unaccounted_seconds=90.0)
    assert "90.0 s of the newest run (90%) belong to no test" in found.text
    assert advice(measured_seconds=100.0, tests_seconds=95.0, unaccounted_seconds=5.0) == []


def test_a_long_suite_that_runs_one_test_after_the_other_could_run_them_together() -> None:
    assert any("pytest-xdist" in text for text in texts(advice(measured_seconds=300.0, tests_seconds=290.0)))
    assert advice(measured_seconds=300.0, tests_seconds=1100.0, parallel=3.7) == []
    assert advice(measured_seconds=100.0, tests_seconds=95.0) == []
