"""Whether the suite gets better or worse: the newest runs against the ones before, on windows that share no run."""

from collections.abc import Sequence
from statistics import median

from core.failures.validity import executed_and_bad, failing_share
from core.health.model import Direction, Trend
from core.runs.model import Run
from core.statistics import mann_whitney

RECENT_RUNS = 7
PREVIOUS_RUNS = 21
MIN_RUNS = 8
SIGNIFICANCE = 0.05

_RELATIVE_EFFECT = 0.05
_ABSOLUTE_EFFECT = 0.05
_MIN_FAILURES = 3


def find_trend(runs: Sequence[Run]) -> Trend:
    """The trend of the failure rate over trusted runs, oldest first.

    The last 7 runs against the 21 before; shorter histories are halved, below 8 runs there is not enough data. A change
    needs significance (two-sided Mann-Whitney, p < 0.05) and effect: the medians differ by at least 5 % of the previous
    one and one median absolute deviation, and by at least 3 failing cases of a median run or 5 percentage points.
    Source: procedure reference, "Trend".
    """
    rated = [(run, share) for run in runs if (share := failing_share(run)) is not None]
    if len(rated) < MIN_RUNS:
        told = f"{len(rated)} complete {'run is' if len(rated) == 1 else 'runs are'} known, {MIN_RUNS} are needed"
        return Trend(Direction.NOT_ENOUGH_DATA, told, len(rated), 0, None, None, None)
    cut = min(RECENT_RUNS, len(rated) // 2)
    recent = [share for _, share in rated[-cut:]]
    previous = [share for _, share in rated[-cut - PREVIOUS_RUNS : -cut]]
    p = mann_whitney(recent, previous)
    now, before = median(recent), median(previous)
    executed = median(executed_and_bad(run)[0] for run, _ in rated[-cut:])
    changed = p < SIGNIFICANCE and _matters(now, before, previous, executed)
    direction = Direction.STABLE
    if changed:
        direction = Direction.DEGRADING if now > before else Direction.IMPROVING
    told = f"median failure rate {now:.1%} in the last {len(recent)} runs, {before:.1%} in the {len(previous)} before"
    return Trend(direction, f"{told} (p = {p:.2g})", len(recent), len(previous), now, before, p)


def _matters(now: float, before: float, previous: Sequence[float], executed: float) -> bool:
    deviation = median(abs(share - before) for share in previous)
    change = abs(now - before)
    relative = change > 0 and change >= max(_RELATIVE_EFFECT * before, deviation)
    return relative and (change >= _ABSOLUTE_EFFECT or change * executed >= _MIN_FAILURES - 1e-9)
