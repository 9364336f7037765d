"""Without a mouse: ask, go to the answer, press its buttons, open and close a form, and walk the regions."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace
from tests.bot.workspace.bolt import connected

from .browser import Visitors
from .form_app import form_app

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def tab_to(page: Page, name: str, key: str = "Tab", most: int = 40) -> None:
    """Press `key` until the focus is on the button `name`."""
    for _ in range(most):
        await page.keyboard.press(key)
        focused = await page.evaluate("document.activeElement?.textContent?.trim()")
        if focused == name:
            return
    raise AssertionError(f"{key} never reaches {name!r}")


async def test_ask_and_press_without_a_mouse(t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Skip to the message field")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.type("/t12 hea")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    await tab_to(page, "Show failures", "Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Failures by category")).to_be_visible()
    inside = await page.evaluate("!!document.activeElement.closest('article')")
    assert inside, "the focus stays at the message whose button was pressed"
    assert t12.broken_rules == []


async def test_a_form_is_opened_filled_in_and_closed_without_a_mouse(ws: Workspace, visitors: Visitors) -> None:
    app, heard = form_app(ws)
    async with connected(ws, app):
        page = await visitors.visit(ws)
        await page.get_by_role("combobox", name="Message #qa").focus()
        await page.keyboard.type("/form open")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Reason")).to_be_focused()
        await page.keyboard.type("a drifted mock")
        await tab_to(page, "Send")
        await page.keyboard.press("Space")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(page.get_by_role("combobox", name="Message #qa")).to_be_focused()
        assert heard[-1]["view"]["state"]["values"]["reason"]["text"]["value"] == "a drifted mock"


async def test_arrows_walk_the_messages_and_the_toolbar_is_reached(ws: Workspace, visitors: Visitors) -> None:
    for words in ("first", "second", "third"):
        ws.say("luis", "qa", words)
    page = await visitors.visit(ws)
    await expect(page.get_by_role("article")).to_have_count(3)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article").nth(2)).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("article").nth(1)).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="eyes, 1: Ana Ruiz")).to_be_visible()


async def test_f6_walks_the_regions(ws: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    seen = []
    for _ in range(3):
        await page.keyboard.press("F6")
        seen.append(await page.evaluate("document.activeElement.closest('[data-region]')?.dataset.region"))
    assert seen == ["sidebar", "main", "composer"]


async def test_escape_closes_the_suggestions_and_shift_enter_starts_a_line(ws: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    field = page.get_by_role("combobox", name="Message #qa")
    await field.focus()
    await page.keyboard.type("/")
    await expect(field).to_have_attribute("aria-expanded", "true")
    await expect(field).to_have_attribute("aria-activedescendant", re.compile(r"-0$"))
    await page.keyboard.press("Escape")
    await expect(field).to_have_attribute("aria-expanded", "false")
    await field.fill("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article")).to_contain_text("one\ntwo")
