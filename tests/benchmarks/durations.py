"""The duration rule on histories whose truth is known, and what `slow` costs after runs of 100,000 tests."""

import asyncio
import random
import resource
import time
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing import Process
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from core.answers import Answers
from core.failures.diagnose import diagnoser
from core.performance.judge import judge
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from core.settings import load_settings
from core.storage.database import Database
from core.storage.migrate import migrate
from tests.core.performance.simulated import simulate

_SUITES = 50
_TESTS, _RUNS = 100_000, 40
_START = datetime(2026, 1, 1, tzinfo=UTC)
_SLOW_RUNNERS: Sequence[int] = range(-5, 0)


def rule() -> None:
    """False flags and recall, a suite of 2,000 tests per evaluation."""
    print(f"duration rule, {_SUITES} suites of 2,000 tests each, 30 runs of baseline, judged after 5 runs")
    for runners, slow in (("usual runners", ()), ("runners 1.6 times slower", _SLOW_RUNNERS)):
        judged = [judge(simulate(seed, slow_runs=slow).grid) for seed in range(_SUITES)]
        wrong = fmean(len(each.slower) for each in judged), fmean(len(each.faster) for each in judged)
        print(f"  {runners}: {wrong[0]:.2f} false regressions (bar: 0.10), {wrong[1]:.2f} false improvements")
        for factor, bar in ((1.5, 0.65), (2.0, 0.95)):
            recall, false = _found(factor, slow)
            print(f"    {factor} times slower: recall {recall:.2f} (bar: {bar}), {false:.2f} others flagged with them")
    for changed in (5, 10):
        alone = [_found(factor, (), only=1, changed=changed)[0] for factor in (1.5, 2.0)]
        print(f"  one slower test alone, {changed} runs later: recall {alone[0]:.2f} at 1.5, {alone[1]:.2f} at 2 times")


def _found(factor: float, slow: Sequence[int], *, only: int | None = None, changed: int = 5) -> tuple[float, float]:
    found = true = false = 0
    for seed in range(_SUITES):
        simulated = simulate(
            seed + 1000, factor=factor, slow_runs=slow, only=only, runs=30 + changed, changed_runs=changed
        )
        flagged = {shift.timing.place for shift in judge(simulated.grid).slower}
        found += len(flagged & simulated.truth.keys())
        true += len(simulated.truth)
        false += len(flagged - simulated.truth.keys())
    return found / true, false / _SUITES


async def fill(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'durations.db'}")
    await migrate(database)
    flow = Ingest(database, diagnoser([]))
    dice = random.Random(1)
    medians = array("d", (0.02 * dice.lognormvariate(0, 1.3) for _ in range(_TESTS)))
    for number in range(1, _RUNS + 1):
        with (home / "run.xml").open("w", encoding="utf-8") as out:
            out.write('<testsuites><testsuite name="pytest">')
            for place, seconds in enumerate(medians):
                value = seconds * dice.lognormvariate(0, 0.2) * (2 if place % 5000 == 0 and number > _RUNS - 5 else 1)
                out.write(f'<testcase classname="tests.m_{place // 50}" name="test_{place}" time="{value:.3f}" />')
            out.write("</testsuite></testsuites>")
        mark = RunMark(revision=f"{number:040x}", started_at=_START + timedelta(hours=number))
        with (home / "run.xml").open("rb") as raw:
            await flow.report(raw, mark, "run.xml")
    await database.close()


async def ask(home: Path) -> None:
    answers = Answers(Database(f"sqlite:///{home / 'durations.db'}"), load_settings(environ={}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    report = await answers.slow()
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"slow over {report.runs_read} runs of {report.tests:,} tests: {took:.1f} s, "
        f"{(peak - before) / 1024:.0f} MB more memory, {len(report.regressions)} regressions"
    )


def _fill(home: Path) -> None:
    asyncio.run(fill(home))


def _ask(home: Path) -> None:
    asyncio.run(ask(home))


def main() -> None:
    rule()
    with TemporaryDirectory() as folder:
        for step in (_fill, _ask):  # apart, so that the memory is that of the question alone
            process = Process(target=step, args=(Path(folder),))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
