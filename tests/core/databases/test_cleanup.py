"""Test data is deleted by rules alone, exactly as somebody saw it or less, and only once."""

import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.databases import postgres_cleanup
from core.databases.answer import Databases
from core.databases.cleanup import Cleaned, Counts, Preview, Seen, unpack_seen
from core.errors import NotFoundError, UsageError
from core.settings import DatabaseSettings
from core.storage.database import Database
from core.storage.tables import event
from tests.core.databases.sessions import VARIABLE, a_session
from tests.core.databases.values import NOW

TABLES = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE logs (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE notes (id INTEGER PRIMARY KEY, log_id INTEGER REFERENCES logs (id) ON DELETE SET NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
INSERT INTO users VALUES (1, 'ana'), (2, 'probe'), (3, 'probe'), (4, 'test of time');
INSERT INTO logs VALUES (1, 1), (2, 2), (3, 2), (4, 3);
INSERT INTO notes VALUES (1, 1), (2, 2);
"""
PROBES = {"name": "probe users", "table": "users", "where": "name = 'probe'"}


@dataclass
class Place:
    """A database with rules, on either kind."""

    store: Database
    url: str
    rules: list[dict[str, Any]]
    seconds: float = 5

    @property
    def databases(self) -> Databases:
        given = {"cleanup": self.rules, "timeout_seconds": self.seconds, "integrity_seconds": self.seconds}
        given |= {"url": self.url} if self.url.startswith("sqlite") else {"url_variable": VARIABLE}
        return Databases(self.store, {"orders": DatabaseSettings.model_validate(given)}, lambda: NOW)

    async def preview(self) -> Preview:
        (found,) = await self.databases.preview("orders")
        return found

    async def clean(self, preview: Preview, request: str | None = None) -> Cleaned:
        return await self.databases.clean(preview.seen, "U1", request=request)

    async def run(self, *statements: str) -> None:
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
                for each in statements:
                    connection.executescript(each)
            return
        async with a_session(self.url) as connection:
            for each in statements:
                await connection.execute(each)

    async def rows(self, table: str) -> Sequence[int]:
        query = f"SELECT id FROM {table} ORDER BY id"
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                return [row[0] for row in connection.execute(query)]
        async with a_session(self.url) as connection:
            return [row[0] for row in await connection.fetch(query)]

    async def events(self) -> list[Any]:
        async with self.store.read() as connection:
            rows = await connection.execute(select(event.c.type, event.c.data).order_by(event.c.id))
            return [(row.type, row.data) for row in rows]


@pytest.fixture(params=["sqlite", "postgresql"])
async def place(
    request: pytest.FixtureRequest, sqlite_store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    url = f"sqlite:///{tmp_path / 'orders.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("empty_postgres_url")
        monkeypatch.setenv(VARIABLE, url)
    found = Place(sqlite_store, url, [PROBES])
    await found.run(TABLES)
    yield found


async def test_a_preview_counts_all_that_would_go_and_deletes_nothing(place: Place) -> None:
    preview = await place.preview()
    (matched,) = preview.matched
    assert matched.counts == Counts(2, 5)
    assert matched.sentence == "2 rows of users go, up to 3 of logs follow, up to 1 of notes lose their reference."
    assert preview.rows == 5
    assert len(await place.rows("users")) == 4


async def test_what_was_seen_is_deleted_and_nothing_by_the_sound_of_its_name(place: Place) -> None:
    cleaned = await place.clean(await place.preview())
    assert cleaned.deleted[0].sentence == "probe users: 2 rows of users deleted and 3 of other tables with them."
    assert cleaned.verdict == "orders: 5 rows deleted"
    assert [await place.rows(table) for table in ("users", "logs", "notes")] == [[1, 4], [1], [1, 2]]
    assert (await place.preview()).rows == 0


async def test_who_deleted_what_is_kept(place: Place) -> None:
    await place.clean(await place.preview())
    (begun, first), (done, second) = await place.events()
    assert (begun, done) == ("DatabaseCleanupBegun", "DatabaseCleaned")
    assert (first["by"], second["by"], second["rows"], second["name"]) == ("U1", "U1", 5, "orders")


async def test_the_same_click_deletes_once(place: Place) -> None:
    preview = await place.preview()
    await place.clean(preview, "click:1")
    await place.run("INSERT INTO users VALUES (7, 'probe')")
    again = await place.clean(preview, "click:1")
    assert (again.is_repeat, again.rows) == (True, 0)
    assert 7 in await place.rows("users")


async def test_when_more_match_than_were_seen_nothing_is_deleted(place: Place) -> None:
    preview = await place.preview()
    await place.run("INSERT INTO users VALUES (7, 'probe')")
    cleaned = await place.clean(preview)
    assert cleaned.deleted[0].sentence == (
        "probe users: nothing was deleted, because 3 rows match now and 2 were seen; look again."
    )
    assert len(await place.rows("users")) == 5


async def test_when_more_would_follow_than_were_seen_nothing_is_deleted(place: Place) -> None:
    preview = await place.preview()
    await place.run("INSERT INTO logs VALUES (9, 3)")
    cleaned = await place.clean(preview)
    assert "6 rows in all would go and 5 were seen" in cleaned.deleted[0].sentence
    assert len(await place.rows("logs")) == 5


async def test_a_cascade_onto_itself_that_a_preview_cannot_count_deletes_nothing(place: Place) -> None:
    await place.run("CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree (id) ON DELETE CASCADE)",
                    "INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2)")  # fmt: skip
    place.rules = [{"name": "trees", "table": "tree", "where": "id = 1"}]
    preview = await place.preview()
    assert preview.rows == 1
    assert "3 rows in all would go and 1 were seen" in (await place.clean(preview)).deleted[0].sentence
    assert await place.rows("tree") == [1, 2, 3]


async def test_fewer_than_were_seen_is_fine_and_said(place: Place) -> None:
    preview = await place.preview()
    await place.run("UPDATE users SET name = 'kept' WHERE id = 2")
    cleaned = await place.clean(preview)
    assert cleaned.deleted[0].sentence == (
        "probe users: 1 row of users deleted and 1 of other tables with them; 2 were seen before."
    )


async def test_rows_that_others_point_at_stay_and_the_other_rules_go_on(place: Place) -> None:
    await place.run("INSERT INTO orders VALUES (1, 2)")
    place.rules = [PROBES, {"name": "notes", "table": "notes", "where": "id = 2"}]
    cleaned = await place.clean(await place.preview())
    first, second = cleaned.deleted
    assert "nothing was deleted" in first.sentence
    assert second.sentence == "notes: 1 row of notes deleted."
    assert len(await place.rows("users")) == 4


async def test_too_many_rows_are_never_deleted_at_once(place: Place) -> None:
    place.rules = [PROBES | {"most": 1}]
    preview = await place.preview()
    assert "more than 1 at once, so none is deleted" in preview.matched[0].sentence
    assert (preview.rows, preview.deletable) == (0, ())


async def test_a_rule_that_was_changed_since_is_not_confirmed(place: Place) -> None:
    preview = await place.preview()
    place.rules = [PROBES | {"where": "id > 0"}]
    with pytest.raises(UsageError, match="were changed since you saw them"):
        await place.clean(preview)
    with pytest.raises(UsageError, match="were changed"):
        await place.databases.clean(Seen("orders", {}), "U1")
    assert len(await place.rows("users")) == 4
    assert await place.events() == []


async def test_a_rule_that_is_wrong_says_so_and_the_others_are_counted(place: Place) -> None:
    place.rules = [{"name": "a", "table": "gone", "where": "id = 1"}, {"name": "b", "table": "users", "where": "x = 1"},
                   PROBES]  # fmt: skip
    gone, wrong, fine = (await place.preview()).matched
    assert gone.sentence.startswith("It cannot be counted: ")
    assert wrong.error
    assert fine.rows == 2


async def test_without_rules_there_is_nothing_to_delete(place: Place) -> None:
    place.rules = []
    with pytest.raises(UsageError, match="no rule says what test data of orders may be deleted"):
        await place.preview()
    with pytest.raises(NotFoundError, match="no database is called 'other'"):
        await place.databases.preview("other")


async def test_nothing_is_vacuumed_where_nothing_was_deleted(place: Place) -> None:
    preview = await place.preview()
    await place.run("DELETE FROM users WHERE name = 'probe'")
    cleaned = await place.clean(preview)
    assert (cleaned.rows, cleaned.vacuumed) == (0, ())


REFUSE = """CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'kept'; END $$;
CREATE CONSTRAINT TRIGGER late AFTER DELETE ON users DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION stop()"""


@pytest.fixture
async def on_postgres(
    empty_postgres_url: str, sqlite_store: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    found = Place(sqlite_store, empty_postgres_url, [PROBES])
    await found.run(TABLES)
    yield found


async def test_a_deletion_that_is_refused_at_the_very_end_deletes_nothing(on_postgres: Place) -> None:
    await on_postgres.run(REFUSE)
    (deleted,) = (await on_postgres.clean(await on_postgres.preview())).deleted
    assert deleted.sentence == "probe users: nothing was deleted, because it refuses: kept."
    assert len(await on_postgres.rows("users")) == 4


async def test_a_server_that_falls_silent_at_the_very_end_leaves_it_open(
    on_postgres: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, on_postgres.seconds, frozen = await on_postgres.preview(), 0.4, list[int]()
    bound = postgres_cleanup.bound

    async def remember(connection: Any, seconds: float) -> None:
        frozen.append(connection.get_server_pid())
        await bound(connection, seconds)

    def freeze(_seen: Counts, _found: Counts) -> str:
        os.kill(frozen[0], signal.SIGSTOP)
        return ""

    monkeypatch.setattr(postgres_cleanup, "bound", remember)
    monkeypatch.setattr(postgres_cleanup, "refusal", freeze)
    try:
        (deleted,) = (await on_postgres.clean(preview)).deleted
    finally:
        os.kill(frozen[0], signal.SIGCONT)
    assert deleted.is_unclear
    assert "it is not known whether anything was deleted" in deleted.sentence


async def test_a_table_that_is_locked_costs_one_timeout(on_postgres: Place) -> None:
    preview, on_postgres.seconds = await on_postgres.preview(), 0.4
    async with a_session(on_postgres.url) as other:
        await other.execute("BEGIN; LOCK TABLE users")
        (deleted,) = (await on_postgres.clean(preview)).deleted
    assert "nothing was deleted, because another session holds a lock that is needed" in deleted.sentence


async def test_the_table_is_vacuumed_afterwards_outside_the_transaction(on_postgres: Place) -> None:
    assert (await on_postgres.clean(await on_postgres.preview())).vacuumed == ("users",)
    async with a_session(on_postgres.url) as connection:
        query = "SELECT relname, reltuples FROM pg_class WHERE relname IN ('users', 'orders')"
        assert dict(await connection.fetch(query)) == {"users": 2, "orders": -1}  # the other was never looked at


async def test_counting_writes_nothing(on_postgres: Place) -> None:
    async with a_session(on_postgres.url) as observer:
        marks = "SELECT pg_current_wal_insert_lsn(), pg_snapshot_xmax(pg_current_snapshot())::text"
        before = await observer.fetchrow(marks)
        await on_postgres.preview()
        assert await observer.fetchrow(marks) == before


async def test_a_condition_that_writes_is_refused_by_the_server(on_postgres: Place) -> None:
    await on_postgres.run("CREATE SEQUENCE numbers")
    on_postgres.rules = [PROBES | {"where": "nextval('numbers') > 0"}]
    (matched,) = (await on_postgres.preview()).matched
    assert "read-only transaction" in matched.error


async def test_the_store_of_t12_is_no_test_database(sqlite_store: Database) -> None:
    place = Place(sqlite_store, f"sqlite:///{sqlite_store.path}", [{"name": "x", "table": "suite", "where": "id > 0"}])
    async with sqlite_store.write() as connection:
        await connection.exec_driver_sql("INSERT INTO suite (name) VALUES ('backend')")
    preview = await place.preview()
    with pytest.raises(UsageError, match="the store of T12 itself"):
        await place.clean(preview)


@pytest.mark.parametrize("packed", ["", "{}", "[]", '{"d": 1}', '{"d": "a", "n": {"x": [1]}}', '{"d": "a", "n": [1]}'])
def test_a_foreign_button_is_refused(packed: str) -> None:
    with pytest.raises(UsageError, match="another version"):
        unpack_seen(packed)


def test_what_was_seen_fits_a_button_and_comes_back() -> None:
    seen = Seen("a" * 40, {f"{n:010x}": Counts(9_999_999, 99_999_999) for n in range(40)})
    assert len(seen.packed()) <= 2000
    assert unpack_seen(seen.packed()) == seen
