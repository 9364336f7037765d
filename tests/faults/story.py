"""What happens during a run of the matrix: reports, people, faults, kills, and time that passes."""

import asyncio
import io
import multiprocessing
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver has no types
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.workspace import Workspace
from bot.workspace.errors import RefusedError
from core.checklists.flows import Checklists
from core.errors import T12Error
from core.failures.diagnose import diagnoser
from core.incidents.flows import Incidents
from core.incidents.ledger import Answered, Ledger
from core.incidents.lifecycle import Who
from core.incidents.policy import Policy
from core.incidents.store import open_incidents
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from core.storage.database import Database
from core.storage.events import oldest_open
from core.storage.outbox import oldest_waiting
from core.storage.tables import posting
from tests.builders import a_report
from tests.faults.lists import Lists
from tests.faults.replica import SharedClock, Site, run
from tests.postgres import Server

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.replica"])

PEOPLE = {"U1": "ana", "U2": "luis", "U3": "kim", "U4": "sam"}
ANYBODY = ""
"""Who acted when it may have been somebody faster."""
TESTS = 12
OVER = 75 * 60.0
"""Seconds after which every list is summed up."""
LIFE = 4.0
"""Seconds that a bot lives: so many that it does something before it is killed."""
CALLS = ("chat.postMessage", "chat.postMessage", "chat.update")
OF_CALLS = (
    "rate_limited", "http_500", "http_500_after", "internal_error", "reset_before", "reset_after", "timeout_after",
    "slow",
)  # fmt: skip
AWAY = (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, T12Error)
"""What a caller sees while the database is down: whether it was done is not known."""


@dataclass
class Told:
    """An act that a person saw confirmed."""

    incident_id: int
    by: str
    type: str


