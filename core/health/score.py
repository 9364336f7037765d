"""The procedure book's health score, exactly as written there, with every deduction and what it leaves unsaid."""

from collections.abc import Iterable, Sequence

from core.failures.validity import executed_and_bad, failing_share
from core.health.model import Deduction, Score
from core.runs.model import Run

FULL_SCORE = 100
FAILURE_RATE_LIMIT = 0.05
FAILURE_RATE_POINTS = 20
FLAKY_POINTS = 5
COVERAGE_TARGET = 80
ALERT_BELOW = 80

_LIMIT = f"limit {FAILURE_RATE_LIMIT:.0%}"
_FEW_CASES = 20
_DIGITS = 6
"""Decimals kept, so that 80 - 67.48 is 12.52."""
_SHOWN = 3


def score_health(
    run: Run,
    flaky: Sequence[str],
    window: str,
    *,
    last_executed: Run | None = None,
    last_covered: Run | None = None,
) -> Score:
    """100 - 20 if the failure rate is above 5 % - 5 per flaky test - (80 - coverage) if positive; not below 0.

    Source: procedure book, "Automated Health Indicators". The failure rate is failing and erroring cases over the
    executed ones (skipped ones were not executed) of `run`; a file that could not be collected is no executed case, and
    after a run that executed nothing the rate stays what it was in `last_executed`. Flaky is a test whose state is
    flaky. A term without input, such as no coverage, is not applied and named in a caveat. `window` says where the
    flaky tests come from, `last_covered` is the newest run that brought coverage.
    """
    rated = run if executed_and_bad(run)[0] else last_executed
    terms = (_failure_rate(rated) if rated else None, _flaky_tests(flaky, window), _coverage(run))
    deductions = tuple(term for term in terms if term is not None)
    caveats = (*_rate_caveats(run, rated), *_coverage_caveats(run, last_covered), *_floor_caveats(deductions))
    return Score(score_after(deduction.points for deduction in deductions), deductions, caveats)


def score_after(points: Iterable[float]) -> float:
    """The score once these points are taken off."""
    return max(0.0, round(FULL_SCORE - sum(points), _DIGITS))


def _failure_rate(run: Run) -> Deduction | None:
    rate = failing_share(run)
    if rate is None or rate <= FAILURE_RATE_LIMIT:
        return None
    executed, bad = executed_and_bad(run)
    return Deduction(
        rule="failure_rate",
        points=FAILURE_RATE_POINTS,
        evidence=f"{bad} of {executed} executed cases failed in run {run.name} ({rate:.1%}, {_LIMIT})",
        input=rate,
        threshold=FAILURE_RATE_LIMIT,
        n=executed,
        window=f"run {run.name}",
    )


def _flaky_tests(flaky: Sequence[str], window: str) -> Deduction | None:
    if not flaky:
        return None
    more = f" and {len(flaky) - _SHOWN} more" if len(flaky) > _SHOWN else ""
    return Deduction(
        rule="flaky_tests",
        points=FLAKY_POINTS * len(flaky),
        evidence=f"{many(len(flaky), 'flaky test')}: {', '.join(flaky[:_SHOWN])}{more}",
        input=len(flaky),
        threshold=0,
        n=len(flaky),
        window=window,
    )


def _coverage(run: Run) -> Deduction | None:
    coverage = run.coverage_percentage
    if coverage is None or coverage >= COVERAGE_TARGET:
        return None
    return Deduction(
        rule="coverage",
        points=round(COVERAGE_TARGET - coverage, _DIGITS),
        evidence=f"coverage is {coverage:.2f} %, {COVERAGE_TARGET - coverage:.2f} points below {COVERAGE_TARGET} %",
        input=coverage,
        threshold=COVERAGE_TARGET,
        n=1,
        window=f"run {run.name}",
    )


def _rate_caveats(run: Run, rated: Run | None) -> Iterable[str]:
    counts = run.counts
    executed, _ = executed_and_bad(run)
    if counts.collection_errors:
        files = many(counts.collection_errors, "file")
        yield f"incomplete: {files} could not be collected, so an unknown number of tests did not run"
    if not executed:
        used = f"the failure rate is still that of run {rated.name}" if rated else "the failure rate is unknown"
        yield f"run {run.name} holds {_held(run)}: {used}" + ("" if rated else " and its rule was not applied")
    elif executed < _FEW_CASES:
        yield f"the failure rate rests on {many(executed, 'executed case')} only"
    if counts.suite_level and executed:
        yield f"{many(counts.suite_level, 'error')} outside any test not counted in the failure rate"
    if executed and counts.skipped > executed:
        yield f"{counts.skipped} of {counts.tests} tests were skipped; the score is silent about them"


def _held(run: Run) -> str:
    if not run.counts.tests:
        return "no test at all"
    if run.counts.collection_errors:
        return "nothing but collection errors"
    return "nothing but errors of whole suites" if run.counts.suite_level else "nothing but skipped tests"


def _coverage_caveats(run: Run, last_covered: Run | None) -> Iterable[str]:
    if run.coverage_percentage is None:
        known = ""
        if last_covered is not None:
            known = f" (last known: {last_covered.coverage_percentage:.2f} % in run {last_covered.name})"
        yield f"coverage: unknown{known}; its rule was not applied"
    elif not run.is_complete:
        yield "coverage was measured on an incomplete run"


def _floor_caveats(deductions: Sequence[Deduction]) -> Iterable[str]:
    total = sum(deduction.points for deduction in deductions)
    if total > FULL_SCORE:
        yield f"the deductions add up to {total:g} points; the score does not go below 0"


def many(count: int, noun: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
