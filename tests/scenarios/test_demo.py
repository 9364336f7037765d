"""The demo, as a stranger starts it: it ends by itself, shows a conversation, and leaves nothing behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import StringIO
from pathlib import Path

import aiohttp
import psutil
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from bot.cli import main
from bot.demo import suite_runs
from bot.demo.home import Home
from bot.demo.show import Wishes, show
from bot.sample.history import open_repository
from core.answers import Answers
from core.settings import Sourced, load_settings
from core.storage.database import Database

pytestmark = pytest.mark.timeout(300)  # each start is five processes, on however busy a machine
CASES = {1: "", 2: '<failure type="AssertionError" message="assert 1 == 2">E   assert 1 == 2</failure>'}


def a_report(number: int) -> str:
    return (
        '<testsuites><testsuite name="pytest" tests="2" failures="0" errors="0" skipped="0" time="1.5" '
        f'timestamp="2026-11-2{number}T08:00:00+00:00"><testcase classname="tests.test_a" name="test_one" time="0.5"/>'
        f'<testcase classname="tests.test_a" name="test_two" time="1.0">{CASES[number]}</testcase>'
        "</testsuite></testsuites>"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reports = tmp_path / "reports"
    reports.mkdir()
    for number in CASES:
        (reports / f"{number}.xml").write_text(a_report(number))
    (reports / "notes.xml").write_text("<notes/>")
    return reports


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("T12_", "SLACK_", "PYTEST_"))}


def demo(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "demo", *words]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=140, check=False
    )


def test_the_readers_reports_are_shown_and_kept(folder: Path, tmp_path: Path) -> None:
    first = demo(tmp_path, "--port", "0", "--once", "--reports", str(folder))
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    shown = " ".join(first.stdout.split())
    assert "2 reports" in shown
    assert "2 new, 0 known already, 1 refused" in shown
    assert "notes.xml" in shown
    for part in (
        "Ana Ruiz",
        "#qa",
        "/t12 health",
        "/t12 failures",
        "of 100",
        "[Share in channel]",
        "Shared by @Ana Ruiz",
    ):
        assert part in shown
    assert "no rule of Slack broken" in shown
    again = demo(tmp_path, "--port", "0", "--once", "--reports", str(folder), "--text")
    assert again.returncode == 0, again.stderr
    assert "more lines" not in again.stdout
    assert "0 new, 2 known already" in " ".join(again.stdout.split())


def refused_here(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """What the command answers in this process, which has imported everything already."""
    monkeypatch.chdir(folder)
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    return CliRunner().invoke(main, ["demo", *words])


def test_a_folder_without_reports_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    refused = refused_here(tmp_path, monkeypatch, "--port", "0", "--reports", "empty")
    assert refused.exit_code == 2
    assert refused.stderr == "t12: there is no report that T12 can read in empty; it reads JUnit XML, plain or gzip\n"


def test_a_port_in_use_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = refused_here(tmp_path, monkeypatch, "--port", str(port))
    assert refused.exit_code == 2
    assert refused.stderr == f"t12: port {port} is in use; choose another with --port N, or --port 0 for any\n"


async def test_the_sample_suite_is_run_once_and_told_truly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its oldest and newest revision here; a second start runs nothing and knows the same."""
    planned = suite_runs.planned_runs()
    monkeypatch.setattr(suite_runs, "planned_runs", lambda: [planned[0], planned[-1]])
    monkeypatch.chdir(tmp_path)
    given = load_settings(None, {})
    screens = [Console(file=StringIO(), width=100), Console(file=StringIO(), width=100)]
    for screen in screens:
        assert await show(given, Wishes(once=True), screen) == 0
    first, second = (screen.file.getvalue() for screen in screens)  # type: ignore[attr-defined]
    assert "Running the sample suite 2 times" in first
    assert "the history of an earlier start" in second
    home = Home.of(None)
    await run_once_more(home, given)
    database = Database(home.database_url)
    try:
        answers = Answers(database, home.settings(given))
        failures = await answers.failures()
        runs = await answers.runs()
    finally:
        await database.close()
    assert {"mock_config", "database_session", "async_issues", "import_errors", "assertion"} <= set(failures.categories)
    assert [run.revision for run in runs.runs] == [
        open_repository(home.folder / "credstore").commit_of(name) for name in ("v1.5", "v1.5", "v1.0")
    ]
    assert all(run.coverage_percentage for run in runs.runs)


async def run_once_more(home: Home, given: Sourced) -> None:
    """What keeps the page alive, without its minutes."""
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise asyncio.CancelledError

    runs = suite_runs.SampleRuns(home, home.settings(given).settings, Console(file=StringIO()))
    with pytest.raises(asyncio.CancelledError):
        await runs.keep_running(wait)
    assert waits == [suite_runs.FIRST_SECONDS, suite_runs.EVERY_SECONDS]


async def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    process = await start(tmp_path, ["--port", "0"])
    assert process.stdout is not None
    async with asyncio.timeout(140):
        while b"Running the sample suite" not in await process.stdout.readline():
            assert process.returncode is None
        children = await until_children(process.pid)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        rest = await process.stdout.read()
        assert await process.wait() == 130
    assert b"Stopped; what was stored is kept." in rest
    assert b"Traceback" not in rest
    _gone, alive = await asyncio.to_thread(psutil.wait_procs, children, timeout=10)
    assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
    assert not list((tmp_path / "temporary").iterdir())


async def test_it_serves_until_it_is_stopped(folder: Path, tmp_path: Path) -> None:
    process = await start(tmp_path, ["--port", "0", "--reports", str(folder / "2.xml")])
    assert process.stdout is not None
    async with asyncio.timeout(140):
        lines = []
        while b"Ctrl-C ends it" not in (line := await process.stdout.readline()):
            assert line, process.returncode
            lines.append(line.decode())
        page = next(line.split()[1] for line in lines if line.startswith("Open"))
        async with aiohttp.ClientSession() as client, client.get(page) as answer:
            assert answer.status == 200
            assert "control-token" in await answer.text()
        uploads = next(line.split()[1] for line in lines if line.startswith("Uploads"))
        host, port = uploads.removeprefix("http://").partition("/")[0].split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()
        await writer.wait_closed()
        process.send_signal(signal.SIGTERM)
        await process.stdout.read()
        assert await process.wait() == 0


async def start(folder: Path, words: Sequence[str]) -> asyncio.subprocess.Process:
    (folder / "temporary").mkdir(exist_ok=True)
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", *words, cwd=folder,
        env=environment() | {"TMPDIR": str(folder / "temporary")},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def until_children(pid: int) -> list[psutil.Process]:
    """The demo's processes, once its tests run."""
    while True:
        found = psutil.Process(pid).children(recursive=True)
        with suppress(psutil.NoSuchProcess):  # one that ended while we looked
            if any("pytest" in " ".join(each.cmdline()) for each in found):
                return found
        await asyncio.sleep(0.05)
