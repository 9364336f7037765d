"""What alerts although the score may not."""

from datetime import timedelta
from typing import Any

import pytest

from core.health.gates import SignatureHistory, open_gates
from core.runs.model import Run
from tests.builders import START, a_run, counts

EARLIER = [a_run(number) for number in range(10, 0, -1)]


def names(newest: Run, **changes: Any) -> list[str]:
    values: dict[str, Any] = {"explained": 0, "signatures": [], "storms": {}, "now": newest.started_at} | changes
    return [gate.name for gate in open_gates(newest, values.pop("earlier", EARLIER), **values)]


def run(*held: int, **changes: Any) -> Run:
    return a_run(11, counts=counts(*held, **changes))


def test_nothing_is_open_for_a_healthy_run() -> None:
    assert names(run(100)) == []


@pytest.mark.parametrize(
    ("tests", "failed", "explained", "broken"),
    [
        (100, 18, 0, True),
        (100, 12, 0, False),
        (100, 18, 10, False),
        (10, 2, 0, False),
        (8, 4, 0, True),
        (100, 100, 0, True),
    ],
)
def test_broken_is_a_tenth_failing_for_sure(tests: int, failed: int, explained: int, broken: bool) -> None:
    assert ("broken" in names(run(tests, failed), explained=explained, earlier=[])) is broken


@pytest.mark.parametrize(
    "silent",
    [
        run(74),
        run(0),
        run(5, skipped=5),
        run(101, errors=1, collection_errors=1),
        run(1, errors=1, collection_errors=1),
    ],
)
def test_silent_is_a_run_that_says_too_little(silent: Run) -> None:
    assert names(silent) == ["silent"]


def test_a_quarter_fewer_tests_are_still_usual() -> None:
    assert names(run(75)) == []


def test_other_variants_are_not_compared() -> None:
    assert names(a_run(11, counts=counts(10), variant="smoke")) == []


def test_a_report_that_was_expected_is_missed() -> None:
    late = run(100)
    later = late.started_at + timedelta(days=2)
    assert names(late, now=later, report_every=timedelta(days=1)) == ["silent"]
    assert names(late, now=later, report_every=timedelta(days=3)) == []
    assert names(late, now=START + timedelta(days=900)) == []


@pytest.mark.parametrize(
    ("new", "runs", "attempts", "is_open"),
    [(True, 1, 1, False), (True, 2, 1, True), (True, 1, 2, True), (False, 5, 2, False)],
)
def test_new_needs_two_runs_or_two_attempts(new: bool, runs: int, attempts: int, is_open: bool) -> None:
    found = names(run(100, 1), signatures=[SignatureHistory("E: no", 1, new, runs, attempts)])
    assert found == (["new"] if is_open else [])


def test_storm_says_why() -> None:
    newest = run(100, 90)
    gates = open_gates(newest, EARLIER, explained=0, signatures=[], storms={11: "90 % failed"}, now=START)
    assert [gate.name for gate in gates] == ["broken", "storm"]
    assert "90 % failed" in gates[1].reason
