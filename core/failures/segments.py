"""Where a test's failure rate changed: its outcomes cut into stretches of one steady rate."""

from collections.abc import Sequence
from itertools import accumulate
from math import log

from core.statistics import log_beta

PRIOR_A = 0.3
PRIOR_B = 0.5
"""Beta prior of a test's failure rate: most tests nearly always pass or nearly always fail (LUCI changepoints)."""

_SHORT_HISTORY = 500
_SPLIT_PRIOR_SHORT = 1e-3
_SPLIT_PRIOR_LONG = 1e-4

_EVIDENCE = log_beta(PRIOR_A, PRIOR_B)


def split_segments(bad: Sequence[bool]) -> list[tuple[int, int]]:
    """Half-open bounds of the stretches, in order; empty for no outcome.

    Splits at the pass-to-fail or fail-to-pass transition that explains the outcomes best, as long as the gain in log
    likelihood outweighs the prior of a change, then looks into both sides (LUCI changepoints, with one split a time).
    """
    if not bad:
        return []
    failures = [0, *accumulate(int(each) for each in bad)]
    prior = log(_SPLIT_PRIOR_SHORT if len(bad) <= _SHORT_HISTORY else _SPLIT_PRIOR_LONG)
    turns = [place for place in range(1, len(bad)) if bad[place] != bad[place - 1]]
    waiting, found = [(0, len(bad))], []
    while waiting:
        start, end = waiting.pop()
        cut = _best_cut(failures, turns, start, end, prior)
        if cut is None:
            found.append((start, end))
        else:
            waiting += [(start, cut), (cut, end)]
    return sorted(found)


def _best_cut(failures: Sequence[int], turns: Sequence[int], start: int, end: int, prior: float) -> int | None:
    def likelihood(left: int, right: int) -> float:
        x, n = failures[right] - failures[left], right - left
        return log_beta(x + PRIOR_A, n - x + PRIOR_B) - _EVIDENCE

    inside = [turn for turn in turns if start < turn < end]
    if not inside:
        return None
    gains = [(likelihood(start, turn) + likelihood(turn, end), turn) for turn in inside]
    best, cut = max(gains)
    return cut if best - likelihood(start, end) + prior > 0 else None
