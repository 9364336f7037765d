"""Two thousand messages: only what is on the screen is in the page, typing draws none of it anew, older ones load."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace
from bot.workspace.model import Message

from .browser import Visitors

pytestmark = pytest.mark.asyncio(loop_scope="session")
MANY = 2_000

WATCH = """
() => {
    window.drawn = 0;
    const list = document.querySelector("[data-testid=virtuoso-item-list]");
    const watcher = new MutationObserver((changes) => { window.drawn += changes.length; });
    watcher.observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
}
"""


def fill(ws: Workspace, count: int) -> None:
    """Many messages of several people, some with blocks."""
    people = ("U1", "U2", "U3", ws.team.bot_user)
    for number in range(count):
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*Run {number}* is `red`"}}]
        author = people[number // 3 % 4]
        is_app = author == ws.team.bot_user
        text = f"message {number} of many"
        ws.team.keep(Message(ws.team.new_ts(), "C1", author, text, blocks if is_app else [], from_app=is_app))


async def shown(page: Page) -> int:
    return await page.get_by_role("article").count()


async def test_two_thousand_messages_are_scrolled_and_typed_beside(ws: Workspace, visitors: Visitors) -> None:
    fill(ws, MANY)
    page = await visitors.visit(ws)
    await expect(
        page.get_by_text(f"message {MANY - 1} of many").or_(page.get_by_text(f"Run {MANY - 1}"))
    ).to_be_visible()
    assert await shown(page) < 100
    field = page.get_by_role("combobox", name="Message #qa")
    await field.focus()
    await page.wait_for_timeout(300)
    await page.evaluate(WATCH)
    await page.keyboard.type("twenty characters ok")
    await expect(field).to_have_value("twenty characters ok")
    assert await page.evaluate("window.drawn") == 0
    await to_the_beginning(page)
    await expect(page.get_by_text("message 0 of many")).to_be_visible()
    assert await shown(page) < 100


async def to_the_beginning(page: Page) -> None:
    """Scroll up, page by page, until nothing older is left."""
    scroller = page.locator(".message-scroller")
    for _ in range(200):
        await scroller.evaluate("list => list.scrollTo({ top: 0 })")
        if await page.get_by_text("This is where the conversation begins.").count():
            return
        await page.wait_for_timeout(30)
    raise AssertionError("the oldest message never came")


async def away_from_the_end(page: Page) -> None:
    """Scroll up as a person does, who sees whether it held: a list that is still on its way down takes no notice."""
    scroller = page.locator(".message-scroller")
    for _ in range(20):
        await scroller.evaluate("list => list.scrollBy(0, -1500)")
        await page.wait_for_timeout(200)
        if await scroller.evaluate("list => list.scrollHeight - list.scrollTop - list.clientHeight") > 500:
            return
    raise AssertionError("the list always went back to its end")


async def test_new_messages_keep_the_end_in_sight_but_do_not_pull_a_reader_down(
    ws: Workspace, visitors: Visitors
) -> None:
    fill(ws, 120)
    page = await visitors.visit(ws)
    ws.say("luis", "qa", "seen at once")
    shown = page.get_by_test_id("virtuoso-item-list").get_by_text("seen at once")  # it is announced too, elsewhere
    await expect(shown).to_be_in_viewport()
    await away_from_the_end(page)
    await expect(shown).not_to_be_in_viewport()
    ws.say("luis", "qa", "missed at first")
    pill = page.get_by_role("button", name="1 new message")
    await expect(pill).to_be_visible()
    await pill.click()
    await expect(page.get_by_role("article").get_by_text("missed at first")).to_be_in_viewport()
    await expect(pill).to_have_count(0)
