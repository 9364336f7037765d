"""CPU time as a guard against blow-ups, never as a figure: figures are what tests/benchmarks is for.

A pattern that backtracks or a reader that is quadratic takes minutes where a sound one takes milliseconds. The bars
here lie between the two, far from both, and the least of three tries counts, so that a busy machine changes nothing.
"""

import time
from collections.abc import Callable

BLOW_UP = 5.0


def cpu_seconds(work: Callable[[], object], *, enough: float = 0.0) -> float:
    """The least CPU seconds of up to three tries; the first one under `enough` ends it."""
    least = float("inf")
    for _ in range(3):
        started = time.process_time()
        work()
        least = min(least, time.process_time() - started)
        if least < enough:
            break
    return least


def ends_soon(work: Callable[[], object]) -> bool:
    return cpu_seconds(work, enough=BLOW_UP) < BLOW_UP
