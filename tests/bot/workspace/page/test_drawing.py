"""What the renderer draws wrongly or not at all is drawn, or shown plainly as what it is; and text stays text."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from bot.workspace import Workspace
from bot.workspace.model import Message
from tests.bot.workspace.bolt import client_of
from tests.bot.workspace.builders import mrkdwn, section
from tests.bot.workspace.valid_payloads import chart, image, pie, raw, table

from .browser import Visitors

pytestmark = pytest.mark.asyncio(loop_scope="session")
Json = dict[str, Any]
SNAPSHOTS = Path(__file__).parents[3] / "handlers" / "messages" / "snapshots"


async def posted(ws: Workspace, visitors: Visitors, *blocks: Json, text: str = "words") -> Locator:
    """The message of an app with these blocks, as ana sees it."""
    page = await visitors.visit(ws)
    await client_of(ws).chat_postMessage(channel="C1", text=text, blocks=list(blocks))
    message = page.get_by_role("article")
    await expect(message).to_be_visible()
    return message


def unchecked(ws: Workspace, *blocks: Json) -> None:
    """A message that the strict checker would have refused, as an older or a newer Slack may hold."""
    ws.team.keep(Message(ws.team.new_ts(), "C1", ws.team.bot_user, "words", list(blocks), from_app=True))


async def test_links_mix_with_marks(ws: Workspace, visitors: Visitors) -> None:
    words = "*<https://ci.example.com/a_b|the build>* and _see <https://x.example.com/?a=1&amp;b=2|the *docs*>_ `x <y`"
    message = await posted(ws, visitors, section(words))
    link = message.get_by_role("link", name="the build")
    await expect(link).to_have_attribute("href", "https://ci.example.com/a_b")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_have_css("font-weight", "700")
    await expect(message.get_by_role("link", name="the *docs*")).to_have_attribute("href", re.compile("a=1&b=2$"))
    await expect(message).not_to_contain_text("](")


async def test_groups_broadcasts_people_and_dates_are_named_in_the_readers_zone(
    ws: Workspace, visitors: Visitors
) -> None:
    ws.add_usergroup("S1", "oncall", ["ana"])
    words = (
        "<!subteam^S1> <!subteam^S9|@ghosts> <!here> <@U2> <#C2> <!date^1772452800^{date_num} {time}|then> "
        "<!date^1772452800^{date_num}^https://ci.example.com/|then>"
    )
    message = await posted(ws, visitors, section(words))
    await expect(message).to_contain_text("@oncall @ghosts @here @Luis Mora #general 2026-03-02 1:00 PM 2026-03-02")
    await expect(message.get_by_role("link", name="2026-03-02")).to_have_attribute("href", "https://ci.example.com/")
    kim = await visitors.visit(ws, "kim")
    await expect(kim.get_by_role("article")).to_contain_text("2026-03-02 9:00 PM")


async def test_a_data_table_is_a_table_with_a_caption_that_sorts_and_pages(ws: Workspace, visitors: Visitors) -> None:
    rows = [[raw(f"test_{n}"), {"type": "raw_number", "value": n % 7, "text": str(n % 7)}] for n in range(12)]
    block = {"type": "data_table", "caption": "Failures by test", "page_size": 10}
    message = await posted(ws, visitors, block | {"rows": [[raw("Test"), raw("Failures")], *rows]})
    shown = message.get_by_role("table", name="Failures by test")
    await expect(shown.get_by_role("row")).to_have_count(11)
    await shown.get_by_role("button", name="Failures").click()
    await shown.get_by_role("button", name="Failures").click()
    await expect(shown.get_by_role("columnheader", name="Failures")).to_have_attribute("aria-sort", "descending")
    await expect(shown.get_by_role("row").nth(1)).to_contain_text("test_6")
    await message.get_by_role("button", name="Next rows").click()
    await expect(message.get_by_text("Rows 11–12 of 12")).to_be_visible()


async def test_a_table_shows_its_cells_as_written(ws: Workspace, visitors: Visitors) -> None:
    block = table()
    block["rows"][1][0] = raw("<!channel> *x*")
    message = await posted(ws, visitors, block)
    await expect(message.get_by_role("cell", name="<!channel> *x*")).to_be_visible()


async def test_charts_are_drawn_with_their_figures_in_words(ws: Workspace, visitors: Visitors) -> None:
    message = await posted(ws, visitors, chart(), pie())
    await expect(message.get_by_role("img", name=re.compile("^Line chart: Failures"))).to_be_visible()
    await expect(message.get_by_role("img", name=re.compile("^Pie chart: Causes"))).to_be_visible()
    figures = message.get_by_role("table", name="Failures, in figures")
    await expect(figures.get_by_role("row")).to_contain_text(["failures", "Mon3", "Tue17.5"])


async def test_the_labels_of_a_long_chart_do_not_lie_on_each_other(ws: Workspace, visitors: Visitors) -> None:
    names = [f"{n}. 2026-03-{n:02d} 09:00" for n in range(1, 21)]
    series = [{"name": "failures", "data": [{"label": name, "value": n % 3} for n, name in enumerate(names)]}]
    message = await posted(ws, visitors, chart(series=series, axis_config={"categories": names}))
    labels = message.locator("svg[role=img] text[text-anchor=middle][font-size='11']")
    visible = "all.filter((one) => one.style.visibility !== 'hidden')"
    boxes = await labels.evaluate_all(f"all => {visible}.map((one) => one.getBoundingClientRect().toJSON())")
    assert 2 <= len(boxes) < 20
    assert all(one["right"] < other["left"] for one, other in pairwise(boxes))


async def test_unknown_and_failing_blocks_are_shown_as_such(ws: Workspace, visitors: Visitors) -> None:
    unchecked(ws, {"type": "hologram", "shape": "cube"}, {"type": "header"}, section("still *here*"))
    page = await visitors.visit(ws)
    message = page.get_by_role("article")
    await expect(message).to_contain_text("A block of type hologram that this page cannot draw.")
    await expect(message).to_contain_text("A block of type header that this page cannot draw: drawing it failed.")
    await expect(message).to_contain_text("still here")
    await message.get_by_text("Show its JSON").first.click()
    await expect(message.get_by_text('"shape": "cube"')).to_be_visible()


async def test_pictures_of_other_hosts_are_named_and_not_loaded(ws: Workspace, visitors: Visitors) -> None:
    markdown = {"type": "markdown", "text": "**Trend** ![of *failures*](https://evil.example.com/p.png)"}
    message = await posted(ws, visitors, image(), markdown)
    await expect(message.get_by_role("img", name="Image: 17 failures on Tue")).to_be_visible()
    await expect(message).to_contain_text("(image, not loaded: of failures)")
    await expect(message.locator("img")).to_have_count(0)


HOSTILE = (
    "&lt;img src=x onerror=alert(1)&gt; &lt;!channel&gt; &lt;@U2&gt; <img src=x onerror=alert(1)> "
    "<javascript:alert(1)|press> &lt;https://evil.example.com|ci&gt;"
)


async def test_hostile_text_stays_text(ws: Workspace, visitors: Visitors) -> None:
    link = {"type": "link", "url": "javascript:alert(1)", "text": "a link"}
    leaf = {"type": "text", "text": "<script>alert(1)</script> <!channel> <@U2>"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [leaf, link]}]}
    header = {"type": "header", "text": {"type": "plain_text", "text": "<!here> *not bold* <b>x</b>", "emoji": False}}
    unchecked(ws, section(HOSTILE), rich, header, {"type": "context", "elements": [mrkdwn(HOSTILE)]})
    page = await visitors.visit(ws)
    message = page.get_by_role("article")
    await expect(message).to_contain_text("<script>alert(1)</script> <!channel> <@U2>a link")
    await expect(message).to_contain_text("<img src=x onerror=alert(1)> <!channel> <@U2> <img src=x onerror=alert(1)>")
    await expect(message.get_by_role("heading")).to_have_text("<!here> *not bold* <b>x</b>")
    await expect(message.locator("img, script, b, .mention")).to_have_count(0)
    await expect(message.get_by_role("link")).to_have_text(["https://evil.example.com"] * 2)
    await expect_no_script(page)


@pytest.mark.parametrize("name", ["failures-hostile", "health-hostile", "test-hostile"])
async def test_hostile_answers_of_t12_stay_text(ws: Workspace, visitors: Visitors, name: str) -> None:
    payload = json.loads((SNAPSHOTS / f"{name}.json").read_text(encoding="utf-8"))
    message = await posted(ws, visitors, *payload["blocks"], text=payload["text"])
    await expect(message.get_by_text("<!channel>").first).to_be_attached()
    await expect(message.locator(".mention, a")).to_have_count(0)
    await page_as_text(message)


async def page_as_text(message: Locator) -> None:
    """The text that a screen reader gets holds the words, without an entity left over."""
    await message.hover()
    await message.get_by_role("button", name="Switch between message and text").click()
    await expect(message).to_contain_text("As text")
    await expect(message).to_contain_text("<!channel>")
    await expect(message).not_to_contain_text("&lt;")


async def expect_no_script(page: Page) -> None:
    assert await page.evaluate("[...document.scripts].every(script => script.src.endsWith('/page/page.js'))")
