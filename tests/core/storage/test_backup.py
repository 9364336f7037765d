"""A backup is a whole store, also of one that is written meanwhile."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.errors import StorageError
from core.storage.backup import backup, verify
from core.storage.database import Database
from core.storage.tables import suite
from tests.builders import Shelf
from tests.stores import a_migrated_file


async def test_a_backup_holds_every_run(sqlite_store: Database, tmp_path: Path) -> None:
    shelf = Shelf(sqlite_store)
    for _ in range(3):
        await shelf.bring("PFE")
    target = tmp_path / "copy.db"
    assert backup(sqlite_store, target) == target.stat().st_size > 0
    assert verify(target) == 3
    copied = Database(f"sqlite:///{target}")
    assert (await Shelf(copied).bring("P", run_key="run-9")).name == "run-9"
    await copied.close()


async def test_a_backup_under_writes_is_whole(sqlite_store: Database, tmp_path: Path) -> None:
    stop, begun = asyncio.Event(), asyncio.Event()
    written = 0

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            async with sqlite_store.write() as connection:
                await connection.execute(insert(suite).values(name=f"suite-{written}"))
            written += 1
            begun.set()

    writer = asyncio.create_task(write())
    await begun.wait()
    for number in range(3):
        before = written
        await asyncio.to_thread(backup, sqlite_store, tmp_path / f"{number}.db")
        connection = sqlite3.connect(tmp_path / f"{number}.db")
        assert before <= connection.execute("SELECT count(*) FROM suite").fetchone()[0] <= written + 1
        connection.close()
    stop.set()
    await writer


async def test_nothing_is_overwritten(sqlite_store: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(StorageError, match="exists; name a file that does not"):
        backup(sqlite_store, target)
    assert target.read_text() == "mine"


async def test_what_cannot_be_backed_up_is_said(sqlite_store: Database, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="failed"):
        backup(sqlite_store, tmp_path / "gone" / "copy.db")
    missing = Database(f"sqlite:///{tmp_path / 'gone.db'}")
    with pytest.raises(StorageError, match="there is no store at"):
        backup(missing, tmp_path / "copy.db")
    assert not (tmp_path / "gone.db").exists()
    other = Database("postgresql://u@h/d")
    with pytest.raises(StorageError, match="pg_dump"):
        backup(other, tmp_path / "copy.db")
    await other.close()
    assert {path.name for path in await asyncio.to_thread(tmp_path.iterdir)} <= {"t12.db", "t12.db-wal", "t12.db-shm"}


def _damaged(path: Path, template: Path, how: str) -> Path:
    if how == "missing":
        return path
    data = template.read_bytes()
    changed = {"empty": b"", "text": b"not a database" * 500, "cut": data[: len(data) // 2]}
    path.write_bytes(changed[how])
    return path


@pytest.mark.parametrize("how", ["missing", "empty", "text", "cut"])
def test_a_damaged_copy_is_told(tmp_path: Path, how: str) -> None:
    with pytest.raises(StorageError, match=r"not a whole T12 store|damaged"):
        verify(_damaged(tmp_path / "copy.db", a_migrated_file(tmp_path / "t12.db"), how))


def test_a_copy_whose_rows_point_nowhere_is_told(tmp_path: Path, sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO roster (suite_id, digest, tests, test_ids) VALUES (77, x'00', 0, x'')")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="rows point nowhere"):
        verify(path)
