"""Counts and deletes the rows of cleanup rules in a SQLite file: the only statements of T12 that write to it."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from core.databases.address import SqliteAddress
from core.databases.cleanup import Counts, Deleted, Followed, Matched, refusal
from core.databases.references import followers, quoted, table_named
from core.databases.sqlite import sentence_of, steadily
from core.databases.sqlite_integrity import foreign_keys
from core.errors import DatabaseError
from core.settings import CleanupSettings, DatabaseSettings


async def count_sqlite(address: SqliteAddress, settings: DatabaseSettings) -> tuple[Matched, ...]:
    """What each rule matches, read without a write. Raises `DatabaseError`."""

    def look(connection: sqlite3.Connection) -> tuple[Matched, ...]:
        return tuple(_count(connection, rule, address.path) for rule in settings.cleanup)

    return await asyncio.to_thread(steadily, address.path, time.monotonic() + settings.integrity_seconds, look)


def _count(connection: sqlite3.Connection, rule: CleanupSettings, path: Path) -> Matched:
    table = table_named(rule.table)
    keys = [each for some in foreign_keys(connection).values() for each in some]
    try:
        query = f"SELECT count(*) FROM {table.sql} WHERE ({rule.where}\n)"  # noqa: S608 - the team's own words
        rows = connection.execute(query).fetchone()[0]
        after = followers(table, rule.where, keys) if rows else []
        followed = [
            Followed(each.table.shown, connection.execute(each.count).fetchone()[0], each.is_deleted) for each in after
        ]
    except sqlite3.Error as error:
        return Matched(rule, error=sentence_of(error, path))
    return Matched(rule, rows, tuple(followed))


async def delete_sqlite(
    address: SqliteAddress, settings: DatabaseSettings, rules: Sequence[tuple[CleanupSettings, Counts]]
) -> tuple[Deleted, ...]:
    """Delete what each rule matches, each in a transaction of its own: what was seen or less, or nothing."""
    return await asyncio.to_thread(
        lambda: tuple(_delete(address.path, settings, rule, seen) for rule, seen in rules)
    )


def _delete(path: Path, settings: DatabaseSettings, rule: CleanupSettings, seen: Counts) -> Deleted:
    try:
        return Deleted(rule.name, rule.table, seen, _delete_rows(path, settings, rule, seen))
    except DatabaseError as error:
        return Deleted(rule.name, rule.table, seen, error=str(error))
    except sqlite3.Error as error:
        return Deleted(rule.name, rule.table, seen, error=sentence_of(error, path))


def _delete_rows(path: Path, settings: DatabaseSettings, rule: CleanupSettings, seen: Counts) -> Counts:
    deadline = time.monotonic() + settings.integrity_seconds
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > deadline, 2000)
        connection.execute(f"PRAGMA busy_timeout={int(settings.timeout_seconds * 1000)}")
        connection.execute("PRAGMA foreign_keys=ON")  # else rows that point at the deleted ones would be orphans
        connection.execute("BEGIN IMMEDIATE")
        before = _sizes(connection)
        query = f"DELETE FROM {table_named(rule.table).sql} WHERE ({rule.where}\n)"  # noqa: S608 - the team's own words
        rows = connection.execute(query).rowcount
        gone = [was - now for was, now in zip(before, _sizes(connection), strict=True)]
        counts = Counts(rows, max(rows, sum(each for each in gone if each > 0)))
        refused = refusal(seen, counts)
        if refused:
            connection.execute("ROLLBACK")
            raise DatabaseError(refused)
        connection.execute("COMMIT")
        return counts


def _sizes(connection: sqlite3.Connection) -> list[int]:
    """The rows of every table, by which cascades and triggers are seen."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0] for name in names]  # noqa: S608
