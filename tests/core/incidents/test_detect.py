"""What one run says about incidents, decided without a database."""

from dataclasses import replace
from typing import Any

import pytest

from core.incidents.detect import Colour, Facts, Opening, Plan, colour, decide, green_runs_needed
from core.incidents.model import ENGINE, Affected, Incident, Kind, Severity
from core.incidents.severity import Named, Reading
from core.runs.model import Outcome
from tests.builders import START, a_run, counts
from tests.core.incidents.keeping import an_incident
from tests.core.incidents.test_causes import a_group

PASSED, FAILED, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED


def facts(**changes: Any) -> Facts:
    """A complete run of forty tests like the one before."""
    run = a_run(9, counts=changes.pop("counts", counts(40)), coverage_percentage=changes.pop("coverage", 80.0))
    values: dict[str, Any] = {
        "run": run, "is_newest": True, "expected": 40, "ran_before": 40, "tests_before": 40, "last_good_run_id": 8,
    }  # fmt: skip
    return Facts(**(values | changes))


def known(*tests: int, **changes: Any) -> Incident:
    affected = tuple(Affected(each, f"test_{each}", "f1") for each in tests)
    return an_incident(**({"id": 7, "tests": affected, "families": ("f1",)} | changes))


def decided(found: Facts, *open_: Incident, resolved: tuple[Incident, ...] = ()) -> Plan:
    return decide(found, open_, resolved, Reading())


def opened(found: Facts, *open_: Incident) -> Opening:
    (one,) = decided(found, *open_).openings
    return one


def test_a_run_that_is_not_the_newest_changes_nothing() -> None:
    assert decided(facts(is_newest=False, groups=(a_group(1),)), known(1)) == Plan()


def test_a_good_run_opens_nothing() -> None:
    assert decided(facts()).openings == ()


def test_known_failures_join_and_only_the_others_open() -> None:
    plan = decided(facts(groups=(a_group(1), a_group(2))), known(1))
    assert list(plan.joins) == [7]
    assert [each.families for each in plan.openings] == [("f2",)]
    assert plan.colours == {7: Colour.RED}


def test_the_share_of_the_run_is_that_of_the_leading_cause() -> None:
    plan = decided(facts(groups=(a_group(*range(1, 25)), a_group(30))))
    assert [each.judged.severity.value for each in plan.openings] == ["high", "low"]


def test_what_is_known_does_not_make_the_new_worse() -> None:
    there = known(*range(1, 25))
    plan = decided(facts(groups=(a_group(*range(1, 25)), a_group(30))), there)
    assert [each.judged.severity.value for each in plan.openings] == ["low"]


def test_a_known_flake_opens_low_and_opens_nothing_again() -> None:
    flake = a_group(1, is_flaky=True)
    secure = {1: Named("test_1", function="test_security")}
    assert opened(facts(groups=(flake,), named=secure)).judged.severity is Severity.LOW
    plan = decided(facts(groups=(flake,)), resolved=(known(1, resolved_at=START, resolved_by=ENGINE),))
    assert (plan.joins, plan.openings) == ({}, ())


def test_the_same_failures_open_again_what_was_resolved() -> None:
    plan = decided(facts(groups=(a_group(1),)), resolved=(known(1, resolved_at=START, resolved_by="U1"),))
    assert list(plan.joins) == [7]


def test_in_an_outage_names_do_not_count() -> None:
    found = opened(facts(groups=(a_group(1),), named={1: Named("x", function="test_security")}, storm="it looks so"))
    assert (found.judged.severity, found.note) == (
        Severity.LOW, "Judge the surroundings before the tests: it looks so.",
    )  # fmt: skip


def test_a_time_limit_is_a_degradation_of_performance() -> None:
    assert opened(facts(groups=(a_group(1, category="timeout"),))).judged.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    ("count", "before", "severity"),
    [(30, 40, None), (29, 40, "medium"), (10, 40, "high"), (0, 40, "critical"), (10, 10, None), (9, 10, "high")],
)
def test_tests_vanished_when_fewer_than_three_quarters_are_left_and_fewer_than_before(
    count: int, before: int, severity: str | None
) -> None:
    plan = decided(facts(counts=counts(count), tests_before=before))
    assert [each.judged.severity.value for each in plan.openings] == ([] if severity is None else [severity])


