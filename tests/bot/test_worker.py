"""The worker process reads, dies, and is replaced."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from bot.worker import IngestWorker, Observer
from core.errors import ReportError, StorageError
from core.runs.history import recent_runs, suite_named
from core.runs.model import RejectedReport, RunMark, StoredReport
from core.settings import Settings
from core.storage.database import Database
from tests.bot.reports import (
    COVERAGE,
    DIAGNOSER,
    TROUBLED_DIAGNOSER,
    a_bomb,
    a_report,
    settings_for,
    settings_with_a_store,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

Ends = list[StoredReport | RejectedReport]


@pytest.fixture(scope="module")
def seen() -> Ends:
    """What `worker` told of the reports it read."""
    return []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worker(tmp_path_factory: pytest.TempPathFactory, seen: Ends) -> AsyncIterator[IngestWorker]:
    """One worker for all that need none of their own; a failure's message may ask for trouble."""
    settings = settings_with_a_store(tmp_path_factory.mktemp("worker"))
    observe: Observer = lambda _seconds, end: seen.append(end)  # noqa: E731
    async with IngestWorker(settings, diagnoser=TROUBLED_DIAGNOSER, observe=observe) as one:
        yield one


def written(folder: Path, data: bytes) -> Path:
    path = folder / "report.xml"
    path.write_bytes(data)
    return path


async def is_at_work(worker: IngestWorker, path: Path) -> None:
    """It takes the next report."""
    path = written(path, a_report(1))
    assert (await worker.report(path, RunMark(), "x")).counts.tests == 1


async def test_it_answers_as_the_flow_does(worker: IngestWorker, tmp_path: Path) -> None:
    path = written(tmp_path, a_report(2, 1))
    coverage = tmp_path / "coverage.xml"
    coverage.write_bytes(COVERAGE)
    found = await worker.coverage(coverage)
    first = await worker.report(path, RunMark(branch="main"), "here", coverage=found)
    second = await worker.report(path, RunMark(branch="main"), "here")
    assert isinstance(first, StoredReport)
    assert (first.counts.tests, first.counts.failed, first.run.coverage_percentage) == (3, 1, 50.0)
    assert first.run.started_at.tzinfo is not None
    assert (first.duplicate, second.duplicate, second.run.id) == (False, True, first.run.id)
    assert second.counts == first.counts


async def test_it_is_another_process_that_gives_way_and_gets_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    async with IngestWorker(settings_with_a_store(tmp_path), diagnoser=DIAGNOSER) as worker:
        await worker.start()
        assert worker.pid not in (None, os.getpid())
        process = psutil.Process(worker.pid)
        assert process.nice() >= 10
        assert process.rlimit(psutil.RLIMIT_AS)[0] > 0
        assert "xoxb-secret" not in process.environ().values()
    assert not psutil.pid_exists(process.pid)


async def test_a_refusal_is_the_sentence_of_the_flow(worker: IngestWorker, seen: Ends, tmp_path: Path) -> None:
    seen.clear()
    with pytest.raises(ReportError, match="the file is empty"):
        await worker.report(written(tmp_path, b""), RunMark(), "x")
    with pytest.raises(ReportError, match="cannot be opened"):
        await worker.report(tmp_path / "nothing.xml", RunMark(), "x")
    assert [each.reason for each in seen if isinstance(each, RejectedReport)] == ["empty", "unreadable"]


async def test_no_link_is_followed(worker: IngestWorker, tmp_path: Path) -> None:
    link = tmp_path / "link.xml"
    link.symlink_to(written(tmp_path, a_report()))
    with pytest.raises(ReportError, match="cannot be opened"):
        await worker.report(link, RunMark(), "x")


async def test_a_bomb_is_stopped_by_the_cap(worker: IngestWorker, tmp_path: Path) -> None:
    await worker.start()
    with pytest.raises(ReportError) as caught:
        await worker.report(written(tmp_path, a_bomb(200)), RunMark(), "x", max_bytes=8 << 20)
    assert caught.value.reason == "too-large"
    assert psutil.Process(worker.pid).memory_info().rss < 200 << 20


