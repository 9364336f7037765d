"""Storms are found; breakages, growth and incomplete runs are none."""

from collections.abc import Sequence

from core.failures.validity import FailureMix, executed_and_bad, failing_share, find_storms, mix_of
from core.runs.model import Run
from tests.builders import a_run, counts


def runs(*failed: int, tests: int = 100) -> list[Run]:
    return [a_run(number, counts=counts(tests, each)) for number, each in enumerate(failed, start=1)]


def mixes(found: Sequence[Run], category: str = "assertion", *, one_signature: bool = False) -> dict[int, FailureMix]:
    return {
        run.id: mix_of([("same" if one_signature else str(number), category) for number in range(run.counts.bad)])
        for run in found
        if run.counts.bad
    }


def test_eighty_percent_failing_is_a_storm() -> None:
    found = runs(0, 1, 85, 0)
    assert list(find_storms(found, mixes(found))) == [3]


def test_half_failing_for_many_reasons_is_none() -> None:
    found = runs(0, 0, 0, 0, 0, 50)
    assert find_storms(found, mixes(found)) == {}


def test_half_failing_with_one_signature_is_a_storm_once_the_usual_is_known() -> None:
    found = runs(0, 0, 0, 0, 0, 50)
    assert list(find_storms(found, mixes(found, one_signature=True))) == [6]
    few = runs(0, 50)
    assert find_storms(few, mixes(few, one_signature=True)) == {}


def test_connections_behind_half_of_the_failures_are_a_storm() -> None:
    found = runs(0, 20)
    assert list(find_storms(found, mixes(found, "network"))) == [2]


def test_what_lasts_three_runs_is_the_state_of_the_suite() -> None:
    found = runs(0, 85, 84, 86)
    assert find_storms(found, mixes(found)) == {}
    assert list(find_storms(found[:3], mixes(found[:3]))) == [2, 3]


def test_new_tests_that_fail_are_no_storm() -> None:
    found = [a_run(1, counts=counts(2, 2)), a_run(2, counts=counts(37, 31))]
    assert find_storms(found, mixes(found)) == {}


def test_a_first_run_is_never_a_storm() -> None:
    found = runs(100)
    assert find_storms(found, mixes(found)) == {}


def test_two_failures_are_never_a_storm() -> None:
    found = runs(0, 2, tests=2)
    assert find_storms(found, mixes(found)) == {}


def test_a_run_that_executed_nothing_is_incomplete_not_a_storm() -> None:
    found = [a_run(1), a_run(2, counts=counts(5, errors=5, collection_errors=5))]
    assert find_storms(found, mixes(found, "collection_error")) == {}


def test_files_that_were_not_collected_are_no_failing_tests() -> None:
    run = a_run(counts=counts(105, failed=10, errors=5, collection_errors=5))
    assert executed_and_bad(run) == (100, 10)
    assert failing_share(run) == 0.1
    assert failing_share(a_run(counts=counts(5, errors=5, collection_errors=5))) is None
    assert failing_share(a_run(counts=counts(3, skipped=3))) is None
    assert failing_share(a_run(counts=counts(0))) is None
