"""One bot as `t12 run` puts it together, in a process that may be killed at any moment."""

import asyncio
import logging
import mmap
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

import bot.slack
import handlers.gateway
from bot.delivery import Delivery
from bot.reactions import Reactor
from bot.schedule import Duty, start_schedule
from bot.slack import SlackSide
from core.answers import Answers
from core.checklists.book import LISTS
from core.checklists.flows import Checklists
from core.clock import utc_now
from core.incidents.engine import Engine
from core.incidents.flows import Incidents
from core.incidents.ledger import Ledger
from core.incidents.policy import Policy
from core.settings import Settings, Sourced
from core.storage.database import Database
from handlers.subjects import Subjects
from tests.handlers.harness import QUICK

COUNT = 24
"""As many lists come due, three a minute."""


class SharedClock:
    """The time of all replicas: that of the machine, and as much as was added to it through a file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        with path.open("r+b") as file:
            self._ahead = mmap.mmap(file.fileno(), 8)

    def __call__(self) -> datetime:
        return utc_now() + timedelta(seconds=struct.unpack("d", self._ahead[:8])[0])

    def move(self, seconds: float) -> None:
        self._ahead[:8] = struct.pack("d", struct.unpack("d", self._ahead[:8])[0] + seconds)


@dataclass(frozen=True, slots=True)
class Site:
    """What a replica needs to know to work: where Slack, the store and the clock are."""

    database_url: str
    bot_token: str
    app_token: str
    api_url: str
    clock: Path
    since: datetime
    """When the run begins: lists come due in the minutes after it."""

    @property
    def settings(self) -> Settings:
        """Deadlines of a minute, so that the clock need not go far."""
        at_once: dict[str, Any] = {"respond": "1m", "path": ["developer", "team_lead"]}
        slack = {"bot_token": self.bot_token, "app_token": self.app_token, "api_url": self.api_url}
        severities = dict.fromkeys(("critical", "high", "medium", "low"), at_once)
        west = self.since.hour - 12  # where it is noon, so that no day ends during a run
        noon = self.since - timedelta(hours=west)
        lists = {key: {"on": False} for key in LISTS} | {
            f"list_{n}": {
                "cadence": "mon tue wed thu fri sat sun", "at": f"{noon + timedelta(minutes=1 + n // 3):%H:%M}",
                "items": ["look", "listen", {"text": "fresh", "check": "report_fresh", "value": 24}],
            }
            for n in range(COUNT)
        }  # fmt: skip
        calendar = {
            "timezone": f"Etc/GMT{west:+d}", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "opens": "00:00", "closes": f"{noon + timedelta(minutes=50):%H:%M}",
        }  # fmt: skip
        return Settings.model_validate({
            "suite": "backend", "channel": "C1", "cards": "all", "database_url": self.database_url, "slack": slack,
            "roles": {"developer": {"members": ["U1"]}, "team_lead": {"members": ["U2"]}},
            "incidents": {"hold": 3, "green_runs": 2, **severities}, "calendar": calendar,
            "checklists": {"nag": ["1m", "3m"], "lists": lists},
        })  # fmt: skip


def start_ticking(reactor: Reactor, delivery: Delivery, checklists: Checklists | None = None) -> AsyncIOScheduler:
    """What the bot does about incidents and checklists by itself, as often as `t12 run` does it."""
    second, engine = timedelta(seconds=1), reactor.engine
    return start_schedule([
        *(_keeping(checklists, reactor) if checklists is not None else []),
        Duty("following", second, reactor.react),
        Duty("escalating", second, engine.tick),
        Duty("watching", timedelta(minutes=1), engine.watch),
        Duty("telling", second, delivery.send_due),
    ])  # fmt: skip


def _keeping(checklists: Checklists, reactor: Reactor) -> list[Duty]:
    async def check(name: str, value: float | None) -> tuple[bool, str]:
        found = await reactor.knowing.check(name, value)
        return found.passed, found.evidence

    return [
        Duty("checklists", timedelta(seconds=1), checklists.tick),
        Duty("checks", timedelta(seconds=2), lambda: checklists.run_checks(check), at_once=10),
    ]


def run(site: Site) -> None:
    """Work until somebody kills us."""
    logging.disable(logging.CRITICAL)
    # The workspace sets no pace, and a call that hangs shall not hold up a whole run of the matrix.
    handlers.gateway._PACE_SECONDS = 0.0
    bot.slack.CALL_SECONDS = 2.0
    asyncio.run(_serve(site))


async def _serve(site: Site) -> None:
    clock, settings = SharedClock(site.clock), site.settings
    database = Database(site.database_url)
    answers = Answers(database, Sourced(settings=settings, file=None, origins={}), clock)
    ledger = Ledger(database, Policy(settings), clock)
    incidents, checklists = Incidents(ledger), Checklists(database, settings, clock)
    side = SlackSide(
        settings.slack, answers, incidents, database, clock, checklists=checklists, strict=True, timing=QUICK
    )  # fmt: skip
    await side.start()
    reactor = Reactor(database, settings, clock, answers, Engine(ledger))
    delivery = Delivery(database, side.gateway, Subjects(answers, settings.cards, incidents), clock)
    start_ticking(reactor, delivery, checklists)
    await asyncio.Event().wait()
