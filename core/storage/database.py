"""The database: one writer, some readers, and bulk rows at the driver's speed."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Dialect, Table, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import StorageError

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for another process; longer than the largest report takes to store."""

WRITER_CACHE_KIB = 16 * 1024
"""Holds the pages a large report touches, which it touches in no order."""

KNOWN_STAY = "DO NOTHING"
"""Conflict clause of rows that never change once they are there."""

Row = tuple[Any, ...]
_Any = TypeVar("_Any")


def parse_url(url: str) -> URL:
    """The address with its async driver, e.g. `sqlite:///t12.db` or `postgresql://user@host/name`.

    Raises `StorageError` for anything but a SQLite file or a PostgreSQL address.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        shown = "" if "@" in url else f" {url[:200]!r}"  # before an @ stands a password
        raise StorageError(f"database_url{shown} is not an address; write sqlite:///FILE or postgresql://…") from None
    kind = parsed.get_backend_name() if parsed.drivername != "postgres" else "postgresql"
    if kind == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StorageError("database_url must name a SQLite file: a database in memory loses what it confirmed")
        return parsed.set(drivername="sqlite+aiosqlite")
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+asyncpg")
    raise StorageError(f"database_url names {kind!r}; T12 keeps its data in SQLite or PostgreSQL")


class Database:
    """Opens connections; open one per process and `close` it at the end.

    On SQLite a `write` holds the write lock from its first statement (BEGIN IMMEDIATE), in WAL with
    synchronous=FULL; a `read` never waits for a writer. On PostgreSQL both are plain transactions.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_writer(self.url)
            self._reader = _sqlite_reader(self.url)
        else:
            self._writer = create_async_engine(
                self.url, pool_size=20, max_overflow=0, pool_timeout=60, pool_pre_ping=True
            )
            self._reader = self._writer

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database or "") if self.is_sqlite else None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may change rows; committed at the end, rolled back by an exception."""
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view of the rows."""
        async with self._reader.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        if self.is_sqlite:
            await _let_threads_end()


async def insert_rows(
    connection: AsyncConnection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    constants: Mapping[str, int] | None = None,
    on_conflict: str = "",
) -> None:
    """Insert plain tuples with the driver's own executemany, which costs a fifth of SQLAlchemy's insert.

    `constants` are columns with one value for all rows, `on_conflict` is what follows ON CONFLICT.
    """
    if not rows:
        return
    fixed = constants or {}
    dollar = connection.dialect.name == "postgresql"
    places = [str(int(value)) for value in fixed.values()]
    places += [f"${n}" if dollar else "?" for n in range(1, len(columns) + 1)]
    names = ", ".join(f'"{column}"' for column in (*fixed, *columns))
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join(places)})'  # noqa: S608 - names of our own tables
    if on_conflict:
        statement += f" ON CONFLICT {on_conflict}"
    raw = await connection.get_raw_connection()
    if raw.driver_connection is None:
        raise StorageError("the connection to the database is gone; try again")
    if dollar and not raw.driver_connection.is_in_transaction():
        await connection.execute(select(1))  # what begins it there is its first statement
    try:
        await raw.driver_connection.executemany(statement, _for_driver(table, columns, rows, connection.dialect))
    except Exception as error:  # each driver has a tree of its own
        raise StorageError(f"the database refused the rows: {error}") from error


def _for_driver(table: Table, columns: Sequence[str], rows: Sequence[Row], dialect: Dialect) -> Sequence[Row]:
    """The rows with the values that the driver takes for their columns, such as a text for an instant on SQLite.

    Values that need it are hashable, and few of them differ from row to row.
    """
    types = (table.c[name].type.dialect_impl(dialect) for name in columns)
    converts = {number: bind for number, kind in enumerate(types) if (bind := kind.bind_processor(dialect)) is not None}
    if not converts:
        return rows
    values = [*zip(*rows, strict=True)]
    for number, bind in converts.items():
        values[number] = tuple(map(cache(bind), values[number]))
    return [*zip(*values, strict=True)]


def batches(items: Iterable[_Any], size: int = 500) -> Iterable[list[_Any]]:
    """Lists of at most `size`, so that an IN list stays within what a driver binds."""
    batch: list[_Any] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def _let_threads_end() -> None:
    """Wait up to a tenth of a second for the driver's threads to end.

    A connection that was cancelled or failed to open ends in its thread a moment later and answers the loop; a loop
    that is closed by then makes the thread end in a traceback.
    """
    for _ in range(20):
        if not any("_connection_worker_thread" in each.name for each in threading.enumerate()):
            return
        await asyncio.sleep(0.005)


def _sqlite_writer(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=60)
    _configure(
        engine,
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{WRITER_CACHE_KIB}",
    )

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _sqlite_reader(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=4, max_overflow=0, pool_timeout=60)
    _configure(engine, f"busy_timeout={BUSY_TIMEOUT_MS}", "query_only=ON")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _configure(engine: AsyncEngine, *pragmas: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
