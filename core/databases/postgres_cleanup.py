"""Counts and deletes the rows of cleanup rules in PostgreSQL: the only statements of T12 that write to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver has no types

from core.databases.address import PostgresAddress
from core.databases.cleanup import NOTHING, Counts, Deleted, Followed, Matched, refusal
from core.databases.postgres import SilentError, bound, connected, read_only, sentence_of
from core.databases.postgres_integrity import foreign_keys
from core.databases.references import Follower, Reference, Table, followers, table_named
from core.errors import DatabaseError
from core.settings import CleanupSettings, DatabaseSettings

_TABLE = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass($1)"""

_GONE = "SELECT coalesce(sum(n_tup_del), 0)::bigint FROM pg_stat_xact_user_tables"
"""Rows that this transaction deleted, by cascades and triggers too."""


async def count_postgres(address: PostgresAddress, settings: DatabaseSettings) -> tuple[Matched, ...]:
    """What each rule matches, counted in a transaction that cannot write. Raises `DatabaseError`."""
    seconds, patience = settings.integrity_seconds, settings.timeout_seconds
    found = []
    async with read_only(address, seconds + patience, patience) as connection:
        await bound(connection, seconds)
        keys = await foreign_keys(connection)
        for rule in settings.cleanup:
            await connection.execute("SAVEPOINT t12_count")
            try:
                found.append(await _count(connection, rule, keys))
            except asyncpg.PostgresError as error:
                if connection.is_closed():
                    raise
                await connection.execute("ROLLBACK TO SAVEPOINT t12_count")
                found.append(Matched(rule, error=sentence_of(error, address, seconds)))
    return tuple(found)


async def _count(connection: Any, rule: CleanupSettings, keys: Sequence[Reference]) -> Matched:
    table = await _table(connection, rule.table)
    query = f"SELECT count(*) FROM {table.sql} WHERE ({rule.where}\n)"  # noqa: S608 - the team's own condition
    rows = await connection.fetchval(query)
    after = followers(table, rule.where, keys) if rows else []
    return Matched(rule, rows, tuple([await _followed(connection, each) for each in after]))


async def _followed(connection: Any, follower: Follower) -> Followed:
    return Followed(follower.table.shown, await connection.fetchval(follower.count), follower.is_deleted)


async def _table(connection: Any, name: str) -> Table:
    """The table that a name means, with its schema. Raises `DatabaseError`."""
    row = await connection.fetchrow(_TABLE, table_named(name).sql)
    if row is None:
        raise asyncpg.UndefinedTableError(f"there is no table {name}")
    return Table(row["nspname"], row["relname"])


async def delete_postgres(
    address: PostgresAddress, settings: DatabaseSettings, rules: Sequence[tuple[CleanupSettings, Counts]]
) -> tuple[Deleted, ...]:
    """Delete what each rule matches, each in a transaction of its own: what was seen or less, or nothing.

    A rule that fails leaves the others alone.
    """
    return tuple([await _delete(address, settings, rule, seen) for rule, seen in rules])


async def _delete(
    address: PostgresAddress, settings: DatabaseSettings, rule: CleanupSettings, seen: Counts
) -> Deleted:
    counts, is_committing = NOTHING, False
    try:
        async with _at_work(address, settings) as connection:
            await connection.execute("BEGIN")
            await bound(connection, settings.integrity_seconds)
            table = await _table(connection, rule.table)
            status = await connection.execute(f"DELETE FROM {table.sql} WHERE ({rule.where}\n)")  # noqa: S608 - as above
            rows = int(status.split()[-1])
            counts = Counts(rows, max(rows, await connection.fetchval(_GONE)))
            refused = refusal(seen, counts)
            if refused:
                await connection.execute("ROLLBACK")
                return Deleted(rule.name, rule.table, seen, error=refused)
            is_committing = True
            await connection.execute("COMMIT")
    except DatabaseError as error:
        is_unclear = is_committing and isinstance(error, SilentError)
        return Deleted(rule.name, rule.table, seen, error=str(error), is_unclear=is_unclear)
    return Deleted(rule.name, rule.table, seen, counts)


async def vacuum_postgres(address: PostgresAddress, settings: DatabaseSettings, tables: Sequence[str]) -> str:
    """VACUUM ANALYZE, outside any transaction; answers why it did not come to its end, or nothing."""
    try:
        async with _at_work(address, settings) as connection:
            await connection.execute(f"SET lock_timeout = '{max(1, int(settings.timeout_seconds * 1000))}ms'")
            for name in tables:
                await connection.execute(f"VACUUM (ANALYZE) {table_named(name).sql}")
    except DatabaseError as error:
        return f"The vacuum did not come to its end: {error}."
    return ""


@asynccontextmanager
async def _at_work(address: PostgresAddress, settings: DatabaseSettings) -> AsyncIterator[Any]:
    seconds, patience = settings.integrity_seconds, settings.timeout_seconds
    async with connected(address, seconds + patience, patience) as connection:
        yield connection
