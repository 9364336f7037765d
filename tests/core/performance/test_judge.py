"""What the rule flags where the truth is known; the figures of many more suites are in the benchmarks."""

from array import array
from math import nan
from statistics import fmean

import pytest

from core.performance.grid import Grid, Totals
from core.performance.judge import Judged, judge
from tests.builders import a_run, counts
from tests.core.performance.simulated import simulate


def a_grid(*rows: list[float]) -> Grid:
    """One row of seconds per test; NaN where it did not pass."""
    grid = Grid([a_run(number + 1, counts=counts(len(rows))) for number in range(len(rows[0]))])
    grid.ids = array("q", range(1, len(rows) + 1))
    grid.columns = [array("f", column) for column in zip(*rows, strict=True)]
    grid.totals = [Totals() for _ in grid.runs]
    return grid


def slower(judged: Judged) -> set[int]:
    return {shift.timing.place for shift in judged.slower}


def faster(judged: Judged) -> set[int]:
    return {shift.timing.place for shift in judged.faster}


def steady(seconds: float, runs: int = 35, swing: float = 0.1) -> list[float]:
    """About the same in every run, never exactly."""
    return [round(seconds * (1 + swing * ((run * 7919 % 100) / 50 - 1)), 4) for run in range(runs)]


def many_steady(runs: int = 35) -> list[list[float]]:
    return [steady(0.2 + 0.01 * number, runs, 0.1 + number / 500) for number in range(40)]


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_changed_and_nothing_is_flagged_even_on_slow_runners(seed: int) -> None:
    for slow_runs in ([], [-1], range(-5, 0)):
        judged = judge(simulate(seed, slow_runs=slow_runs).grid)
        assert (slower(judged), faster(judged)) == (set(), set())


@pytest.mark.parametrize("slow_runs", [(), range(-5, 0)])
def test_tests_that_take_twice_as_long_are_found_on_any_runner(slow_runs: list[int]) -> None:
    simulated = simulate(3, factor=2.0, slow_runs=slow_runs)
    assert len(simulated.truth) > 5
    assert slower(judge(simulated.grid)) == simulated.truth.keys()


def test_most_tests_that_take_half_as_long_again_are_found() -> None:
    simulated = [simulate(seed, factor=1.5) for seed in (4, 5)]
    recall = [len(slower(judge(each.grid)) & each.truth.keys()) / len(each.truth) for each in simulated]
    assert fmean(recall) >= 0.65


def test_ten_runs_show_what_five_cannot() -> None:
    simulated = [simulate(seed, factor=1.5, only=1, runs=40, changed_runs=10) for seed in range(10, 16)]
    found = [slower(judge(each.grid)) >= each.truth.keys() for each in simulated]
    assert sum(found) >= 5


def test_the_speed_of_the_runner_is_told_and_factored_out() -> None:
    judged = judge(simulate(6, tests=400, slow_runs=[-1]).grid)
    assert judged.factors[-1] == pytest.approx(1.6, rel=0.3)
    assert judged.factor_tests >= 10
    assert judged.hints == ()


def test_what_became_faster_is_told_too() -> None:
    grid = a_grid(*many_steady(), steady(2.0)[:30] + steady(0.5, 5))
    judged = judge(grid)
    assert (slower(judged), faster(judged)) == (set(), {40})


def test_one_slow_run_is_a_hint_and_no_regression() -> None:
    judged = judge(a_grid(*many_steady(), [*steady(2.0, 34), 9.0]))
    assert slower(judged) == set()
    assert [(place, round(seconds), round(mean)) for place, seconds, mean in judged.hints] == [(40, 9, 2)]


def test_no_hint_is_given_for_a_test_below_a_second() -> None:
    judged = judge(a_grid(*many_steady(), [*steady(0.5, 34), 5.0]))
    assert judged.hints == ()


def test_runs_that_the_test_did_not_pass_do_not_count() -> None:
    row = steady(0.3)
    for run in range(0, 35, 3):
        row[run] = nan
    assert slower(judge(a_grid(*many_steady(), row))) == set()
    row[-12:] = [value * 3 for value in row[-12:]]
    assert slower(judge(a_grid(*many_steady(), row))) == {40}


def test_a_test_that_no_longer_runs_is_not_judged() -> None:
    row = [*steady(0.3, 20), *steady(3.0, 10), *[nan] * 5]
    judged = judge(a_grid(*many_steady(), row))
    assert (slower(judged), judged.tests) == (set(), 40)


def test_a_short_test_that_became_long_is_flagged() -> None:
    judged = judge(a_grid(*many_steady(), steady(0.002)[:30] + steady(2.0, 5)))
    assert slower(judged) == {40}


def test_a_change_that_nobody_feels_is_not_flagged() -> None:
    judged = judge(a_grid(*many_steady(), [0.01] * 30 + [0.03] * 5))
    assert slower(judged) == set()


def test_a_short_suite_is_judged_by_its_own_measure() -> None:
    """0.1 s is much where everything takes half a second."""
    rows = [steady(0.02, 35, 0.1 + number / 500) for number in range(24)]
    assert slower(judge(a_grid(*rows, steady(0.02)[:30] + steady(0.06, 5)))) == {24}


def test_few_runs_flag_nothing() -> None:
    judged = judge(a_grid(*many_steady(12), [0.2] * 7 + [2.0] * 5))
    assert (slower(judged), judged.asked) == (set(), 0)


def test_with_few_tests_the_runner_is_left_alone() -> None:
    judged = judge(a_grid(steady(1.0)[:30] + steady(3.0, 5), steady(0.5)))
    assert (judged.factor_tests, set(judged.factors)) == (0, {1.0})
    assert slower(judged) == {0}


def test_new_tests_are_counted_with_their_time() -> None:
    judged = judge(a_grid(*many_steady(), [nan] * 33 + [1.0, 2.0]))
    assert (judged.new_tests, judged.new_tests_seconds) == (1, 2.0)


def test_the_slowest_come_first_with_what_they_usually_take() -> None:
    judged = judge(a_grid(*many_steady(), steady(5.0)))
    assert judged.slowest[0] == (40, pytest.approx(5.0, rel=0.1))
    seconds = [each for _, each in judged.slowest]
    assert seconds == sorted(seconds, reverse=True)


def test_one_run_alone_has_slowest_tests() -> None:
    judged = judge(a_grid([0.5], [nan], [2.0]))
    assert [place for place, _ in judged.slowest] == [2, 0]
    assert (judged.tests, judged.tests_seconds) == (2, 2.5)


def test_nothing_that_passed_is_no_error() -> None:
    judged = judge(a_grid([nan, nan]))
    assert (judged.tests, judged.slowest) == (0, ())
