"""A real PostgreSQL with real sessions: every one that is wrong is found, none is invented, and nothing is written."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver has no types
import pytest

from core.databases import leaks
from core.databases import postgres as reader
from core.databases.answer import look_at
from core.databases.leaks import Span
from core.databases.model import Kind, Postgres
from core.databases.postgres import excerpt
from core.errors import DatabaseError
from tests.core.databases.sessions import VARIABLE, a_session, address_of, eventually, look, settings_of, waiting
from tests.core.databases.values import NOW
from tests.postgres import Server


@pytest.fixture
async def url(empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A database with one table, whose address the settings find."""
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    async with a_session(empty_postgres_url) as connection:
        await connection.execute("CREATE TABLE users (id int PRIMARY KEY, name text)")
        await connection.execute("INSERT INTO users VALUES (1, 'ana'), (2, 'luis')")
    yield empty_postgres_url


async def test_a_database_that_nobody_uses_is_healthy(url: str) -> None:
    report = await look()
    assert report.problems == ()
    assert isinstance(report.found, Postgres)
    assert report.found.sessions == ()
    assert report.found.connections_limit > 10


async def test_leaked_sessions_are_found_with_who_what_and_since_when(url: str) -> None:
    async with a_session(url) as leaky, a_session(url, "worker") as lazy, a_session(url) as fine:
        await leaky.execute("BEGIN; UPDATE users SET name = 'secret-word' WHERE id = 1")
        with pytest.raises(asyncpg.PostgresError):
            await lazy.execute("BEGIN; SELECT 1 / 0")
        await fine.fetchval("SELECT 1")
        await asyncio.sleep(0.3)
        report = await look()
        (problem,) = report.problems
        assert problem.kind is Kind.IDLE_IN_TRANSACTION
        assert problem.sentence.startswith("2 sessions are idle in transaction over 0.2 s")
        first, second = problem.sessions
        assert {first.pid, second.pid} == {leaky.get_server_pid(), lazy.get_server_pid()}
        assert (first.user, first.application) == ("t12", "pytest")
        assert first.query == "BEGIN; UPDATE users SET name = '…' WHERE id = 1"
        assert second.state == "idle in transaction (aborted)"
        assert isinstance(report.found, Postgres)
        assert first.transaction_at is not None
        assert timedelta(seconds=0.2) < report.found.at - first.transaction_at < timedelta(seconds=60)


async def test_blockers_are_found_with_all_behind_them(url: str) -> None:
    async with AsyncExitStack() as stack:
        root, second, third, fine, observer = [await stack.enter_async_context(a_session(url)) for _ in range(5)]
        await root.execute("BEGIN; UPDATE users SET name = 'x' WHERE id = 1")
        await fine.execute("BEGIN; UPDATE users SET name = 'y' WHERE id = 2")
        await stack.enter_async_context(waiting(second, "UPDATE users SET name = 'z' WHERE id = 1", observer))
        await stack.enter_async_context(waiting(third, "ALTER TABLE users ADD age int", observer))
        await asyncio.sleep(0.3)
        report = await look(settings_of(idle_seconds=60))
        blocked = [each for each in report.problems if each.kind is Kind.BLOCKED]
        told = {each.sessions[0].pid: {session.pid for session in each.sessions[1:]} for each in blocked}
        both = {second.get_server_pid(), third.get_server_pid()}
        assert told == {root.get_server_pid(): both, fine.get_server_pid(): {third.get_server_pid()}}
        assert [each.kind for each in report.problems] == [Kind.BLOCKED, Kind.BLOCKED]
        assert any("AccessExclusiveLock on users" in wait.lock for chain in report.chains for _, wait in chain.waiting)


async def test_active_sessions_and_old_transactions_are_counted(url: str) -> None:
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(a_session(url)) for _ in range(3)]
        tasks = [asyncio.create_task(each.execute("SELECT pg_sleep(30)")) for each in sessions]
        await asyncio.sleep(0.4)
        report = await look(settings_of(connections=2, transaction_seconds=0.2))
        assert [each.kind for each in report.problems] == [Kind.CONNECTIONS, Kind.LONG_TRANSACTION]
        assert report.problems[0].sentence == "3 connections are active, more than 2."
        assert (await look(settings_of(connections=3))).problems == ()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_session_that_outlived_its_run_is_a_leak_of_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "GRACE", timedelta())
    async with a_session(url), a_session(url, "pytest") as left, a_session(url, "psql"):
        began = "SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        run = Span("7", await left.fetchval(began), await left.fetchval("SELECT clock_timestamp()"))
        report = await look_at("orders", settings_of(applications=["pytest*"]), [run], NOW)
        (problem,) = report.problems
        assert problem.sentence == "1 session that began during run 7 is still there after its end."
        assert [each.pid for each in problem.sessions] == [left.get_server_pid()]


async def test_our_own_sessions_are_left_out(url: str) -> None:
    async with a_session(url, "t12") as ours:
        await ours.execute("BEGIN; SELECT 1")
        await asyncio.sleep(0.3)
        assert (await look()).problems == ()


async def test_other_databases_of_the_server_are_none_of_our_business(url: str, postgres: Server) -> None:
    async with a_session(postgres.url("postgres")) as elsewhere:
        await elsewhere.execute("BEGIN; SELECT 1")
        await asyncio.sleep(0.3)
        assert (await look()).problems == ()


