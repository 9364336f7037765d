"""Suites whose truth is known: durations with the noise of real runners, and slow-downs put in on purpose.

The noise is that of the procedure reference: a median test of 20 ms, lognormal noise of 0.2 a result and of 0.1 a run,
3 ms of additive jitter, and one result in a hundred a spike.
"""

import random
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from core.performance.grid import Grid, Totals
from tests.builders import a_run, counts

WINDOW = 5
LONG = 0.5
"""Recall is measured on tests of so many seconds."""
_SPREAD = 1.3
"""Spread of the tests' medians: about one in nine takes 0.1 s or more."""


@dataclass(frozen=True)
class Simulated:
    grid: Grid
    truth: Mapping[int, float]
    """The slow-downs put in: factor by the test's place."""


def simulate(
    seed: int,
    *,
    tests: int = 2000,
    runs: int = 35,
    factor: float = 1.0,
    only: int | None = None,
    slow_runs: Sequence[int] = (),
    changed_runs: int = WINDOW,
) -> Simulated:
    """`factor` slows all tests of half a second and more (or `only` so many of them) in the newest runs; `slow_runs`
    ran on a machine that is 1.6 times slower."""
    dice = random.Random(seed)
    medians = [0.020 * exp(dice.gauss(0, _SPREAD)) for _ in range(tests)]
    long = [place for place, seconds in enumerate(medians) if seconds >= LONG] if factor != 1.0 else []
    chosen = long if only is None else dice.sample(long, min(only, len(long)))
    truth = dict.fromkeys(chosen, factor)
    grid = Grid([a_run(number + 1, counts=counts(tests), duration_seconds=None) for number in range(runs)])
    grid.ids = array("q", range(1, tests + 1))
    for run in range(runs):
        speed = exp(dice.gauss(0, 0.1)) * (1.6 if run - runs in slow_runs else 1.0)
        column = array("f")
        for place, seconds in enumerate(medians):
            true = seconds * (truth.get(place, 1.0) if run >= runs - changed_runs else 1.0)
            value = true * speed * exp(dice.gauss(0, 0.2)) + abs(dice.gauss(0, 0.003))
            column.append(round(value * (dice.uniform(2, 10) if dice.random() < 0.01 else 1.0), 3))
        grid.columns[run] = column
        grid.totals[run] = Totals(sum(column))
    return Simulated(grid, truth)
