"""Reads what PostgreSQL says of itself, in a transaction that cannot write and within one timeout."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver has no types

from core.databases.address import PostgresAddress
from core.databases.model import Postgres, Prepared, Session, Wait
from core.errors import DatabaseError

APPLICATION = "t12"
"""What our own sessions are called, by which they are left out."""

_EXCERPT = 200
_CLOSE_SECONDS = 1.0

_LITERALS = re.compile(r"'(?:[^'\\]|''|\\.)*(?:'|$)|\$((?:[A-Za-z_]\w*)?)\$.*?(?:\$\1\$|$)", re.DOTALL)

_CLIENTS = "datname = current_database() AND coalesce(backend_type, 'client backend') = 'client backend'"
"""A login that may not see a session gets no kind of it."""

_COLUMNS = """pid, coalesce(usename, '') AS user_name, coalesce(application_name, '') AS application,
    coalesce(host(client_addr), '') AS client, coalesce(state, '') AS state, backend_start, state_change, xact_start,
    coalesce(query, '') AS query"""

_SERVER = """SELECT clock_timestamp() AS at, current_setting('server_version') AS version,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
    (SELECT count(*) FROM pg_stat_activity
     WHERE datname IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend') AS taken"""

_SESSIONS = f"""SELECT {_COLUMNS} FROM pg_stat_activity
    WHERE {_CLIENTS} AND pid <> pg_backend_pid() AND application_name <> '{APPLICATION}' ORDER BY pid"""  # noqa: S608 - our own words

_OTHERS = f"SELECT {_COLUMNS} FROM pg_stat_activity WHERE pid = ANY($1::int[])"  # noqa: S608

# `waitstart` is there from PostgreSQL 14 on.
_WAITS = f"""SELECT a.pid, pg_blocking_pids(a.pid) AS blockers, l.mode, l.locktype, l.relation,
    coalesce(l.since, a.query_start) AS since
    FROM pg_stat_activity a LEFT JOIN LATERAL (
        SELECT mode, locktype, relation::regclass::text AS relation, (to_jsonb(k) ->> 'waitstart')::timestamptz AS since
        FROM pg_locks k WHERE k.pid = a.pid AND NOT granted LIMIT 1) l ON true
    WHERE {_CLIENTS} AND wait_event_type = 'Lock' AND application_name <> '{APPLICATION}' ORDER BY a.pid"""  # noqa: S608

_PREPARED = "SELECT gid, owner, prepared FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared"


class SilentError(DatabaseError):
    """The server did not answer, so what became of the last statement is not known."""


async def read_postgres(address: PostgresAddress, seconds: float) -> Postgres:
    """Sessions, locks and prepared transactions. Raises `DatabaseError` after `seconds` at the latest."""
    async with read_only(address, seconds) as connection:
        server = await connection.fetchrow(_SERVER)
        sessions = tuple(_session(row, address) for row in await connection.fetch(_SESSIONS))
        waits = tuple(_wait(row) for row in await connection.fetch(_WAITS) if row["blockers"])
        prepared = tuple(Prepared(*row) for row in await connection.fetch(_PREPARED))
        strangers = {pid for wait in waits for pid in wait.blockers} - {each.pid for each in sessions} - {0}
        others = await connection.fetch(_OTHERS, sorted(strangers)) if strangers else []
    return Postgres(
        server["at"], server["version"], sessions, waits, prepared,
        {row["pid"]: _session(row, address) for row in others}, server["taken"], server["most"],
    )  # fmt: skip


@asynccontextmanager
async def read_only(
    address: PostgresAddress, seconds: float, patience: float | None = None
) -> AsyncIterator[Any]:
    """A connection in a transaction that cannot write; everything with it ends within `seconds`.

    `patience` is how many of them the server has to answer at all.

    Raises `DatabaseError` with a sentence that holds no part of the address.
    """
    async with connected(address, seconds, patience) as connection:
        await connection.execute("BEGIN READ ONLY")
        await bound(connection, seconds)
        yield connection


@asynccontextmanager
async def connected(
    address: PostgresAddress, seconds: float, patience: float | None = None
) -> AsyncIterator[Any]:
    """A connection under our own name, closed at the end, which ends its transaction. Raises `DatabaseError`.

    After an error nothing more is asked of the server, which may be the one that does not answer.
    """
    connection: Any = None
    try:
        async with asyncio.timeout(seconds):
            named = {"application_name": APPLICATION}
            async with asyncio.timeout(patience):
                connection = await asyncpg.connect(
                    address.url, timeout=seconds + 1, statement_cache_size=0, server_settings=named
                )
            yield connection
            await connection.close(timeout=_CLOSE_SECONDS)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        limit = patience if connection is None and patience is not None else seconds
        answered = isinstance(error, asyncpg.PostgresError) and not isinstance(error, asyncpg.PostgresConnectionError)
        raise (DatabaseError if answered else SilentError)(sentence_of(error, address, limit)) from None
    finally:
        if connection is not None and not connection.is_closed():
            connection.terminate()


async def bound(connection: Any, seconds: float) -> None:
    """Let the server itself end a statement of this transaction that takes too long, or waits too long for a lock."""
    limit = max(2, int(seconds * 1000))
    settings = "set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)"
    await connection.execute(f"SELECT {settings}", f"{limit}ms", f"{limit // 2}ms")


def sentence_of(error: Exception, address: PostgresAddress, seconds: float) -> str:
    """What went wrong, for people; without the address."""
    for kind, sentence in _SENTENCES.items():
        if isinstance(error, kind):
            return sentence
    if isinstance(error, TimeoutError):
        return f"it did not answer within {seconds:g} s"
    if isinstance(error, OSError):
        return f"it cannot be reached: {error.strerror}" if error.strerror and error.errno else "it cannot be reached"
    if isinstance(error, asyncpg.PostgresError):
        return f"it refuses: {address.hide(str(error))[:300]}"
    return "its address cannot be used; write postgresql://user:password@host/name"


_SENTENCES: Mapping[type[Exception], str] = {
    ConnectionRefusedError: "nothing listens there: the server is not running, or the port is another",
    ConnectionResetError: "the server closed the connection; is it starting, or is that another kind of server?",
    FileNotFoundError: "there is no socket of a server in the folder that the address names",
    asyncpg.InvalidPasswordError: "the server refuses the user or the password",
    asyncpg.InvalidAuthorizationSpecificationError: "the server refuses the user or the password",
    asyncpg.InvalidCatalogNameError: "the server runs, but has no database of that name",
    asyncpg.TooManyConnectionsError: "the server takes no more connections: all are in use",
    asyncpg.QueryCanceledError: "a statement did not come to its end in time",
    asyncpg.LockNotAvailableError: "another session holds a lock that is needed",
    asyncpg.CannotConnectNowError: "the server is starting or stopping",
    asyncpg.ConnectionDoesNotExistError: "the server closed the connection; is it starting, or another kind of server?",
}


def excerpt(query: str, address: PostgresAddress) -> str:
    """The beginning of a statement in one line, without its literals: they are data, and may be secret."""
    bare = _LITERALS.sub("'…'", query[:2000])
    bare = address.hide(" ".join(bare.split()))
    return bare if len(bare) <= _EXCERPT else bare[: _EXCERPT - 1] + "…"


def _session(row: Any, address: PostgresAddress) -> Session:
    began: datetime | None = row["backend_start"]
    return Session(
        row["pid"], row["user_name"], row["application"], row["client"], row["state"], began, row["state_change"],
        row["xact_start"], excerpt(row["query"], address) if row["state"] else "",
    )  # fmt: skip


def _wait(row: Any) -> Wait:
    what = row["relation"] or row["locktype"] or "a lock"
    return Wait(row["pid"], tuple(row["blockers"]), row["since"], f"{row['mode']} on {what}" if row["mode"] else what)
