"""Answers how long the tests take: reads a bounded window of runs and judges it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import filterfalse
from math import isnan
from statistics import median

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError
from core.failures.window import WINDOW_RUNS, storms_of, suite_of
from core.performance.advice import advise
from core.performance.benchmarks import READ_FILES, compare
from core.performance.grid import Grid
from core.performance.judge import READ_RUNS, Judged, judge, mean_before
from core.performance.model import Change, Hint, Onset, SlowReport, SlowTest, Speed, SuiteTime
from core.performance.regressions import MIN_BASELINE_RUNS, Shift, Timing, find_onset, runs_needed
from core.performance.regressions import WINDOW_RUNS as NEWEST_RUNS
from core.performance.speed import runner_factors
from core.performance.suite_time import time_suite
from core.performance.trend import find_trend
from core.performance.words import said
from core.runs.benchmark_store import comparable_benchmarks
from core.runs.history import TestRow, failures_of, recent_runs, reports_of, tests_named
from core.runs.model import Run

MOST_VALUES = 20_000_000
"""Durations held at once, four bytes each: runs of half a million tests and more are read in smaller numbers."""
_RUNS_OF_SPEED = 10
_FEWEST_OF_SPEED = 3
_MOST_TESTS_OF_SPEED = 20_000


async def answer_slow(
    connection: AsyncConnection,
    suite: str | None,
    branch: str | None,
    *,
    window_runs: int = WINDOW_RUNS,
) -> SlowReport:
    """How long the tests of a suite take, as of its newest run. Raises `NotFoundError` when there is no run.

    The cost depends on the newest runs alone: at most 40 of the variant of the newest one are unpacked.
    """
    suite_id, name = await suite_of(connection, suite)
    newest = await recent_runs(connection, suite_id, branch=branch, limit=1)
    if not newest:
        where = f" on branch {branch!r}" if branch else ""
        raise NotFoundError(f"suite {name!r} has no run{where}; `t12 runs` lists what there is")
    variant = newest[0].variant
    runs = (await recent_runs(connection, suite_id, branch=branch, variant=variant, limit=window_runs))[::-1]
    storms = await _storms(connection, runs)
    trusted = [run for run in runs if run.is_complete and run.id not in storms]
    if not trusted:
        raise NotFoundError(f"no run of suite {name!r} is complete, so no duration can be judged; see `t12 runs`")
    grid = await _read(connection, trusted[-_runs_that_fit(trusted) :])
    judged = await asyncio.to_thread(judge, grid)
    ids = {grid.ids[place] for place in judged.timings}
    failing = grid.totals[-1].longest_failing
    tests = await tests_named(connection, ids if failing is None else ids | {failing})
    files = await comparable_benchmarks(connection, suite_id, branch=branch, limit=READ_FILES)
    left_out = [run.name for run in runs if run.id in storms]
    caveats = tuple(_caveats(runs, left_out))
    report = await asyncio.to_thread(_report, name, branch, caveats, grid, judged, tests=tests)
    return replace(report, benchmarks=compare(files))


async def answer_speed(connection: AsyncConnection, run: Run) -> tuple[float, int]:
    """How slow the runner of a run was, 1 for as usual, and how many tests that is read from.

    It is compared with the ten comparable runs before; 1 and 0 with fewer than three, and for suites so large that
    they would take seconds to read.
    """
    if not run.is_complete or run.counts.tests > _MOST_TESTS_OF_SPEED:
        return 1.0, 0
    suite_id, _ = await suite_of(connection, run.suite)
    before = await recent_runs(connection, suite_id, variant=run.variant, limit=_RUNS_OF_SPEED, before=run)
    known = [each for each in before if each.is_complete][::-1]
    if len(known) < _FEWEST_OF_SPEED:
        return 1.0, 0
    grid = await _read(connection, [*known, run])
    usual = [median(seen) if (seen := list(filterfalse(isnan, row[:-1]))) else 0.0 for row in grid.rows()]
    factors, tests = await asyncio.to_thread(runner_factors, grid, usual)
    return factors[-1], tests


def _runs_that_fit(trusted: Sequence[Run]) -> int:
    largest = max(run.counts.tests for run in trusted)
    return max(MIN_BASELINE_RUNS + NEWEST_RUNS, min(READ_RUNS, MOST_VALUES // max(largest, 1)))


async def _storms(connection: AsyncConnection, runs: Sequence[Run]) -> dict[int, str]:
    failures = await failures_of(connection, [run.id for run in runs])
    return storms_of(runs, failures, await tests_named(connection, {row.test_id for row in failures}))


async def _read(connection: AsyncConnection, runs: Sequence[Run]) -> Grid:
    grid = Grid(runs)
    places = {run.id: place for place, run in enumerate(runs)}
    async for run_id, roster, results in reports_of(connection, places, at_once=5):
        grid.add(places[run_id], roster, results)
    grid.close()
    return grid


def _report(
    suite: str, branch: str | None, caveats: Sequence[str], grid: Grid, judged: Judged, *, tests: dict[int, TestRow]
) -> SlowReport:
    timings = {grid.ids[place]: timing for place, timing in judged.timings.items()}
    measured = {grid.ids[place]: list(filterfalse(isnan, grid.row(place))) for place, _ in judged.slowest}
    failing = grid.totals[-1].longest_failing
    suite_time = time_suite(
        grid,
        judged.factors,
        new_tests=judged.new_tests,
        new_tests_seconds=judged.new_tests_seconds,
        longest_failing=tests[failing].name if failing in tests else None,
    )
    slowest = [_slow(grid.ids[place], seconds, judged, timings, tests) for place, seconds in judged.slowest]
    slower = [_change(shift, grid, tests) for shift in judged.slower]
    faster = [_change(shift, grid, tests) for shift in judged.faster]
    recent = median(judged.factors[-NEWEST_RUNS:])
    speed = Speed(judged.factors[-1], recent, judged.factor_tests)
    return SlowReport(
        suite=suite,
        branch=branch,
        variant=grid.runs[-1].variant,
        newest=grid.runs[-1],
        headline=_headline(slower, faster, suite_time, judged),
        runs_read=len(grid.runs),
        tests=judged.tests,
        tests_seconds=judged.tests_seconds,
        slowest=tuple(slowest),
        regressions=tuple(slower),
        improvements=tuple(faster),
        hints=tuple(
            Hint(grid.ids[place], tests[grid.ids[place]].name, seconds, mean) for place, seconds, mean in judged.hints
        ),
        speed=speed,
        suite_time=suite_time,
        advice=advise(
            slowest, slower, suite_time, total=judged.tests_seconds, measured=measured, tests=tests
        ),
        caveats=(*caveats, *_judged_caveats(grid, judged, suite_time, speed)),
    )


def _slow(
    test_id: int, seconds: float, judged: Judged, timings: dict[int, Timing], tests: dict[int, TestRow]
) -> SlowTest:
    timing = timings[test_id]
    mean = mean_before(timing)
    return SlowTest(
        test_id=test_id,
        name=tests[test_id].name,
        seconds=seconds,
        share=seconds / judged.tests_seconds if judged.tests_seconds else 0.0,
        runs=len(timing.seconds),
        trend=find_trend(timing.seconds)[0],
        ratio_to_mean=timing.seconds[-1] / mean if mean else None,
    )


def _change(shift: Shift, grid: Grid, tests: dict[int, TestRow]) -> Change:
    timing = shift.timing
    runs = [run for run, seconds in zip(grid.runs, grid.row(timing.place), strict=True) if not isnan(seconds)]
    first = find_onset(timing.seconds)
    test_id = grid.ids[timing.place]
    return Change(
        test_id=test_id,
        name=tests[test_id].name,
        before_seconds=shift.before,
        after_seconds=shift.after,
        runs_before=shift.runs_before,
        runs_after=shift.runs_after,
        p_value=shift.p_value,
        onset=Onset(runs[first], runs[first - 1]),
        history=tuple(timing.seconds),
    )


def _headline(slower: Sequence[Change], faster: Sequence[Change], suite: SuiteTime, judged: Judged) -> str:
    """The answer in one sentence."""
    if not judged.tests:
        return "no test with a known duration passed"
    parts = []
    if slower:
        added = said(sum(each.added_seconds for each in slower))
        parts.append(f"{_many(len(slower), 'test')} became slower (+{added})")
    if faster:
        saved = said(-sum(each.added_seconds for each in faster))
        parts.append(f"{_many(len(faster), 'test')} became faster (-{saved})")
    if (suite.is_slower or suite.is_faster) and suite.before_seconds and suite.after_seconds:
        parts.append(f"the suite takes {said(suite.after_seconds)} instead of {said(suite.before_seconds)}")
    if not parts:
        judged_runs = "no test became slower" if judged.asked else "too few runs to say what became slower"
        parts.append(f"{judged_runs}; {_many(judged.tests, 'test')} take {said(judged.tests_seconds)}")
    return ", ".join(parts)


def _caveats(runs: Sequence[Run], storms: Sequence[str]) -> Iterable[str]:
    if storms:
        yield f"left out as infrastructure failures: {len(storms)} of {len(runs)} runs ({', '.join(storms[-3:])})"
    newest = runs[-1]
    if not newest.is_complete:
        yield f"the newest run, {newest.name}, is incomplete and left out"
    if newest.variant:
        yield f"judged from variant {newest.variant} alone"
    branches = {run.branch for run in runs}
    if len(branches) > 1:
        yield f"{len(branches)} branches are read as one line; name a branch to read it alone"


def _judged_caveats(grid: Grid, judged: Judged, suite: SuiteTime, speed: Speed) -> Iterable[str]:
    needed = runs_needed(judged.asked or judged.tests)
    if judged.tests and len(grid.runs) < needed:
        yield (
            f"{_many(len(grid.runs), 'comparable run')} known: one slower test among {judged.tests} can be told from "
            f"chance from about {needed} on"
        )
    if not speed.tests and judged.tests:
        yield "too few tests to tell a slow runner from slow tests"
    if suite.parallel is not None:
        yield (
            f"cases ran at the same time ({suite.parallel:.1f} on average), so what no test accounts for is unknown, "
            f"and a test may be slow because of its neighbours"
        )


def _many(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
