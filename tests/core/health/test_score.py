"""The procedure book's number, and what is said beside it."""

import pytest

from core.health.score import score_health
from core.runs.model import ReportCounts
from tests.builders import a_run, counts

WINDOW = "the last 100 runs"


@pytest.mark.parametrize(
    ("tests", "failed", "flaky", "coverage", "score"),
    [
        (100, 0, 0, 85, 100),
        (100, 5, 0, 85, 100),
        (100, 6, 0, 85, 80),
        (100, 100, 0, 80, 80),
        (100, 0, 1, 85, 95),
        (100, 0, 3, 85, 85),
        (100, 0, 0, 79.5, 99.5),
        (100, 6, 2, 67.48, 57.48),
        (100, 6, 30, 10, 0),
        (1000, 50, 0, 80, 100),
        (1000, 51, 0, 80, 80),
    ],
)
def test_score_is_the_books(tests: int, failed: int, flaky: int, coverage: float, score: float) -> None:
    run = a_run(counts=counts(tests, failed), coverage_percentage=coverage)
    found = score_health(run, [f"test_{number}" for number in range(flaky)], WINDOW)
    assert found.value == score
    assert found.value == max(0, round(100 - sum(each.points for each in found.deductions), 6))


def test_every_deduction_shows_its_input() -> None:
    run = a_run(7, counts=counts(200, 20, 10), coverage_percentage=70.0)
    rate, flaky, coverage = score_health(run, ["test_a"], WINDOW).deductions
    assert (rate.rule, rate.points, rate.input, rate.threshold, rate.n, rate.window) == (
        "failure_rate", 20, 0.15, 0.05, 200, "run 7",
    )  # fmt: skip
    assert (flaky.rule, flaky.points, flaky.input, flaky.window) == ("flaky_tests", 5, 1, WINDOW)
    assert (coverage.rule, coverage.points, coverage.input, coverage.threshold) == ("coverage", 10, 70.0, 80)
    assert "30 of 200" in rate.evidence
    assert "test_a" in flaky.evidence
    assert "70.00 %" in coverage.evidence


def test_no_coverage_takes_nothing_off_and_is_said() -> None:
    run, known = a_run(2, coverage_percentage=None), a_run(1, coverage_percentage=64.0)
    found = score_health(run, [], WINDOW, last_covered=known)
    assert found.value == 100
    assert found.caveats == ("coverage: unknown (last known: 64.00 % in run 1); its rule was not applied",)


def test_skipped_tests_are_not_executed() -> None:
    assert score_health(a_run(counts=counts(100, failed=5, skipped=20)), [], WINDOW).value == 80


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (counts(0), "no test at all"),
        (counts(5, errors=5, collection_errors=5), "nothing but collection errors"),
        (counts(5, skipped=5), "nothing but skipped tests"),
        (counts(1, errors=1, suite_level=1), "nothing but errors of whole suites"),
    ],
)
def test_a_run_that_executed_nothing_is_never_a_hundred_percent_failing(held: ReportCounts, said: str) -> None:
    found = score_health(a_run(3, counts=held), [], WINDOW)
    assert found.value == 100
    assert any(said in caveat and "not applied" in caveat for caveat in found.caveats)


def test_after_a_run_that_executed_nothing_the_rate_stays_what_it_was() -> None:
    blind = a_run(3, counts=counts(5, errors=5, collection_errors=5))
    found = score_health(blind, [], WINDOW, last_executed=a_run(2, counts=counts(100, 40)))
    assert found.value == 80
    assert found.deductions[0].window == "run 2"
    assert "run 3 holds nothing but collection errors: the failure rate is still that of run 2" in found.caveats


def test_collection_errors_do_not_count_as_failing_tests() -> None:
    run = a_run(counts=counts(103, failed=5, errors=3, collection_errors=3))
    assert score_health(run, [], WINDOW).value == 100


def test_small_runs_and_saturation_are_said() -> None:
    found = score_health(a_run(counts=counts(6, 2)), ["t"] * 20, WINDOW)
    assert "the failure rate rests on 6 executed cases only" in found.caveats
    assert "the deductions add up to 120 points; the score does not go below 0" in found.caveats
