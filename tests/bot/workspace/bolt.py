"""A real Bolt app, connected to the workspace over Socket Mode or served over HTTP, and closed cleanly."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace


def client_of(ws: Workspace, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=ws.bot_token if token is None else token, base_url=ws.base_url, retry_handlers=[])


def app_of(ws: Workspace) -> AsyncApp:
    """A Bolt app of this workspace; quiet, because the tests read the workspace and not the log."""
    logger = logging.getLogger("bolt-under-test")
    logger.setLevel(logging.CRITICAL)
    return AsyncApp(client=client_of(ws), signing_secret=ws.signing_secret, logger=logger)


@asynccontextmanager
async def connected(
    ws: Workspace, app: AsyncApp, count: int = 1, *, ping_interval: float = 5
) -> AsyncIterator[list[AsyncSocketModeHandler]]:
    """`count` Socket Mode handlers of one app, side by side."""
    handlers = [AsyncSocketModeHandler(app, ws.app_token, ping_interval=ping_interval) for _ in range(count)]
    try:
        for handler in handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK has no types here
        await ws.wait_for_connections(count)
        yield handlers
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]  # as above


@asynccontextmanager
async def served(ws: Workspace, app: AsyncApp) -> AsyncIterator[str]:
    """The app behind a request URL on this machine, to which the workspace delivers from now on."""
    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    ws.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    try:
        yield f"http://127.0.0.1:{port}/slack/events"
    finally:
        await runner.cleanup()
