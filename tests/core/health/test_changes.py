"""What is different from the run before."""

from typing import Any

from core.health.changes import Snapshot, choose_previous, find_changes
from core.health.model import Changes
from tests.builders import a_run, a_test, counts, results, some_tests


def changes(
    before: str,
    now: str,
    complete: str | None = None,
    *,
    blind_before: bool = False,
    blind_now: bool = False,
    **more: Any,
) -> Changes:
    """Changes between strips: one letter per test, P passed, F failed, S skipped, a dash for no result."""

    def snapshot(number: int, strip: str, blind: bool) -> Snapshot:
        held = counts(len(strip) + blind, errors=int(blind), collection_errors=int(blind))
        return Snapshot(a_run(number, counts=held, **more.get(f"run{number}", {})), results(strip))

    tests = some_tests(*range(1, 10)) | more.get("tests", {})
    old = snapshot(1, complete, False) if complete else None
    return find_changes(snapshot(3, now, blind_now), snapshot(2, before, blind_before), old, tests)


def short(names: tuple[str, ...]) -> str:
    return "".join(name[-1] for name in names)


def test_each_test_is_told_once() -> None:
    found = changes("PFFPF--", "FPFP-PF")
    assert short(found.newly_failing) == "1"
    assert short(found.fixed) == "2"
    assert short(found.still_failing) == "3"
    assert short(found.vanished) == "5"
    assert short(found.added) == "67"
    assert short(found.failing_at_birth) == "7"


def test_nothing_changed_is_an_answer() -> None:
    assert changes("PP", "PP").sentences == ("nothing changed",)


def test_skipping_a_failing_test_is_no_repair() -> None:
    found = changes("F", "S")
    assert (found.fixed, short(found.silenced), found.vanished) == ((), "1", ())


def test_collection_errors_hide_tests_and_remove_none() -> None:
    found = changes("PFP", "P--", blind_now=True)
    assert (short(found.hidden), found.vanished, found.fixed) == ("23", (), ())
    assert found.sentences[0] == (
        "2 tests were not run because 1 file could not be collected: neither removed nor fixed"
    )


def test_tests_stay_hidden_over_several_blind_runs() -> None:
    assert short(changes("---", "---", "PFP", blind_before=True, blind_now=True).hidden) == "123"


def test_repaired_collection_reveals_old_failures() -> None:
    found = changes("-----", "PFFPF", "PFF--", blind_before=True)
    assert found.collection_repaired
    assert short(found.revealed) == "235"
    assert found.revealed_known == 2
    assert (found.newly_failing, found.failing_at_birth, found.added) == ((), (), ())
    assert found.sentences[0] == "collection is repaired: 5 tests run that had been hidden"
    assert "1 is seen first now): visible, not worse" in found.sentences[1]


def test_what_passed_before_it_was_hidden_and_fails_now_is_newly_failing() -> None:
    found = changes("-", "F", "P", blind_before=True)
    assert (short(found.newly_failing), found.revealed) == ("1", ())


def test_what_never_came_back_after_the_repair_has_vanished() -> None:
    assert short(changes("--", "P-", "PP", blind_before=True).vanished) == "2"


def test_a_moved_test_is_the_same_test() -> None:
    moved = a_test(2, name="src/tests/test_app.py::test_1", classname="src.tests.test_app", short_name="test_1")
    found = changes("F-", "-F", tests={2: moved})
    assert found.moved == ("src/tests/test_app.py::test_1",)
    assert found.still_failing == found.moved
    assert (found.vanished, found.added) == ((), ())


def test_pseudo_cases_are_no_tests() -> None:
    found = changes("P-", "PF", tests={2: a_test(2, kind="collection")}, blind_now=True)
    assert (found.newly_failing, found.failing_at_birth, found.added) == ((), (), ())


def test_coverage_and_branch_are_told() -> None:
    found = changes("P", "P", run2={"coverage_percentage": 80.0, "branch": "topic"}, run3={"coverage_percentage": 78.5})
    assert found.coverage_change == -1.5
    assert found.sentences == (
        "coverage fell by 1.50 points to 78.50 %",
        "run 2 is of branch topic, run 3 of branch main",
    )
    lost = changes("P", "P", run3={"coverage_percentage": None})
    assert (lost.coverage_change, lost.sentences) == (None, ("no coverage came with this run; it was 85.00 %",))


def test_runs_of_one_variant_are_compared() -> None:
    newest = a_run(9, variant="linux")
    earlier = [a_run(8, variant="windows"), a_run(7, variant="linux")]
    assert choose_previous(newest, earlier) is earlier[1]
    assert choose_previous(newest, earlier[:1]) is None
