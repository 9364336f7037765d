"""A server on a free port over a real database and a real worker process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.server import Listening, Metrics, build_server, listen
from bot.server.bodies import BodyLimits
from bot.worker import DIAGNOSER, IngestWorker
from core.settings import LiveSettings, Settings
from core.storage.database import Database
from core.tokens.flows import create_token
from tests.bot.here import WorkerHere
from tests.bot.reports import DIAGNOSER as STAND_IN
from tests.bot.reports import settings_with_a_store


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class House:
    """A running server and what a client of it needs."""

    settings: Settings
    database: Database
    worker: IngestWorker
    metrics: Metrics
    clock: HandClock
    token: str
    listening: Listening
    session: aiohttp.ClientSession

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listening.port}"

    async def post(self, data: Any, *, token: str | None = None, headers: Any = None, **query: str) -> tuple[int, Any]:
        """Upload; answers the status and the JSON."""
        data = BytesIO(data) if isinstance(data, bytes) else data
        sent = {"Authorization": f"Bearer {token or self.token}", **(headers or {})}
        async with self.session.post(f"{self.url}/api/v1/runs", data=data, headers=sent, params=query) as answer:
            return answer.status, await answer.json()

    async def sql(self, statement: str) -> None:
        """Do something to the database behind the server's back."""
        async with self.database.write() as connection:
            await connection.execute(text(statement))

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.url + path) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def a_house(
    folder: Path,
    *,
    diagnoser: str = STAND_IN,
    body: dict[str, Any] | None = None,
    worker: type[IngestWorker] = IngestWorker,
    server: dict[str, Any] | None = None,
    live: LiveSettings | None = None,
    **more: Any,
) -> AsyncIterator[House]:
    """Start a house.

    `worker` reads its reports, `server` and `live` are settings, `body` limits of the body; `more` goes to
    `build_server`.
    """
    settings = settings_with_a_store(folder, **(server or {}))
    settings = settings.model_copy(update={"live": live or LiveSettings()})
    database, clock, metrics = Database(settings.database_url), HandClock(), Metrics("1.2.3")
    made = await create_token(database, "ci", clock())
    limits = BodyLimits(**({"max_bytes": settings.server.max_upload_bytes, "total_seconds": 60} | (body or {})))
    working = worker(settings, diagnoser=diagnoser, observe=metrics.ingested)
    app = build_server(settings, database, working, metrics=metrics, limits=limits, clock=clock, **more)
    listening = await listen(app, "127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession() as session:
            yield House(settings, database, working, metrics, clock, made.text, listening, session)
    finally:
        await listening.stop()
        await working.close()
        await database.close()


HouseMaker = Callable[..., Awaitable[House]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One server with the real rules for a whole module; tests keep apart by what they send."""
    async with a_house(tmp_path_factory.mktemp("house"), diagnoser=DIAGNOSER, body={"max_bytes": 4 << 20}) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def impatient(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server that waits half a second for the next bytes of a body."""
    body = {"idle_seconds": 0.5}
    async with a_house(tmp_path_factory.mktemp("impatient"), worker=WorkerHere, body=body) as running:
        yield running
