"""Watched folders: complete files only, each exactly once, also across kills."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.watching import EMPTY_POLLS, BringsIn, FolderWatcher, watch
from core.errors import ReportError, StorageError
from core.runs.model import RunMark, StoredReport
from core.settings import WatchSettings
from tests.bot.here import WorkerHere
from tests.bot.reports import a_report, settings_with_a_store


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest_asyncio.fixture
async def watcher(tmp_path: Path, inbox: Path) -> AsyncIterator[FolderWatcher]:
    settings = settings_with_a_store(tmp_path)
    async with WorkerHere(settings) as worker:
        yield FolderWatcher(WatchSettings(path=inbox, suite="watched", branch="main"), settings, worker)


def names(folder: Path) -> list[str]:
    """The original names of what is in a folder."""
    return sorted(path.name.split("-", 2)[-1] for path in folder.iterdir())


def stored_runs(folder: Path) -> list[tuple[str, int]]:
    """Source's file name and tests of every stored report."""
    with sqlite3.connect(folder / "t12.db") as connection:
        rows = connection.execute("SELECT source, tests FROM report JOIN run ON run.id = report.run_id").fetchall()
    connection.close()
    return sorted((Path(source).name, tests) for source, tests in rows)


async def test_a_finished_report_is_stored_and_moves_to_done(
    watcher: FolderWatcher, tmp_path: Path, inbox: Path
) -> None:
    (inbox / "a.xml").write_bytes(a_report(3))
    assert await watcher.poll() == 0
    assert await watcher.poll() == 1
    assert names(inbox / "done") == ["a.xml"]
    assert names(inbox / "processing") == []
    assert stored_runs(tmp_path) == [("a.xml", 3)]


async def test_a_report_that_grows_is_waited_for(watcher: FolderWatcher, tmp_path: Path, inbox: Path) -> None:
    data = a_report(4)
    for end in range(100, len(data), 100):
        (inbox / "a.xml").write_bytes(data[:end])
        assert await watcher.poll() == 0
    (inbox / "a.xml").write_bytes(data)
    assert [await watcher.poll(), await watcher.poll()] == [0, 1]
    assert stored_runs(tmp_path) == [("a.xml", 4)]


async def test_an_empty_file_gets_half_a_minute(watcher: FolderWatcher, inbox: Path) -> None:
    (inbox / "a.xml").touch()
    assert [await watcher.poll() for _ in range(EMPTY_POLLS)] == [0] * (EMPTY_POLLS - 1) + [1]
    assert names(inbox / "bad") == ["a.xml", "a.xml.reason.txt"]


async def test_a_refused_report_moves_to_bad_with_its_reason(watcher: FolderWatcher, inbox: Path) -> None:
    (inbox / "r.xml").write_bytes(b"<robot/>")
    assert [await watcher.poll(), await watcher.poll(), await watcher.poll()] == [0, 1, 0]
    assert names(inbox / "bad") == ["r.xml", "r.xml.reason.txt"]
    (reason,) = (inbox / "bad").glob("*.reason.txt")
    assert "Robot Framework" in reason.read_text()


async def test_links_folders_pipes_hidden_and_other_files_stay(
    watcher: FolderWatcher, tmp_path: Path, inbox: Path
) -> None:
    outside = tmp_path / "outside.xml"
    outside.write_bytes(a_report())
    (inbox / "link.xml").symlink_to(outside)
    (inbox / "folder.xml").mkdir()
    os.mkfifo(inbox / "pipe.xml")
    for name in (".hidden.xml", "notes.txt", "a.xml.part", "a.xml.tmp"):
        (inbox / name).write_bytes(a_report())
    before = names(inbox)
    assert [await watcher.poll() for _ in range(4)] == [0] * 4
    assert set(before) <= set(names(inbox))
    assert stored_runs(tmp_path) == []


async def test_equal_names_never_overwrite_one_another(watcher: FolderWatcher, inbox: Path) -> None:
    for number in range(3):
        (inbox / "report.xml").write_bytes(a_report(name=f"n{number}"))
        assert [await watcher.poll(), await watcher.poll()] == [0, 1]
    assert names(inbox / "done") == ["report.xml"] * 3


async def test_names_of_any_bytes_and_length_are_taken(watcher: FolderWatcher, tmp_path: Path, inbox: Path) -> None:
    for number, name in enumerate((b"\xff\xfe <!channel>\n.xml", b"n" * 251 + b".xml", "\u202etxt.xml".encode())):
        (inbox / os.fsdecode(name)).write_bytes(a_report(name=f"n{number}"))
    assert [await watcher.poll(), await watcher.poll()] == [0, 3]
    assert len(stored_runs(tmp_path)) == 3


class Unwilling:
    """A worker that fails as often as it is told, then hands on."""

    def __init__(self, worker: BringsIn | None, *errors: Exception) -> None:
        self.worker = worker
        self.errors = list(errors)
        self.before_failing = lambda path: None

    async def report(self, path: Path, mark: RunMark, source: str, *, seconds: float | None = None) -> StoredReport:
        if self.errors:
            self.before_failing(path)
            raise self.errors.pop(0)
        assert self.worker is not None
        return await self.worker.report(path, mark, source, seconds=seconds)


