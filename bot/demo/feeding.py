"""Brings the demo its reports: those of the sample suite, which it runs, or the reader's own."""

import asyncio
import json
import os
import shutil
import sys
from asyncio import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from signal import SIGTERM
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot.demo.home import SAMPLE_SUITE, Home
from bot.sample.history import Revision, revisions
from bot.sample.suite import SuiteReports, demand_tools, run_suite
from bot.worker import IngestWorker
from core.clock import utc_now
from core.errors import UsageError
from core.runs.model import RunMark, StoredReport
from core.settings import Settings, Sourced

BRANCH = "main"
_AT_ONCE = 2
_MOST_REFUSED = 5


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One run of the sample's suite that belongs to the demo's history; `number` counts from 1."""

    number: int
    revision: Revision
    again: bool
    """Whether the revision was run before."""

    @property
    def name(self) -> str:
        return f"{self.number:02}-{self.revision.name}"


def planned_runs() -> list[PlannedRun]:
    """Every run of the sample's history, in order."""
    states = [(revision, again > 0) for revision in revisions() for again in range(revision.runs)]
    return [PlannedRun(number, *state) for number, state in enumerate(states, start=1)]


async def feed_sample(home: Home, settings: Settings, console: Console) -> int:
    """Run the sample's suite for every planned run that is not stored yet, and store it. Returns how many were run.

    A report is moved to the `runs` folder once it is stored: what lies there is never run again.
    """
    kept = home.folder / "runs"
    kept.mkdir(exist_ok=True)
    missing = [each for each in planned_runs() if not (kept / f"{each.name}.xml").is_file()]
    if not missing:
        return 0
    demand_tools()
    console.print(Text(f"Running the sample suite {len(missing)} times, over {len(revisions())} revisions:", "bold"))
    columns = TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with (
        TemporaryDirectory(prefix="credstore-", ignore_cleanup_errors=True) as work,
        Progress(*columns, console=console, transient=True) as bar,
    ):
        async with IngestWorker(settings) as worker:
            task = bar.add_task("running tests", total=len(missing))
            runs = _Runs(Path(work), missing)
            try:
                for planned in missing:
                    finished = await runs.next()
                    stored = await _store(worker, planned, finished)
                    shutil.move(finished.reports.junit, kept / f"{planned.name}.xml")
                    bar.console.print(_told(planned, stored))
                    bar.advance(task)
            finally:
                await runs.cancel()
    return len(missing)


@dataclass(frozen=True, slots=True)
class _Finished:
    reports: SuiteReports
    started_at: datetime


class _Runs:
    """The planned runs, a few at a time and started in order; `next` gives what each left behind, in order too."""

    def __init__(self, work: Path, planned: Sequence[PlannedRun]) -> None:
        self._turns = asyncio.Semaphore(min(_AT_ONCE, os.cpu_count() or 1))
        self._tasks = [asyncio.create_task(self._run(each, work / str(each.number))) for each in planned]
        self._left = iter(self._tasks)

    async def next(self) -> _Finished:
        return await next(self._left)

    async def cancel(self) -> None:
        """End what still runs; its processes with it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, planned: PlannedRun, folder: Path) -> _Finished:
        async with self._turns:
            # Ours, because two processes that start together may stamp their reports in either order.
            started_at = utc_now()
            return _Finished(await run_suite(planned.revision.name, folder), started_at)


async def _store(worker: IngestWorker, planned: PlannedRun, finished: _Finished) -> StoredReport:
    mark = RunMark(SAMPLE_SUITE, BRANCH, planned.revision.name, finished.started_at)
    coverage = await worker.coverage(finished.reports.coverage)
    return await worker.report(finished.reports.junit, mark, f"{planned.name}.xml", coverage=coverage)


def _told(planned: PlannedRun, stored: StoredReport) -> Text:
    counts = stored.run.counts
    why = "the same revision again" if planned.again else planned.revision.title
    line = Text(f"  {planned.number:2}  {planned.revision.name}  ", "dim")
    line.append(f"{counts.tests:3} tests  ", "default")
    line.append(f"{counts.bad:2} failing  " if counts.bad else "all pass    ", "red" if counts.bad else "green")
    return line.append(f"{stored.run.duration_seconds or 0:4.1f} s  ").append(why)


async def feed_reports(home: Home, sourced: Sourced, console: Console) -> int:
    """Bring the reader's reports in as `t12 ingest` does, in a process of its own. Returns how many are stored.

    The reader's settings file is read there too, but the reports go to the demo's own store. Raises `UsageError` when
    none of them could be read.
    """
    assert home.reports is not None, "asked for only with reports"
    with console.status(f"Reading {home.reports}"):
        answer = await _ingest(home.reports, sourced)
    runs, rejected = answer["runs"], answer["rejected"]
    for each in rejected[:_MOST_REFUSED]:
        line = Text("  refused ", "red").append(f"{each['source']}: {each['error']}", "default")
        console.print(line, soft_wrap=True)
    if len(rejected) > _MOST_REFUSED:
        console.print(Text(f"  and {len(rejected) - _MOST_REFUSED} more refused", "red"))
    if not runs:
        raise UsageError(f"there is no report that T12 can read in {home.reports}; it reads JUnit XML, plain or gzip")
    new = sum(not each["duplicate"] for each in runs)
    told = f"  {len(runs)} {'report' if len(runs) == 1 else 'reports'} from {home.reports}: {new} new"
    console.print(Text(f"{told}, {len(runs) - new} known already, {len(rejected)} refused"))
    return len(runs)


async def _ingest(reports: Path, sourced: Sourced) -> Mapping[str, Any]:
    chosen = ["--config", str(sourced.file)] if sourced.file is not None else []
    process = await subprocess.create_subprocess_exec(
        sys.executable, "-m", "bot", *chosen, "ingest", "--format", "json", "--", str(reports),
        env=os.environ | {"T12_DATABASE_URL": sourced.settings.database_url}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        said, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.send_signal(SIGTERM)
            await process.wait()
    if process.returncode not in (0, 1) or not said:
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise UsageError(f"the reports could not be read: {last[0].removeprefix('t12: ')}")
    answer: Mapping[str, Any] = json.loads(said)
    return answer
