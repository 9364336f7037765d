"""A run that comes in is told of where the team works: once, while it is the newest, and not when it is history."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.reactions import Reactor
from core.answers import Answers
from core.incidents.engine import Engine
from core.incidents.ledger import Ledger
from core.incidents.policy import Policy
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.tables import event, posting
from tests.builders import START, Shelf

SETTINGS = Settings(channel="C1")


async def told(store: Database) -> list[str]:
    async with store.read() as connection:
        runs = posting.c.subject.like("run:%")
        rows = await connection.execute(select(posting.c.channel, posting.c.subject).where(runs).order_by(posting.c.id))
        return [f"{row.channel} {row.subject}" for row in rows]


async def reacted(store: Database, settings: Settings = SETTINGS, *, at_hour: float = 3.0) -> int:
    def clock() -> datetime:
        return START + timedelta(hours=at_hour)

    sourced = Sourced(settings=settings, file=None, origins={})
    engine = Engine(Ledger(store, Policy(settings), clock))
    return await Reactor(store, settings, clock, Answers(store, sourced, clock), engine).react()


async def test_a_fresh_run_is_told_of_once(store: Database) -> None:
    shelf = Shelf(store)
    run = await shelf.bring("PPF")
    assert await reacted(store) == 1
    assert await reacted(store) == 0
    assert await told(store) == [f"C1 run:{run.id}"]


async def test_more_of_a_run_changes_the_same_card(store: Database) -> None:
    shelf = Shelf(store)
    run = await shelf.bring("PP", run_key="shards")
    await reacted(store)
    await shelf.bring("PF", run_key="shards", module="tests.test_other", started_at=run.started_at)
    await reacted(store)
    assert await told(store) == [f"C1 run:{run.id}"]
    async with store.read() as connection:
        assert (await connection.execute(select(posting.c.wanted).order_by(posting.c.id))).scalars().first() == 2


async def test_nobody_is_told_without_a_channel(store: Database) -> None:
    await Shelf(store).bring("F")
    assert await reacted(store, Settings()) == 1
    assert await told(store) == []


async def test_history_that_is_loaded_is_not_news(store: Database) -> None:
    shelf = Shelf(store)
    for _ in range(3):
        await shelf.bring("PF")
    assert await reacted(store, at_hour=72) == 3
    assert await told(store) == []


async def test_of_runs_that_come_together_the_newest_is_told_of(store: Database) -> None:
    shelf = Shelf(store)
    newest = [await shelf.bring("PF") for _ in range(3)][-1]
    await reacted(store, at_hour=4)
    assert await told(store) == [f"C1 run:{newest.id}"]


async def test_other_branches_are_told_of_only_when_no_branch_is_chosen(store: Database) -> None:
    shelf = Shelf(store)
    main = await shelf.bring("P")
    await shelf.bring("F", branch="feature")
    await reacted(store, Settings(channel="C1", default_branch="main"))
    assert await told(store) == [f"C1 run:{main.id}"]


async def test_a_run_that_was_pruned_meanwhile_is_no_error(store: Database) -> None:
    shelf = Shelf(store)
    run = await shelf.bring("P")
    async with store.write() as connection:
        await connection.execute(event.update().values(run_id=run.id + 100))
    assert await reacted(store) == 1
    assert await told(store) == []


async def test_several_replicas_react_once(store: Database) -> None:
    shelf = Shelf(store)
    run = await shelf.bring("PF")
    counts: list[Any] = await asyncio.gather(*(reacted(store) for _ in range(4)))
    assert sum(counts) == 1
    assert await told(store) == [f"C1 run:{run.id}"]
