"""The whole verdict on a grid of durations: what is slow, what changed, and what would help. Pure, and in seconds."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import filterfalse
from math import isnan, nan
from operator import mul
from statistics import fmean, median

from core.performance.grid import Grid
from core.performance.regressions import (
    BASELINE_RUNS,
    MIN_BASELINE_RUNS,
    WIDE_WINDOW_RUNS,
    WINDOW_RUNS,
    Shift,
    Timing,
    find_shifts,
    least_change,
    middle,
)
from core.performance.speed import runner_factors

SLOWEST = 100
READ_RUNS = BASELINE_RUNS + WIDE_WINDOW_RUNS
HINT_RATIO = 1.5
HINT_SECONDS = 1.0
"""On shorter tests the procedure book's alert is noise: 92 % of its false flags are on tests below 0.1 s."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the durations say, tests by their place in the grid."""

    factors: tuple[float, ...]
    """How slow the runner of each run was."""
    factor_tests: int
    tests: int
    tests_seconds: float
    slowest: tuple[tuple[int, float], ...]
    """Place and seconds, slowest first."""
    timings: Mapping[int, Timing]
    """Of the tests that are named anywhere in the answer, by place."""
    slower: tuple[Shift, ...]
    faster: tuple[Shift, ...]
    hints: tuple[tuple[int, float, float], ...]
    """Place, seconds of the newest run, and the mean before it."""
    asked: int
    """Tests of 0.08 s and more that have a baseline."""
    new_tests: int
    new_tests_seconds: float


def judge(grid: Grid) -> Judged:
    """Judge all tests of a grid."""
    usual, recent, new = _first_pass(grid)
    factors, factor_tests = runner_factors(grid, usual)
    slow = 1 / median(factors[-WINDOW_RUNS:])
    tests_seconds = sum(filterfalse(isnan, recent)) * slow
    timings = _timings(grid, usual, recent, factors, least_change(tests_seconds) / 2)
    tests = len(recent) - sum(map(isnan, recent))
    slower, faster = find_shifts(timings, tests_seconds, tests - len(timings))
    slowest = nlargest(SLOWEST, ((middle(each.seconds[-WINDOW_RUNS:]), -each.place) for each in timings))
    flagged = {shift.timing.place for shift in (*slower, *faster)}
    hints = [
        (each.place, *hint)
        for each in timings
        if each.place not in flagged and (hint := _hint(each, grid)) is not None
    ]
    hints.sort(key=lambda each: (-each[1] / each[2], each[0]))
    named = {-place for _, place in slowest} | flagged | {place for place, *_ in hints}
    return Judged(
        factors=tuple(factors),
        factor_tests=factor_tests,
        tests=tests,
        tests_seconds=tests_seconds,
        slowest=tuple((-place, seconds) for seconds, place in slowest),
        timings={each.place: each for each in timings if each.place in named},
        slower=tuple(slower),
        faster=tuple(faster),
        hints=tuple(hints),
        asked=sum(len(each.seconds) >= MIN_BASELINE_RUNS + WINDOW_RUNS for each in timings),
        new_tests=new[0],
        new_tests_seconds=new[1],
    )


def mean_before(timing: Timing) -> float | None:
    """The mean that the procedure book compares the newest run with; None below two runs before it."""
    return fmean(timing.seconds[:-1]) if len(timing.seconds) > 2 else None


def _first_pass(grid: Grid) -> "tuple[array[float], array[float], tuple[int, float]]":
    """As measured, for every test: its usual seconds, those of the newest runs (NaN where it no longer runs), and how
    many tests of the newest run are new, with their seconds."""
    usual, recent = array("f"), array("f")
    new, new_seconds = 0, 0.0
    has_past = len(grid.runs) >= MIN_BASELINE_RUNS + WINDOW_RUNS
    for row in grid.rows():
        last = list(filterfalse(isnan, row[-WINDOW_RUNS:]))
        before = list(filterfalse(isnan, row[:-WINDOW_RUNS]))
        usual.append(middle(before or last) if before or last else 0.0)
        recent.append(middle(last) if last else nan)
        if has_past and not before and not isnan(row[-1]):
            new += 1
            new_seconds += row[-1]
    return usual, recent, (new, new_seconds)


def _timings(
    grid: Grid, usual: Sequence[float], recent: Sequence[float], factors: Sequence[float], least: float
) -> list[Timing]:
    """What the tests took on the usual runner, without those that no longer run or always take less than `least`."""
    fewest = len(usual) <= SLOWEST
    inverse = [1 / factor for factor in factors]
    found = []
    for place, row in enumerate(grid.rows()):
        if isnan(recent[place]) or (not fewest and max(usual[place], recent[place]) < least):
            continue
        found.append(Timing(place, list(filterfalse(isnan, map(mul, row, inverse)))))
    return found


def _hint(timing: Timing, grid: Grid) -> tuple[float, float] | None:
    mean = mean_before(timing)
    if isnan(grid.columns[-1][timing.place]) or mean is None or mean < HINT_SECONDS:
        return None
    return (timing.seconds[-1], mean) if timing.seconds[-1] > HINT_RATIO * mean else None
