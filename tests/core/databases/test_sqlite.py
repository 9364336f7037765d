"""A real SQLite file, looked at from beside: its locks, its log, its integrity; nothing is written, nothing is made."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.databases import sqlite as reader
from core.databases.answer import look_at
from core.databases.model import DatabaseReport, Kind, Sqlite
from core.errors import DatabaseError
from core.settings import DatabaseSettings
from tests.core.databases.values import NOW

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
print("ready", flush=True)
sys.stdin.read()
"""


def a_file(path: Path, journal: str = "delete", rows: int = 3) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)")
        connection.executemany("INSERT INTO users (name) VALUES (?)", [(f"name {n}" * 20,) for n in range(rows)])
    return path


@contextmanager
def another_process(path: Path, *statements: str) -> Iterator[int]:
    """Somebody else who has the file open."""
    command = [sys.executable, "-c", HOLD, str(path), *statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process.pid
        finally:
            process.communicate()


async def look(path: Path, **values: object) -> DatabaseReport:
    settings = DatabaseSettings.model_validate({"url": f"sqlite:///{path}", "timeout_seconds": 1} | values)
    return await look_at("orders", settings, [], NOW)


def state(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((each.name, each.stat().st_mtime_ns, each.stat().st_size) for each in folder.iterdir())


@pytest.mark.parametrize("journal", ["delete", "wal"])
async def test_a_file_at_rest_is_healthy_and_stays_as_it_is(tmp_path: Path, journal: str) -> None:
    path = a_file(tmp_path / "a.db", journal)
    before = state(tmp_path)
    report = await look(path)
    assert report.problems == ()
    assert isinstance(report.found, Sqlite)
    assert (report.found.journal, report.found.is_checked) == ("wal" if journal == "wal" else "rollback", True)
    assert state(tmp_path) == before


@pytest.mark.parametrize(
    ("journal", "statements", "lock"),
    [
        ("delete", ["BEGIN IMMEDIATE"], "write"),
        ("delete", ["BEGIN", "SELECT * FROM users"], "read"),
        ("wal", ["BEGIN IMMEDIATE", "DELETE FROM users"], "write"),
    ],
)
async def test_who_holds_a_lock_is_seen(tmp_path: Path, journal: str, statements: list[str], lock: str) -> None:
    path = a_file(tmp_path / "a.db", journal)
    with another_process(path, *statements) as pid:
        report = await look(path, lock_seconds=0.1)
        assert isinstance(report.found, Sqlite)
        (holder,) = report.found.holders or ()
        assert (holder.pid, holder.lock) == (pid, lock)
        assert holder.seconds >= 0.2
        assert [each.kind for each in report.problems] == ([Kind.LOCKED] if lock == "write" else [])
    assert (await look(path, lock_seconds=0.1)).problems == ()


async def test_a_file_that_nobody_else_can_read_costs_one_timeout_and_names_who_has_it(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.db")
    with another_process(path, "BEGIN EXCLUSIVE") as pid:
        (problem,) = (await look(path, timeout_seconds=0.3)).problems
        assert problem.kind is Kind.LOCKED
        assert problem.sentence.startswith(f"a.db could not be read: it is locked by process {pid} (python")


async def test_a_system_that_does_not_tell_of_locks_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "LOCKS", tmp_path / "gone")
    report = await look(a_file(tmp_path / "a.db"))
    assert isinstance(report.found, Sqlite)
    assert (report.found.holders, report.problems) == (None, ())


async def test_a_log_that_grows_is_told(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.db", "wal")
    fill = "INSERT INTO users (name) SELECT hex(randomblob(4000)) FROM users"
    with another_process(path, "PRAGMA wal_autocheckpoint=0", fill, fill):
        (problem,) = (await look(path, wal_bytes=20_000)).problems
        assert problem.kind is Kind.WAL
        assert (await look(path)).problems == ()


async def test_damage_is_found(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.db", rows=500)
    content = bytearray(path.read_bytes())
    content[8192 + 50 : 8192 + 400] = bytes(350)
    path.write_bytes(content)
    (problem,) = (await look(path)).problems
    assert problem.kind is Kind.CORRUPT
    assert problem.sentence.startswith("a.db is corrupt: ")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _foreign(path: Path) -> None:
    path.write_bytes(b"this is a diary, and no database" * 100)


@pytest.mark.parametrize(
    ("make", "words"),
    [(lambda path: None, "There is no file a.db"), (_foreign, "A.db is no SQLite database"),
     (lambda path: path.mkdir(), "There is no file a.db")],
)  # fmt: skip
async def test_what_cannot_be_read_is_a_sentence(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    make(tmp_path / "a.db")
    (problem,) = (await look(tmp_path / "a.db")).problems
    assert problem.kind is Kind.UNREACHABLE
    assert problem.sentence.startswith(words)
    assert str(tmp_path) not in problem.sentence


async def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    _empty(tmp_path / "a.db")
    assert (await look(tmp_path / "a.db")).problems == ()


async def test_nobody_may_write_through_us(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.db")
    refused = pytest.raises(DatabaseError, match="attempt to write a readonly database")
    with refused, reader.opened(path, time.monotonic() + 5) as connection:
        connection.execute("DELETE FROM users")


def test_a_lock_of_our_own_process_survives_the_look(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as ours:
        ours.execute("BEGIN IMMEDIATE")
        reader.lock_holders(path)
        with pytest.raises(subprocess.CalledProcessError):
            subprocess.run(
                [sys.executable, "-c", HOLD, str(path), "PRAGMA busy_timeout=1", "BEGIN IMMEDIATE"],
                check=True, capture_output=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
