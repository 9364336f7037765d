"""Writers queue, readers never wait, and nothing that was confirmed is lost."""

import asyncio
import contextlib
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.ext.asyncio import create_async_engine

from core.errors import StorageError
from core.storage.database import KNOWN_STAY, Database, batches, insert_rows, parse_url
from core.storage.tables import event, posting, suite, test, token

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///t12.db", "sqlite+aiosqlite:///t12.db"),
        ("sqlite:////var/t12.db", "sqlite+aiosqlite:////var/t12.db"),
        ("sqlite+aiosqlite:///t12.db", "sqlite+aiosqlite:///t12.db"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_addresses_get_the_driver_we_use(url: str, shown: str) -> None:
    assert parse_url(url).render_as_string() == shown


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "in memory loses"),
        ("sqlite:///:memory:", "in memory loses"),
        ("mysql://u@h/d", "keeps its data in SQLite or PostgreSQL"),
        ("t12.db", "is not an address; write sqlite:///FILE"),
        ("", "is not an address"),
        ("postgresql://u@h:port/d", "is not an address"),
    ],
)
def test_other_addresses_are_refused_with_a_sentence(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words):
        Database(url)


def test_a_password_is_never_part_of_the_sentence() -> None:
    with pytest.raises(StorageError) as refused:
        Database("postgresql://u:s3cret@h:port/d")
    assert "s3cret" not in str(refused.value)


async def test_a_write_is_kept_and_a_failed_one_is_not(store: Database) -> None:
    async with store.write() as connection:
        await connection.execute(insert(suite).values(name="kept"))
    with pytest.raises(RuntimeError, match="no"):
        async with store.write() as connection:
            await connection.execute(insert(suite).values(name="dropped"))
            raise RuntimeError("no")
    async with store.read() as connection:
        assert (await connection.execute(select(suite.c.name))).scalars().all() == ["kept"]


async def test_instants_come_back_aware_and_in_utc(store: Database) -> None:
    at = datetime(2026, 3, 2, 9, 30, 1, 250, tzinfo=timezone(timedelta(hours=5)))
    async with store.write() as connection:
        await connection.execute(insert(event).values(type="T", at=at, data={}))
    async with store.read() as connection:
        found = (await connection.execute(select(event.c.at))).scalar_one()
    assert found == at
    assert found.tzinfo is UTC


async def test_a_naive_instant_is_refused(store: Database) -> None:
    with pytest.raises(StatementError, match="an instant needs a time zone"):
        async with store.write() as connection:
            await connection.execute(insert(event).values(type="T", at=datetime(2026, 3, 2), data={}))


async def test_a_read_never_waits_for_a_writer(store: Database) -> None:
    async with store.write() as writer:
        await writer.execute(insert(suite).values(name="later"))
        start = time.monotonic()
        async with store.read() as reader:
            assert (await reader.execute(select(suite.c.name))).all() == []
        assert time.monotonic() - start < 1.0


async def test_a_read_sees_one_state_from_begin_to_end(sqlite_store: Database) -> None:
    async with sqlite_store.read() as reader:
        assert (await reader.execute(select(suite.c.name))).all() == []
        async with sqlite_store.write() as writer:
            await writer.execute(insert(suite).values(name="new"))
        assert (await reader.execute(select(suite.c.name))).all() == []