@dataclass
class Story:
    """One run of the matrix. `tell` it once, then let it `come_to_rest`."""

    ws: Workspace
    site: Site
    database: Database
    chance: random.Random
    server: Server | None
    replicas: list[BaseProcess] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    failing: set[int] = field(default_factory=set)
    runs: int = 0
    kills: int = 0
    faults: int = 0
    presses: int = 0

    def __post_init__(self) -> None:
        self.clock = SharedClock(self.site.clock)
        self.flows = Incidents(Ledger(self.database, Policy(self.site.settings), self.clock))
        settings = self.site.settings
        keeping = Checklists(self.database, settings, self.clock)
        self.lists = Lists(self.ws, self.database, keeping, self.chance, settings.business_calendar)

    async def tell(self, seconds: float, replicas: int) -> None:
        self.replicas = [self._a_replica() for _ in range(replicas)]
        await self.ws.until(lambda: self.ws.sockets.connections, timeout_seconds=30)
        ends = monotonic() + seconds
        await asyncio.gather(
            self._again(ends, 0.3, self._report),
            self._again(ends, 0.15, self._act),
            self._again(ends, 0.1, self._work_on_lists),
            self._again(ends, 0.15, self._fail),
            self._again(ends, 0.5, self._pass_time),
            self._again(ends, LIFE / replicas, self._kill),
        )

    async def come_to_rest(self, timeout_seconds: float = 90.0) -> None:
        """Resolve everything, let the lists' time run out, and wait until the store wants nothing more.

        Raises TimeoutError when it always does.
        """
        self.ws.clear_faults()
        async with asyncio.timeout(timeout_seconds):
            await self._rest()
            await self._pass_time(OVER)  # nobody is calling Slack
            await self._rest(are_lists_over=True)

    async def _rest(self, *, are_lists_over: bool = False) -> None:
        while (are_lists_over and await self.lists.flows.open()) or not await self._is_at_rest():
            await self._pass_time()
            await asyncio.sleep(0.3)

    async def _is_at_rest(self) -> bool:
        async with self.database.read() as connection:
            if await oldest_open(connection) is not None:
                return False
            left = [each.id for each in await open_incidents(connection)]
            waiting = await oldest_waiting(connection)
        for id_ in left:
            await self.flows.resolve(id_, Who("U3"), "the day is over")
        return not left and waiting is None

    async def stop(self) -> None:
        for each in self.replicas:
            each.kill()
            await asyncio.to_thread(each.join)

    def _a_replica(self) -> BaseProcess:
        process = PROCESSES.Process(target=run, args=(self.site,), daemon=True)
        process.start()
        return process

    async def _again(self, ends: float, every: float, do: Callable[[], Awaitable[None]]) -> None:
        while monotonic() < ends:
            await asyncio.sleep(every * self.chance.uniform(0.5, 1.5))
            try:
                await do()
            except AWAY:
                continue  # the database is away, or somebody was faster

    async def _report(self) -> None:
        """One more run: a test breaks, a test is mended, or all is as it was."""
        self.runs += 1
        self.failing ^= {self.chance.randrange(TESTS)} if self.chance.random() < 0.6 else set()
        strip = "".join("F" if n in self.failing else "P" for n in range(TESTS))
        mark = RunMark("backend", "main", f"rev{self.runs}", self.clock(), run_key=f"run-{self.runs}")
        for _ in range(40):
            try:
                await Ingest(self.database, diagnoser(())).report(io.BytesIO(a_report(strip)), mark, "report.xml")
            except AWAY:
                await asyncio.sleep(0.1)  # as CI does: it sends the same report again
            else:
                return

    async def _act(self) -> None:
        """Somebody presses a button of a card, or types the same in a terminal."""
        async with self.database.read() as connection:
            cards = posting.c.subject.like("incident:%"), posting.c.ts.is_not(None)
            shown = {row.subject: row.ts for row in await connection.execute(select(posting).where(*cards))}
            waiting = await open_incidents(connection)
        if not waiting:
            return
        one, who = self.chance.choice(waiting), self.chance.choice(sorted(PEOPLE))
        ts = shown.get(f"incident:{one.id}")
        if ts is not None and self.chance.random() < 0.5:
            await self._press(who, ts, one.id)
        else:
            await self._type(one.id, who)

    async def _press(self, who: str, ts: str, id_: int) -> None:
        what = "acknowledged" if self.chance.random() < 0.8 else "resolved"
        action = "incident.acknowledge" if what == "acknowledged" else "incident.resolve"
        try:
            async with asyncio.timeout(5):
                answer = await self.ws.press(PEOPLE[who], action, channel="qa", ts=ts)
        except (RefusedError, TimeoutError):
            return  # somebody was faster, or the bot is down
        self.presses += 1
        if answer.acked and self.server is None:  # else it may have been the answer that the database is away
            self.told.append(Told(id_, ANYBODY, what))

    async def _type(self, id_: int, who: str) -> None:
        request, what = f"typed-{self.chance.getrandbits(60)}", self.chance.choices(list(_ACTS), weights=(6, 2, 1))[0]
        done, _again = await asyncio.gather(*(_ACTS[what](self.flows, id_, Who(who), request) for _ in range(2)))
        if done.happened or _again.happened:
            self.told.append(Told(id_, who, what))

    async def _work_on_lists(self) -> None:
        await self.lists.act(*self.chance.choice(sorted(PEOPLE.items())), counts_presses=self.server is None)

    async def _fail(self) -> None:
        self.faults += 1
        kind = self.chance.choices((*OF_CALLS, "socket"), weights=(3, 2, 3, 2, 2, 3, 1, 2, 2))[0]
        if kind != "socket":
            self.ws.fault(kind, method=self.chance.choice(CALLS), seconds=self.chance.choice((0.2, 0.5, 1.0)))
        elif self.chance.random() < 0.5:
            self.ws.fault("duplicate_envelope")
        else:
            await (self.ws.sockets.drop() if self.chance.random() < 0.3 else self.ws.sockets.refresh())

    async def _pass_time(self, seconds: float = 7) -> None:
        """Seven seconds in half a second; never so many that a call outlives its lease."""
        self.clock.move(seconds)
        await self.ws.move_clock(seconds, settle_seconds=0.0)

    async def _kill(self) -> None:
        self.kills += 1
        if self.server is not None and self.chance.random() < 0.2:
            await asyncio.to_thread(self.server.end, signal.SIGQUIT)
            await asyncio.to_thread(self.server.begin)
            return
        place = self.chance.randrange(len(self.replicas))
        self.replicas[place].kill()
        await asyncio.to_thread(self.replicas[place].join)
        self.replicas[place] = self._a_replica()


async def _acknowledge(flows: Incidents, id_: int, who: Who, request: str) -> Answered:
    return await flows.acknowledge(id_, who, request=request)


async def _escalate(flows: Incidents, id_: int, who: Who, request: str) -> Answered:
    return await flows.escalate(id_, who, request=request)


async def _resolve(flows: Incidents, id_: int, who: Who, request: str) -> Answered:
    return await flows.resolve(id_, who, "mended", request=request)


_ACTS: dict[str, Callable[[Incidents, int, Who, str], Any]] = {
    "acknowledged": _acknowledge, "escalated": _escalate, "resolved": _resolve,
}  # fmt: skip
