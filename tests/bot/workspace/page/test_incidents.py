"""An incident in the browser: declared by a form, acknowledged by a press, and told so."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.workspace import Workspace
from core.incidents.model import Status
from tests.handlers.harness import Store

from .browser import Visitors, type_message

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_incident_is_declared_and_acknowledged(store: Store, t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12)
    await type_message(page, "/t12 incident declare")
    form = page.get_by_role("dialog", name="Declare an incident")
    await form.get_by_label("What is wrong?").fill("The deployment hangs")
    await form.get_by_label("How bad is it?").select_option("Critical")
    await form.get_by_role("button", name="Declare").click()
    await expect(form).to_have_count(0)
    await page.get_by_role("button", name="Show incident 1").click()
    await expect(page.get_by_role("heading", name="Critical incident 1: The deployment hangs")).to_be_visible()
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.get_by_text("You have it until")).to_be_visible()
    assert (await store.incidents.show(1)).incident.status is Status.ACKNOWLEDGED
    assert t12.broken_rules == []
