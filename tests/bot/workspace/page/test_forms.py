"""Modals: what is wrong with a form is said beside the field, Escape closes, focus comes back, what was typed stays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.workspace import Workspace
from tests.bot.workspace.bolt import client_of, connected
from tests.bot.workspace.builders import an_input, section

from .browser import Visitors, type_message
from .form_app import a_form, form_app

pytestmark = pytest.mark.asyncio(loop_scope="session")
Heard = list[dict[str, Any]]


@pytest_asyncio.fixture(loop_scope="session")
async def heard(ws: Workspace) -> AsyncIterator[Heard]:
    """What the app was sent, while it is connected."""
    app, payloads = form_app(ws)
    async with connected(ws, app):
        yield payloads


async def submitted(ws: Workspace, heard: Heard) -> dict[str, Any]:
    return await ws.until(lambda: next((h for h in heard if h.get("type") == "view_submission"), None))


async def test_a_form_is_corrected_and_sent(ws: Workspace, heard: Heard, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    await type_message(page, "/form open")
    form = page.get_by_role("dialog", name="Report a problem")
    reason = form.get_by_label("Reason")
    await expect(reason).to_be_focused()
    await form.get_by_role("button", name="Send").click()
    await expect(reason).to_be_focused()
    await expect(reason).to_have_accessible_description("Please complete this required field. One sentence is enough.")
    await reason.fill("because")
    await expect(form.get_by_text("Please complete this required field.")).to_have_count(0)
    await reason.press("Enter")
    await expect(reason).to_have_accessible_description(re.compile("Say why, not only that."))
    await expect(reason).to_be_focused()
    await reason.fill("The mock drifted")
    await form.get_by_label("Severity").select_option("High")
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_have_count(0)
    values = heard[-1]["view"]["state"]["values"]
    assert values["reason"]["text"]["value"] == "The mock drifted"
    assert values["level"]["of"]["selected_option"]["value"] == "high"
    assert ws.broken_rules == []


async def test_escape_closes_the_front_modal_and_gives_the_focus_back(
    ws: Workspace, heard: Heard, visitors: Visitors
) -> None:
    page = await visitors.visit(ws)
    await type_message(page, "/form")
    await page.get_by_label("Reason").fill("more")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="One step more")).to_be_visible()
    await page.keyboard.press("Escape")
    beneath = page.get_by_role("dialog", name="Report a problem")
    await expect(beneath.get_by_label("Reason")).to_have_value("more")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("combobox", name="Message #qa")).to_be_focused()
    await ws.until(lambda: [h.get("type") for h in heard].count("view_closed") == 2)


async def test_what_was_typed_survives_an_update_of_the_view(ws: Workspace, heard: Heard, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    await type_message(page, "/form")
    await page.get_by_label("Reason").fill("half a sen")
    modal = await ws.wait_for_modal("ana")
    fields = [section("Now with *advice*"), an_input("reason"), an_input("more", optional=True)]
    await client_of(ws).views_update(view_id=modal.id, view=a_form(*fields))
    await expect(page.get_by_text("Now with advice")).to_be_visible()
    await expect(page.get_by_label("Reason").first).to_have_value("half a sen")


async def test_the_focus_stays_in_a_modal(ws: Workspace, heard: Heard, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    await type_message(page, "/form")
    await expect(page.get_by_label("Reason")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        inside = await page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside


async def test_every_input_sends_what_was_entered(ws: Workspace, heard: Heard, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    await type_message(page, "/form all")
    form = page.get_by_role("dialog")
    await fill_everything(form)
    await form.get_by_role("button", name="Send").click()
    values = (await submitted(ws, heard))["view"]["state"]["values"]
    found = {name: next(v for k, v in entry["of"].items() if k != "type") for name, entry in values.items()}
    assert found["short"] == "one line"
    assert found["long"] == "two\nlines"
    assert found["mail"] == "ana@example.com"
    assert found["web"] == "https://example.com/"
    assert found["count"] == "3"
    assert found["select"]["value"] == "low"
    assert found["who"] == "U2"
    assert found["where"] == "C2"
    assert [o["value"] for o in found["several"]] == ["low", "high"]
    assert [o["value"] for o in found["boxes"]] == ["high"]
    assert found["radio"]["value"] == "high"
    assert (found["day"], found["hour"]) == ("2026-10-25", "09:45")
    assert found["moment"] == 1772438400  # 2026-03-02 09:00 in Madrid
    assert found["rich"]["elements"][0]["elements"][0]["text"] == "a note"
    assert "Files cannot be chosen on this page" not in str(found)


async def fill_everything(form: Any) -> None:
    await form.get_by_label("Short").fill("one line")
    await form.get_by_label("Long").fill("two\nlines")
    await form.get_by_label("E-mail").fill("ana@example.com")
    await form.get_by_label("Address").fill("https://example.com/")
    await form.get_by_label("Count").fill("3")
    await form.get_by_label("Severity").select_option("Low")
    await form.get_by_label("Owner").select_option("Luis Mora")
    await form.get_by_label("Channel").select_option("#general")
    labels, boxes = form.get_by_role("group", name="Labels"), form.get_by_role("group", name="Boxes")
    await labels.get_by_label("Low").check()
    await labels.get_by_label("High").check()
    await boxes.get_by_label("Low").uncheck()
    await boxes.get_by_label("High").check()
    await form.get_by_role("group", name="One of").get_by_label("High").check()
    await form.get_by_label("Day").fill("2026-10-25")
    await form.get_by_label("Time").fill("09:45")
    await form.get_by_label("Moment").fill("2026-03-02T09:00")
    await form.get_by_label("Notes").fill("a note")


async def test_a_confirm_dialog_stands_before_the_delivery(ws: Workspace, heard: Heard, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    await type_message(page, "/form card")
    delete = page.get_by_role("button", name="Delete note")
    await delete.click()
    question = page.get_by_role("dialog", name="Delete the note?")
    await question.get_by_role("button", name="Keep").click()
    await delete.click()
    await page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await expect(delete).to_be_focused()
    await ws.wait_for_quiet()
    assert presses(heard) == []
    await delete.click()
    await question.get_by_role("button", name="Delete").click()
    await ws.until(lambda: presses(heard) == ["note.delete"])


async def test_two_clicks_deliver_twice_and_choices_arrive(ws: Workspace, heard: Heard, visitors: Visitors) -> None:
    page = await visitors.visit(ws)
    await type_message(page, "/form card")
    await page.get_by_label("Severity").select_option("High")
    await ws.until(lambda: presses(heard) == ["severity"])
    assert heard[-1]["actions"][0]["selected_option"]["value"] == "high"
    await page.get_by_role("button", name="more").click()
    await page.get_by_role("menuitem", name="Copy").click()
    await ws.until(lambda: presses(heard) == ["severity", "more"])
    assert heard[-1]["actions"][0]["selected_option"]["value"] == "copy"
    await page.evaluate("window.open = () => null")
    await page.get_by_role("button", name="Read the docs").dblclick()
    await ws.until(lambda: presses(heard)[2:] == ["docs", "docs"])


async def test_a_message_shortcut_opens_a_form(ws: Workspace, heard: Heard, visitors: Visitors) -> None:
    ws.say("luis", "qa", "The build is red")
    page = await visitors.visit(ws)
    await page.get_by_role("article", name=re.compile("^Luis")).hover()
    await page.get_by_role("button", name="More message shortcuts").click()
    await page.get_by_role("menuitem", name="Note this message").click()
    await expect(page.get_by_role("dialog", name="Report a problem")).to_be_visible()
    assert heard[0]["message"]["text"] == "The build is red"


def presses(heard: Heard) -> list[str]:
    return [h["actions"][0]["action_id"] for h in heard if h.get("type") == "block_actions"]
