"""Where a test's failure rate changed: its outcomes cut into stretches of one steady rate."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from math import comb, log

from core.statistics import log_beta

PRIOR_A = 0.3
PRIOR_B = 0.5
"""Beta prior of a test's failure rate: most tests nearly always pass or nearly always fail (LUCI changepoints)."""

_SHORT_HISTORY = 500
_SPLIT_PRIOR_SHORT = 1e-3
_SPLIT_PRIOR_LONG = 1e-4

_EVIDENCE = log_beta(PRIOR_A, PRIOR_B)
_CLUSTERED = 0.01
_TURNS_OF_A_BUMP = 20
"""Most transitions between the two ends of a stretch that is looked for inside another: bounds the work."""


def split_segments(bad: Sequence[bool]) -> list[tuple[int, int]]:
    """Half-open bounds of the stretches, in order; empty for no outcome.

    Splits at the pass-to-fail or fail-to-pass transition that explains the outcomes best, as long as the gain in log
    likelihood outweighs the prior of a change, then looks into both sides (LUCI changepoints). Where no single cut
    does, two at once may: a breakage between two healthy stretches, at the price of two changes.
    """
    if not bad:
        return []
    failures = [0, *accumulate(int(each) for each in bad)]
    prior = log(_SPLIT_PRIOR_SHORT if len(bad) <= _SHORT_HISTORY else _SPLIT_PRIOR_LONG)
    turns = [place for place in range(1, len(bad)) if bad[place] != bad[place - 1]]
    waiting: list[tuple[int, int]] = [(0, len(bad))]
    found: list[tuple[int, int]] = []
    while waiting:
        start, end = waiting.pop()
        cuts = _best_cuts(failures, [turn for turn in turns if start < turn < end], start, end, prior)
        bounds = [start, *cuts, end]
        (waiting if cuts else found).extend(pairwise(bounds))
    return sorted(found)


def _best_cuts(failures: Sequence[int], turns: Sequence[int], start: int, end: int, prior: float) -> tuple[int, ...]:
    """The one cut, else the two, that explain a stretch better than none; empty when it is steady."""

    def likelihood(left: int, right: int) -> float:
        return _log_likelihood(failures[right] - failures[left], right - left)

    cuts: tuple[int, ...] = ()
    best = likelihood(start, end)
    for turn in turns:
        value = likelihood(start, turn) + likelihood(turn, end) + prior
        if value > best:
            best, cuts = value, (turn,)
    if cuts:
        return cuts
    for place, first in enumerate(turns):
        before = likelihood(start, first) + 2 * prior
        if before <= best:
            continue
        for second in turns[place + 1 : place + 1 + _TURNS_OF_A_BUMP]:
            value = before + likelihood(first, second) + likelihood(second, end)
            if value > best:
                best, cuts = value, (first, second)
    return cuts


def count_episodes(bad: Sequence[bool]) -> int:
    """Streaks of failing runs."""
    return sum(each and not (place and bad[place - 1]) for place, each in enumerate(bad))


def is_clustered(bad: Sequence[bool]) -> bool:
    """Whether the failures come in streaks that chance hardly makes (1 in 100): breakages, not flakes.

    The chance of so few streaks among all orders of the same outcomes; Mood (1940), "The distribution theory of runs".
    """
    n, x = len(bad), sum(bad)
    streaks = count_episodes(bad)
    ways = sum(comb(x - 1, each - 1) * comb(n - x + 1, each) for each in range(1, streaks + 1))
    return x > 0 and ways < _CLUSTERED * comb(n, x)


@lru_cache(maxsize=1 << 16)
def _log_likelihood(x: int, n: int) -> float:
    """Of one particular order of x failures in n runs, the rate being unknown."""
    return log_beta(x + PRIOR_A, n - x + PRIOR_B) - _EVIDENCE
