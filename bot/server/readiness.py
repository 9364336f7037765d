"""Whether the process lives, and whether it may be asked: `/healthz` and `/readyz`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.clock import Clock
from core.errors import StorageError
from core.runs.store import upsert
from core.storage.database import Database
from core.storage.migrate import HEAD
from core.storage.tables import seen_request

Probe = Callable[[], Awaitable[str | None]]
"""Answers None when all is well, else a sentence that says what is not."""

LAG_LIMIT_SECONDS = 1.0
WRITE_AGE_LIMIT = timedelta(seconds=10)
WRITE_EVERY_SECONDS = 4.0
PROBE_SECONDS = 2.0

_LAG_EVERY_SECONDS = 0.25
_WRITE_PROBE = b"write probe".ljust(32, b"\x00")

_log = logging.getLogger("t12.server")


class LoopLag:
    """Measures how late the event loop is."""

    def __init__(self, observe: Callable[[float], None] | None = None) -> None:
        self._observe = observe
        self._last = 0.0
        self._due: float | None = None

    @property
    def seconds(self) -> float:
        """The last measured lag, or how overdue the next measurement is."""
        overdue = asyncio.get_running_loop().time() - self._due if self._due is not None else 0.0
        return max(self._last, overdue)

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._due = loop.time() + _LAG_EVERY_SECONDS
            await asyncio.sleep(_LAG_EVERY_SECONDS)
            self._last = max(0.0, loop.time() - self._due)
            if self._observe is not None:
                self._observe(self._last)


class WriteProbe:
    """Writes a small row every few seconds: a database that can be read may still be full, locked or read-only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._written_at: datetime | None = None

    async def write(self) -> None:
        """Write once; a failure only leaves the last success older."""
        now = self._clock()
        try:
            async with self._database.write() as connection:
                row = upsert(connection, seen_request).values(digest=_WRITE_PROBE, seen_at=now)
                await connection.execute(row.on_conflict_do_update(index_elements=["digest"], set_={"seen_at": now}))
        except (SQLAlchemyError, StorageError, OSError) as error:
            _log.warning("the database could not be written: %s", error)
        else:
            self._written_at = self._clock()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self.write()
            await asyncio.sleep(WRITE_EVERY_SECONDS)

    async def __call__(self) -> str | None:
        if self._written_at is None:
            return "the database has not been written to yet"
        age = self._clock() - self._written_at
        if age < WRITE_AGE_LIMIT:
            return None
        return f"the database was last written {age.total_seconds():.0f} seconds ago; is it full, locked or read-only?"


def at_head(database: Database) -> Probe:
    """Whether the tables are those of this code."""

    async def probe() -> str | None:
        async with database.read() as connection:
            found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
        return None if found == HEAD else f"the database is at revision {found}, this T12 needs {HEAD}; migrate it"

    return probe


async def reasons_not_ready(probes: Mapping[str, Probe]) -> dict[str, str]:
    """What every failing probe says, by its name; a probe that raises or takes over 2 seconds fails."""
    answers = await asyncio.gather(*(_asked(probe) for probe in probes.values()))
    return {name: answer for name, answer in zip(probes, answers, strict=True) if answer is not None}


async def _asked(probe: Probe) -> str | None:
    try:
        return await asyncio.wait_for(probe(), PROBE_SECONDS)
    except TimeoutError:
        return f"no answer within {PROBE_SECONDS:g} seconds"
    except Exception as error:
        _log.warning("a readiness probe failed", exc_info=error)
        return f"cannot be asked ({type(error).__name__})"


async def cancelled(*tasks: "asyncio.Task[None]") -> None:
    """Cancel tasks and wait for their end."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
