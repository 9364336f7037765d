"""Ctrl-C, alerts, and a run that is pushed to a server instead of kept here."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.api import Whereabouts
from bot.live.outcome import PushKeeping
from bot.live.run import WatchOptions, watch_command
from core.answers import Answers
from core.checks import State, run_check
from core.live.follow import Follower
from core.live.model import Ended
from core.live.store import read_course, read_moments
from core.runs.history import find_run
from core.runs.model import RunMark
from core.settings import Settings, Sourced
from core.storage.tables import run as run_table
from tests.bot.here import WorkerHere
from tests.bot.live.test_run import Lines, Site, _found, site
from tests.bot.server.conftest import a_house
from tests.stores import a_migrated_file

__all__ = ["site"]


@contextmanager
def t12_watch(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`t12 watch` in a session of its own, as a CI job starts it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "T12_"))}
    environment |= _found() | {"T12_DATABASE_URL": f"sqlite:///{a_migrated_file(folder / 't12.db')}"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "watch", *words], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], path: Path) -> None:
    for _ in range(600):
        if path.exists() or process.poll() is not None:
            break
        signal.sigtimedwait([], 0.1)
    assert path.exists(), process.communicate()


def test_ctrl_c_ends_the_run_and_the_watch_with_pytests_own_code(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pathlib, time\ndef test_a(): pass\n"
        "def test_b():\n    pathlib.Path('begun').touch()\n    time.sleep(60)\n"
    )
    words = ("--", sys.executable, "-m", "pytest", "-q", "test_it.py")
    with t12_watch(tmp_path, *words) as watch:
        wait_for(watch, tmp_path / "begun")
        watch.send_signal(signal.SIGINT)
        out, told = watch.communicate(timeout=60)
    assert watch.returncode == 2
    assert "KeyboardInterrupt" in out
    assert "stopped by SIGINT" in told
    assert "Traceback" not in told


def test_ctrl_c_over_a_run_elsewhere_ends_the_watch_alone(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"$report_type": "SessionStart"}\n{"$report_type": "TestStart", "nodeid": "test_x", "at": 1}\n')
    with t12_watch(tmp_path, "--report-log", str(log)) as watch:
        assert watch.stderr is not None
        heard = watch.stderr.readline()
        watch.send_signal(signal.SIGINT)
        _, told = watch.communicate(timeout=60)
    assert watch.returncode == 130
    assert heard.strip()
    assert "Traceback" not in told


async def test_what_somebody_broke_off_is_no_run(site: Site) -> None:
    site.tests("import os, signal\ndef test_a(): pass\ndef test_b(): os.kill(os.getpid(), signal.SIGINT)\n")
    watched = await site.watch()
    assert (watched.end.how, watched.exit_code, watched.kept.run_id) == (Ended.STOPPED, 2, None)
    async with site.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(run_table)) == 0


async def test_busy_processors_raise_an_alert_with_what_ran_and_which_process(site: Site) -> None:
    site.tests(
        "import os, subprocess, sys\ndef test_hog():\n"
        "    code = 'import time; end = time.time() + 2\\nwhile time.time() < end: pass'\n"
        "    hogs = [subprocess.Popen([sys.executable, '-c', code]) for _ in range(os.cpu_count() // 4 + 1)]\n"
        "    assert [each.wait() for each in hogs] == [0] * len(hogs)\n"
    )
    limits = {"cpu_percent": 10.5, "sample_seconds": 0.2}
    site.settings = Settings.model_validate({"database_url": site.settings.database_url, "live": limits})
    watched = await site.watch()
    assert watched.end.how is Ended.PASSED
    assert watched.resources is not None
    alert = next(each for each in watched.resources.alerts if each.kind == "cpu")
    assert alert.percent > 10.5
    assert alert.top
    assert any("CPU" in said for said in site.screen.said)
    sourced = Sourced(settings=site.settings, file=None, origins={})
    found = await run_check(Answers(site.database, sourced), "resources_fine")
    assert (found.state, "1 with trouble, such as run 1: " in found.evidence) == (State.FAILED, True), found
    assert "CPU alert" in found.evidence


async def test_a_pushed_run_is_stored_by_the_server(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.tests("def test_a(): pass\ndef test_b(): assert False\n")
    screen = Lines()
    (tmp_path / "house").mkdir()
    async with a_house(tmp_path / "house", worker=WorkerHere) as house:
        monkeypatch.setenv("T12_URL", house.url)
        monkeypatch.setenv("T12_TOKEN", house.token)
        house.clock.now = datetime.now(UTC)
        watched = await watch_command(
            WatchOptions(command=site.pytest()), RunMark("web", "main", "abc", None, "r-1"), Follower(),
            settings=site.settings, screen=screen, keeping=PushKeeping(screen.say, Whereabouts()),
        )  # fmt: skip
        async with house.database.read() as connection:
            stored = await find_run(connection, None)
            used, moments = await read_course(connection, stored.id), await read_moments(connection, stored.id)
    assert used is not None
    assert (len(used.starts), len(moments)) == (2, 1)
    assert (watched.exit_code, watched.kept.problems) == (1, [])
    assert (stored.suite, stored.branch, stored.counts.tests, stored.counts.failed) == ("web", "main", 2, 1)


async def test_a_server_that_refuses_leaves_the_runs_exit_code_alone(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.tests("def test_a(): pass\n")
    screen = Lines()
    (tmp_path / "house").mkdir()
    async with a_house(tmp_path / "house") as house:
        monkeypatch.setenv("T12_URL", house.url)
        monkeypatch.setenv("T12_TOKEN", "t12_0123456789ab_x")
        watched = await watch_command(
            WatchOptions(command=site.pytest()), RunMark("web", None, None, None, None), Follower(),
            settings=site.settings, screen=screen, keeping=PushKeeping(screen.say, Whereabouts()),
        )  # fmt: skip
    assert (watched.end.how, watched.exit_code) == (Ended.PASSED, 0)
    assert any("a valid token is needed" in each for each in watched.kept.problems)
