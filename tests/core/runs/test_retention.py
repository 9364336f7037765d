"""What need not be kept goes, in small steps; the newest run of a suite always stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.live.card import Seen
from core.live.cards import begin_card, change_card
from core.live.model import End, Ended, LiveRun
from core.live.store import put_resources
from core.runs.history import recent_runs, suites
from core.runs.model import RunMark
from core.runs.retention import Pruned, prune
from core.storage.database import Database
from core.storage.tables import event, failure, live_run, run_resources
from tests.builders import a_report
from tests.core.runs.bringing import NOW, bring, rows
from tests.handlers.messages.watched import resources


async def fill(store: Database, *ages: int, suite: str = "backend", strip: str = "PF") -> list[str]:
    """One run of so many days of age each; answers their names."""
    return [
        (await bring(store, a_report(strip), suite=suite, started_at=NOW - timedelta(days=age))).run.name
        for age in ages
    ]


async def left(store: Database) -> list[str]:
    async with store.read() as connection:
        return [
            run.name for suite in await suites(connection) for run in await recent_runs(connection, suite.id, limit=99)
        ]


async def test_old_runs_go_with_all_they_had(store: Database) -> None:
    names = await fill(store, 40, 31, 29, 1)
    assert await prune(store, NOW, runs_days=30, texts_days=0) == Pruned(2, 0)
    assert sorted(await left(store)) == sorted(names[2:])
    found = await rows(store)
    assert (found["run"], found["report"], found["failure"], found["sighting"]) == (2, 2, 2, 2)
    assert (found["test"], found["signature"]) == (2, 1)


async def test_the_newest_run_of_a_suite_stays_whatever_its_age(store: Database) -> None:
    await fill(store, 400, 300)
    await fill(store, 500, suite="frontend")
    assert (await prune(store, NOW, runs_days=30, texts_days=0)).runs == 1
    assert len(await left(store)) == 2


async def test_more_runs_than_one_step_takes_all_go(store: Database) -> None:
    await fill(store, *range(100, 50, -1), 1, strip="P")
    assert (await prune(store, NOW, runs_days=30, texts_days=0)).runs == 50
    async with store.read() as connection:
        told = select(func.count()).where(event.c.type == "RunsPruned")
        assert (await connection.execute(told)).scalar() == 3


async def test_what_a_run_used_goes_with_it_and_watches_that_ended_long_ago_go_too(store: Database) -> None:
    await fill(store, 40, 1)
    async with store.write() as connection:
        for run_id in (1, 2):
            await put_resources(connection, run_id, resources())
        for age in (40, 1):
            ended = NOW - timedelta(days=age)
            place = await begin_card(connection, f"key {age}", RunMark("backend"), "C1", ended)
            await change_card(connection, place, Seen(LiveRun()), ended, end=End(Ended.PASSED, ""))
    await prune(store, NOW, runs_days=30, texts_days=0)
    async with store.read() as connection:
        kept = (await connection.execute(select(run_resources.c.run_id))).scalars().all()
        watched = (await connection.execute(select(live_run.c.key))).scalars().all()
    assert (kept, watched) == ([2], ["key 1"])


async def test_texts_go_and_counts_and_signatures_stay(store: Database) -> None:
    await fill(store, 40, 1)
    assert await prune(store, NOW, runs_days=0, texts_days=30) == Pruned(0, 1)
    async with store.read() as connection:
        kept = (await connection.execute(select(failure.c.text, failure.c.message).order_by(failure.c.run_id))).all()
    assert [text is None for text, _message in kept] == [True, False]
    assert all(message for _text, message in kept)
    assert (await rows(store))["run"] == 2


async def test_nothing_goes_twice(store: Database) -> None:
    await fill(store, 40, 1)
    await prune(store, NOW, runs_days=30, texts_days=10)
    before = await rows(store)
    assert await prune(store, NOW, runs_days=30, texts_days=10) == Pruned(0, 0)
    assert await rows(store) == before


async def test_nothing_goes_where_everything_is_kept(sqlite_store: Database) -> None:
    await fill(sqlite_store, 4000, 1)
    assert await prune(sqlite_store, NOW, runs_days=0, texts_days=0) == Pruned(0, 0)


async def test_rosters_that_no_run_needs_go(store: Database) -> None:
    await fill(store, 40, strip="PPP")
    await fill(store, 1, strip="PP")
    await prune(store, NOW, runs_days=30, texts_days=0)
    assert (await rows(store))["roster"] == 1


async def test_a_report_of_a_removed_run_can_come_again(store: Database) -> None:
    await fill(store, 40, 1)
    await prune(store, NOW, runs_days=30, texts_days=0)
    (name,) = await fill(store, 40)
    assert name in await left(store)


@pytest.mark.parametrize("age", [30, 31])
async def test_a_run_of_exactly_that_age_stays(sqlite_store: Database, age: int) -> None:
    await fill(sqlite_store, age, 1)
    assert (await prune(sqlite_store, NOW, runs_days=30, texts_days=0)).runs == int(age > 30)
