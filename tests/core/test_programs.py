"""A program that the settings name cannot hang, flood, outlive or read T12."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from core.programs import OUTPUT_CHARACTERS, Ran, run_program

HERE = Path(__file__).parent


async def python(code: str, seconds: float = 20, secrets: tuple[str, ...] = ()) -> Ran:
    return await run_program([sys.executable, "-c", code], HERE, seconds, secrets=secrets)


async def test_what_it_says_and_how_it_ends_is_kept() -> None:
    ran = await python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (ran.code, ran.problem, ran.is_success) == (3, "", False)
    assert set(ran.output.split()) == {"out", "err"}
    assert (await python("pass")).is_success


async def test_it_runs_in_the_folder_without_our_secrets_and_without_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    monkeypatch.setenv("GITHUB_TOKEN", "other")
    ran = await python("import os, sys; print(os.getcwd(), sorted(os.environ), repr(sys.stdin.read()))")
    assert str(HERE) in ran.output
    assert "TOKEN" not in ran.output
    assert ran.output.rstrip().endswith("''")


async def test_words_reach_it_as_they_are_and_never_a_shell() -> None:
    words = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "$(echo pwned)", "; ls", "a b"]
    ran = await run_program(words, HERE, 20)
    assert ran.output.strip() == "['$(echo pwned)', '; ls', 'a b']"


async def test_one_that_is_not_there_is_told() -> None:
    assert "there is no program 'no-such-program'" in (await run_program(["no-such-program"], HERE, 5)).problem
    assert "could not be run" in (await run_program(["/no/such/program"], HERE, 5)).problem
    assert "could not be run" in (await run_program([sys.executable], HERE / "nowhere", 5)).problem
    assert "could not be run" in (await run_program(["/bin/true", "a\0b"], HERE, 5)).problem


async def test_one_that_hangs_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    note = tmp_path / "child"
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid)); print('begun', flush=True); time.sleep(600)"
    )
    ran = await python(code, seconds=2)
    assert ran.code is None
    assert "longer than 2 seconds" in ran.problem
    assert ran.output == "begun\n"
    await gone(int(note.read_text()))


async def test_one_that_leaves_a_child_with_its_output_does_not_keep_us(tmp_path: Path) -> None:
    note = tmp_path / "child"
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(note)!r}, 'w').write(str(child.pid)); print('done')"
    )
    ran = await python(code)
    assert (ran.code, ran.output) == (0, "done\n")
    await gone(int(note.read_text()))


async def test_a_flood_is_cut_in_its_middle() -> None:
    ran = await python("print('first'); print('x' * 5_000_000); print('last')")
    assert ran.is_success
    assert len(ran.output) < OUTPUT_CHARACTERS + 100
    assert ran.output.startswith("first")
    assert ran.output.endswith("last\n")
    assert "bytes left out" in ran.output


async def test_hostile_output_is_plain_text_without_secrets() -> None:
    code = r"import sys; sys.stdout.buffer.write(b'\x1b[31mred\x1b[0m \xff\x00 token=abcdef123456 own-secret-1\n')"
    ran = await python(code, secrets=("own-secret-1",))
    assert ran.output.startswith("red ")
    assert "\x1b" not in ran.output
    assert "\x00" not in ran.output
    assert "abcdef123456" not in ran.output
    assert "own-secret-1" not in ran.output


async def test_who_stops_waiting_leaves_nothing_behind(tmp_path: Path) -> None:
    note = tmp_path / "own"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    task = asyncio.create_task(python(code, seconds=600))
    for _ in range(200):
        if note.exists() and note.read_text():
            break
        await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await gone(int(note.read_text()))


async def gone(pid: int) -> None:
    """Wait until a process has ended."""
    for _ in range(200):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{pid} still runs")
