"""Lost connections: of the app, which comes back, and of the page, which follows the workspace through a restart."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.workspace import Options, Workspace

from .browser import Visitors, type_message

pytestmark = pytest.mark.asyncio(loop_scope="session")
_GONE = ["ERR_CONNECTION_REFUSED", "WebSocket connection to .* failed", "status of 401"]


async def test_the_app_loses_its_socket_and_recovers(t12: Workspace, visitors: Visitors) -> None:
    page = await visitors.visit(t12)
    t12.fault("handshake_502", times=4)
    await t12.sockets.drop()
    await expect(page.get_by_text("No app is connected")).to_be_visible()
    await type_message(page, "/t12 health")
    await expect(page.get_by_text('/t12 failed with the error "dispatch_failed"')).to_be_visible()
    await t12.wait_for_connections(2, timeout_seconds=10)
    await expect(page.get_by_text("No app is connected")).to_have_count(0)
    await type_message(page, "/t12 health")
    await expect(page.get_by_role("heading", name=re.compile("of 100"))).to_be_visible()


@pytest.mark.parametrize("token", ["same", "another"])
async def test_the_page_follows_the_workspace_through_a_restart(visitors: Visitors, token: str) -> None:
    visitors.expected += _GONE
    first = Workspace(Options(control_token="same"))
    await first.open()
    try:
        page = await visitors.visit(first)
    finally:
        await first.stop()
    await expect(page.get_by_text("The connection to the workspace is lost.")).to_be_visible()
    port = int(first.url.rsplit(":", 1)[1])
    async with Workspace.start(port=port, control_token=token) as second:
        second.say("luis", "qa", "after the restart")
        await page.get_by_role("button", name="Try now").click()
        await expect(page.get_by_role("article")).to_contain_text("after the restart")
        await expect(page.get_by_text("The connection to the workspace is lost.")).to_have_count(0)
        await type_message(page, "back again")
        await expect(page.get_by_role("article", name=re.compile("^Ana Ruiz"))).to_contain_text("back again")
