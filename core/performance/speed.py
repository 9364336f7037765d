"""How fast the runner of each run was, so that a slow machine is never told as a slow test."""

from collections.abc import Sequence
from itertools import filterfalse
from math import isnan
from statistics import median

from core.performance.grid import Grid

MIN_TESTS = 10
"""With fewer, a slower test and a slower runner look the same."""
_TELLING_SECONDS = (0.08, 0.01, 0.0)
"""The clock's grain and what every test costs alike are most of a short test: they hide a slow runner."""
_ENOUGH_TESTS = 50
_MOST_TESTS = 4_000
"""The median of so many ratios is exact to half a percent. Ids are digests, so the first ones are a fair sample."""


def runner_factors(grid: Grid, usual: Sequence[float]) -> tuple[list[float], int]:
    """How slow each run was, 1 for the usual runner, and how many tests that is read from.

    f_r = median over tests j of x_rj / usual_j (procedure reference, "Duration"). All 1 with too few tests.
    """
    telling: list[int] = []
    for least in _TELLING_SECONDS:
        if len(telling) < _ENOUGH_TESTS:
            telling = [place for place, seconds in enumerate(usual) if seconds > 0 and seconds >= least][:_MOST_TESTS]
    if len(telling) < MIN_TESTS:
        return [1.0] * len(grid.runs), 0
    factors = []
    for column in grid.columns:
        ratios = list(filterfalse(isnan, (column[place] / usual[place] for place in telling)))
        found = median(ratios) if len(ratios) >= MIN_TESTS else 1.0
        factors.append(found if found > 0 else 1.0)
    return factors, len(telling)
