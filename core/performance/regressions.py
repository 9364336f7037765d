"""Decides which tests really became slower or faster: windows of runs, never one run, and chance held in check.

Procedure reference, "Duration": on 2,000 tests without any change the procedure book's 1.5 times the mean flags 124 of
every run, and 823 on a slow runner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb
from typing import NamedTuple

from core.statistics import benjamini_hochberg, larger_p

WINDOW_RUNS = 5
WIDE_WINDOW_RUNS = 10
"""Shows an effect of 1.5 times nearly always, five runs later."""
BASELINE_RUNS = 30
MIN_BASELINE_RUNS = 8
MIN_RATIO = 1.25
MIN_SECONDS = 0.1
MIN_SHARE = 0.01
"""Of the suite's time: enough where the whole suite takes less than ten seconds."""
FALSE_SHARE = 0.05
ELIGIBLE_SECONDS = 0.08
"""Shorter tests are most of a suite; asked together with the others they would raise the bar for those that matter."""
_ONSET_SIDE = 2


class Timing(NamedTuple):
    """What one test took in the runs it passed, oldest first, on the usual runner."""

    place: int
    """Of the test in its grid."""
    seconds: Sequence[float]


@dataclass(frozen=True, slots=True)
class Shift:
    """A confirmed change of one test."""

    timing: Timing
    before: float
    after: float
    runs_before: int
    runs_after: int
    p_value: float


def least_change(suite_seconds: float) -> float:
    """Seconds below which nobody feels a change of one test."""
    return min(MIN_SECONDS, MIN_SHARE * suite_seconds) if suite_seconds else MIN_SECONDS


def find_shifts(
    timings: Sequence[Timing], suite_seconds: float, others: int = 0
) -> tuple[list[Shift], list[Shift]]:
    """The tests that became slower, and those that became faster; `suite_seconds` is what all tests take together.

    `others` is how many more tests there are that are too short to have changed noticeably: they were asked too.

    A test is flagged when the median of its newest 5 (or 10) passing runs is 1.25 times that of the 30 before, by 0.1 s
    or 1 % of the suite at least, and the exact Mann-Whitney test says so within a false discovery rate of 5 %.
    """
    least = least_change(suite_seconds)
    slower: dict[int, Shift] = {}
    faster: dict[int, Shift] = {}
    for window in (WINDOW_RUNS, WIDE_WINDOW_RUNS):
        for sign, found in ((1, slower), (-1, faster)):
            for shift in _confirmed(timings, window, least, sign, others):
                found.setdefault(shift.timing.place, shift)
    turned = slower.keys() & faster.keys()  # by 5 runs the one, by 10 the other: the newer window is right
    for place in turned:
        del (slower if slower[place].runs_after > faster[place].runs_after else faster)[place]
    return (
        sorted(slower.values(), key=lambda each: (each.before - each.after, each.timing.place)),
        sorted(faster.values(), key=lambda each: (each.after - each.before, each.timing.place)),
    )


def runs_needed(tests: int) -> int:
    """Passing runs after which one slower test among so many can be told from chance."""
    before = MIN_BASELINE_RUNS
    while before < BASELINE_RUNS and comb(before + WINDOW_RUNS, WINDOW_RUNS) * FALSE_SHARE < tests:
        before += 1
    return before + WINDOW_RUNS


def find_onset(seconds: Sequence[float]) -> int:
    """The place of the first value of the new level: the split whose two sides chance would least put apart so."""

    def chance(split: int) -> float:
        before, after = seconds[:split], seconds[split:]
        return min(larger_p(after, before), larger_p(before, after))

    return min(range(_ONSET_SIDE, len(seconds) - _ONSET_SIDE + 1), key=chance, default=len(seconds) // 2)


def _confirmed(timings: Sequence[Timing], window: int, least: float, sign: int, others: int) -> Iterable[Shift]:
    """One direction on one window.

    Tests are asked in three families by their baseline, which share the false discovery rate: those long enough that
    1.25 times is the whole demand, those of 0.08 s and more, and the many short ones.
    """
    asked = [0, 0, others]
    found: tuple[list[Shift], ...] = ([], [], [])
    for timing in timings:
        base = timing.seconds[-window - BASELINE_RUNS : -window]
        if len(base) < MIN_BASELINE_RUNS:
            continue
        newest = timing.seconds[-window:]
        before, after = middle(base), middle(newest)
        family = 0 if before * (MIN_RATIO - 1) >= least else 1 if before >= ELIGIBLE_SECONDS else 2
        asked[family] += 1
        low, high = (before, after) if sign > 0 else (after, before)
        if high < MIN_RATIO * low or high - low < least:
            continue
        p = larger_p(newest, base) if sign > 0 else larger_p([-x for x in newest], [-x for x in base])
        found[family].append(Shift(timing, before, after, len(base), window, p))
    for family, shifts in enumerate(found):
        # What shows no effect counts as p = 1, which keeps the rate and spares its statistic.
        bar = benjamini_hochberg([shift.p_value for shift in shifts], FALSE_SHARE / len(asked), asked[family])
        yield from (shift for shift in shifts if shift.p_value <= bar)


def middle(values: Sequence[float]) -> float:
    """The median, without the ceremony of `statistics`: it is asked for every test."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
