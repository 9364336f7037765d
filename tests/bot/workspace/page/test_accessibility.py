"""axe-core finds nothing serious in light, dark and narrow, on every kind of screen."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace
from tests.bot.workspace.bolt import client_of, connected
from tests.bot.workspace.builders import mrkdwn, section
from tests.bot.workspace.valid_payloads import chart, data_table, image, pie, table

from .browser import PAGE, Visitors, type_message
from .form_app import a_card, form_app
from .test_drawing import SNAPSHOTS

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOOKS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"is_dark": True}, "narrow": {"width": 360}}
AXE = PAGE / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"


async def grave(page: Page) -> list[str]:
    """The serious and critical findings, one line for each element."""
    # Not by a script element, which the page's own policy would refuse.
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(RUN)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


async def fill(ws: Workspace) -> None:
    client = client_of(ws)
    ws.add_usergroup("S1", "oncall", ["ana"])
    for name in ("health-typical", "failures-worst"):
        payload = json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8"))
        await client.chat_postMessage(channel="C1", text=payload["text"], blocks=payload["blocks"])
    words = "*<https://ci.example.com|build>* <@U1> <@U2> <!subteam^S1> <!here> `code` _x_\n> quote\n```block```"
    await client.chat_postMessage(channel="C1", text="a", blocks=[section(words, fields=[mrkdwn("a"), mrkdwn("b")])])
    await client.chat_postMessage(channel="C1", text="b", blocks=[chart(), pie(), image()])
    await client.chat_postMessage(channel="C1", text="c", blocks=[table()])
    await client.chat_postMessage(channel="C1", text="d", blocks=[data_table()])
    parent = await client.chat_postMessage(channel="C1", text="e", blocks=a_card())
    ws.say("luis", "qa", "a reply", thread_ts=parent["ts"])
    ws.react("luis", "qa", parent["ts"], "eyes")


async def see_messages_and_a_thread(page: Page) -> None:
    await page.get_by_role("button", name=re.compile("^1 reply")).click()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    await page.get_by_role("complementary", name="Thread").get_by_role("article").last.hover()


async def see_traffic(page: Page) -> None:
    await page.get_by_role("button", name="Close thread").click()
    await page.locator(".message-scroller").evaluate("list => list.scrollBy(0, -900)")
    await page.get_by_role("button", name=re.compile("^Inspector")).click()
    await page.locator(".traffic-entry summary").first.click()


async def see_switches(page: Page) -> None:
    await page.get_by_role("tab", name="Faults & clock").click()
    await page.locator(".message-scroller").evaluate("list => list.scrollBy(0, -900)")


async def see_suggestions_and_text(page: Page) -> None:
    await page.get_by_role("button", name="Close inspector").click()
    await page.get_by_role("button", name=re.compile("As text")).click()
    await page.get_by_role("combobox", name="Message #qa").fill("/form ")
    await expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()


async def see_confirm(page: Page) -> None:
    await page.get_by_role("button", name=re.compile("As text")).click()
    await type_message(page, "/form card")
    await page.get_by_role("button", name="Delete note").last.click()
    await expect(page.get_by_role("dialog", name="Delete the note?")).to_be_visible()


async def see_form(page: Page) -> None:
    await page.keyboard.press("Escape")
    await type_message(page, "/form all")
    form = page.get_by_role("dialog")
    await form.get_by_label("Count").fill("none")
    await form.get_by_role("button", name="Send").click()
    await expect(form.get_by_text("Enter a number.")).to_be_visible()


SCREENS: list[Callable[[Page], Awaitable[None]]] = [
    see_messages_and_a_thread,
    see_traffic,
    see_switches,
    see_suggestions_and_text,
    see_confirm,
    see_form,
]


@pytest.mark.parametrize("look", LOOKS)
async def test_no_screen_has_a_grave_finding(ws: Workspace, visitors: Visitors, look: str) -> None:
    app, _ = form_app(ws)
    async with connected(ws, app):
        await fill(ws)
        page = await visitors.visit(ws, **LOOKS[look])
        await client_of(ws).chat_postEphemeral(channel="C1", user="U1", text="only you, <@U1>")
        found = {}
        for see in SCREENS:
            await see(page)
            found[see.__name__] = await grave(page)
        assert found == {see.__name__: [] for see in SCREENS}


@pytest.mark.parametrize("look", LOOKS)
async def test_home_and_sidebar_have_no_grave_finding(t12: Workspace, visitors: Visitors, look: str) -> None:
    page = await visitors.visit(t12, place="home", **LOOKS[look])
    await expect(page.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    assert await grave(page) == []
    if look == "narrow":
        await page.get_by_role("button", name="Open the sidebar").click()
        await expect(page.get_by_role("button", name="t12 Home")).to_be_visible()
        assert await grave(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="t12 Home")).to_have_count(0)


async def test_a_narrow_screen_scrolls_in_no_direction_but_down(t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12, **LOOKS["narrow"])
    await type_message(page, "/t12 health")
    await expect(page.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    widths = await page.evaluate(
        "[document.documentElement, document.querySelector('.message-scroller')]"
        ".map(one => one.scrollWidth - one.clientWidth)"
    )
    assert widths == [0, 0]