async def test_a_reader_cannot_write(sqlite_store: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        async with sqlite_store.read() as connection:
            await connection.execute(insert(suite).values(name="x"))


async def test_confirmed_writes_are_synced_and_rows_point_somewhere(sqlite_store: Database) -> None:
    async with sqlite_store.write() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar() == 2
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar() == 1


async def test_rows_that_point_nowhere_are_refused(store: Database) -> None:
    with pytest.raises(IntegrityError):
        async with store.write() as connection:
            await connection.execute(
                text("INSERT INTO roster (suite_id, digest, tests, test_ids) VALUES (77, '1', 0, '')")
            )


TASKS, STEPS = 8, 6


async def _count_up_by_default(path: Path) -> tuple[int, int]:
    """What SQLAlchemy and aiosqlite do when nobody tells them how to begin: (confirmed, stored)."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=TASKS)
    async with engine.begin() as connection:
        await connection.execute(text("PRAGMA journal_mode=WAL"))
        await connection.execute(text("CREATE TABLE counter (n integer)"))
        await connection.execute(text("INSERT INTO counter VALUES (0)"))
    confirmed = 0

    async def count() -> None:
        nonlocal confirmed
        for _ in range(STEPS):
            async with engine.begin() as connection:
                found = (await connection.execute(text("SELECT n FROM counter"))).scalar_one()
                await asyncio.sleep(0)
                await connection.execute(text("UPDATE counter SET n = :n"), {"n": found + 1})
            confirmed += 1

    await asyncio.gather(*(count() for _ in range(TASKS)))
    async with engine.connect() as connection:
        stored = (await connection.execute(text("SELECT n FROM counter"))).scalar_one()
    await engine.dispose()
    return confirmed, stored


async def _count_up(database: Database) -> tuple[int, int]:
    async with database.write() as connection:
        await connection.execute(insert(token).values(id="t", name="0", secret_sha256=b"", created_at=NOW))
    confirmed = 0
    row = select(token.c.name).where(token.c.id == "t").with_for_update()

    async def count() -> None:
        nonlocal confirmed
        for _ in range(STEPS):
            async with database.write() as connection:
                found = int((await connection.execute(row)).scalar_one())
                await asyncio.sleep(0)
                await connection.execute(token.update().where(token.c.id == "t").values(name=str(found + 1)))
            confirmed += 1

    await asyncio.gather(*(count() for _ in range(TASKS)))
    async with database.read() as connection:
        return confirmed, int(
            (await connection.execute(row if database.is_sqlite else select(token.c.name))).scalar_one()
        )


async def test_the_drivers_default_loses_confirmed_updates(tmp_path: Path) -> None:
    confirmed, stored = await _count_up_by_default(tmp_path / "default.db")
    assert confirmed == TASKS * STEPS
    assert stored < confirmed


async def test_ours_loses_none(store: Database) -> None:
    assert await _count_up(store) == (TASKS * STEPS, TASKS * STEPS)


async def test_cancelled_writes_leave_no_lock_and_no_half_row(store: Database) -> None:
    async def write(name: str) -> None:
        async with store.write() as connection:
            await connection.execute(insert(suite).values(name=name))
            await asyncio.sleep(0.02)
            await connection.execute(insert(event).values(type=name, at=NOW, data={}))

    for round_ in range(12):
        task = asyncio.create_task(write(f"cancelled-{round_}"))
        await asyncio.sleep(0.003 * round_)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(write("last"), 5)
    async with store.read() as connection:
        suites = set((await connection.execute(select(suite.c.name))).scalars())
        events = set((await connection.execute(select(event.c.type))).scalars())
    assert suites == events
    assert "last" in suites


async def test_nothing_of_a_closed_store_is_left_running(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "new.db"):
        database = Database(f"sqlite:///{path}")
        with contextlib.suppress(OperationalError):
            async with database.read() as connection:
                await connection.execute(select(1))
        await database.close()
        assert not [each for each in threading.enumerate() if "_connection_worker_thread" in each.name]


async def test_another_process_is_waited_for(sqlite_store: Database) -> None:
    other = sqlite3.connect(sqlite_store.path or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with sqlite_store.write() as connection:
            await connection.execute(insert(suite).values(name="waited"))

    task = asyncio.create_task(write())
    await asyncio.sleep(0.1)
    assert not task.done()
    other.execute("COMMIT")
    other.close()
    await asyncio.wait_for(task, 5)


async def test_rows_go_in_with_constants_and_known_ones_stay(store: Database) -> None:
    rows = [(-(1 << 63), "größe"), ((1 << 63) - 1, "x" * 5000), (7, "")]
    for _ in range(2):
        async with store.write() as connection:
            await connection.execute(select(1))
            await insert_rows(connection, test, ("id", "name"), rows, constants={"group_id": 5}, on_conflict=KNOWN_STAY)
    async with store.read() as connection:
        found = (await connection.execute(select(test.c.id, test.c.group_id, test.c.name).order_by(test.c.id))).all()
    assert [tuple(each) for each in found] == [(key, 5, name) for key, name in sorted(rows)]


async def test_instants_and_flags_come_back_as_they_went_in(store: Database) -> None:
    instants = [NOW, NOW.astimezone(timezone(timedelta(hours=-5))) + timedelta(microseconds=1), NOW + timedelta(days=9)]
    columns = ("channel", "subject", "wanted", "sent", "attempts", "created_at", "not_before", "is_ambiguous", "ended")
    rows = [("C1", f"run:{n}", 1, 0, 0, each, NOW, n == 1, None) for n, each in enumerate(instants)]
    async with store.write() as connection:
        await insert_rows(connection, posting, columns, rows)
    async with store.read() as connection:
        query = select(*(posting.c[name] for name in columns)).order_by(posting.c.id)
        assert [tuple(each) for each in (await connection.execute(query)).all()] == rows


async def test_rows_are_part_of_the_transaction_even_where_they_begin_it(store: Database) -> None:
    with pytest.raises(ValueError, match="no"):
        async with store.write() as connection:
            await insert_rows(connection, suite, ("name",), [("gone",)])
            raise ValueError("no")
    async with store.read() as connection:
        assert (await connection.execute(select(suite.c.name))).all() == []


async def test_known_rows_are_an_error_unless_told(store: Database) -> None:
    with pytest.raises((IntegrityError, DBAPIError, sqlite3.IntegrityError, Exception), match=r"(?i)unique"):
        async with store.write() as connection:
            await connection.execute(select(1))
            await insert_rows(connection, test, ("id", "group_id", "name"), [(1, 1, "a"), (1, 1, "a")])


async def test_no_row_is_no_statement(store: Database) -> None:
    async with store.write() as connection:
        await insert_rows(connection, test, ("id", "group_id", "name"), [])


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (3, [3]), (4, [4]), (9, [4, 4, 1])])
def test_batches(count: int, sizes: list[int]) -> None:
    assert [len(each) for each in batches(range(count), 4)] == sizes
