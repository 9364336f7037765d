"""A run watched on CI has the card of one watched beside the bot: its words come over HTTP, and each counts once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from sqlalchemy import select

from bot.api import Whereabouts
from bot.delivery import Delivery
from bot.live.outcome import PushKeeping, Watched
from bot.live.run import WatchOptions, card_of, mark_of, watch_command
from bot.live.screen import Screen
from bot.reactions import react_to_all
from bot.server import build_server, listen
from bot.slack import SlackSide
from bot.workspace import Workspace
from bot.workspace.model import Message
from core.answers import Answers
from core.clock import utc_now
from core.live.card import LOST_AFTER
from core.live.cards import lose_silent
from core.live.follow import Follower
from core.live.model import Ended
from core.live.store import read_course, read_moments
from core.runs.history import find_run
from core.settings import IncidentSettings, LiveSettings, Settings, Sourced
from core.storage.tables import live_run
from core.tokens.flows import create_token
from handlers.subjects import Subjects
from tests.bot.here import WorkerHere
from tests.handlers.harness import Store, a_bot, a_store, manifest

TESTS = "import time\ndef test_fine(): pass\ndef test_fails(): assert 1 == 2\ndef test_naps(): time.sleep(4)\n"
KILLED = "import os, time\ndef test_fine(): pass\ndef test_dies():\n    time.sleep(1)\n    os.kill(os.getpid(), 9)\n"
LIVE = LiveSettings(sample_seconds=0.2, edit_seconds=1, hang_seconds=1)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Middleware = Callable[[web.Request, Handler], Awaitable[web.StreamResponse]]


@dataclass
class Elsewhere:
    """A T12 server with its bot, and a CI job that knows its address and a token."""

    ws: Workspace
    store: Store
    side: SlackSide
    server: Whereabouts

    async def watch(self, code: str) -> Watched:
        folder = Path(self.store.database.path or "").parent
        (folder / "test_tiny.py").write_text(code, encoding="utf-8")
        words = ("-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(folder), str(folder / "test_tiny.py"))
        options = WatchOptions((sys.executable, "-m", "pytest", "-q", *words), suite="backend", run="ci-7")
        settings, screen = Settings(live=LIVE), Screen(quiet=True)  # a CI job has no settings of the server's
        mark = mark_of(options, settings)
        card = card_of(None, self.server, settings, mark, screen.say)
        watching = asyncio.create_task(
            watch_command(
                options, mark, Follower(), settings=settings, screen=screen,
                keeping=PushKeeping(screen.say, self.server), card=card,
            )
        )  # fmt: skip
        while not watching.done():
            await self.tell()
            await asyncio.sleep(0.1)
        await self.tell()
        return await watching

    async def tell(self, ahead: timedelta = timedelta()) -> None:
        """What the bot does every second; `ahead` is how late it is."""
        settings = Sourced(settings=self.store.settings, file=None, origins={})
        await react_to_all(self.store.database, settings)
        subjects = Subjects(Answers(self.store.database, settings), "news", self.store.incidents)
        sender = Delivery(self.store.database, self.side.gateway, subjects, lambda: datetime.now(UTC) + ahead)
        while await sender.send_due():
            pass

    def cards(self) -> list[Message]:
        return [each for each in self.ws.messages("qa") if each.thread_ts is None]

    def replies(self, card: Message) -> list[str]:
        return [each.text for each in self.ws.messages("qa") if each.thread_ts == card.ts]


@asynccontextmanager
async def elsewhere(folder: Path, *middlewares: Middleware) -> AsyncIterator[Elsewhere]:
    async with Workspace.start(manifest=manifest()) as ws, a_store(folder) as store, a_bot(ws, store) as side:
        incidents = IncidentSettings(channel="C2")
        store.settings = store.settings.model_copy(update={"channel": "C1", "incidents": incidents, "live": LIVE})
        token = (await create_token(store.database, "ci", utc_now())).text
        async with WorkerHere(store.settings) as worker:
            application = build_server(store.settings, store.database, worker)
            application.middlewares.extend(web.middleware(each) for each in middlewares)
            listening = await listen(application, "127.0.0.1", 0)
            server = Whereabouts(f"http://127.0.0.1:{listening.port}", token)
            try:
                yield Elsewhere(ws, store, side, server)
            finally:
                await listening.stop()


async def test_a_run_on_ci_is_seen_while_it_runs_and_its_card_becomes_the_runs(tmp_path: Path) -> None:
    async with elsewhere(tmp_path) as place:
        watched = await place.watch(TESTS)
        assert watched.kept.problems == []
        (card,) = place.cards()
        before = [str(each["text"]) for each in card.versions]
        assert any("Running: 1\n• test_tiny.py::test_naps " in each and "1 failed" in each for each in before)
        hangs = [each for each in place.replies(card) if each.startswith("No news of the run for ")]
        assert len([each for each in hangs if "test_naps" in each]) == 1
        assert card.text.startswith("backend: 1 new failure\n")
        async with place.store.database.read() as connection:
            run = await find_run(connection, "ci-7")
            used, moments = await read_course(connection, run.id), await read_moments(connection, run.id)
        assert used is not None
        assert (len(used.starts), len(used.silences), len(moments)) == (3, len(hangs), 1)
        await place.ws.press("ana", "resources.show", channel="qa", ts=card.ts)
        await place.ws.wait_for_message("qa", "ana", containing="CPU over this run")
        assert place.ws.broken_rules == []


async def test_answers_that_are_lost_tell_nothing_twice(tmp_path: Path) -> None:
    """The server takes each word and its answer gets lost, every second time."""
    asked = 0

    async def lossy(request: web.Request, handler: Handler) -> web.StreamResponse:
        nonlocal asked
        answer = await handler(request)
        if request.path == "/api/v1/live":
            asked += 1
            if asked % 2 and request.transport is not None:
                request.transport.abort()
        return answer

    async with elsewhere(tmp_path, lossy) as place:
        watched = await place.watch(TESTS)
        (card,) = place.cards()
        assert card.text.startswith("backend: 1 new failure\n")
        assert watched.resources is not None
        told = [each for each in place.replies(card) if each.startswith("No news")]
        assert len(told) == len(watched.resources.silences) > 0
        assert asked > 3


async def test_a_run_on_ci_that_is_killed_is_said_with_the_test_that_ran(tmp_path: Path) -> None:
    async with elsewhere(tmp_path) as place:
        watched = await place.watch(KILLED)
        assert (watched.end.how, watched.kept.problems) == (Ended.DIED, [])
        (card,) = place.cards()
        assert card.text.startswith("backend: the run died\n")
        assert "SIGKILL while test_tiny.py::test_dies ran" in card.text


async def test_a_watcher_on_ci_that_is_gone_is_said_to_be_lost(tmp_path: Path) -> None:
    async with elsewhere(tmp_path) as place:
        settings = Settings(live=LIVE)
        mark = mark_of(WatchOptions(suite="backend"), settings)
        card = card_of(None, place.server, settings, mark, say=lambda _told: None)
        assert card is not None
        assert len(await card.settled()) == 32
        await place.tell()
        async with place.store.database.write() as connection:
            assert await lose_silent(connection, utc_now() + LOST_AFTER + timedelta(seconds=1)) == 1
            assert (await connection.execute(select(live_run.c.how))).scalars().all() == ["lost"]
        await place.tell(ahead=2 * LOST_AFTER)
        (told,) = place.cards()
        assert told.text.startswith("backend: the run was lost\n")
