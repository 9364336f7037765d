"""The whole demo: workspace, bot, reports, conversation; whatever happens, nothing stays behind."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from errno import EADDRINUSE
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.text import Text

from bot.demo.conversation import Conversation
from bot.demo.feeding import feed_reports, feed_sample
from bot.demo.home import Home, in_workspace
from bot.running import start
from bot.workspace import Workspace
from core.errors import UsageError
from core.settings import Sourced
from core.storage.database import Database
from core.storage.migrate import migrate

STOPPED_EXIT = 130
_CONNECT_SECONDS = 15.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who started the demo asked for."""

    reports: Path | None = None
    port: int = 0
    stay: bool = False
    whole_text: bool = False


async def show(given: Sourced, wishes: Wishes, console: Console) -> int:
    """Show the demo; returns the exit code: 130 when it was interrupted, 0 when it ended.

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
        console.print(_said("Workspace", f"{workspace.url}, a strict local stand-in for Slack"))
        database = Database(home.database_url)
        parts.push_async_callback(database.close)
        await migrate(database)
        bot = in_workspace(sourced, workspace)
        uploads = await start(bot, database, parts, lambda _line: None)
        await workspace.until(lambda: workspace.sockets.connections, _CONNECT_SECONDS)
        console.print(_said("Bot", f"connected by Socket Mode, uploads on http://127.0.0.1:{uploads}"))
        if home.reports is not None:
            await feed_reports(home, sourced, console)
        elif not await feed_sample(home, sourced.settings, console):
            console.print(_said("Reports", f"the history of an earlier start, in {home.shown}"))
        await Conversation(workspace, console, wishes.whole_text).have()
        console.print(_said("Done", f"in {monotonic() - began:.1f} s; the history is kept in {home.shown}"))
        if wishes.stay:
            _print_addresses(workspace, uploads, console)
            await serve()


def _print_addresses(workspace: Workspace, uploads: int, console: Console) -> None:
    for name, value in (
        ("Workspace", workspace.url),
        ("Web API", workspace.base_url),
        ("Control token", workspace.control_token),
        ("Uploads", f"http://127.0.0.1:{uploads}/api/v1/runs"),
    ):
        console.print(_said(name, value))
    console.print("Ctrl-C ends it.")


@asynccontextmanager
async def _workspace(port: int) -> AsyncIterator[Workspace]:
    """Raises `UsageError` when the port cannot be had."""
    async with AsyncExitStack() as stack:
        try:
            workspace = await stack.enter_async_context(Workspace.start(port=port))
        except OSError as error:
            reason = "in use" if error.errno == EADDRINUSE else f"not to be had ({error.strerror})"
            raise UsageError(f"port {port} is {reason}; choose another with --port N, or --port 0 for any") from None
        yield workspace


def _said(what: str, words: str) -> Text:
    return Text(f"{what:<14}", style="bold").append(words, style="not bold")
