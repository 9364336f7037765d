"""How long the whole suite takes, whether that changed, and what of it no test accounts for."""

from collections.abc import Sequence
from statistics import median

from core.performance.grid import Grid, Totals
from core.performance.model import Point, SuiteTime
from core.performance.regressions import BASELINE_RUNS, MIN_BASELINE_RUNS, WINDOW_RUNS
from core.performance.trend import find_slope, find_trend
from core.runs.model import Run
from core.statistics import larger_p

MIN_EFFECT = 0.05
_SIGNIFICANCE = 0.05
_WHOLE = 0.75
"""A run of fewer of the usual tests is a part of the suite, and its time says nothing about the whole."""
_PARALLEL = 1.05
"""Rounded durations add up to a little more than the run even without any parallel worker."""


def time_suite(
    grid: Grid, factors: Sequence[float], *, new_tests: int, new_tests_seconds: float, longest_failing: str | None
) -> SuiteTime:
    """The time of whole runs, the newest of them judged against the ones before as a test is, at 5 %."""
    newest, totals = grid.runs[-1], grid.totals[-1]
    usual = median(run.counts.tests for run in grid.runs)
    whole = [place for place, run in enumerate(grid.runs) if run.counts.tests >= _WHOLE * usual]
    points = [
        Point(grid.runs[place], seconds, factors[place])
        for place in whole
        if (seconds := _seconds(grid.runs[place], grid.totals[place])) is not None
    ]
    fair = [point.measured_seconds / point.factor for point in points]
    before, after, p_slower, p_faster = _compared(fair)
    trend, reason = find_trend(fair)
    gaps = [_gap(grid.runs[place], grid.totals[place]) for place in whole]
    known_gaps = [gap for gap in gaps if gap is not None]
    wall = newest.duration_seconds
    return SuiteTime(
        measured_seconds=_seconds(newest, totals),
        before_seconds=before,
        after_seconds=after,
        is_slower=before is not None and after is not None and _differs(after, before, p_slower),
        is_faster=before is not None and after is not None and _differs(before, after, p_faster),
        trend=trend,
        trend_reason=reason,
        slope_seconds=find_slope(fair),
        tests_seconds=totals.seconds,
        failing_seconds=totals.failing_seconds,
        longest_failing=longest_failing,
        longest_failing_seconds=totals.longest_failing_seconds,
        unaccounted_seconds=_gap(newest, totals),
        usual_unaccounted_seconds=median(known_gaps) if known_gaps else None,
        parallel=totals.seconds / wall if wall and totals.seconds > _PARALLEL * wall else None,
        new_tests=new_tests,
        new_tests_seconds=new_tests_seconds,
        points=tuple(points),
    )


def _seconds(run: Run, totals: Totals) -> float | None:
    return run.duration_seconds if run.duration_seconds else totals.seconds or None


def _gap(run: Run, totals: Totals) -> float | None:
    """What a run took beyond its cases; None when they ran at the same time, or the report says one of both alone."""
    wall = run.duration_seconds
    if not wall or not totals.seconds or totals.seconds > _PARALLEL * wall:
        return None
    return max(0.0, wall - totals.seconds)


def _compared(seconds: Sequence[float]) -> tuple[float | None, float | None, float, float]:
    base, newest = seconds[-WINDOW_RUNS - BASELINE_RUNS : -WINDOW_RUNS], seconds[-WINDOW_RUNS:]
    if len(base) < MIN_BASELINE_RUNS:
        return None, None, 1.0, 1.0
    p_slower, p_faster = larger_p(newest, base), larger_p([-x for x in newest], [-x for x in base])
    return median(base), median(newest), p_slower, p_faster


def _differs(high: float, low: float, p: float) -> bool:
    return p < _SIGNIFICANCE and high >= (1 + MIN_EFFECT) * low > 0
