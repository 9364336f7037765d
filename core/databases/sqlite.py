"""Reads what can be known of a SQLite file from beside: locks, log and integrity; nothing is written."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import psutil

from core.databases.address import SqliteAddress
from core.databases.model import Holder, Sqlite
from core.errors import DatabaseError

LOCKS = Path("/proc/locks")
"""Where Linux tells who holds which lock. Asking by fcntl would need the file to be opened and closed, and that gives
up every lock our own process holds on it."""

_PENDING, _RESERVED, _SHARED = 0x40000000, 0x40000001, 0x40000002
_WAL_WRITE = 120
"""Byte of the shared memory file that the writer of a write-ahead log locks."""
_LOOK_AGAIN_SECONDS = 0.2
_COMPLAINTS = 20
_STEPS = 2000
"""Instructions of SQLite's machine between two looks at the clock."""
_WAL_VERSION = 2

_Found = TypeVar("_Found")


async def read_sqlite(
    address: SqliteAddress, seconds: float, now: datetime, *, is_thorough: bool = True
) -> Sqlite:
    """Locks, sizes and, when it is to be thorough, the quick check. Raises `DatabaseError` with a sentence."""
    return await asyncio.to_thread(_read, address.path, seconds, now, _facts if is_thorough else _sizes)


_Facts = tuple[int, int, list[str] | None]


def _read(path: Path, seconds: float, now: datetime, look: Callable[[sqlite3.Connection], _Facts]) -> Sqlite:
    begun = time.monotonic()
    before = lock_holders(path)
    try:
        pages, free, corrupt = steadily(path, begun + seconds, look)
        is_locked = False
    except LockedError:
        pages, free, corrupt, is_locked = 0, 0, None, True
    if before:
        time.sleep(max(0.0, _LOOK_AGAIN_SECONDS - (time.monotonic() - begun)))
    after = lock_holders(path)
    return Sqlite(
        at=now, file=path.name, journal="wal" if _is_wal(path) else "rollback", bytes=_size(path),
        wal_bytes=_size(_log_of(path)), free_pages=free, pages=pages,
        holders=_stayed(before, after, time.monotonic() - begun), corrupt=tuple(corrupt or ()),
        is_checked=corrupt is not None, is_locked=is_locked, is_interrupted=_size(Path(f"{path}-journal")) > 0,
    )  # fmt: skip


def _sizes(connection: sqlite3.Connection) -> _Facts:
    pages, free = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "freelist_count"))
    return pages, free, None


def _facts(connection: sqlite3.Connection) -> _Facts:
    pages, free, _ = _sizes(connection)
    return pages, free, quick_check(connection)


class LockedError(DatabaseError):
    """Another process kept the file locked for as long as we looked."""


def steadily(path: Path, deadline: float, look: Callable[[sqlite3.Connection], _Found]) -> _Found:
    """What a look at the file finds; once more when somebody began to write a log that was not there before.

    Raises `DatabaseError` with a sentence, `LockedError` when it is locked.
    """
    had_log = _size(_log_of(path)) > 0
    try:
        with opened(path, deadline) as connection:
            found = look(connection)
        is_steady = had_log or not _size(_log_of(path))
    except DatabaseError:
        if had_log or not _size(_log_of(path)):
            raise
        is_steady = False
    if is_steady:
        return found
    with opened(path, deadline) as connection:
        return look(connection)


