"""Whether the memory of a run's processes grew all the way: what a leak looks like from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from core.live.sampling import Point
from core.statistics import mann_whitney

_FEWEST_POINTS = 24
_SHORTEST_SECONDS = 60.0
_LEAST_BYTES = 50 << 20
_LEAST_SHARE = 0.2
_SURE = 0.01
_WARM_UP = 0.05
"""Share of the run that is left out: imports are no leak."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How the memory of a run's processes went from its first quarter to its last."""

    bytes_a_minute: float
    """Theil-Sen: the median of the slopes between each point of the first and each of the last quarter."""
    grown: float
    """Bytes between the medians of these quarters."""
    p: float
    """Chance of such a last quarter if nothing grew (Mann-Whitney, one-sided)."""
    is_steady: bool
    """Each quarter held more than the one before."""

    @property
    def is_leak(self) -> bool:
        """Whether it is worth telling: sure, steady, and not small."""
        return self.is_steady and self.p < _SURE and self.grown >= _LEAST_BYTES and self.bytes_a_minute > 0


def find_growth(points: Sequence[Point]) -> Growth | None:
    """None for a run too short to tell."""
    kept = points[int(len(points) * _WARM_UP) :]
    if len(kept) < _FEWEST_POINTS or kept[-1].at - kept[0].at < _SHORTEST_SECONDS:
        return None
    size = len(kept) // 4
    quarters = [kept[number * size : (number + 1) * size] for number in range(3)] + [kept[3 * size :]]
    first, last = quarters[0], quarters[3]
    slopes = [(late.tree_memory - early.tree_memory) / (late.at - early.at) for early in first for late in last]
    middles = [median(each.tree_memory for each in quarter) for quarter in quarters]
    steps = pairwise(middles)
    total = middles[3] - middles[0]
    # A leak goes on: the later half brings its part of the growth, and no quarter falls back.
    steady = all(later > before for before, later in steps) and middles[3] - middles[1] >= _LEAST_SHARE * total
    steady = steady and total >= _LEAST_SHARE * middles[0]
    p = mann_whitney([each.tree_memory for each in last], [each.tree_memory for each in first], "greater")
    return Growth(60 * median(slopes), total, p, steady)