async def test_sessions_that_the_login_may_not_see_are_said(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_session(url) as owner:
        await owner.execute("DO $$ BEGIN CREATE ROLE weak LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        await owner.execute("BEGIN; SELECT 1")
        await asyncio.sleep(0.3)
        monkeypatch.setenv(VARIABLE, url.replace("t12@", "weak@"))
        (problem,) = (await look()).problems
        assert problem.sentence == (
            "1 session cannot be judged: the login may not see what they do. Grant it pg_read_all_stats."
        )


async def test_looking_writes_nothing(url: str) -> None:
    async with a_session(url) as observer:
        async def marks() -> Any:
            await observer.execute("SELECT pg_stat_clear_snapshot()")
            return await observer.fetchrow(
                "SELECT pg_current_wal_insert_lsn() AS lsn, pg_snapshot_xmax(pg_current_snapshot())::text AS next"
            )

        before = await marks()
        for _ in range(3):
            await look()
        assert await marks() == before


async def test_a_write_is_refused_by_the_server(url: str) -> None:
    with pytest.raises(DatabaseError, match="read-only transaction"):
        async with reader.read_only(address_of(url), 5) as connection:
            await connection.execute("DELETE FROM users")
    async with a_session(url) as connection:
        assert await connection.fetchval("SELECT count(*) FROM users") == 2


async def test_no_session_of_ours_is_left_behind(url: str) -> None:
    for _ in range(3):
        await look()
    with pytest.raises(DatabaseError):
        async with reader.read_only(address_of(url), 0.2) as connection:
            await connection.execute("SELECT pg_sleep(10)")
    async with a_session(url) as observer:
        ours = "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 't12'"
        await eventually(lambda: observer.fetchval(ours))


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that accepts and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


async def told(monkeypatch: pytest.MonkeyPatch, url: str, **values: Any) -> str:
    monkeypatch.setenv(VARIABLE, url)
    report = await look(settings_of(**values))
    (problem,) = report.problems
    assert problem.kind is Kind.UNREACHABLE
    assert not report.is_reachable
    return problem.sentence


async def test_a_server_that_hangs_costs_one_timeout(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = time.monotonic()
    sentence = await told(monkeypatch, f"postgresql://u:s3cretword@127.0.0.1:{silent}/d", timeout_seconds=0.5)
    assert sentence == "It did not answer within 0.5 s."
    assert 0.4 < time.monotonic() - begun < 5


async def test_a_server_that_stops_in_the_middle_costs_one_timeout(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[int] = []
    bound = reader.bound

    async def freeze(connection: Any, seconds: float) -> None:
        frozen.append(connection.get_server_pid())
        os.kill(frozen[0], signal.SIGSTOP)
        await bound(connection, seconds)

    monkeypatch.setattr(reader, "bound", freeze)
    try:
        assert await told(monkeypatch, url, timeout_seconds=0.5) == "It did not answer within 0.5 s."
    finally:
        os.kill(frozen[0], signal.SIGCONT)
    await asyncio.sleep(0)


async def test_what_keeps_us_out_is_a_sentence_without_the_address(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    host = f"127.0.0.1:{postgres.port}"
    await _guard(postgres)
    for url, words in (
        (f"postgresql://u:s3cretword@127.0.0.1:{port}/d", "Nothing listens there"),
        (f"postgresql://t12:s3cretword@{host}/gone", "has no database of that name"),
        (f"postgresql://guarded:s3cretword@{host}/postgres", "refuses the user or the password"),
        (f"postgresql+asyncpg://guarded:s3cretword@{host}/postgres", "refuses the user or the password"),
        ("postgresql://u:s3cretword@nowhere.invalid/d", "cannot be reached"),
        ("postgresql://u:s3cretword@h:port/d", "is no address"),
        ("mysql://u:s3cretword@h/d", "looks at PostgreSQL and SQLite"),
        ("", "is not set here"),
    ):
        sentence = await told(monkeypatch, url)
        assert words in sentence, url
        for part in ("s3cretword", "127.0.0.1", "guarded", str(port), "nowhere"):
            assert part not in sentence


async def _guard(server: Server) -> None:
    """A role that needs a password over TCP."""
    rules = Path(server.folder) / "data" / "pg_hba.conf"
    guard = "host all guarded 127.0.0.1/32 scram-sha-256\n"
    text = rules.read_text()
    if not text.startswith(guard):
        rules.write_text(guard + text)
    async with a_session(server.url("postgres")) as owner:
        await owner.execute("DROP ROLE IF EXISTS guarded")
        await owner.execute("CREATE ROLE guarded LOGIN PASSWORD 'another-word'")
        await owner.execute("SELECT pg_reload_conf()")
    async with asyncio.timeout(10):
        while True:
            try:
                await (await asyncpg.connect(f"postgresql://guarded:x@127.0.0.1:{server.port}/postgres")).close()
            except asyncpg.InvalidPasswordError:
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT *\n  FROM t", "SELECT * FROM t"),
        ("INSERT INTO t VALUES ('it''s', E'a\\'b', 'c", "INSERT INTO t VALUES ('…', E'…', '…'"),
        ("SELECT $tag$ it's $tag$, $1, $2", "SELECT '…', $1, $2"),
        ("ALTER USER a PASSWORD 'hunter2hunter2'", "ALTER USER a PASSWORD '…'"),
        ("SELECT " + "x, " * 500, None),
    ],
)
def test_statements_are_shown_without_literals(query: str, shown: str | None) -> None:
    found = excerpt(query, address_of("postgresql://h/d"))
    assert len(found) <= 200
    assert shown is None or found == shown
