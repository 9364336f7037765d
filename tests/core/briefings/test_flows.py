"""A briefing is made once a day on all replicas together, through crashes, and told where the settings say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.briefing import Briefer
from core.answers import Answers
from core.briefings.flows import FRESH, Briefings, is_late, show_briefing
from core.briefings.model import Kind, Morning, Report
from core.briefings.store import newest, newest_mornings
from core.checks import State
from core.settings import Settings, Sourced
from core.storage.database import Database
from core.storage.tables import briefing, posting

EIGHT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@dataclass
class Site:
    database: Database
    settings: Settings
    now: datetime = EIGHT
    briefers: list[Briefer] = field(default_factory=list)

    @property
    def briefings(self) -> Briefings:
        sourced = Sourced(settings=self.settings, file=None, origins={})
        return Briefings(
            self.database, self.settings, lambda: self.now, Answers(self.database, sourced, lambda: self.now)
        )

    async def tick(self, replicas: int = 1) -> None:
        while len(self.briefers) < replicas:
            self.briefers.append(Briefer(self.briefings))
        await asyncio.gather(*(each.begin_due() for each in self.briefers[:replicas]))
        for each in self.briefers[:replicas]:
            await each.finish()

    async def postings(self) -> list[str]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(posting.c.subject).order_by(posting.c.id))).scalars())

    async def made(self, kind: Kind = Kind.MORNING) -> int:
        async with self.database.read() as connection:
            rows = select(func.count()).select_from(briefing).where(briefing.c.kind == kind.value)
            return (await connection.execute(rows.where(briefing.c.content.is_not(None)))).scalar_one()


@asynccontextmanager
async def a_site(url: str) -> AsyncIterator[Site]:
    database = Database(url)
    settings = Settings.model_validate({"channel": "C1", "checks": {"green": {"command": ["true"]}},
                                        "morning": {"checks": ["green", "variables"]}})  # fmt: skip
    try:
        yield Site(database, settings)
    finally:
        await database.close()


@pytest.fixture
async def site(store_url: str) -> AsyncIterator[Site]:
    async with a_site(store_url) as found:
        yield found


async def begun(site: Site) -> None:
    """The day before yesterday's were told, so that nothing is new to this store."""
    site.now = DUE - timedelta(days=3)
    await site.tick()
    site.now = DUE - timedelta(days=3) + timedelta(hours=9)
    await site.tick()


async def test_the_morning_check_is_made_once_and_told(site: Site) -> None:
    await begun(site)
    before = await site.postings()
    site.now = DUE
    for _ in range(3):
        await site.tick()
        site.now += timedelta(minutes=20)
    told = (await site.postings())[len(before) :]
    assert len(told) == 1
    found = await show_briefing(site.database, int(told[0].removeprefix("briefing:")))
    assert isinstance(found.content, Morning)
    assert [(each.name, each.state) for each in found.content.findings] == [
        ("green", State.PASSED), ("variables", State.UNKNOWN)
    ]  # fmt: skip
    assert not is_late(found)


async def test_three_replicas_make_it_once(site: Site) -> None:
    await begun(site)
    site.now = DUE
    count, told = await site.made(), len(await site.postings())
    await site.tick(replicas=3)
    await site.tick(replicas=3)
    assert (await site.made() - count, len(await site.postings()) - told) == (1, 1)


async def test_one_whose_maker_died_is_made_by_another_when_the_lease_is_over(site: Site) -> None:
    await begun(site)
    site.now, count = DUE, await site.made()
    await site.briefings.plan()
    assert await site.briefings.claim("gone") is not None
    await site.tick()
    assert await site.made() == count
    site.now += site.briefings.lease + timedelta(seconds=1)
    await site.tick()
    assert await site.made() == count + 1


async def test_one_that_was_stopped_begins_again_at_once(site: Site) -> None:
    await begun(site)
    site.now, count = DUE, await site.made()
    await site.briefings.plan()
    claimed = await site.briefings.claim("stopped")
    assert claimed is not None
    await site.briefings.release(claimed, "stopped")
    await site.tick()
    assert await site.made() == count + 1
    assert await site.briefings.make(claimed, "stopped") is False


async def test_after_a_short_outage_it_is_told_late_and_after_a_long_one_not_at_all(site: Site) -> None:
    await begun(site)
    site.now = DUE + timedelta(hours=2)
    await site.tick()
    async with site.database.read() as connection:
        found = await newest(connection, Kind.MORNING)
    assert is_late(found[0])
    count = await site.made()
    site.now = DUE + timedelta(days=1, hours=5)
    await site.tick()
    assert await site.made() == count


async def test_a_new_store_begins_with_the_next_one(site: Site) -> None:
    site.now = DUE + timedelta(hours=1)
    await site.tick()
    assert (await site.postings(), await site.made()) == ([], 0)
    site.now = DUE + timedelta(days=1)
    await site.tick()
    assert (len(await site.postings()), await site.made()) == (1, 1)


async def test_a_morning_check_that_is_fresh_is_told_again_and_an_older_one_run_again(site: Site) -> None:
    first = await site.briefings.morning()
    site.now += FRESH - timedelta(seconds=1)
    assert await site.briefings.morning() == first
    anew = await site.briefings.morning(anew=True)
    assert anew.at > first.at
    site.now += FRESH
    assert (await site.briefings.morning()).at > anew.at
    async with site.database.read() as connection:
        assert len(await newest_mornings(connection, limit=9)) == 3


async def test_a_report_of_an_empty_store_says_what_is_not_known(site: Site) -> None:
    found = await site.briefings.report(Kind.WEEKLY)
    assert isinstance(found, Report)
    assert found.headline.startswith("The suite cannot be judged: no ")
    assert {each.title for each in found.sections} >= {"Suite", "Coverage", "Incidents", "Checklists"}
