"""A watcher hears of T12 while everything is on time, and only then."""

import asyncio
import logging
from datetime import timedelta

import pytest
from aiohttp import web

from bot.heartbeat import Heartbeat
from core.storage.database import Database
from tests.bot.test_emergency import address
from tests.core.incidents.keeping import Kept


class Watcher:
    """An address that counts how often it is called."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.calls = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert request.method == "GET"
        self.calls += 1
        return web.Response(status=self.status, headers={"Location": "/hook/secret-path"})


async def heard(kept: Kept, watcher: Watcher, problem: str | None = None) -> bool:
    async def probe() -> str | None:
        return problem

    runner, url = await address(watcher.answer)
    try:
        beating = Heartbeat(url, kept.engine, kept.database, lambda: kept.now, {"slack": probe})
        return await asyncio.wait_for(beating.beat(), 20)
    finally:
        await runner.cleanup()


async def test_it_is_heard_while_all_is_on_time(sqlite_store: Database) -> None:
    watcher = Watcher()
    assert await heard(Kept(sqlite_store), watcher)
    assert watcher.calls == 1


async def test_it_is_silent_when_an_escalation_is_late(sqlite_store: Database) -> None:
    kept, watcher = Kept(sqlite_store), Watcher()
    await kept.opened()
    kept.now += timedelta(hours=3)
    assert not await heard(kept, watcher)
    assert watcher.calls == 0


async def test_it_is_silent_when_t12_is_not_ready(sqlite_store: Database, caplog: pytest.LogCaptureFixture) -> None:
    watcher = Watcher()
    with caplog.at_level(logging.WARNING):
        assert not await heard(Kept(sqlite_store), watcher, "no connection")
    assert watcher.calls == 0
    assert "slack: no connection" in caplog.text


@pytest.mark.parametrize("status", [302, 500])
async def test_an_answer_that_is_none_is_logged_and_not_followed(
    sqlite_store: Database, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    watcher = Watcher(status)
    assert not await heard(Kept(sqlite_store), watcher)
    assert watcher.calls == 1
    assert str(status) in caplog.text
    assert "secret-path" not in caplog.text


async def test_a_watcher_that_is_not_there_raises_nothing(
    sqlite_store: Database, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Kept(sqlite_store)
    assert not await Heartbeat("http://127.0.0.1:1/x", kept.engine, sqlite_store, lambda: kept.now, {}).beat()
    assert "not heard" in caplog.text
