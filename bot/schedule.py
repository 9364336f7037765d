"""What the clock asks for: one table, and ticks that remember nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.briefing import Briefer
from bot.delivery import Delivery
from bot.emergency import Responder
from bot.heartbeat import Heartbeat
from bot.reactions import Reactor
from core.checklists.flows import Checklists
from core.clock import Clock
from core.databases.alerts import Alerts
from core.live.cards import has_silent, lose_silent
from core.runs.retention import prune
from core.settings import Settings
from core.storage.database import Database

_log = logging.getLogger("t12.schedule")


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is looked at every so often; what is due is read off rows, so a missed tick loses nothing."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]
    at_once: int = 1
    """How many of its ticks may be at work at a time; more where a tick leaves alone what another is at."""


def duties(
    settings: Settings,
    database: Database,
    clock: Clock,
    reactor: Reactor,
    *,
    delivery: Delivery | None,
    checklists: Checklists,
    responder: Responder,
    briefer: Briefer,
    heartbeat: Heartbeat | None,
) -> list[Duty]:
    """Everything the clock asks for; without `delivery` nobody is told of anything."""
    kept, engine = settings.retention, reactor.engine

    async def remove_the_old() -> None:
        if kept.runs_days or kept.texts_days:
            gone = await prune(database, clock(), runs_days=kept.runs_days, texts_days=kept.texts_days)
            _log.info("retention removed %d runs and %d texts", gone.runs, gone.texts)

    table = [
        Duty("retention", timedelta(hours=1), remove_the_old),
        Duty("following", timedelta(seconds=1), reactor.react),
        Duty("escalating", timedelta(seconds=1), engine.tick),
        Duty("watching", timedelta(minutes=1), engine.watch),
        Duty("responding", timedelta(seconds=1), responder.begin_due),
    ]

    async def lose_the_silent() -> None:
        async with database.read() as connection:
            if not await has_silent(connection, clock()):
                return
        async with database.write() as connection:
            _log.info("%d watchers fell silent", await lose_silent(connection, clock()))

    table.append(Duty("losing", timedelta(seconds=10), lose_the_silent))
    if heartbeat is not None:
        table.append(Duty("beating", timedelta(minutes=1), heartbeat.beat))
    if settings.databases:
        alerts = Alerts(database, settings.databases, settings.channel, clock)
        table.append(Duty("databases", timedelta(seconds=2), alerts.tick))
    if delivery is not None:
        knowing = reactor.knowing

        async def check(name: str, value: float | None) -> tuple[bool, str]:
            found = await knowing.check(name, value)
            return found.passed, found.evidence

        table += [
            Duty("checklists", timedelta(seconds=5), checklists.tick),
            Duty("checks", timedelta(seconds=2), lambda: checklists.run_checks(check), at_once=10),
            Duty("briefings", timedelta(seconds=5), briefer.begin_due),
        ]
        table.append(Duty("telling", timedelta(seconds=1), delivery.send_due))
    return table


def start_schedule(table: list[Duty]) -> AsyncIOScheduler:
    """Tick every duty by its interval; `shutdown(wait=False)` ends it.

    Ticks that come while as many as may be are at work are dropped: the next one sees the same rows.
    """
    # That a tick was dropped because the one before is still at work is no news.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(timezone="UTC")
    for duty in table:
        scheduler.add_job(
            _guarded, "interval", args=[duty], seconds=duty.every.total_seconds(), id=duty.name,
            coalesce=True, max_instances=duty.at_once, misfire_grace_time=None,
        )  # fmt: skip
    scheduler.start()
    return scheduler


async def _guarded(duty: Duty) -> None:
    try:
        await duty.do()
    except asyncio.CancelledError:
        _log.info("the duty %s was stopped", duty.name)  # at the end of everything, and nobody waits for it
    except Exception:
        _log.exception("the duty %s failed; it is tried again at its next tick", duty.name)
