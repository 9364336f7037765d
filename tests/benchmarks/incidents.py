"""How soon people hear of an incident, how late an escalation is, and how long an answer takes when all click at once.

On SQLite and on PostgreSQL, in real time: `python -m tests.benchmarks.incidents`.
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import insert, select

from bot.delivery import Delivery
from bot.reactions import Reactor
from bot.workspace import Workspace
from core.answers import Answers
from core.clock import utc_now
from core.incidents.engine import Engine
from core.incidents.flows import Incidents
from core.incidents.ledger import Answered, Ledger
from core.incidents.lifecycle import Who
from core.incidents.model import Severity
from core.incidents.policy import Policy
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.migrate import migrate
from core.storage.tables import event, incident
from handlers.gateway import Gateway
from handlers.subjects import Subjects
from tests.builders import Shelf
from tests.faults.replica import start_ticking
from tests.postgres import a_server

OPEN, DUE, SPREAD_SECONDS = 10_000, 100, 20
FIRST_BAR, LATE_BAR, ANSWER_BAR = 5.0, 2.0, 2.5
ROLES = {"developer": {"members": ["U1"]}, "team_lead": {"members": ["U2"]}}
SETTINGS = Settings.model_validate({"suite": "backend", "channel": "C1", "roles": ROLES})


def told(what: str, seconds: Sequence[float], bar: float) -> None:
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(
        f"  {what}: p50 {middle:.2f} s, p99 {late:.2f} s, worst {ordered[-1]:.2f} s of {len(ordered)}"
        f" ({late / bar:.2f} of the bar of {bar:g} s)",
        flush=True,
    )


def flows(database: Database) -> Incidents:
    return Incidents(Ledger(database, Policy(SETTINGS), utc_now))


@asynccontextmanager
async def a_bot(database: Database) -> AsyncIterator[Workspace]:
    """Everything the clock asks for, in real time, and the workspace that is told."""
    async with Workspace.start(limit_rates=False) as ws, aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=ws.bot_token, base_url=ws.base_url, session=session, retry_handlers=[])
        gateway = Gateway(client, session, ws.url, strict=True)
        answers = Answers(database, Sourced(settings=SETTINGS, file=None, origins={}), utc_now)
        incidents = flows(database)
        reactor = Reactor(database, SETTINGS, utc_now, answers, Engine(incidents.ledger))
        delivery = Delivery(database, gateway, Subjects(answers, "news", incidents), utc_now)
        schedule = start_ticking(reactor, delivery)
        try:
            yield ws
        finally:
            schedule.shutdown(wait=False)
            await asyncio.sleep(0.5)


async def first_messages(database: Database) -> list[float]:
    """From a report that is stored to the card of its incident, which follows the card of its run."""
    shelf, took = Shelf(database), list[float]()
    await shelf.bring("P" * 20, started_at=utc_now() - timedelta(hours=1))
    async with a_bot(database) as ws:
        for number in range(10):
            strip = "".join("F" if place == number else "P" for place in range(20))
            await shelf.bring(strip, started_at=utc_now())
            began = time.perf_counter()
            cards = number + 1
            await ws.until(
                lambda wanted=cards: sum(m.text.find("incident") >= 0 for m in ws.messages("qa")) >= wanted,  # type: ignore[misc]
                timeout_seconds=30,
            )
            took.append(time.perf_counter() - began)
    return took


async def lateness(database: Database) -> list[float]:
    """Of 100 escalations that fall due within 20 seconds while 10,000 incidents are open."""
    made = await flows(database).declare(Who("U1"), "one of many", Severity.HIGH)
    async with database.write() as connection:
        row = (await connection.execute(select(incident).where(incident.c.id == made.incident.id))).one()
        values = {name: value for name, value in row._mapping.items() if name != "id"}
        far, begins = utc_now() + timedelta(days=1), utc_now() + timedelta(seconds=5)
        chance = random.Random(1)
        soon = [begins + timedelta(seconds=chance.uniform(0, SPREAD_SECONDS)) for _ in range(DUE)]
        rows = [values | {"due_at": soon[n] if n < DUE else far, "channel": None} for n in range(OPEN)]
        for start in range(0, OPEN, 500):
            await connection.execute(insert(incident), rows[start : start + 500])
        due = {row.id: row.due_at for row in await connection.execute(select(incident.c.id, incident.c.due_at))}
    async with a_bot(database):
        await asyncio.sleep((begins - utc_now()).total_seconds() + SPREAD_SECONDS + 5)
    async with database.read() as connection:
        query = select(event.c.incident_id, event.c.at).where(event.c.type == "incident.escalated")
        rows_told = (await connection.execute(query)).all()
    return [(at - due[id_]).total_seconds() for id_, at in rows_told if id_ is not None]


async def answers_at_once(database: Database, incidents: int, people: int) -> tuple[list[float], int]:
    """How long each waits, and how many were told that they have it."""
    kept = flows(database)
    ids = [(await kept.declare(Who("U1"), "it burns", Severity.HIGH)).incident.id for _ in range(incidents)]
    answers = list[tuple[float, Answered]]()
    for start in range(0, incidents, 40):  # two hundred people at a time
        some = ids[start : start + 40]
        waits = [
            _timed(kept.acknowledge(id_, Who(f"U{n}"), request=f"{id_}-{n}")) for n in range(people) for id_ in some
        ]
        answers += await asyncio.gather(*waits)
    return [seconds for seconds, _ in answers], sum(answered.happened for _, answered in answers)


async def _timed(work: Awaitable[Answered]) -> tuple[float, Answered]:
    began = time.perf_counter()
    answered = await work
    return time.perf_counter() - began, answered


async def measure(name: str, urls: Iterator[str]) -> None:
    print(f"{name}, load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores:", flush=True)
    async with _a_store(next(urls)) as database:
        told("first message after a report", await first_messages(database), FIRST_BAR)
    async with _a_store(next(urls)) as database:
        told(f"lateness of an escalation, {OPEN:,} incidents open", await lateness(database), LATE_BAR)
    async with _a_store(next(urls)) as database:
        seconds, winners = await answers_at_once(database, 1, 200)
        told(f"answer to one of 200 at once ({winners} has it)", seconds, ANSWER_BAR)
        seconds, winners = await answers_at_once(database, 400, 5)
        told(f"answer of 400 incidents, five people each ({winners} have one)", seconds, ANSWER_BAR)


@asynccontextmanager
async def _a_store(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    await migrate(database)
    try:
        yield database
    finally:
        await database.close()


@contextmanager
def _places() -> Iterator[dict[str, Iterator[str]]]:
    """Addresses of empty stores, by the name of their database."""
    with TemporaryDirectory() as folder, a_server(is_durable=True) as server:

        def postgres() -> Iterator[str]:
            for number in range(10):
                server.create(f"b{number}")
                yield server.url(f"b{number}")

        files = (f"sqlite:///{Path(folder) / f'{number}.db'}" for number in range(10))
        yield {"SQLite": files, "PostgreSQL": postgres()}


def main() -> None:
    with _places() as places:
        for name, urls in places.items():
            asyncio.run(measure(name, urls))


if __name__ == "__main__":
    main()
