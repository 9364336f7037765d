"""Real sessions on a real PostgreSQL: idle in a transaction, blocked, left behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver has no types

from core.databases.address import PostgresAddress
from core.databases.answer import look_at
from core.databases.model import DatabaseReport
from core.settings import DatabaseSettings
from tests.core.databases.values import NOW

VARIABLE = "T12_TESTS_DATABASE"


def settings_of(**values: Any) -> DatabaseSettings:
    """Limits of parts of a second."""
    given = {"url_variable": VARIABLE, "idle_seconds": 0.2, "lock_seconds": 0.2, "timeout_seconds": 5}
    return DatabaseSettings.model_validate(given | values)


async def look(settings: DatabaseSettings | None = None) -> DatabaseReport:
    return await look_at("orders", settings or settings_of(), [], NOW)


def address_of(url: str) -> PostgresAddress:
    return PostgresAddress(url)


@asynccontextmanager
async def a_session(url: str, application: str = "pytest", **options: Any) -> AsyncIterator[Any]:
    """A session of somebody else."""
    connection = await asyncpg.connect(url, server_settings={"application_name": application}, **options)
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def waiting(connection: Any, statement: str, observer: Any) -> AsyncIterator[None]:
    """A statement that waits for a lock , which the observer sees."""
    task = asyncio.create_task(connection.execute(statement))
    pid = connection.get_server_pid()
    await eventually(lambda: _waits(observer, pid))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until it is so; raises `TimeoutError` after ten seconds."""
    async with asyncio.timeout(10):
        for _ in count():
            if await is_so():
                return
            await asyncio.sleep(0.01)


async def _waits(observer: Any, pid: int) -> bool:
    found = await observer.fetchval("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $1", pid)
    return bool(found)
