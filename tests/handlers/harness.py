"""The real bot on a strict local workspace, over a small real store."""

from __future__ import annotations

import asyncio
import copy
import io
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import yaml
from aiohttp import web
from pydantic import SecretStr

from bot.reactions import Reactor
from bot.slack import SlackSide
from bot.socket_mode import Timing
from bot.workspace import Workspace
from core.answers import Answers
from core.checklists.flows import Checklists
from core.failures.diagnose import diagnoser
from core.incidents.engine import Engine
from core.incidents.flows import Incidents
from core.incidents.ledger import Ledger
from core.incidents.policy import Policy
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from core.settings import Settings, SlackSettings, Sourced
from core.storage.database import Database
from handlers.answering import Answering
from tests.stores import a_migrated_file

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
QUICK = Timing(look_every=0.05, down_for=0.6, first_wait=0.05, longest_wait=0.2, ping_every=0.25)
_NO_SECONDS: Mapping[str, float] = {}
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def junit(cases: Sequence[tuple[str, str]], seconds: Mapping[str, float] = _NO_SECONDS) -> bytes:
    """A report of (name, message) pairs; an empty message is a pass. A case takes 0.1 s where nobody says more."""
    body = "".join(
        f"<testcase classname='tests.test_app' file='tests/test_app.py' name={quoteattr(name)} "
        f"time='{seconds.get(name, 0.1)}'>"
        + (f"<failure message={quoteattr(message)}>{'x'}</failure>" if message else "")
        + "</testcase>"
        for name, message in cases
    )
    return f"<testsuite name='app'>{body}</testsuite>".encode()


class _Made:
    history: bytes = b""


def _copied(store: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "copy.db"
        _backup(store, file)
        return file.read_bytes()


def _copy(made: bytes, store: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "copy.db"
        file.write_bytes(made)
        _backup(file, store)


def _backup(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@dataclass
class Store:
    """A real SQLite store and the answers over it."""

    database: Database
    settings: Settings
    runs: int = 0

    @property
    def answers(self) -> Answers:
        return Answers(self.database, Sourced(settings=self.settings, file=None, origins={}), lambda: self.now)

    @property
    def incidents(self) -> Incidents:
        return Incidents(Ledger(self.database, Policy(self.settings), lambda: self.now))

    @property
    def checklists(self) -> Checklists:
        return Checklists(self.database, self.settings, lambda: self.now)

    @property
    def reactor(self) -> Reactor:
        """Reacts to what was brought in, as of now."""
        engine = Engine(self.incidents.ledger)
        return Reactor(self.database, self.settings, lambda: self.now, self.answers, engine)

    @property
    def now(self) -> datetime:
        return START + timedelta(hours=self.runs + 1)

    async def ingest(
        self, cases: Sequence[tuple[str, str]], seconds: Mapping[str, float] = _NO_SECONDS, **mark: Any
    ) -> str:
        """One more run, an hour after the last; returns its name."""
        self.runs += 1
        at = START + timedelta(hours=self.runs)
        values: dict[str, Any] = {"suite": "backend", "branch": "main", "revision": f"rev{self.runs}", "started_at": at}
        ingest = Ingest(self.database, diagnoser([]), clock=lambda: at)
        report = io.BytesIO(junit(cases, seconds))
        stored = await ingest.report(report, RunMark(**(values | mark)), f"run{self.runs}.xml")
        return stored.run.name

    async def a_history(self) -> None:
        """Four runs: one flaky test, one broken since run 3, one new failure in the newest run.

        They are brought in once a process and copied into every other store that has no run yet.
        """
        path = self.database.path
        assert path is not None, "the store is a file"
        if self.runs == 0 and _Made.history:
            await asyncio.to_thread(_copy, _Made.history, path)
            self.runs = 4
            return
        is_first = self.runs == 0
        await self._bring_in_a_history()
        if is_first:
            _Made.history = await asyncio.to_thread(_copied, path)

    async def _bring_in_a_history(self) -> None:
        boom = "AssertionError: assert 1 == 2"
        for number, revision in ((1, "a"), (2, "a"), (3, "b"), (4, "b")):
            flaky = "TimeoutError: no answer" if number % 2 else ""
            cases = [("test_flaky", flaky), ("test_broken", boom if number > 2 else "")]
            cases += [("test_new", "KeyError: 'colour'" if number == 4 else "")]
            await self.ingest([*cases, *((f"test_{n}", "") for n in range(20))], revision=revision)


@asynccontextmanager
async def a_store(folder: Path) -> AsyncIterator[Store]:
    """The store of a folder, made where there is none."""
    path = folder / "t12.db"
    if not path.exists():
        a_migrated_file(path)
    settings = Settings(suite="backend", database_url=f"sqlite:///{path}")
    database = Database(settings.database_url)
    try:
        yield Store(database, settings)
    finally:
        await database.close()


def secrets_of(ws: Workspace, *, http: bool = False) -> SlackSettings:
    return SlackSettings(
        bot_token=SecretStr(ws.bot_token),
        app_token=None if http else SecretStr(ws.app_token),
        signing_secret=SecretStr(ws.signing_secret) if http else None,
        api_url=ws.base_url,
    )


def manifest() -> dict[str, Any]:
    return copy.deepcopy(_manifest())


@cache
def _manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


@asynccontextmanager
async def a_bot(
    ws: Workspace, store: Store, answers: Answering | None = None, *, timing: Timing = QUICK
) -> AsyncIterator[SlackSide]:
    """The bot in Socket Mode, connected twice."""
    side = SlackSide(
        secrets_of(ws), answers or store.answers, store.incidents, store.database, checklists=store.checklists,
        strict=True, timing=timing,
    )  # fmt: skip
    await side.start()
    try:
        await ws.wait_for_connections(2)
        yield side
    finally:
        await side.stop()


@asynccontextmanager
async def a_served_bot(ws: Workspace, store: Store) -> AsyncIterator[str]:
    """The bot behind a request URL, to which the workspace delivers."""
    side = SlackSide(
        secrets_of(ws, http=True), store.answers, store.incidents, store.database, checklists=store.checklists,
        strict=True,
    )  # fmt: skip
    await side.start()
    application = web.Application()
    application.add_routes(side.routes())
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    ws.deliver_to(url)
    try:
        yield url
    finally:
        await runner.cleanup()
        await side.stop()
