"""The whole demo: workspace, bot, reports, and the page to look at; whatever happens, nothing stays behind."""

import asyncio
import signal
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from errno import EADDRINUSE
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.text import Text
from sqlalchemy import delete, func, select

from bot.demo.clock import MovableClock
from bot.demo.conversation import Conversation
from bot.demo.credentials import fill
from bot.demo.home import CHANNEL_ID, Home, in_workspace, manifest
from bot.demo.reader_reports import feed_reports
from bot.demo.suite_runs import SampleRuns
from bot.running import start
from bot.server.readiness import cancelled
from bot.workspace import Workspace
from core.errors import UsageError
from core.incidents.store import open_incidents
from core.settings import Sourced
from core.storage.database import Database
from core.storage.migrate import migrate
from core.storage.outbox import want_posting
from core.storage.tables import posting
from core.storage.tables import run as run_table

STOPPED_EXIT = 130
_CONNECT_SECONDS = 15.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who started the demo asked for."""

    reports: Path | None = None
    port: int = 0
    once: bool = False
    """Have one conversation in the terminal and end, instead of serving the page."""
    whole_text: bool = False
    open_page: bool = False


async def show(given: Sourced, wishes: Wishes, console: Console) -> int:
    """Show the demo; returns the exit code: 130 when it was interrupted before it was ready, 0 when it ended.

    Raises `T12Error` with what is in the way.
    """
    task = asyncio.current_task()
    assert task is not None, "runs in a task"
    asked, serving = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        # Once is enough: a second Ctrl-C must not cut the clearing up short.
        if not asked.is_set():
            asked.set()
            if not serving.is_set():
                task.cancel()

    async def serve() -> None:
        serving.set()
        await asked.wait()

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await _show(given, wishes, console, serve)
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
        task.uncancel()
        console.print(Text("\nStopped; what was stored is kept.", style="dim"))
        return STOPPED_EXIT
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    return 0


async def _show(given: Sourced, wishes: Wishes, console: Console, serve: Callable[[], Awaitable[None]]) -> None:
    began = monotonic()
    home = Home.of(wishes.reports)
    sourced = home.settings(given)
    async with AsyncExitStack() as parts:
        workspace = await parts.enter_async_context(_workspace(wishes.port))
        _say_hello(workspace, wishes, console)
        database = Database(home.database_url)
        parts.push_async_callback(database.close)
        await migrate(database)
        if home.reports is None:
            await asyncio.to_thread(fill, home.credentials)
        await _begin_channel_anew(database)
        clock = MovableClock()
        workspace.clock.on_move(clock.move_to)
        uploads = await start(in_workspace(sourced, workspace), database, parts, lambda _line: None, clock)
        await workspace.until(lambda: workspace.sockets.connections, _CONNECT_SECONDS)
        console.print(_said("Bot", f"connected by Socket Mode, uploads on http://127.0.0.1:{uploads}"))
        runs = SampleRuns(home, sourced.settings, console, clock)
        if home.reports is not None:
            await feed_reports(home, sourced, console)
        elif not await runs.feed():
            console.print(_said("Reports", f"the history of an earlier start, in {home.shown}"))
        await _tell_of_newest(database, clock)
        if wishes.once:
            await Conversation(workspace, console, wishes.whole_text).have()
        console.print(_said("Done", f"in {monotonic() - began:.1f} s; the history is kept in {home.shown}"))
        if not wishes.once:
            if home.reports is None:
                parts.push_async_callback(cancelled, asyncio.create_task(runs.keep_running()))
            _say_how_to_go_on(workspace, uploads, console)
            await serve()


def _say_hello(workspace: Workspace, wishes: Wishes, console: Console) -> None:
    """The page can be looked at before the bot is there, and shows how everything comes in."""
    console.print(_said("Workspace", f"{workspace.url}, a strict local stand-in for Slack"))
    if not wishes.once:
        console.print(_said("Open", f"{workspace.url}/ in a browser; with ?as=luis it is another person's"))
        if wishes.open_page:
            webbrowser.open(f"{workspace.url}/")


def _say_how_to_go_on(workspace: Workspace, uploads: int, console: Console) -> None:
    for name, value in (
        ("Try", "/t12 health, /t12 failures, /t12 db and /t12 morning in #qa; the app's Home; the buttons"),
        ("Control token", workspace.control_token),
        ("Uploads", f"http://127.0.0.1:{uploads}/api/v1/runs"),
    ):
        console.print(_said(name, value))
    console.print("Ctrl-C ends it.")


async def _begin_channel_anew(database: Database) -> None:
    """The workspace forgets its messages when it ends, so nothing that was posted stands there any more."""
    async with database.write() as connection:
        await connection.execute(delete(posting))


async def _tell_of_newest(database: Database, clock: MovableClock) -> None:
    """The channel begins with the newest run's card and the open incidents', also when no run came in at this start."""
    async with database.write() as connection:
        newest = select(run_table.c.id).order_by(run_table.c.started_at.desc(), run_table.c.id.desc()).limit(1)
        run_id = (await connection.execute(newest)).scalar()
        told = select(func.count()).select_from(posting)
        if run_id is not None and not (await connection.execute(told)).scalar():
            await want_posting(connection, CHANNEL_ID, f"run:{run_id}", clock())
        for each in await open_incidents(connection):
            if each.announced_at is not None:
                await want_posting(connection, CHANNEL_ID, f"incident:{each.id}", clock())


@asynccontextmanager
async def _workspace(port: int) -> AsyncIterator[Workspace]:
    """Raises `UsageError` when the port cannot be had."""
    async with AsyncExitStack() as stack:
        try:
            workspace = await stack.enter_async_context(Workspace.start(port=port, manifest=manifest()))
        except OSError as error:
            reason = "in use" if error.errno == EADDRINUSE else f"not to be had ({error.strerror})"
            raise UsageError(f"port {port} is {reason}; choose another with --port N, or --port 0 for any") from None
        yield workspace


def _said(what: str, words: str) -> Text:
    return Text(f"{what:<14}", style="bold").append(words, style="not bold")
