"""Whether durations improve or decline: the newest runs against the ones before, on windows that share no run."""

from collections.abc import Sequence
from itertools import combinations
from statistics import median

from core.performance.model import Trend
from core.performance.words import said
from core.statistics import mann_whitney

RECENT_RUNS = 7
PREVIOUS_RUNS = 21
MIN_RUNS = 8
_SIGNIFICANCE = 0.05
_RELATIVE_EFFECT = 0.05


def find_trend(seconds: Sequence[float]) -> tuple[Trend, str]:
    """The trend of durations, oldest first, and the sentence behind it.

    The last 7 against the 21 before; shorter histories are halved. A change needs significance (two-sided Mann-Whitney,
    p < 0.05) and effect: the medians differ by 5 % and by one median absolute deviation (procedure reference, "Trend";
    the procedure book compares the last 10 with all, which calls every noise a trend).
    """
    if len(seconds) < MIN_RUNS:
        known = "1 comparable run is" if len(seconds) == 1 else f"{len(seconds)} comparable runs are"
        return Trend.NOT_ENOUGH_DATA, f"{known} known, {MIN_RUNS} are needed"
    cut = min(RECENT_RUNS, len(seconds) // 2)
    recent, previous = seconds[-cut:], seconds[-cut - PREVIOUS_RUNS : -cut]
    now, before = median(recent), median(previous)
    p = mann_whitney(recent, previous)
    deviation = median(abs(value - before) for value in previous)
    change = abs(now - before)
    trend = Trend.STABLE
    if p < _SIGNIFICANCE and change > 0 and change >= max(_RELATIVE_EFFECT * before, deviation):
        trend = Trend.DECLINING if now > before else Trend.IMPROVING
    told = f"median {said(now)} in the last {len(recent)} runs, {said(before)} in the {len(previous)} before"
    return trend, f"{told} (p = {p:.2g})"


def find_slope(seconds: Sequence[float]) -> float | None:
    """Seconds by which each run differs from the one before: the median slope of all pairs; None below 8 runs.

    Theil (1950) and Sen (1968), which one odd run cannot move.
    """
    if len(seconds) < MIN_RUNS:
        return None
    pairs = combinations(enumerate(seconds[-RECENT_RUNS - PREVIOUS_RUNS :]), 2)
    return median((later - earlier) / (j - i) for (i, earlier), (j, later) in pairs)
