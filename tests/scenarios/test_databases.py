"""`/t12 db` in Slack, over real databases."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from bot.workspace import Message
from core.settings import AccessSettings, DatabaseSettings
from tests.core.databases.sessions import VARIABLE, a_session, settings_of
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
