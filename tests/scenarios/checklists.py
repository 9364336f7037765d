"""The bot in a workspace with a Monday and a Wednesday list, over a store with a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.delivery import Delivery
from bot.slack import SlackSide
from bot.workspace import Message, Workspace
from core.checklists.flows import Checklists
from core.checklists.model import Occurrence
from core.settings import ChecklistSettings, ItemSettings, ListSettings, RoleSettings
from handlers.subjects import Subjects
from tests.handlers.harness import Store, a_bot, a_store, manifest

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LISTS = {
    "monday": ListSettings(
        cadence="mon",
        carry_to="wednesday",
        items=[ItemSettings(text="Audit"), ItemSettings(text="Review trends"), ItemSettings(text="Clean up")],
    ),
    "wednesday": ListSettings(cadence="wed", carry_to="", items=[ItemSettings(text="Validate environment")]),
}
OTHERS = (
    "start_of_day", "daily_tasks", "end_of_day", "friday", "weekly_tasks", "first_week", "second_week", "third_week",
    "fourth_week", "monthly_tasks", "quarterly_tasks",
)  # fmt: skip


@dataclass
class Site:
    ws: Workspace
    store: Store
    side: SlackSide
    now: datetime = MONDAY

    @property
    def checklists(self) -> Checklists:
        return Checklists(self.store.database, self.store.settings, lambda: self.now)

    async def tick(self) -> None:
        """What a moment of the clock does."""
        await self.checklists.tick()
        subjects = Subjects(self.store.answers, "news", self.store.incidents)
        await Delivery(self.store.database, self.side.gateway, subjects, lambda: self.now).send_due()

    async def occurrence(self, id_: int = 1) -> Occurrence:
        return await self.checklists.show(id_)

    async def quiet(self) -> None:
        await self.ws.wait_for_quiet(0.05)
        await self.tick()

    def card(self, words: str) -> Message:
        return next(each for each in self.ws.messages("qa") if words in each.text and each.thread_ts is None)


@asynccontextmanager
async def a_site(folder: Path, **changed: ListSettings) -> AsyncIterator[Site]:
    async with Workspace.start(manifest=manifest(), limit_rates=False) as ws, a_store(folder) as store:
        lists = LISTS | changed | {key: ListSettings(on=False) for key in OTHERS}
        checklists = ChecklistSettings(lists=lists, nag=[])
        roles = store.settings.roles | {"developer": RoleSettings(title="Developer", members=["U1"])}
        store.settings = store.settings.model_copy(
            update={"channel": "C1", "checklists": checklists, "roles": roles}
        )  # fmt: skip
        async with a_bot(ws, store) as side:
            yield Site(ws, store, side)
