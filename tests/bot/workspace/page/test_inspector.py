"""The inspector: what went to and fro, which rule was broken, and the switches of faults and clock."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace
from tests.bot.workspace.bolt import client_of

from .browser import Visitors, type_message

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def inspected(page: Page, tab: str) -> Page:
    await page.get_by_role("button", name=re.compile("^Inspector")).click()
    await page.get_by_role("tab", name=tab).click()
    return page


async def test_traffic_shows_the_command_its_ack_and_the_answer(t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12)
    await type_message(page, "/t12 health")
    await inspected(page, "Traffic")
    entries = page.locator(".traffic-entry")
    delivery = entries.filter(has_text="/t12 health")
    await expect(delivery).to_contain_text(re.compile(r"slash_commands on S\d+.*ack \d+ ms"))
    await expect(entries.filter(has_text="response_url")).to_contain_text("200")
    await delivery.locator("summary").click()
    await expect(delivery.locator("pre")).to_contain_text('"command": "/t12"')
    await page.get_by_label("Show").select_option("calls of the app")
    await expect(delivery).to_have_count(0)


async def test_a_broken_rule_is_counted_and_named(ws: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    with pytest.raises(Exception, match="invalid_blocks"):
        await client_of(ws).chat_postMessage(channel="C1", text="x", blocks=[{"type": "hologram"}])
    await expect(page.get_by_role("button", name="Inspector 1 broken rule")).to_be_visible()
    await inspected(page, "Broken rules")
    await expect(page.get_by_role("tabpanel")).to_contain_text("chat.postMessage")


async def test_a_fault_is_switched_on_strikes_and_is_cleared(ws: Workspace, visitors: Visitors) -> None:
    page = await inspected(await visitors.visit(ws), "Faults & clock")
    await page.get_by_role("combobox", name="Fault").select_option("500 Internal Server Error")
    await page.get_by_label("Method").fill("chat.postMessage")
    await page.get_by_label("Times").fill("2")
    await page.get_by_role("button", name="Switch on").click()
    await expect(page.get_by_role("tabpanel")).to_contain_text("http_500 on chat.postMessage 2 more times")
    with pytest.raises(Exception, match="500"):
        await client_of(ws).chat_postMessage(channel="C1", text="x")
    await expect(page.get_by_role("tabpanel")).to_contain_text("http_500 on chat.postMessage 1 more time")
    await page.get_by_role("button", name="Clear faults").click()
    await expect(page.get_by_text("No fault is switched on.")).to_be_visible()


async def test_the_clock_moves_forward_and_the_page_with_it(ws: Workspace, visitors: Visitors) -> None:
    page = await inspected(await visitors.visit(ws), "Faults & clock")
    before = ws.clock.now()
    await page.get_by_role("button", name="+1 day").click()
    await expect(page.get_by_text("1 d ahead of this machine")).to_be_visible()
    await page.get_by_label("Minutes").fill("30")
    await page.get_by_role("button", name="Move forward").click()
    await expect(page.get_by_text("1 d 30 min ahead of this machine")).to_be_visible()
    assert ws.clock.now() - before == pytest.approx(88_200, abs=30)
