"""Runs the matrix and prints its table: `python -m tests.faults [--seeds 10] [--seconds 30] [--short]`."""

import argparse
import asyncio
import sys
from dataclasses import fields

from tests.faults.rows import PLANS, play
from tests.faults.tally import Tally

COLUMNS = [each.name for each in fields(Tally)]


def _line(name: str, cells: list[str]) -> str:
    return f"{name:<28}" + "".join(f"{cell:>{len(column) + 2}}" for column, cell in zip(COLUMNS, cells, strict=True))


def main(seeds: int, seconds: float) -> bool:
    """Whether nothing was lost, repeated, told too late or out of order."""
    print(_line("", COLUMNS), flush=True)
    total = Tally()
    for plan in PLANS:
        row = Tally()
        for seed in range(1, seeds + 1):
            found = asyncio.run(play(plan, seed, seconds))
            if found.violations:
                print(f"seed {seed}: {found}", file=sys.stderr, flush=True)
            row += found
        print(_line(plan.name, [str(getattr(row, column)) for column in COLUMNS]), flush=True)
        total += row
    print(_line("all", [str(getattr(total, column)) for column in COLUMNS]))
    return total.violations == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="runs of each row")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each run has faults")
    parser.add_argument("--short", action="store_true", help="one run of five seconds of each row")
    asked = parser.parse_args()
    sys.exit(0 if main(*((1, 5.0) if asked.short else (asked.seeds, asked.seconds))) else 1)
