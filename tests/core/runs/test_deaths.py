"""A run that left no report is told once, by the telling end of its console."""

import pytest
from sqlalchemy import select

from core.errors import ReportError
from core.runs.deaths import LONGEST_WHY, Death, last_words, record_death
from core.storage.database import Database
from core.storage.tables import event
from tests.builders import START


async def test_a_repeat_of_the_same_run_counts_once(store: Database) -> None:
    death = Death("backend", "main", "abc", "github-7", exit_code=137)
    assert await record_death(store, death, START)
    assert not await record_death(store, death, START)
    assert await record_death(store, Death("backend", "main", "abc", "github-8"), START)
    async with store.read() as connection:
        rows = (await connection.execute(select(event.c.type, event.c.data).order_by(event.c.id))).all()
    assert [row.type for row in rows] == ["RunDied", "RunDied"]
    assert rows[0].data == {
        "suite": "backend", "branch": "main", "revision": "abc", "exit_code": 137, "why": "",
        "started_at": START.isoformat(),
    }  # fmt: skip


async def test_a_suite_without_a_name_is_refused(store: Database) -> None:
    with pytest.raises(ReportError, match="no name"):
        await record_death(store, Death(" "), START)


async def test_a_start_in_the_future_is_refused(store: Database) -> None:
    with pytest.raises(ReportError, match="future"):
        await record_death(store, Death("s", started_at=START.replace(year=2031)), START)


@pytest.mark.parametrize(
    ("console", "told"),
    [
        ("", ""),
        ("collected 9 items\nKilled\n", "Killed"),
        ("tests/test_a.py ...\n+++++ Timeout +++++\n", "Timeout; last test file named: tests/test_a.py"),
        (
            'File "/w/tests/api/test_b.py", line 35, in client\n++++ Timeout ++++',
            "Timeout; last test file named: /w/tests/api/test_b.py, line 35",
        ),
        ("\x1b[31mMemoryError\x1b[0m\nmake: *** [test] Error 1", "MemoryError"),
        ("=====\nsome last words\n-----", "some last words"),
    ],
)
def test_the_console_tells_why(console: str, told: str) -> None:
    assert last_words(console) == told


def test_no_secret_of_the_console_is_kept() -> None:
    assert "hunter2hunter2" not in last_words("ValueError: password=hunter2hunter2 was refused")


def test_a_long_line_is_cut() -> None:
    assert len(last_words("RuntimeError: " + "x" * 5000)) == LONGEST_WHY
