"""Checks of a SQLite file: its own check of the pages, its foreign keys, and the rules of the settings."""

import asyncio
import sqlite3
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from core.databases.address import SqliteAddress
from core.databases.integrity import EXAMPLES, IntegrityReport, Orphans, Unchecked
from core.databases.postgres_integrity import example_of
from core.databases.references import Reference, Table, orphan_count, orphan_examples, quoted, rule_reference
from core.databases.sqlite import quick_check, sentence_of, steadily
from core.settings import DatabaseSettings

_NO_TIME = "no time was left; integrity_seconds of the database gives it more"


async def check_sqlite(name: str, address: SqliteAddress, settings: DatabaseSettings, now: datetime) -> IntegrityReport:
    """All that can be checked within `integrity_seconds`. Raises `DatabaseError` when the file cannot be read."""

    def look(connection: sqlite3.Connection) -> IntegrityReport:
        return _look(name, address.path, settings, now, connection)

    return await asyncio.to_thread(steadily, address.path, time.monotonic() + settings.integrity_seconds, look)


def foreign_keys(connection: sqlite3.Connection) -> dict[Table, list[Reference]]:
    """The foreign keys of each table, in the order of their numbers."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {Table("", name): _keys_of(connection, name) for name in names}


def _keys_of(connection: sqlite3.Connection, table: str) -> list[Reference]:
    rows = defaultdict[int, list[tuple[str, str, str | None, str]]](list)
    for number, _seq, target, ours, theirs, _update, on_delete, _match in connection.execute(
        f"PRAGMA foreign_key_list({quoted(table)})"
    ):
        rows[number].append((target, ours, theirs, on_delete))
    found = []
    for number in sorted(rows):
        target = rows[number][0][0]
        theirs = [each[2] for each in rows[number]]
        columns = tuple(_primary_key(connection, target)) if theirs[0] is None else tuple(str(each) for each in theirs)
        ours = tuple(each[1] for each in rows[number])
        on_delete = {"CASCADE": "cascade", "SET NULL": "null", "SET DEFAULT": "null"}.get(rows[number][0][3], "")
        name = f"{table}.{'_'.join(ours)}"
        # A key whose target has another number of columns holds nothing; SQLite itself calls it a mismatch.
        columns = columns if len(columns) == len(ours) else ours
        found.append(Reference(name, Table("", table), ours, Table("", target), columns, on_delete=on_delete))
    return found


def _primary_key(connection: sqlite3.Connection, table: str) -> list[str]:
    rows = connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
    return [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]


def _look(
    name: str, path: Path, settings: DatabaseSettings, now: datetime, connection: sqlite3.Connection
) -> IntegrityReport:
    checked, orphans, unchecked = 0, list[Orphans](), list[Unchecked]()
    for table, keys in foreign_keys(connection).items():
        if not keys:
            continue
        try:
            orphans += _broken(connection, table, keys)
            checked += len(keys)
        except sqlite3.Error as error:
            unchecked.append(Unchecked(f"Foreign keys of {table.shown}", _why(error, path)))
    for reference in map(rule_reference, settings.orphans):
        try:
            orphans += _breaking(connection, reference)
            checked += 1
        except sqlite3.Error as error:
            unchecked.append(Unchecked(reference.shown, _why(error, path)))
    complaints = quick_check(connection, "integrity_check")
    if complaints is None:
        unchecked.append(Unchecked("The pages of the file", _NO_TIME))
    corrupt = tuple(complaints or ())
    return IntegrityReport(
        name, now, checked, tuple(orphans), (), corrupt, tuple(unchecked), has_pages_checked=complaints is not None
    )


def _broken(connection: sqlite3.Connection, table: Table, keys: list[Reference]) -> list[Orphans]:
    """By SQLite's own check, which knows collations and affinities."""
    counts, rows = dict[int, int](), defaultdict[int, list[int]](list)
    for _table, row, _target, number in connection.execute(f"PRAGMA foreign_key_check({table.sql})"):
        counts[number] = counts.get(number, 0) + 1
        if row is not None and len(rows[number]) < EXAMPLES:
            rows[number].append(row)
    found = []
    for number, count in sorted(counts.items()):
        key = keys[number]
        columns = ", ".join(quoted(each) for each in key.columns)
        query = f"SELECT {columns} FROM {table.sql} WHERE rowid = ?"  # noqa: S608 - quoted names of its own tables
        examples = {example_of(connection.execute(query, (row,)).fetchone()) for row in rows[number]}
        found.append(Orphans(key, count, tuple(sorted(examples))))
    return found


def _breaking(connection: sqlite3.Connection, reference: Reference) -> list[Orphans]:
    count = connection.execute(orphan_count(reference)).fetchone()[0]
    if not count:
        return []
    rows = connection.execute(orphan_examples(reference, EXAMPLES)).fetchall()
    return [Orphans(reference, count, tuple(sorted(example_of(row) for row in rows)))]


def _why(error: sqlite3.Error, path: Path) -> str:
    if "interrupted" in str(error):
        return _NO_TIME
    if "mismatch" in str(error):
        return "what it refers to is no unique key of its table, so nothing can be checked"
    return sentence_of(error, path)
