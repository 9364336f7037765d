"""One watched run from its start to its end, and the exit code that T12 ends with."""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

from bot.api import Whereabouts
from bot.ci import detect_ci
from bot.live.books import ServerBook, StoreBook
from bot.live.card import CardKeeper
from bot.live.child import Child, lent_plugin, log_folder, with_plugin
from bot.live.looks import Looks, looking
from bot.live.outcome import Keeping, Kept, Outcome, Say, Watched, keep
from bot.live.sampler import Sampler
from bot.live.screen import Screen
from bot.live.tail import GrowingFile, LogFolder, Source
from bot.live.watcher import Listener, Watcher
from core.clock import utc_now
from core.live.ending import judge_end
from core.live.follow import Follower
from core.live.junit import report_of
from core.live.model import End, Ended, LiveRun, Phase
from core.live.observed import Observed
from core.live.resources import summarise
from core.live.store import usual_seconds
from core.runs.model import RunMark
from core.settings import Settings
from core.storage.database import Database


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """What `t12 watch` was told; what is None is read off the CI job or the settings."""

    command: Sequence[str] = ()
    log: Path | None = None
    pid: int | None = None
    suite: str | None = None
    branch: str | None = None
    revision: str | None = None
    run: str | None = None
    variant: str | None = None


def mark_of(options: WatchOptions, settings: Settings) -> RunMark:
    """What is known of the run before it begins."""
    found = detect_ci(os.environ)
    return RunMark(
        options.suite or settings.suite, options.branch or found.branch, options.revision or found.revision, None,
        options.run or found.run, options.variant or "",
    )  # fmt: skip


async def usual_of(database: Database | None, mark: RunMark) -> Follower:
    """A follower that knows how long the suite's tests usually take, as far as the store does."""
    if database is None:
        return Follower()
    async with database.read() as connection:
        usual, tests = await usual_seconds(connection, mark.suite)
    return Follower(usual, tests)


def card_of(
    database: Database | None, server: Whereabouts, settings: Settings, mark: RunMark, say: Say
) -> CardKeeper | None:
    """Who keeps the run's card, the server where there is no store; None where no channel is set, or none is wanted."""
    channel, mark = settings.live.channel or settings.channel, replace(mark, started_at=utc_now())
    if not settings.live.cards or (database is not None and channel is None):
        return None
    if database is None:
        return CardKeeper(ServerBook(server, mark, say), settings.live, say=say)
    assert channel is not None, "as above"
    return CardKeeper(StoreBook(database, settings.live, channel, mark), settings.live, say=say)


async def watch_command(
    options: WatchOptions, mark: RunMark, follower: Follower, *, settings: Settings, screen: Screen, keeping: Keeping,
    card: CardKeeper | None = None,
) -> Watched:  # fmt: skip
    """Run the command and follow it. Raises `UsageError` when it cannot be started."""
    mark = replace(mark, started_at=utc_now())
    with ExitStack() as stack:
        folder = stack.enter_context(lent_plugin())
        output = stack.enter_context(screen.opened())
        child = await Child.start(options.command, with_plugin(folder, os.environ), output)
        stack.enter_context(child.signals())
        screen.child_has_it()
        logs = LogFolder(log_folder(folder))
        watcher = _watcher(logs, child.pid, follower, settings, _listeners(screen, card))
        ticking = asyncio.create_task(watcher.until(lambda _run: False))
        async with looking(settings) as looks:
            code = await child.wait()
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
        watcher.read()
        run = watcher.run
        reports = await asyncio.to_thread(_reports, logs.paths)
        end = judge_end(
            run, code, is_open=follower.open_sessions > 0, has_report=bool(reports), stopped_by=child.stopped_by
        )
        screen.close()
        return await _ended(watcher, run, end, mark, reports=reports, keeping=keeping, looks=looks, card=card)


async def watch_log(
    options: WatchOptions, mark: RunMark, follower: Follower, *, settings: Settings, screen: Screen, keeping: Keeping,
    card: CardKeeper | None = None,
) -> Watched:  # fmt: skip
    """Follow the log of a run that somebody else started, until it tells of its end."""
    assert options.log is not None
    mark = replace(mark, started_at=utc_now())
    watcher = _watcher(GrowingFile(options.log), options.pid, follower, settings, _listeners(screen, card))
    with screen.opened():
        try:
            async with looking(settings) as looks:
                run = await watcher.until(lambda seen: seen.phase is Phase.ENDED)
        except asyncio.CancelledError:  # Ctrl-C
            screen.close()
            if card is not None:
                await card.left()
            raise
        screen.close()
    bad = run.bad or run.collection_errors or run.exit_status
    end = End(Ended.FAILED if bad else Ended.PASSED if run.done else Ended.NOTHING, "")
    return await _ended(watcher, run, end, mark, reports=[], keeping=keeping, looks=looks, card=card)


async def _ended(
    watcher: Watcher, run: LiveRun, end: End, mark: RunMark, *, reports: Sequence[Path], keeping: Keeping,
    looks: Looks, card: CardKeeper | None,
) -> Watched:  # fmt: skip
    resources = summarise(
        watcher.usage, watcher.follower.starts, limits=watcher.limits, alerts=watcher.alerts, silences=watcher.silences,
        databases=looks.found,
    )  # fmt: skip
    if len(reports) > 1 and mark.run_key is None:
        mark = replace(mark, run_key=f"watch-{token_hex(4)}")
    # The report tells when the run began; our own instant is for a run that left none.
    stored = mark if end.how is Ended.DIED and not reports else replace(mark, started_at=None)
    if end.how is Ended.STOPPED or not run.done + run.collection_errors:
        reports = []  # what somebody broke off, or called wrongly, says nothing about the tests
    kept = Kept()
    if reports or end.how is Ended.DIED:
        live = await card.settled() if card is not None else ""
        observed = Observed(tuple(watcher.follower.moments), resources, live)
        kept = await keep(keeping, Outcome(stored, end, reports, observed))
    watched = Watched(run, end, resources, kept)
    if card is not None:
        await card.ended(watched)
    return watched


def _listeners(screen: Screen, card: CardKeeper | None) -> list[Listener]:
    return [screen, card] if card is not None else [screen]


def _reports(logs: Sequence[Path]) -> list[Path]:
    """The JUnit reports of the sessions that came to their end, each once."""
    return list(dict.fromkeys(report for report in map(report_of, logs) if report is not None))


def _watcher(
    source: Source, pid: int | None, follower: Follower, settings: Settings, listeners: Sequence[Listener]
) -> Watcher:
    return Watcher(source, Sampler(pid), follower, settings=settings.live, listeners=listeners, time=time.time)
