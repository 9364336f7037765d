"""Really runs the sample's suite for the demo: over its history at first, then now and then, so that the page lives."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot.demo.home import SAMPLE_SUITE, Home
from bot.sample.history import Repository, Revision, open_repository, revisions
from bot.sample.suite import SuiteReports, demand_tools, run_suite
from bot.worker import IngestWorker
from core.clock import Clock, utc_now
from core.errors import T12Error
from core.runs.model import RunMark, StoredReport
from core.settings import Settings

BRANCH = "main"
FIRST_SECONDS, EVERY_SECONDS = 60.0, 240.0
"""When the suite is run again after the start, and how often after that."""

_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One run of the sample's suite; `number` counts from 1 over all starts of the demo."""

    number: int
    revision: Revision
    again: bool
    """Whether the revision was run before."""

    @property
    def name(self) -> str:
        return f"{self.number:03}-{self.revision.name}"


def planned_runs() -> list[PlannedRun]:
    """Every run of the sample's history, in order."""
    states = [(revision, again > 0) for revision in revisions() for again in range(revision.runs)]
    return [PlannedRun(number, *state) for number, state in enumerate(states, start=1)]


@dataclass(frozen=True, slots=True)
class _Finished:
    planned: PlannedRun
    reports: SuiteReports
    started_at: datetime


class SampleRuns:
    """Runs of the sample, each stored once: a report is moved to the `runs` folder when it is, and never run again."""

    def __init__(self, home: Home, settings: Settings, console: Console, clock: Clock = utc_now) -> None:
        self._kept = home.folder / "runs"
        self._place = home.folder / SAMPLE_SUITE
        self._settings = settings
        self._console = console
        self._clock = clock

    async def feed(self) -> int:
        """Run the suite for every planned run that is not stored yet; returns how many that were.

        Raises `UsageError` when what the suite needs is not installed.
        """
        self._kept.mkdir(exist_ok=True)
        missing = [each for each in planned_runs() if not self._kept_as(each).is_file()]
        if not missing:
            return 0
        repository = await self._repository()
        told = f"Running the sample suite {len(missing)} times, over {len(revisions())} revisions:"
        self._console.print(Text(told, "bold"))
        columns = TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with self._work() as work, Progress(*columns, console=self._console, transient=True) as bar:
            async with IngestWorker(self._settings) as worker:
                task = bar.add_task("running tests", total=len(missing))
                runs = _InOrder([lambda each=each: self._run(repository, each, Path(work)) for each in missing])  # type: ignore[misc]
                try:
                    for _ in missing:
                        bar.console.print(await self._store(worker, repository, await runs.next()))
                        bar.advance(task)
                finally:
                    await runs.cancel()
        return len(missing)

    async def keep_running(self, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Run the newest revision's suite again and again until cancelled; what goes wrong is told and tried again."""
        await wait(FIRST_SECONDS)
        async with IngestWorker(self._settings) as worker:
            while True:
                try:
                    await self._run_again(worker)
                except T12Error as error:
                    self._console.print(Text(f"  the suite was not run: {error}", style="red"))
                await wait(EVERY_SECONDS)

    async def _run_again(self, worker: IngestWorker) -> None:
        repository = await self._repository()
        number = 1 + max((int(path.name.partition("-")[0]) for path in self._kept.glob("*-*.xml")), default=0)
        planned = PlannedRun(number, revisions()[-1], again=True)
        with self._work() as work:
            finished = await self._run(repository, planned, Path(work))
            self._console.print(await self._store(worker, repository, finished))

    async def _repository(self) -> Repository:
        demand_tools()
        return await asyncio.to_thread(open_repository, self._place)

    def _work(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="credstore-", ignore_cleanup_errors=True)

    def _kept_as(self, planned: PlannedRun) -> Path:
        return self._kept / f"{planned.name}.xml"

    async def _run(self, repository: Repository, planned: PlannedRun, work: Path) -> _Finished:
        # Ours, because two processes that start together may stamp their reports in either order.
        started_at = self._clock()
        reports = await run_suite(repository, planned.revision.name, work / str(planned.number))
        return _Finished(planned, reports, started_at)

    async def _store(self, worker: IngestWorker, repository: Repository, finished: _Finished) -> Text:
        """Bring a run in; returns the line that tells of it."""
        planned = finished.planned
        revision = await asyncio.to_thread(repository.commit_of, planned.revision.name)
        mark = RunMark(SAMPLE_SUITE, BRANCH, revision, finished.started_at)
        coverage = await worker.coverage(finished.reports.coverage)
        stored = await worker.report(finished.reports.junit, mark, f"{planned.name}.xml", coverage=coverage)
        assert isinstance(stored, StoredReport), "pytest was told to write JUnit XML"
        shutil.move(finished.reports.junit, self._kept_as(planned))
        return _told(planned, revision, stored)


class _InOrder:
    """Some work, a few pieces at a time and begun in order; `next` gives what came of each, in order too."""

    def __init__(self, work: Sequence[Callable[[], Awaitable[_Finished]]]) -> None:
        self._turns = asyncio.Semaphore(min(_AT_ONCE, os.cpu_count() or 1))
        self._tasks = [asyncio.create_task(self._do(each)) for each in work]
        self._left = iter(self._tasks)

    async def next(self) -> _Finished:
        return await next(self._left)

    async def cancel(self) -> None:
        """End what still runs; its processes with it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _do(self, work: Callable[[], Awaitable[_Finished]]) -> _Finished:
        async with self._turns:
            return await work()


def _told(planned: PlannedRun, revision: str, stored: StoredReport) -> Text:
    counts = stored.run.counts
    why = "the same revision again" if planned.again else planned.revision.title
    line = Text(f"  {planned.number:2}  {revision[:10]}  ", "dim")
    line.append(f"{counts.tests:3} tests  ", "default")
    line.append(f"{counts.bad:2} failing  " if counts.bad else "all pass    ", "red" if counts.bad else "green")
    return line.append(f"{stored.run.duration_seconds or 0:4.1f} s  ").append(why)
