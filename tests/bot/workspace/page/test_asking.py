"""Asking T12: the command completes, the answer is read by who asked, and sharing shows it to everybody."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.workspace import Workspace
from handlers.commands import COMMANDS
from tests.handlers.harness import Store

from .browser import Visitors, suggestions, type_message

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_health_is_asked_with_a_completed_command_and_read(t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12)
    field = page.get_by_role("combobox", name="Message #qa")
    await field.press_sequentially("/t")
    await field.press("Tab")
    await expect(field).to_have_value("/t12 ")
    await expect(suggestions(page)).to_have_count(len(COMMANDS))
    await field.press_sequentially("hea")
    await expect(suggestions(page)).to_have_text(["/t12 health"])
    await field.press("Tab")
    await expect(field).to_have_value("/t12 health")
    await field.press("Enter")
    answer = page.get_by_role("article", name=re.compile("^t12, .*only visible to you"))
    await expect(answer.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    await expect(answer.get_by_text("Only visible to you")).to_be_visible()
    await expect(field).to_have_value("")
    assert t12.broken_rules == []


async def test_failures_are_paged_through(store: Store, t12: Workspace, visitors: Visitors) -> None:
    cases = [(f"test_{n}", f"{kind}Error: cause {kind}") for n, kind in enumerate("ABCDEFGHIJKLMN")]
    await store.ingest(cases)
    page = await visitors.visit(t12)
    await type_message(page, "/t12 failures")
    await expect(page.get_by_text("Page 1 of")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Next")).click()
    await expect(page.get_by_text("Page 2 of")).to_be_visible()
    await expect(page.get_by_text("Page 1 of")).to_have_count(0)
    await page.get_by_role("button", name=re.compile("^Previous")).click()
    await expect(page.get_by_text("Page 1 of")).to_be_visible()
    assert t12.broken_rules == []


async def test_an_answer_is_private_until_it_is_shared(t12: Workspace, visitors: Visitors) -> None:
    ana, luis = await visitors.visit(t12, "ana"), await visitors.visit(t12, "luis")
    await type_message(ana, "/t12 health")
    await expect(ana.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    await t12.wait_for_quiet()
    await expect(luis.get_by_role("article")).to_have_count(0)
    await ana.get_by_role("button", name="Share in channel").click()
    await expect(luis.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    await expect(luis.get_by_role("article").get_by_text("Shared by").locator("..")).to_contain_text("@Ana Ruiz")
    assert t12.broken_rules == []


async def test_home_is_published_when_opened_and_goes_deeper(t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12)
    await page.get_by_role("button", name="t12 Home").click()
    home = page.get_by_role("region", name="Home of t12")
    await expect(home.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    await home.get_by_role("button", name="Show failures").click()
    await expect(home.get_by_text("Failures by category")).to_be_visible()
    await expect(home.get_by_role("button", name="Back to overview")).to_be_visible()
    await page.get_by_role("navigation", name="Pages of the app").get_by_role("button", name="Messages").click()
    await expect(page.get_by_role("combobox", name="Message t12")).to_be_visible()


async def test_a_command_that_no_app_takes_fails_where_only_its_author_sees_it(
    ws: Workspace, visitors: Visitors
) -> None:
    ana, luis = await visitors.visit(ws, "ana"), await visitors.visit(ws, "luis")
    await expect(ana.get_by_text("No app is connected")).to_be_visible()
    await type_message(ana, "/form")
    notice = ana.get_by_role("article", name="Slackbot, only visible to you")
    await expect(notice).to_contain_text('/form failed with the error "dispatch_failed"')
    await type_message(ana, "/nonsense")
    await expect(ana.get_by_text("/nonsense is not a valid command.")).to_be_visible()
    await expect(luis.get_by_role("article")).to_have_count(0)
    await notice.first.get_by_role("button", name="Dismiss message").click()
    await expect(ana.get_by_text("dispatch_failed")).to_have_count(0)


async def test_a_mention_is_completed_and_answered(t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12)
    field = page.get_by_role("combobox", name="Message #qa")
    await field.press_sequentially("@t1")
    await expect(suggestions(page)).to_have_count(1)
    await field.press("Enter")
    await field.press_sequentially("health")
    await field.press("Enter")
    await expect(page.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()
    await expect(page.get_by_role("article", name=re.compile("^Ana Ruiz"))).to_contain_text("@t12 health")
