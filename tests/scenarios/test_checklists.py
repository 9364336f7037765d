"""A Monday list is worked by two people: done, skipped with a reason, undone; what is left comes up on Wednesday."""

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
from core.checklists.model import ItemState, Occurrence
from core.settings import ChecklistSettings, ItemSettings, ListSettings
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
async def a_site(folder: Path) -> AsyncIterator[Site]:
    async with Workspace.start(manifest=manifest(), limit_rates=False) as ws, a_store(folder) as store:
        lists = LISTS | {key: ListSettings(on=False) for key in OTHERS}
        checklists = ChecklistSettings(lists=lists, nag=[])
        store.settings = store.settings.model_copy(update={"channel": "C1", "checklists": checklists})
        async with a_bot(ws, store) as side:
            yield Site(ws, store, side)


async def test_two_people_work_a_monday_list_and_the_rest_comes_up_on_wednesday(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        card = site.card("Monday")
        assert "0 of 3 done" in card.text
        await site.ws.press("ana", "checklist.done:0", channel="qa", ts=card.ts)
        await site.quiet()
        assert "By @U1" in card.text
        await site.ws.press("kim", "checklist.more:1", channel="qa", ts=card.ts, value="skip:1:1")
        await site.ws.wait_for_modal("kim")
        refused = await site.ws.submit("kim", {"reason": "  "})
        assert refused.errors == {"reason": "Say why; others will ask."}
        await site.ws.submit("kim", {"reason": "done on Friday"})
        await site.quiet()
        assert "Skipped: Review trends" in card.text
        assert "Reason: done on Friday" in card.text
        await site.ws.press("ana", "checklist.undo:0", channel="qa", ts=card.ts)
        await site.quiet()
        assert [each.state for each in (await site.occurrence()).items] == [
            ItemState.OPEN, ItemState.SKIPPED, ItemState.OPEN,
        ]  # fmt: skip
        site.now = datetime(2026, 3, 2, 18, 1, tzinfo=UTC)
        await site.tick()
        summary = site.ws.messages("qa", thread_ts=card.ts)[-1]
        assert "0 of 3 done, 2 carried over" in summary.text
        site.now = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
        await site.tick()
        wednesday = site.card("Wednesday")
        assert "Audit (since Mon 2 Mar)" in wednesday.text
        assert "Clean up (since Mon 2 Mar)" in wednesday.text
        assert site.ws.broken_rules == []


async def test_the_second_who_presses_done_is_told_who_was_first(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        card = site.card("Monday")
        await site.ws.press("ana", "checklist.done:0", channel="qa", ts=card.ts)
        await site.ws.wait_for_quiet(0.05)
        await site.ws.press("kim", "checklist.done:0", channel="qa", ts=card.ts, stale=True)
        told = await site.ws.wait_for_message("qa", "kim", containing="Already done by")
        assert told.ephemeral_to == "U3"
        assert (await site.occurrence()).items[0].by == "U1"


async def test_the_command_shows_what_is_open_and_one_list(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await site.tick()
        await site.ws.command("ana", "qa", "checklist")
        listed = await site.ws.wait_for_message("qa", "ana", containing="Open checklists")
        assert "Monday, Mon 2 Mar: 0 of 3 done" in listed.text
        await site.ws.command("ana", "qa", "checklist monday")
        await site.ws.wait_for_message("qa", "ana", containing="Open: Clean up")