@contextmanager
def opened(path: Path, deadline: float) -> Iterator[sqlite3.Connection]:
    """The file, open for reading alone; statements that run past the deadline (monotonic) are interrupted.

    Raises `DatabaseError` with a sentence.
    """
    if not path.is_file():
        raise DatabaseError(f"there is no file {path.name} where the settings say")
    try:
        with closing(sqlite3.connect(_uri(path), uri=True, isolation_level=None)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            connection.execute(f"PRAGMA busy_timeout={max(1, int((deadline - time.monotonic()) * 1000))}")
            connection.execute("PRAGMA query_only=ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield connection
    except sqlite3.Error as error:
        kind = LockedError if "locked" in str(error) else DatabaseError
        raise kind(sentence_of(error, path)) from None


def _uri(path: Path) -> str:
    """A file whose log is empty is read as it stands: reading it the usual way would make files beside it."""
    alone = "&immutable=1" if _is_wal(path) and not _size(_log_of(path)) else ""
    return f"file:{quote(str(path))}?mode=ro{alone}"


def _is_wal(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as file:
        head = file.read(20)
        return len(head) == 20 and head[18] == _WAL_VERSION
    return False


def _log_of(path: Path) -> Path:
    return Path(f"{path}-wal")


def sentence_of(error: sqlite3.Error, path: Path) -> str:
    """What went wrong, for people; without the folders of the file."""
    words = str(error).replace(str(path), path.name)
    if "locked" in words:
        return f"{path.name} is locked by another process, for as long as I looked"
    if "interrupted" in words:
        return f"{path.name} could not be read in time"
    if "not a database" in words:
        return f"{path.name} is no SQLite database"
    if "malformed" in words:
        return f"{path.name} is corrupt: {words}"
    return f"{path.name} cannot be read: {words}"


def quick_check(connection: sqlite3.Connection, pragma: str = "quick_check") -> list[str] | None:
    """The complaints of SQLite's own check; None when it did not come to its end in time."""
    try:
        rows = connection.execute(f"PRAGMA {pragma}({_COMPLAINTS})").fetchall()
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            return None
        raise
    except sqlite3.DatabaseError as error:
        return [str(error)]
    found = [str(row[0]) for row in rows]
    lines = [line for each in found for line in each.splitlines() if "***" not in line]
    return [] if found == ["ok"] else lines[:_COMPLAINTS]


def lock_holders(path: Path) -> tuple[Holder, ...] | None:
    """Which other processes hold a lock of the file now; None where the system does not tell."""
    try:
        lines = LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    main, shared_memory = _key(path), _key(Path(f"{path}-shm"))
    found: dict[int, str] = {}
    for pid, is_write, key, first, last in _locks(lines):
        lock = _lock_of(main, shared_memory, key, is_write, first, last)
        if lock and pid != os.getpid() and _RANK[lock] > _RANK[found.get(pid, "")]:
            found[pid] = lock
    return tuple(Holder(pid, _program(pid), lock) for pid, lock in sorted(found.items()))


_RANK = {"": 0, "read": 1, "write": 2, "exclusive": 3}


def _lock_of(main: str, shared: str, key: str, is_write: bool, first: int, last: int) -> str:  # noqa: PLR0917 - a line's parts
    """What a lock of some bytes means: see SQLite's os.h and wal.c."""
    if main and key == main:
        if is_write and first <= _SHARED <= last:
            return "exclusive"
        if is_write and first <= _RESERVED <= last:
            return "write"
        return "read" if first >= _PENDING else ""
    return "write" if shared and key == shared and is_write and first <= _WAL_WRITE <= last else ""


def _locks(lines: Sequence[str]) -> Iterator[tuple[int, bool, str, int, int]]:
    """Lines like `1: POSIX  ADVISORY  WRITE 812 fd:01:131 1073741825 1073741825`; `->` marks one that waits."""
    for line in lines:
        parts = line.split()
        if len(parts) != 8 or parts[1] not in ("POSIX", "OFDLCK"):
            continue
        with suppress(ValueError):
            last = 1 << 62 if parts[7] == "EOF" else int(parts[7])
            yield int(parts[4]), parts[3] == "WRITE", parts[5], int(parts[6]), last


def _key(path: Path) -> str:
    """How /proc/locks calls a file; empty when there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"


def _program(pid: int) -> str:
    try:
        return str(psutil.Process(pid).name())
    except (psutil.Error, ValueError, OSError):
        return ""


def _stayed(before: Any, after: Any, seconds: float) -> tuple[Holder, ...] | None:
    """Who holds a lock now, and for how long for certain."""
    if before is None or after is None:
        return None
    held = {(each.pid, each.lock) for each in before}
    return tuple(
        Holder(each.pid, each.program, each.lock, seconds if (each.pid, each.lock) in held else 0.0) for each in after
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
