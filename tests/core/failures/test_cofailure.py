"""Tests that fail in the same runs are one group; tests that happen to fail in one run are none."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.failures.cofailure import chance_of_sharing, find_cofailures


def test_tests_that_fail_in_the_same_runs_are_one_group() -> None:
    failed = {f"net_{n}": {3, 17, 40, 66} - {40 if n == 2 else -1} for n in range(13)} | {"alone": {1, 50, 70}}
    (group,) = find_cofailures(failed, 100)
    assert len(group.tests) == 13
    assert "alone" not in group.tests
    assert (group.together, group.runs) == (4, 4)
    assert group.sentence.startswith("the same 13 tests flake together: in 4 of the 4 runs")


def test_two_causes_are_two_groups_although_they_once_met() -> None:
    failed = {f"db_{n}": {1, 20, 40, 60} for n in range(4)} | {f"net_{n}": {5, 20, 45, 80} for n in range(3)}
    assert [each.tests for each in find_cofailures(failed, 100)] == [
        ("db_0", "db_1", "db_2", "db_3"), ("net_0", "net_1", "net_2")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "failed",
    [
        {},
        {"a": {1}, "b": {1}},
        {"a": {1, 2}, "b": {1, 9}},
        {f"t{n}": {1, 2} for n in range(2)} | {f"other{n}": {n, n + 40} for n in range(3, 33)},
    ],
    ids=["none", "one run", "one run in common", "two runs in common among many tests of few runs"],
)
def test_what_chance_explains_is_no_group(failed: dict[str, set[int]]) -> None:
    assert find_cofailures(failed, 30) == ()


def test_independent_flakes_are_hardly_ever_called_a_group() -> None:
    draw = random.Random(7)
    wrong = 0
    for _ in range(100):
        failed = {f"t{n}": {run for run in range(60) if draw.random() < 0.08} for n in range(30)}
        wrong += bool(find_cofailures(failed, 60))
    assert wrong <= 8


def test_groups_are_found_among_noise() -> None:
    draw = random.Random(11)
    found = 0
    for _ in range(50):
        outages = draw.sample(range(60), 5)
        failed = {f"t{n}": {run for run in range(60) if draw.random() < 0.05} for n in range(30)}
        failed |= {f"db{n}": {run for run in outages if draw.random() < 0.9} for n in range(6)}
        groups = find_cofailures(failed, 60)
        found += bool(groups) and sum(name.startswith("db") for name in groups[0].tests) >= 5
    assert found >= 45


@pytest.fixture(scope="module")
def hypergeom() -> Any:
    """Not imported above, because it takes a second that every worker would pay to collect the tests."""
    from scipy.stats import hypergeom  # type: ignore[import-untyped]

    return hypergeom


@given(runs=st.integers(1, 60), data=st.data())
def test_the_chance_is_that_of_the_hypergeometric_distribution(hypergeom: Any, runs: int, data: st.DataObject) -> None:
    one, other = data.draw(st.integers(0, runs)), data.draw(st.integers(0, runs))
    shared = data.draw(st.integers(0, min(one, other)))
    assert chance_of_sharing(shared, one, other, runs) == pytest.approx(hypergeom.sf(shared - 1, runs, one, other))


@given(st.dictionaries(st.text(max_size=3), st.sets(st.integers(0, 20)), max_size=12))
def test_each_test_is_in_one_group_at_most(failed: dict[str, set[int]]) -> None:
    names = [name for group in find_cofailures(failed, 21) for name in group.tests]
    assert len(names) == len(set(names))
