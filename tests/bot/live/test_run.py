"""`t12 watch` over real pytest runs: what ran, how it ended, what is kept, and that the run itself is left alone."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import venv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.live.outcome import StoreKeeping, Watched
from bot.live.run import WatchOptions, mark_of, usual_of, watch_command, watch_log
from bot.live.screen import Screen
from core.live.model import Ended
from core.live.store import read_course, read_moments
from core.runs.history import find_run, results_of
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.tables import event
from tests.stores import a_migrated_file


class Lines(Screen):
    """A screen whose words are kept."""

    def __init__(self) -> None:
        super().__init__(is_terminal=False)
        self.said: list[str] = []

    def say(self, line: str) -> None:
        self.said.append(line)


@dataclass
class Site:
    folder: Path
    database: Database
    settings: Settings
    screen: Lines

    async def watch(self, *words: str, **options: object) -> Watched:
        chosen = WatchOptions(command=words or self.pytest(), **options)  # type: ignore[arg-type]
        mark = mark_of(chosen, self.settings)
        keeping = StoreKeeping(self.database, Sourced(settings=self.settings, file=None, origins={}))
        follow = watch_log if chosen.log is not None else watch_command
        return await follow(
            chosen, mark, await usual_of(self.database, mark), settings=self.settings, screen=self.screen,
            keeping=keeping,
        )  # fmt: skip

    def pytest(self, *words: str) -> tuple[str, ...]:
        return (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(self.folder), *words)

    def tests(self, code: str) -> None:
        (self.folder / "test_it.py").write_text(code)

    async def events(self) -> list[str]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(event.c.type).order_by(event.c.id))).scalars())


@pytest.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    async with a_site(tmp_path, monkeypatch) as found:
        yield found


@asynccontextmanager
async def a_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    for name in [each for each in os.environ if each.startswith(("PYTEST_", "PYTHONPATH", "GITHUB_", "CI"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "pytest.ini").write_text("[pytest]\n")
    database = Database(f"sqlite:///{a_migrated_file(tmp_path / 't12.db')}")
    live = {"sample_seconds": 0.2, "hang_seconds": 1.0}
    settings = Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 't12.db'}", "live": live})
    try:
        yield Site(folder, database, settings, Lines())
    finally:
        await database.close()


async def test_a_run_is_kept_with_what_it_used_and_when_its_failures_ran(site: Site) -> None:
    site.tests("import time\ndef test_a(): time.sleep(0.5)\ndef test_b(): assert 1 == 2\n")
    watched = await site.watch()
    assert (watched.end.how, watched.exit_code) == (Ended.FAILED, 1)
    assert (watched.run.passed, watched.run.failed) == (1, 1)
    async with site.database.read() as connection:
        run = await find_run(connection, None)
        course, moments = await read_course(connection, run.id), await read_moments(connection, run.id)
    assert (run.counts.tests, run.counts.failed) == (2, 1)
    assert course is not None
    assert len(course.starts) == 2
    assert course.samples >= 2
    assert course.tree_memory.high > 5e6
    [(began, ended)] = moments.values()
    assert began <= ended


async def test_two_runs_of_one_project_know_what_is_usual(site: Site) -> None:
    site.tests("import time\ndef test_a(): time.sleep(0.3)\n")
    await site.watch()
    mark = mark_of(WatchOptions(), site.settings)
    follower = await usual_of(site.database, mark)
    assert follower.usual_tests == 1
    assert [seconds >= 0.3 for seconds in follower.usual.values()] == [True]


async def test_workers_of_xdist_are_followed(site: Site) -> None:
    site.tests("import pytest\n@pytest.mark.parametrize('n', range(6))\ndef test_a(n): assert n != 4\n")
    watched = await site.watch(*site.pytest("-n", "2", "-p", "xdist"))
    assert (watched.run.passed, watched.run.failed, watched.run.tests) == (5, 1, 6)
    assert watched.run.workers == 2


async def test_a_run_that_is_killed_is_said_with_the_test_that_ran(site: Site) -> None:
    site.tests("import os\ndef test_a(): pass\ndef test_b(): os.kill(os.getpid(), 9)\n")
    watched = await site.watch()
    assert (watched.end.how, watched.exit_code) == (Ended.DIED, 137)
    assert "SIGKILL while test_it.py::test_b ran" in watched.end.why
    assert (await site.events())[0] == "RunDied"


async def test_a_hang_is_said_once_while_it_lasts(site: Site) -> None:
    site.tests("import time\ndef test_a(): time.sleep(2.5)\n")
    watched = await site.watch()
    assert watched.end.how is Ended.PASSED
    assert watched.resources is not None
    hung = [each for each in watched.resources.silences if each.tests]
    assert [[test.name for test in each.tests] for each in hung] == [["test_it.py::test_a"]]
    assert any("test_it.py::test_a" in each for each in site.screen.said)


async def test_what_pytest_refuses_stores_no_run(site: Site) -> None:
    site.tests("def test_a(): pass\n")
    watched = await site.watch(*site.pytest("--no-such-option"))
    assert (watched.end.how, watched.exit_code) == (Ended.DIED, 4)
    assert (await site.events())[0] == "RunDied"


async def test_a_command_without_pytest_passes_its_exit_code_on(site: Site) -> None:
    watched = await site.watch(sys.executable, "-c", "print('hello')")
    assert (watched.end.how, watched.exit_code, watched.kept.run_id) == (Ended.NOTHING, 0, None)


async def test_an_interpreter_with_nothing_of_ours_is_followed_too(site: Site, tmp_path: Path) -> None:
    """Only pytest and what it needs are there: no plugin, nothing of T12."""
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    place = next((tmp_path / "bare").glob("lib/python*/site-packages"))
    packages = Path(pytest.__file__).parents[1]
    for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py.py"):
        (place / name).symlink_to(packages / name)
    site.tests("def test_a():\n    import importlib.util\n    assert importlib.util.find_spec('core') is None\n")
    words = [str(tmp_path / "bare" / "bin" / "python"), *site.pytest()[1:]]
    watched = await site.watch(*words)
    assert (watched.end.how, watched.run.passed) == (Ended.PASSED, 1), watched


async def test_the_projects_own_report_is_the_one_that_is_kept(site: Site) -> None:
    site.tests("import os\ndef test_a(): assert 'T12_LIVE_FOLDER' not in os.environ\n")
    report = site.folder / "own.xml"
    watched = await site.watch(*site.pytest(f"--junitxml={report}"))
    assert (watched.end.how, report.is_file()) == (Ended.PASSED, True)
    async with site.database.read() as connection:
        run = await find_run(connection, None)
        assert len(await results_of(connection, run.id)) == 1


async def test_a_session_that_a_test_begins_in_its_own_process_is_not_watched(site: Site) -> None:
    (site.folder / "inner").mkdir()
    (site.folder / "inner" / "test_inner.py").write_text("def test_b(): assert False\n")
    site.tests("import pytest\ndef test_a(): assert pytest.main(['-q', 'inner']) == 1\ndef test_c(): pass\n")
    watched = await site.watch(*site.pytest("--ignore=inner"))
    assert (watched.end.how, watched.run.passed, watched.run.failed) == (Ended.PASSED, 2, 0)
    assert watched.run.notes == ()


async def test_two_sessions_of_one_command_are_two_reports_of_one_run(site: Site) -> None:
    site.tests("def test_a(): pass\n")
    (site.folder / "test_more.py").write_text("def test_b(): assert False\n")
    code = "import pytest, sys; sys.exit(max(pytest.main(['-q', each]) for each in ('test_it.py', 'test_more.py')))"
    watched = await site.watch(sys.executable, "-c", code)
    assert (watched.end.how, watched.run.passed, watched.run.failed) == (Ended.FAILED, 1, 1)
    async with site.database.read() as connection:
        run = await find_run(connection, None)
    assert (run.counts.tests, run.counts.failed) == (2, 1)


async def test_what_pytest_reportlog_itself_writes_is_followed(site: Site) -> None:
    site.tests("import pytest\ndef test_a(): pass\ndef test_b(): assert 1 == 2\ndef test_c(): pytest.skip('no')\n")
    log = site.folder / "log.jsonl"
    following = asyncio.create_task(site.watch("", log=log))
    run = await asyncio.create_subprocess_exec(
        *site.pytest(f"--report-log={log}"), stdout=subprocess.DEVNULL
    )
    assert await run.wait() == 1
    watched = await asyncio.wait_for(following, 20)
    assert (watched.end.how, watched.run.passed, watched.run.skipped) == (Ended.FAILED, 1, 1)
    assert [(each.name, each.reason) for each in watched.run.failures] == [("test_it.py::test_b", "assert 1 == 2")]


async def test_the_log_of_a_run_elsewhere_is_followed_to_its_end(site: Site) -> None:
    log = site.folder / "log.jsonl"
    following = asyncio.create_task(site.watch("", log=log))
    await asyncio.sleep(0.3)
    lines = [
        {"$report_type": "SessionStart"},
        {"$report_type": "TestReport", "nodeid": "a", "when": "setup", "outcome": "passed", "duration": 0},
        {
            "$report_type": "TestReport",
            "nodeid": "a",
            "when": "call",
            "outcome": "failed",
            "duration": 1,
            "longrepr": "x",
        },
        {"$report_type": "TestReport", "nodeid": "a", "when": "teardown", "outcome": "passed", "duration": 0},
        {"$report_type": "SessionFinish", "exitstatus": 1},
    ]
    for each in lines:
        with log.open("a") as out:
            out.write(json.dumps(each) + "\n")
        await asyncio.sleep(0.05)
    watched = await asyncio.wait_for(following, 20)
    assert (watched.end.how, watched.run.failed, watched.exit_code) == (Ended.FAILED, 1, 1)


def test_the_command_shows_the_runs_own_output_and_ends_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_a(): print('heard'); assert False\n")
    environment = {each: value for each, value in os.environ.items() if not each.startswith("PYTEST_")}
    environment |= {"T12_DATABASE_URL": f"sqlite:///{a_migrated_file(tmp_path / 't12.db')}"}
    words = [sys.executable, "-m", "bot", "watch", "--", sys.executable, "-m", "pytest", "-q", "test_it.py"]
    done = subprocess.run(
        words, cwd=tmp_path, env=environment | _found(), capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 1
    assert "heard" in done.stdout
    assert "1 failed" in done.stdout
    assert "1 of 1 test, 1 failed" in done.stderr


def test_a_stopped_watch_stops_the_run_and_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pathlib, time\ndef test_a():\n    pathlib.Path('begun').touch()\n    time.sleep(60)\n"
    )
    environment = {each: value for each, value in os.environ.items() if not each.startswith("PYTEST_")}
    environment |= {"T12_DATABASE_URL": f"sqlite:///{a_migrated_file(tmp_path / 't12.db')}"}
    words = [sys.executable, "-m", "bot", "watch", "--", sys.executable, "-m", "pytest", "-q", "test_it.py"]
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment | _found(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as watch:  # fmt: skip
        for _ in range(600):
            if (tmp_path / "begun").exists():
                break
            signal.sigtimedwait([], 0.1)
        watch.send_signal(signal.SIGTERM)
        _, told = watch.communicate(timeout=60)
    assert watch.returncode == 128 + signal.SIGTERM
    assert "stopped by SIGTERM" in told


def _found() -> dict[str, str]:
    """Where the code under test is found from another folder."""
    here = str(Path(__file__).parents[3])
    return {"PYTHONPATH": os.pathsep.join([here, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}