async def test_an_error_of_ours_refuses_the_report_and_not_the_next(worker: IngestWorker, tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        await worker.report(written(tmp_path, a_report(1, 1, message="break")), RunMark(), "x")
    assert caught.value.reason == "internal"
    assert "a bug of ours" not in str(caught.value)
    await is_at_work(worker, tmp_path)


async def test_a_report_that_takes_too_long_is_refused_and_the_next_one_read(
    worker: IngestWorker, tmp_path: Path
) -> None:
    await worker.start()
    with pytest.raises(ReportError, match=r"longer than 0\.5 seconds"):
        await worker.report(written(tmp_path, a_report(1, 1, message="sleep")), RunMark(), "x", seconds=0.5)
    assert worker.pid is None
    await is_at_work(worker, tmp_path)


async def test_a_report_that_kills_its_reader_is_refused_after_a_second_try(
    worker: IngestWorker, tmp_path: Path
) -> None:
    with pytest.raises(ReportError, match="ended the process"):
        await worker.report(written(tmp_path, a_report(1, 1, message="die")), RunMark(), "x")
    await is_at_work(worker, tmp_path)


async def test_a_worker_that_is_killed_while_idle_is_replaced(worker: IngestWorker, tmp_path: Path) -> None:
    await worker.start()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    await is_at_work(worker, tmp_path)


async def test_giving_up_the_wait_ends_the_process(worker: IngestWorker, tmp_path: Path) -> None:
    await worker.start()
    task = asyncio.create_task(worker.report(written(tmp_path, a_report(0, 1, message="sleep")), RunMark(), "x"))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert worker.pid is None


async def test_killing_it_again_and_again_stores_every_report_once(tmp_path: Path) -> None:
    settings = settings_with_a_store(tmp_path)
    async with IngestWorker(settings, diagnoser=DIAGNOSER) as worker:

        async def bring_in(number: int) -> int:
            path = tmp_path / f"{number}.xml"
            path.write_bytes(a_report(300, name=f"n{number}"))
            while True:
                try:
                    return (await worker.report(path, RunMark(), path.name)).run.id
                except ReportError as error:
                    assert error.reason == "worker-died"
                except StorageError as error:
                    assert "does not start" in str(error)

        async def kill() -> None:
            for round_ in range(5):
                await asyncio.sleep(0.05 + 0.3 * round_)
                if worker.pid is not None:
                    os.kill(worker.pid, signal.SIGKILL)

        results = await asyncio.gather(*(bring_in(number) for number in range(25)), kill())
    assert len(set(results[:-1])) == 25
    database = Database(settings.database_url)
    async with database.read() as connection:
        suite = await suite_named(connection, "default")
        runs = await recent_runs(connection, suite.id, limit=100)
    await database.close()
    assert [run.counts.tests for run in runs] == [300] * 25


async def test_a_store_that_is_not_there_is_no_fault_of_the_report(tmp_path: Path) -> None:
    async with IngestWorker(settings_for(tmp_path / "missing"), diagnoser=DIAGNOSER) as worker:
        with pytest.raises(StorageError, match="takes no report now"):
            await worker.report(written(tmp_path, a_report()), RunMark(), "x")


async def test_a_worker_that_cannot_start_says_so(tmp_path: Path) -> None:
    async with IngestWorker(settings_for(tmp_path), diagnoser="no.such:thing") as worker:
        with pytest.raises(StorageError, match="does not start"):
            await worker.report(written(tmp_path, a_report()), RunMark(), "x")


async def test_a_closed_worker_takes_nothing(tmp_path: Path) -> None:
    worker = IngestWorker(settings_with_a_store(tmp_path), diagnoser=DIAGNOSER)
    await worker.close()
    with pytest.raises(StorageError, match="stopping"):
        await worker.report(written(tmp_path, a_report()), RunMark(), "x")


async def test_it_stores_in_either_database(store_url: str, tmp_path: Path) -> None:
    settings = Settings(database_url=store_url)
    async with IngestWorker(settings) as worker:
        stored = await worker.report(written(tmp_path, a_report(2, 2, name="\u202e&lt;!channel>")), RunMark(), "x")
        assert (stored.counts.tests, stored.counts.failed) == (4, 2)
        await worker.close()
    async with IngestWorker(settings) as worker:
        assert (await worker.report(tmp_path / "report.xml", RunMark(), "x")).duplicate
