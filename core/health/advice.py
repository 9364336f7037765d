"""What would raise the score most, computed from the score's own deductions."""

from collections.abc import Iterable, Sequence
from math import floor

from core.failures.report import FailureGroup
from core.failures.validity import executed_and_bad
from core.health.model import Advice, Deduction, FlakeCost, Score
from core.health.score import COVERAGE_TARGET, FAILURE_RATE_LIMIT, FLAKY_POINTS, many, score_after
from core.runs.model import Run


def advise(run: Run, rated: Run, score: Score, groups: Sequence[FailureGroup], cost: FlakeCost) -> tuple[Advice, ...]:
    """One advice per thing that can be repaired: collection, without which the score is blind, then by gain.

    `groups` are the failures of `run` by signature; `rated` is the run the failure rate was taken from. A gain is what
    the shown score would rise by, so it is smaller than the deduction while the score stands at 0.
    """
    found: list[Advice] = []
    for deduction in score.deductions:
        if deduction.rule == "failure_rate":
            found.append(_without(deduction, deduction.points, score, _repairs(rated, groups if rated is run else ())))
        elif deduction.rule == "flaky_tests":
            found.extend(_flaky(deduction, score, cost))
        else:
            target = f"raise coverage from {deduction.input:.2f} % to {COVERAGE_TARGET} %"
            found.append(_without(deduction, deduction.points, score, target))
    return (*_collection(run, score), *sorted(found, key=lambda advice: -advice.gain))


def failures_to_repair(run: Run) -> int:
    """How many failing cases must pass until the failure rate is at most 5 %."""
    executed, bad = executed_and_bad(run)
    return max(0, bad - floor(FAILURE_RATE_LIMIT * executed + 1e-9))


def _repairs(run: Run, groups: Sequence[FailureGroup]) -> str:
    """The fewest groups, largest first, whose repair brings the failure rate to its limit."""
    needed = failures_to_repair(run)
    chosen: list[FailureGroup] = []
    for group in sorted(groups, key=lambda each: (-each.count, each.signature)):
        if sum(each.count for each in chosen) >= needed:
            break
        if "collection" not in group.phases:
            chosen.append(group)
    told = f"repair {needed} of the {many(executed_and_bad(run)[1], 'failing case')} of run {run.name}"
    if not chosen:
        return told
    first = f"{chosen[0].title} ({many(chosen[0].count, 'case')}, {chosen[0].category})"
    if len(chosen) == 1:
        return f"{told}: one cause is enough, {first}"
    return f"{told}: the {len(chosen)} largest causes are enough, beginning with {first}"


def _flaky(deduction: Deduction, score: Score, cost: FlakeCost) -> Iterable[Advice]:
    count = int(deduction.input)
    if count > 1 and cost.contributors:
        first = cost.contributors[0]
        told = f"repair the dearest flaky test, {first.name} ({first.share:.0%} of the flake cost)"
        yield _without(deduction, FLAKY_POINTS, score, told)
    name = f" {cost.contributors[0].name}" if count == 1 and cost.contributors else ""
    told = f"repair the flaky test{name}" if count == 1 else f"repair all {count} flaky tests"
    yield _without(deduction, deduction.points, score, told)


def _collection(run: Run, score: Score) -> Iterable[Advice]:
    if run.counts.collection_errors:
        files = many(run.counts.collection_errors, "file")
        yield Advice(
            f"repair collection of {files} first: until then the score speaks of a part only", 0.0, score.value
        )


def _without(deduction: Deduction, points: float, score: Score, text: str) -> Advice:
    others = [each.points for each in score.deductions if each is not deduction]
    after = score_after([*others, deduction.points - points])
    return Advice(text, round(after - score.value, 6), after)
