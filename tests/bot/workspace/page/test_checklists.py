"""The book's Monday list in the browser: two people work on it, and what they leave comes up on Wednesday."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from core.settings import ListSettings
from tests.scenarios.checklists import MONDAY, Site, a_site

from .browser import Visitors

pytestmark = pytest.mark.asyncio(loop_scope="session")


def the_card(page: Page, title: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name=re.compile(f"^{title}, ")))


async def shows(site: Site, place: Locator, words: str) -> None:
    """The clock ticks, and then the words are there."""
    await site.quiet()
    await expect(place).to_contain_text(words)


async def test_two_people_work_the_monday_list(tmp_path: Path, visitors: Visitors) -> None:
    async with a_site(tmp_path, monday=ListSettings(), wednesday=ListSettings()) as site:
        ana, kim = await visitors.visit(site.ws, "ana"), await visitors.visit(site.ws, "kim")
        await site.tick()
        site.now += timedelta(seconds=6)  # its checks have that long to be run before it is posted
        await site.tick()
        card, same = the_card(ana, "Monday"), the_card(kim, "Monday")
        await expect(card.get_by_role("heading")).to_have_text("Monday, Mon 2 Mar: 0 of 4 done")

        await card.get_by_role("button", name="Done", exact=True).first.click()
        await shows(site, same, "Done: Full mock interface compliance audit")
        await expect(same).to_contain_text("By @Ana Ruiz")

        await same.get_by_role("combobox", name="More").first.select_option("Skip…")
        form = kim.get_by_role("dialog", name="Skip an item")
        await expect(form).to_contain_text("Review test performance trends")
        await form.get_by_label("Why is it skipped?").fill("the trends were read on Friday")
        await form.get_by_role("button", name="Skip").click()
        await expect(form).to_have_count(0)
        await shows(site, card, "Skipped: Review test performance trends")
        await expect(card).to_contain_text("Reason: the trends were read on Friday")

        await card.get_by_role("button", name="Done", exact=True).first.click()
        await shows(site, card, "Done: Update security test scenarios")
        await same.get_by_role("button", name="Undo").last.click()
        await shows(site, card, "Open: Update security test scenarios")
        await same.get_by_role("button", name="Done", exact=True).first.click()
        await shows(site, card, "Monday, Mon 2 Mar: 2 of 4 done")

        site.now = MONDAY + timedelta(hours=9, minutes=1)
        await shows(site, card, "Carries over: Check database test data cleanup")
        await expect(card.get_by_role("button", name=re.compile("Done|Undo|All done"))).to_have_count(0)
        await card.get_by_role("button", name=re.compile("repl")).click()
        thread = ana.get_by_role("complementary", name="Thread")
        await expect(thread).to_contain_text("Summary: 2 of 4 done, 1 carried over")
        await expect(thread).to_contain_text("test performance trends, by @Kim Seo: the trends were read on Friday")

        site.now = datetime(2026, 3, 4, 9, 0, 6, tzinfo=UTC)
        await site.tick()
        site.now += timedelta(seconds=6)
        await site.tick()
        wednesday = the_card(kim, "Wednesday")
        await expect(wednesday).to_contain_text("Open: Check database test data cleanup (since Mon 2 Mar)")
        await expect(wednesday).to_contain_text("Open: Validate test coverage metrics")
        assert site.ws.broken_rules == []
