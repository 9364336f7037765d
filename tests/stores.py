"""A migrated SQLite file, made once a process and copied from then on."""

import asyncio
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from core.storage.database import Database
from core.storage.migrate import migrate


def a_migrated_file(path: Path) -> Path:
    """Write an empty store at the newest revision."""
    path.write_bytes(_newest())
    return path


@cache
def _newest() -> bytes:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as apart:
        path = Path(folder) / "t12.db"
        # In a thread, because it may be asked for while a loop runs.
        apart.submit(asyncio.run, _make(path)).result()
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return path.read_bytes()


async def _make(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await migrate(database)
    await database.close()
