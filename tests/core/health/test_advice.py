"""What would raise the score, in points."""

from core.failures.groups import group_failures
from core.health.advice import advise, failures_to_repair
from core.health.model import Advice, Contributor, FlakeCost
from core.health.score import score_health
from core.runs.model import Run
from tests.builders import a_run, counts, failures, some_tests


def cost(*names: str) -> FlakeCost:
    contributors = tuple(Contributor(name, 1 / len(names), 0.1) for name in names)
    return FlakeCost(0.1, 10, "", contributors, 0, 10, 0, 0.3, None)


def advice(run: Run, flaky: list[str]) -> tuple[Advice, ...]:
    rows = [*failures(*range(1, 9)), *failures(9, 10, signature_id=2)]
    groups = group_failures(run, rows, some_tests(*range(1, 11)), {})
    return advise(run, run, score_health(run, flaky, "the last 9 runs"), groups, cost(*flaky) if flaky else cost())


def test_a_perfect_score_needs_nothing() -> None:
    assert advise(a_run(), a_run(), score_health(a_run(), [], ""), (), cost()) == ()


def test_the_largest_gain_comes_first_and_names_the_cause() -> None:
    found = advice(a_run(counts=counts(100, 10), coverage_percentage=70.0), ["test_a"])
    assert [each.gain for each in found] == [20, 10, 5]
    assert found[0].text.startswith("repair 5 of the 10 failing cases of run 1: one cause is enough, AssertionError")
    assert [each.score_after for each in found] == [85, 75, 70]


def test_several_causes_are_counted() -> None:
    (first, *_) = advice(a_run(counts=counts(20, 10)), [])
    assert first.text.startswith("repair 9 of the 10 failing cases of run 1: the 2 largest causes are enough")


def test_the_dearest_flaky_test_comes_by_itself_too() -> None:
    texts = [each.text for each in advice(a_run(), ["test_a", "test_b"])]
    assert texts == ["repair all 2 flaky tests", "repair the dearest flaky test, test_a (50% of the flake cost)"]


def test_gains_are_what_the_shown_score_would_rise_by() -> None:
    run = a_run(counts=counts(100, 10), coverage_percentage=10.0)
    found = advice(run, [f"test_{number}" for number in range(10)])
    assert {each.text.split(" ")[0]: each.gain for each in found[:1]} == {"raise": 30}
    assert found[-1].gain == 0


def test_collection_is_repaired_first() -> None:
    run = a_run(counts=counts(101, failed=10, errors=1, collection_errors=1))
    first, *_ = advice(run, [])
    assert first.text == "repair collection of 1 file first: until then the score speaks of a part only"


def test_how_many_must_pass() -> None:
    assert failures_to_repair(a_run(counts=counts(100, 5))) == 0
    assert failures_to_repair(a_run(counts=counts(100, 6))) == 1
    assert failures_to_repair(a_run(counts=counts(6, 2))) == 2
