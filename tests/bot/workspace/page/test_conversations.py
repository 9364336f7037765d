"""Conversations: several people, threads, reactions, files, unread marks, and the words behind a message."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from playwright.async_api import expect

from bot.workspace import Workspace
from tests.bot.workspace.bolt import client_of

from .browser import Visitors, type_message

pytestmark = pytest.mark.asyncio(loop_scope="session")


def a_picture(width: int = 8, height: int = 8) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x2e\x8b\x57" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def test_two_windows_are_two_people_and_one_can_change_over(ws: Workspace, visitors: Visitors) -> None:
    ana, kim = await visitors.visit(ws, "ana"), await visitors.visit(ws, "kim")
    await type_message(ana, "Morning, @kim")
    message = kim.get_by_role("article", name=re.compile("^Ana Ruiz"))
    await expect(message).to_contain_text("@Kim Seo")
    times = {await page.locator("article time").first.inner_text() for page in (ana, kim)}
    assert len(times) == 2, "each in their own zone"
    await ana.get_by_label("You are").select_option("Luis Mora · Team lead")
    await type_message(ana, "Luis here")
    await expect(kim.get_by_role("article", name=re.compile("^Luis Mora"))).to_contain_text("Luis here")
    assert "as=luis" in ana.url


async def test_a_private_channel_is_listed_for_its_members_alone(ws: Workspace, visitors: Visitors) -> None:
    ws.add_channel("incident-7", ["ana", "sam"], kind="private")
    ana, luis = await visitors.visit(ws, "ana"), await visitors.visit(ws, "luis")
    await expect(ana.get_by_role("button", name="incident-7")).to_be_visible()
    await expect(luis.get_by_role("button", name="general")).to_be_visible()
    await expect(luis.get_by_role("button", name="incident-7")).to_have_count(0)


async def test_a_direct_conversation_begins_with_the_first_message(ws: Workspace, visitors: Visitors) -> None:
    ana, luis, kim = [await visitors.visit(ws, name) for name in ("ana", "luis", "kim")]
    await ana.get_by_role("button", name="Luis Mora").click()
    await type_message(ana, "between us")
    await expect(ana.get_by_role("article")).to_contain_text("between us")
    await luis.get_by_role("button", name="Ana Ruiz 1 unread").click()
    await expect(luis.get_by_role("article")).to_contain_text("between us")
    await expect(kim.get_by_role("button", name=re.compile("unread"))).to_have_count(0)


async def test_unread_messages_are_counted_and_marked(ws: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(ws, "ana", "qa")
    await expect(page.get_by_role("combobox", name="Message #qa")).to_be_visible()
    ws.say("luis", "general", "one")
    ws.say("kim", "general", "two")
    row = page.get_by_role("button", name=re.compile("^general"))
    await expect(row).to_have_accessible_name("general 2 unread")
    await expect(page).to_have_title("(2) Local Slack workspace · Ana Ruiz")
    await row.click()
    await expect(page.get_by_role("separator", name="New messages")).to_be_visible()
    await expect(row).to_have_accessible_name("general")


async def test_a_thread_has_its_replies_and_its_own_composer(ws: Workspace, visitors: Visitors) -> None:
    ws.say("luis", "qa", "The build is red")
    page = await visitors.visit(ws)
    await page.get_by_role("article").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("combobox", name="Reply…").fill("Looking into it")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_role("article")).to_have_count(2)
    await expect(page.get_by_role("main").get_by_role("article")).to_have_count(1)
    await expect(page.get_by_role("button", name=re.compile("^1 reply"))).to_be_visible()
    await thread.get_by_role("combobox", name="Reply…").fill("/form")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await expect(thread.get_by_text("/form is not supported in threads. Sorry!")).to_be_visible()
    await thread.get_by_role("button", name="Close thread").click()
    await expect(thread).to_have_count(0)


async def test_reactions_and_edits_are_shown(ws: Workspace, visitors: Visitors) -> None:
    message = await client_of(ws).chat_postMessage(channel="C1", text="Run 7 is red")
    page = await visitors.visit(ws)
    await page.get_by_role("article").hover()
    await page.get_by_role("button", name="Add reaction").click()
    await page.get_by_role("menuitem", name="eyes").click()
    await expect(page.get_by_role("button", name="eyes, 1: Ana Ruiz")).to_be_visible()
    ws.react("kim", "qa", message["ts"], "eyes")
    await page.get_by_role("button", name="eyes, 2: Ana Ruiz, Kim Seo").click()
    await expect(page.get_by_role("button", name="eyes, 1: Kim Seo")).to_be_visible()
    await client_of(ws).chat_update(channel="C1", ts=message["ts"], text="Run 7 is *green*")
    await expect(page.get_by_role("article")).to_contain_text("Run 7 is green")
    await expect(page.get_by_text("(edited)")).to_be_visible()


async def test_pictures_are_shown_and_other_files_can_be_kept(ws: Workspace, visitors: Visitors) -> None:
    client = client_of(ws)
    await client.files_upload_v2(filename="trend.png", content=a_picture(), channel="C1", alt_txt="17 failures on Tue")
    await client.files_upload_v2(filename="log.txt", content=b"a line", channel="C1")
    await ws.move_clock(3)
    page = await visitors.visit(ws)
    picture = page.get_by_role("img", name="17 failures on Tue")
    await expect(picture).to_have_js_property("naturalWidth", 8)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="log.txt").click()
    assert (await (await download.value).path()).read_bytes() == b"a line"


async def test_the_text_behind_a_message_is_shown_in_words(ws: Workspace, visitors: Visitors) -> None:
    words = "Health &lt;93&gt; of 100, told to <@U2> on <!date^1772452800^{date_num}|a day> in <#C2>"
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Health"}}]
    await client_of(ws).chat_postMessage(channel="C1", text=words, blocks=blocks)
    page = await visitors.visit(ws)
    message = page.get_by_role("article")
    await expect(message.get_by_role("heading", name="Health")).to_be_visible()
    await page.get_by_role("button", name="As text").click()
    await expect(message).to_contain_text("Health <93> of 100, told to @Luis Mora on 2026-03-02 in #general")
    await expect(message.get_by_role("heading")).to_have_count(0)


async def test_new_messages_are_said_to_a_screen_reader(ws: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    await client_of(ws).chat_postMessage(channel="C1", text="Run 7 is *red*")
    await expect(page.locator("[data-announcer]")).to_have_text("forms: Run 7 is red")
