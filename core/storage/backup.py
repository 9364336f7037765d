"""A copy of a SQLite store taken while the bot runs, and verified before it counts."""

import os
import sqlite3
from pathlib import Path

from core.errors import StorageError
from core.storage.database import Database


def backup(database: Database, target: Path) -> int:
    """Write a verified copy to `target`, which must not exist; answers its size in bytes.

    The copy is made under another name, synced, checked and only then renamed: a target that exists is whole.
    Writers wait some tens of milliseconds. Raises `StorageError`.
    """
    if database.path is None:
        raise StorageError("t12 backup copies SQLite stores; back PostgreSQL up with pg_dump")
    if not database.path.is_file():
        raise StorageError(f"there is no store at {database.path} to back up")
    if target.exists():
        raise StorageError(f"{target} exists; name a file that does not, nothing is overwritten")
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        source = sqlite3.connect(database.path, timeout=30)
        try:
            source.execute("VACUUM INTO ?", (str(partial),))
        finally:
            source.close()
        with partial.open("rb+") as copied:
            os.fsync(copied.fileno())
        verify(partial)
        partial.rename(target)
        return target.stat().st_size
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"the backup to {target} failed: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def verify(copy: Path) -> int:
    """Check that a file is a whole store; answers how many runs it holds. Raises `StorageError`."""
    try:
        connection = sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)
        try:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            runs: int = connection.execute("SELECT count(*) FROM run").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError(f"{copy} is not a whole T12 store: {error}") from error
    if found != "ok" or broken is not None:
        raise StorageError(f"{copy} is damaged: {found if found != 'ok' else 'rows point nowhere'}")
    return runs
