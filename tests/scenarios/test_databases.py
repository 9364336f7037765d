"""`/t12 db` in Slack, over real databases."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import Message
from core.databases.alerts import Alerts
from core.settings import AccessSettings, DatabaseSettings
from tests.core.databases.sessions import VARIABLE, a_session, settings_of
from tests.handlers.harness import START
from tests.scenarios.incidents import Site, a_site


@asynccontextmanager
async def a_place(
    folder: Path, databases: Mapping[str, DatabaseSettings], access: AccessSettings | None = None
) -> AsyncIterator[Site]:
    async with a_site(folder, access, settings={"databases": dict(databases)}) as site:
        yield site
        assert site.ws.broken_rules == []


async def ask(site: Site, words: str, person: str = "ana") -> Message:
    assert (await site.ws.command(person, "qa", words)).acked
    return await site.ws.wait_for_message("qa", person)


async def test_a_leaked_session_is_told_with_who_what_and_since_when(
    tmp_path: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, empty_postgres_url)
    async with a_session(empty_postgres_url) as leaky, a_place(tmp_path, {"orders": settings_of()}) as site:
        await leaky.execute("BEGIN; SELECT 'hush'")
        await asyncio.sleep(0.3)
        answer = await ask(site, "db")
        assert answer.ephemeral_to == "U1"
        for words in ("orders: 1 problem", "1 session is idle in transaction over 0.2 s", "t12 (pytest)",
                      f"{leaky.get_server_pid()}: ", "idle in its transaction since", "BEGIN; SELECT '…'"):  # fmt: skip
            assert words in answer.text
        assert "hush" not in str(answer.blocks)


async def test_all_databases_are_looked_at_and_one_by_its_name(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "orders.db")) as connection:
        connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY)")
    databases: dict[str, Any] = {
        "orders": DatabaseSettings(url=f"sqlite:///{tmp_path / 'orders.db'}"),
        "gone": DatabaseSettings(url=f"sqlite:///{tmp_path / 'gone.db'}"),
    }
    async with a_place(tmp_path, databases) as site:
        both = await ask(site, "db")
        assert "1 of 2 databases has problems" in both.text
        assert "There is no file gone.db where the settings say." in both.text
        one = await ask(site, "db ORDERS", "luis")
        assert one.text.startswith("orders: healthy")
        assert (await ask(site, "db other", "kim")).text == (
            "No database is called 'other'; there are orders, gone."
        )


async def test_without_a_database_it_says_what_to_set(tmp_path: Path) -> None:
    async with a_place(tmp_path, {}) as site:
        assert (await ask(site, "db")).text.startswith("No database is configured; name one under [databases]")


async def test_trouble_is_told_in_the_channel_and_taken_back_when_it_is_over(tmp_path: Path) -> None:
    databases = {"orders": DatabaseSettings(url=f"sqlite:///{tmp_path / 'orders.db'}", every_seconds=0.01)}
    clock = [START, START + timedelta(minutes=12)]
    async with a_place(tmp_path, databases) as site:
        alerts = Alerts(site.store.database, databases, "C1", lambda: clock.pop(0))
        await alerts.tick()
        await site.tick()
        (card,) = site.ws.messages("qa")
        assert card.text.startswith("Database orders is in trouble since")
        assert "There is no file orders.db where the settings say." in card.text
        sqlite3.connect(tmp_path / "orders.db").close()
        await alerts.tick()
        await site.tick()
        (card,) = site.ws.messages("qa")
        assert card.text.startswith("Database orders is well again since")
        assert "For 12 min it was:" in card.text


RULE = {"name": "probe users", "table": "users", "where": "name = 'probe'"}


def with_users(folder: Path, **values: Any) -> dict[str, DatabaseSettings]:
    """A file with two users of tests and one of people."""
    path = folder / "orders.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            """CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE logs (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));
            INSERT INTO users VALUES (1, 'ana'), (2, 'probe'), (3, 'probe'); INSERT INTO logs VALUES (1, 9);"""
        )
    return {"orders": DatabaseSettings.model_validate({"url": f"sqlite:///{path}", "cleanup": [RULE]} | values)}


def users(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / "orders.db")) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM users ORDER BY id")]


def events(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "t12.db")) as connection:
        return [row[0] for row in connection.execute("SELECT type FROM event WHERE type LIKE 'Database%' ORDER BY id")]


async def test_orphans_are_told_and_the_buttons_lead_there(tmp_path: Path) -> None:
    async with a_place(tmp_path, with_users(tmp_path)) as site:
        answer = await ask(site, "db")
        await site.ws.press("ana", "db.show:integrity1", channel="qa", ts=answer.ts)
        found = await site.ws.wait_for_message("qa", "ana", containing="does not hold together")
        assert "Broken: 1 row points nowhere: logs(user_id) to users(id)" in found.text
        assert "such as 9" in found.text


async def test_test_data_is_deleted_after_a_look_and_a_confirmation(tmp_path: Path) -> None:
    access = AccessSettings(databases=["U1"])
    async with a_place(tmp_path, with_users(tmp_path), access) as site:
        preview = await ask(site, "db cleanup")
        assert "orders: 2 rows of test data can be deleted" in preview.text
        assert users(tmp_path) == [1, 2, 3]
        await site.ws.press("ana", "db.delete:1", channel="qa", ts=preview.ts)
        form = await site.ws.wait_for_modal("ana")
        assert "2 rows of orders are deleted for good" in str(form.body["blocks"])
        assert (await site.ws.submit("ana", {})).acked
        told = await site.told("ana", "orders: 2 rows deleted")
        assert "probe users: 2 rows of users deleted." in told.text
        assert users(tmp_path) == [1]
        assert events(tmp_path) == ["DatabaseCleanupBegun", "DatabaseCleaned"]
        assert "no test data to delete" in (await ask(site, "db cleanup orders", "kim")).text


async def test_an_old_preview_deletes_nothing_that_it_did_not_show(tmp_path: Path) -> None:
    async with a_place(tmp_path, with_users(tmp_path), AccessSettings(databases=["*"])) as site:
        preview = await ask(site, "db cleanup")
        await site.ws.press("ana", "db.delete:1", channel="qa", ts=preview.ts)
        await site.ws.wait_for_modal("ana")
        with closing(sqlite3.connect(tmp_path / "orders.db", isolation_level=None)) as connection:
            connection.execute("INSERT INTO users VALUES (4, 'probe')")
        await site.ws.submit("ana", {})
        await site.told("ana", "nothing was deleted, because 3 rows match now and 2 were seen")
        assert users(tmp_path) == [1, 2, 3, 4]


async def test_who_may_not_delete_is_told_who_may(tmp_path: Path) -> None:
    async with a_place(tmp_path, with_users(tmp_path), AccessSettings(databases=["U1"])) as site:
        preview = await ask(site, "db cleanup", "luis")
        await site.ws.press("luis", "db.delete:1", channel="qa", ts=preview.ts)
        await site.told("luis", "You may not do this; ask @U1")
        assert users(tmp_path) == [1, 2, 3]


async def test_by_default_nobody_may_delete(tmp_path: Path) -> None:
    async with a_place(tmp_path, with_users(tmp_path)) as site:
        preview = await ask(site, "db cleanup")
        await site.ws.press("ana", "db.delete:1", channel="qa", ts=preview.ts)
        await site.told("ana", "Nobody may do this")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("db one two", "Write `db`, `db NAME`"),
        ("db integrity one two", "Write `db`, `db NAME`"),
        ("db cleanup other", "No database is called 'other'; there are orders."),
    ],
)
async def test_other_words_are_answered(tmp_path: Path, words: str, told: str) -> None:
    async with a_place(tmp_path, with_users(tmp_path)) as site:
        assert (await ask(site, words)).text.startswith(told)