async def test_a_store_that_takes_nothing_costs_no_report(tmp_path: Path, inbox: Path) -> None:
    settings = settings_with_a_store(tmp_path)
    async with WorkerHere(settings) as worker:
        unwilling = Unwilling(worker, StorageError("full"), StorageError("full"))
        watcher = FolderWatcher(WatchSettings(path=inbox), settings, unwilling)
        (inbox / "a.xml").write_bytes(a_report(2))
        ends: list[int | str] = []
        for _ in range(8):
            try:
                ends.append(await watcher.poll())
            except StorageError:
                ends.append("waits")
    assert sum(end for end in ends if isinstance(end, int)) == 1
    assert ends.count("waits") == 2
    assert stored_runs(tmp_path) == [("a.xml", 2)]


async def test_a_file_written_to_while_it_was_read_gets_another_look(tmp_path: Path, inbox: Path) -> None:
    settings = settings_with_a_store(tmp_path)
    data = a_report(5)
    (inbox / "a.xml").write_bytes(data[:80])
    async with WorkerHere(settings) as worker:
        unwilling = Unwilling(worker, ReportError("cut off", reason="not-well-formed"))
        unwilling.before_failing = lambda path: path.write_bytes(data)
        watcher = FolderWatcher(WatchSettings(path=inbox), settings, unwilling)
        assert [await watcher.poll() for _ in range(4)] == [0, 0, 0, 1]
    assert stored_runs(tmp_path) == [("a.xml", 5)]


async def test_two_watchers_of_one_folder_store_each_report_once(tmp_path: Path, inbox: Path) -> None:
    settings = settings_with_a_store(tmp_path)
    for number in range(12):
        (inbox / f"{number}.xml").write_bytes(a_report(number + 1, name=f"n{number}"))
    async with WorkerHere(settings) as one, WorkerHere(settings) as two:
        watchers = [FolderWatcher(WatchSettings(path=inbox), settings, worker) for worker in (one, two)]
        for _ in range(4):
            await asyncio.gather(*(each.poll() for each in watchers))
    assert [tests for _, tests in stored_runs(tmp_path)] == sorted(range(1, 13), key=lambda n: f"{n - 1}.xml")
    assert len(names(inbox / "done")) == 12


async def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    settings = settings_with_a_store(tmp_path).model_copy(
        update={"watch": [WatchSettings(path=tmp_path / "deep" / "inbox")]}
    )
    task = asyncio.create_task(watch(settings, Unwilling(None)))
    for _ in range(100):
        await asyncio.sleep(0.02)
        if (tmp_path / "deep" / "inbox" / "bad").is_dir():
            break
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert names(tmp_path / "deep" / "inbox") == ["bad", "done", "processing"]


WATCHING = """
import asyncio, sys
from pathlib import Path
import bot.watching
from bot.worker import IngestWorker
from core.settings import Settings, WatchSettings
bot.watching.POLL_SECONDS = 0.02
settings = Settings(database_url=sys.argv[1], watch=[WatchSettings(path=Path(sys.argv[2]))])
async def main():
    async with IngestWorker(settings, diagnoser="tests.bot.reports:diagnoser") as worker:
        await bot.watching.watch(settings, worker)
asyncio.run(main())
"""


KILLS = 4


@pytest.mark.timeout(300)
async def test_killed_again_and_again_it_stores_each_report_exactly_once(tmp_path: Path, inbox: Path) -> None:
    settings = settings_with_a_store(tmp_path)
    chance = random.Random(7)
    wanted, kills = 0, 0

    async def drop() -> None:
        nonlocal wanted
        while wanted < 30 or kills < KILLS:
            number, wanted = wanted, wanted + 1
            hidden = inbox / f".{number}.part"
            hidden.write_bytes(a_report(number + 1, name=f"n{number}"))
            hidden.rename(inbox / f"{number:03}.xml")
            await asyncio.sleep(chance.uniform(0.0, 0.25))

    def done() -> list[str]:
        return names(inbox / "done") if (inbox / "done").is_dir() else []

    async def until(is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_so():  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.01)

    dropper = asyncio.create_task(drop())
    while not dropper.done() or len(done()) < wanted:
        before = len(done())
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WATCHING, settings.database_url, str(inbox), start_new_session=True
        )
        # A life ends in the middle of a report, or of moving one; the last one when there is nothing more to do.
        if kills < KILLS:
            await until(lambda least=before: len(done()) > least)  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0.0, 0.3))
        else:
            await dropper
            await until(lambda: len(done()) == wanted)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        kills += 1
    assert kills > KILLS
    assert names(inbox / "done") == [f"{number:03}.xml" for number in range(wanted)]
    assert names(inbox / "bad") == names(inbox / "processing") == []
    assert stored_runs(tmp_path) == [(f"{number:03}.xml", number + 1) for number in range(wanted)]