def test_nothing_vanished_while_reports_may_still_come() -> None:
    assert decided(facts(counts=counts(10), is_partial=True)).openings == ()


def test_a_file_that_cannot_be_collected_hides_tests_and_none_vanished() -> None:
    bad = counts(1, errors=1, collection_errors=1)
    found = opened(facts(counts=bad, groups=(a_group(1, is_collection=True),)))
    assert (found.kind, found.judged.severity) == (Kind.COLLECTION, Severity.CRITICAL)
    assert found.note == "40 tests did not run: neither removed nor fixed."


def test_a_wave_of_other_skips_is_another_incident() -> None:
    skipped = tuple(Affected(each, f"test_{each}", "") for each in range(1, 11))
    found = facts(newly_skipped=skipped)
    assert opened(found).kind is Kind.SKIPPED
    other = known(21, 22, kind=Kind.SKIPPED)
    same = known(*range(1, 11), kind=Kind.SKIPPED)
    assert len(decided(found, other).openings) == 1
    assert (decided(found, same).openings, list(decided(found, same).joins)) == ((), [7])


def test_coverage_that_was_usual_is_missed() -> None:
    assert opened(facts(coverage=None, coverage_expected=True)).kind is Kind.COVERAGE
    assert decided(facts(coverage=None)).openings == ()


@pytest.mark.parametrize(
    ("outcomes", "found"),
    [
        ({1: PASSED, 2: PASSED}, Colour.GREEN),
        ({1: PASSED, 2: FAILED}, Colour.RED),
        ({1: PASSED, 2: SKIPPED}, Colour.NEITHER),
        ({1: PASSED}, Colour.NEITHER),
        ({}, Colour.NEITHER),
    ],
)
def test_only_passes_of_all_its_tests_are_green(outcomes: dict[int, Outcome], found: Colour) -> None:
    assert colour(known(1, 2), facts(outcomes=outcomes), {}) is found


def test_a_test_that_fails_for_another_cause_does_not_count() -> None:
    here, other = known(1, 2), known(2, id=8, families=("f2",))
    plan = decided(facts(groups=(a_group(2),), outcomes={1: PASSED, 2: FAILED}), here, other)
    assert plan.colours == {7: Colour.GREEN, 8: Colour.RED}


@pytest.mark.parametrize("change", [{"storm": "it looks so"}, {"is_partial": True}, {"counts": counts(0)}])
def test_a_run_that_says_nothing_is_not_green(change: dict[str, Any]) -> None:
    assert colour(known(1), facts(outcomes={1: PASSED}, **change), {}) is Colour.NEITHER


def test_another_branch_is_not_green() -> None:
    assert colour(known(1, branch="feature"), facts(outcomes={1: PASSED}), {}) is Colour.NEITHER


def test_a_later_run_of_the_branch_shows_that_runs_live_again() -> None:
    found = facts()
    died = known(kind=Kind.DIED, triggered_at=found.run.started_at)
    assert colour(died, found, {}) is Colour.GREEN
    assert colour(replace(died, branch="feature"), found, {}) is Colour.NEITHER
    shard = replace(found, run=replace(found.run, started_at=START))
    assert colour(died, shard, {}) is Colour.NEITHER


@pytest.mark.parametrize(
    ("kind", "changes", "found"),
    [
        (Kind.SILENT, {}, Colour.GREEN),
        (Kind.COLLECTION, {}, Colour.GREEN),
        (Kind.COLLECTION, {"counts": counts(40, errors=1, collection_errors=1)}, Colour.NEITHER),
        (Kind.VANISHED, {}, Colour.GREEN),
        (Kind.VANISHED, {"counts": counts(29)}, Colour.RED),
        (Kind.COVERAGE, {}, Colour.GREEN),
        (Kind.COVERAGE, {"coverage": None}, Colour.RED),
        (Kind.DECLARED, {}, Colour.NEITHER),
    ],
)
def test_what_was_missing_is_there(kind: Kind, changes: dict[str, Any], found: Colour) -> None:
    assert colour(known(kind=kind, expected=40), facts(**changes), {}) is found


def test_what_chance_has_no_part_in_needs_one_green_run() -> None:
    assert [green_runs_needed(kind, 3) for kind in (Kind.FAILURES, Kind.COLLECTION, Kind.VANISHED)] == [3, 1, 1]
