"""One run of the matrix, by what it varies: the database, the number of replicas, and what Slack lets us read."""

import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.workspace import Workspace
from core.clock import utc_now
from core.storage.database import Database
from core.storage.migrate import migrate
from tests.faults.replica import Site
from tests.faults.story import Story
from tests.faults.tally import Tally, count
from tests.handlers.harness import manifest
from tests.postgres import Server, a_server

HISTORY = ("channels:history", "groups:history")


@dataclass(frozen=True, slots=True)
class Plan:
    """One row of the table."""

    on_postgres: bool
    replicas: int
    with_history: bool

    @property
    def name(self) -> str:
        database = "PostgreSQL" if self.on_postgres else "SQLite"
        return f"{database:<10} {self.replicas} bot{'s' if self.replicas > 1 else ' '} {self._scopes}"

    @property
    def _scopes(self) -> str:
        return "history" if self.with_history else "no history"


PLANS = [Plan(pg, replicas, history) for pg in (False, True) for replicas in (1, 3) for history in (True, False)]


async def play(plan: Plan, seed: int, seconds: float) -> Tally:
    """Raises TimeoutError when what was wanted never arrives."""
    async with AsyncExitStack() as parts:
        folder = Path(tempfile.mkdtemp(prefix="t12-faults-"))
        parts.callback(shutil.rmtree, folder, ignore_errors=True)
        server = parts.enter_context(a_server(is_durable=True)) if plan.on_postgres else None
        database = await parts.enter_async_context(_a_store(folder, server))
        scopes = [each for each in manifest()["oauth_config"]["scopes"]["bot"] if each not in HISTORY]
        scopes += list(HISTORY) if plan.with_history else []
        ws = await parts.enter_async_context(
            Workspace.start(manifest=manifest(), scopes=scopes, limit_rates=False)
        )  # fmt: skip
        site = Site(str(database.url), ws.bot_token, ws.app_token, ws.base_url, folder / "clock", utc_now())
        story = Story(ws, site, database, random.Random(seed), server)
        parts.push_async_callback(story.stop)
        await story.tell(seconds, plan.replicas)
        await story.come_to_rest()
        return await count(story, with_history=plan.with_history)


@asynccontextmanager
async def _a_store(folder: Path, server: Server | None) -> AsyncIterator[Database]:
    if server is not None:
        server.create("faults")
    database = Database(server.url("faults") if server is not None else f"sqlite:///{folder / 't12.db'}")
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
