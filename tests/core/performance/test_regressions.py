"""How a change is told from chance, and where it began."""

import pytest

from core.performance.regressions import find_onset, runs_needed


@pytest.mark.parametrize("split", [2, 5, 20, 30, 33])
def test_a_step_is_found_where_it_is(split: int) -> None:
    values = [1.0 + run % 3 / 10 for run in range(split)] + [2.0 + run % 3 / 10 for run in range(35 - split)]
    assert find_onset(values) == split


def test_one_odd_run_does_not_move_the_onset() -> None:
    values = [1.0, 1.1, 9.0, 1.2, 1.0, 1.1, 1.2, 1.0, 1.1, 1.2, 2.0, 2.1, 2.2, 2.0, 1.15, 2.1]
    assert find_onset(values) == 10


def test_a_drop_has_an_onset_too() -> None:
    assert find_onset([5.0] * 10 + [1.0] * 5) == 10


@pytest.mark.parametrize(("tests", "runs"), [(1, 13), (64, 13), (500, 19), (100_000, 35)])
def test_more_tests_need_more_runs_to_be_told_from_chance(tests: int, runs: int) -> None:
    assert runs_needed(tests) == runs
