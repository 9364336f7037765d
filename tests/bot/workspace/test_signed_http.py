"""HTTP delivery: signatures, the 300-second window, replay, deadlines and retries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.workspace import Workspace

from .bolt import app_of, served
from .builders import a_modal


async def _ack(ack: Any) -> None:
    await ack()


@asynccontextmanager
async def _endpoint(
    ws: Workspace, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> AsyncIterator[None]:
    application = web.Application()
    application.router.add_post("/", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ws.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    try:
        yield
    finally:
        await runner.cleanup()


async def test_a_signed_command_is_acknowledged_by_bolt(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def health(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"health of {command['text']}")

    async with served(ws, app):
        answer = await ws.command(person="U1", channel="C1", text="main")
    assert answer.acked
    assert answer.message is not None
    assert answer.message.text == "health of main"


async def test_a_modal_submission_answers_over_http(ws: Workspace) -> None:
    app = app_of(ws)

    @app.view("incident.resolve")
    async def resolve(ack: Any) -> None:
        await ack(response_action="errors", errors={"reason": "Say more"})

    async with served(ws, app):
        await app.client.views_open(trigger_id=ws.team.issue_trigger("U1").id, view=a_modal())
        answer = await ws.submit("U1", {"reason": "x"})
    assert answer.errors == {"reason": "Say more"}


@pytest.mark.parametrize(("offset", "acked"), [(0, True), (-290, True), (290, True), (-310, False), (310, False)])
async def test_a_request_outside_the_window_of_300_seconds_is_rejected(
    ws: Workspace, offset: float, acked: bool
) -> None:
    app = app_of(ws)
    app.command("/t12")(_ack)
    ws.sign_with(offset_seconds=offset)
    async with served(ws, app):
        answer = await ws.command(person="U1", channel="C1")
    assert answer.acked is acked
    assert answer.failure == (None if acked else "http_client_error")


async def test_a_wrong_secret_is_rejected(ws: Workspace) -> None:
    app = app_of(ws)
    app.command("/t12")(_ack)
    ws.sign_with(wrong_secret=True)
    async with served(ws, app):
        assert (await ws.command(person="U1", channel="C1")).failure == "http_client_error"


async def test_a_replay_sends_the_same_bytes_again(ws: Workspace) -> None:
    bodies: list[tuple[bytes, str]] = []

    async def remember(request: web.Request) -> web.Response:
        bodies.append((await request.read(), request.headers["X-Slack-Signature"]))
        return web.Response()

    async with _endpoint(ws, remember):
        await ws.command(person="U1", channel="C1")
        reply = await ws.http.replay()
    assert reply.ok
    assert bodies[0] == bodies[1]


async def test_the_url_is_verified_by_a_challenge(ws: Workspace) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"challenge": (await request.json())["challenge"]})

    async def deaf(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async with _endpoint(ws, echo):
        assert await ws.http.verify_url()
    async with _endpoint(ws, deaf):
        assert not await ws.http.verify_url()


@pytest.mark.parametrize(("status", "failure"), [(404, "http_client_error"), (503, "http_service_error")])
async def test_an_error_status_is_a_visible_failure(ws: Workspace, status: int, failure: str) -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=status)

    async with _endpoint(ws, refuse):
        answer = await ws.command(person="U1", channel="C1")
    assert answer.failure == failure
    assert answer.shown == f'/t12 failed with the error "{failure}"'


async def test_a_reply_after_three_seconds_is_too_late(ws: Workspace) -> None:
    arrived, go = asyncio.Event(), asyncio.Event()

    async def wait(request: web.Request) -> web.Response:
        arrived.set()
        await go.wait()
        return web.Response()

    async with _endpoint(ws, wait):
        asking = asyncio.create_task(ws.command(person="U1", channel="C1"))
        await arrived.wait()
        await ws.move_clock(3.1)
        answer = await asking
        go.set()
    assert answer.failure == "operation_timeout"


async def test_nobody_listening_is_dispatch_failed(ws: Workspace) -> None:
    ws.deliver_to("http://127.0.0.1:9/")
    assert (await ws.command(person="U1", channel="C1")).failure == "dispatch_failed"


@pytest.mark.parametrize(("headers", "attempts"), [({}, 4), ({"X-Slack-No-Retry": "1"}, 1)])
async def test_events_are_retried_unless_the_app_says_no_retry(
    ws: Workspace, headers: dict[str, str], attempts: int
) -> None:
    seen: list[str | None] = []

    async def refuse(request: web.Request) -> web.Response:
        seen.append(request.headers.get("X-Slack-Retry-Reason"))
        return web.Response(status=500, headers=headers)

    async with _endpoint(ws, refuse):
        ws.mention("U1", "qa", "hello")
        await ws.until(lambda: seen)
        await ws.until(lambda: ws.deliveries_made[0].failure)
        await ws.move_clock(400)
    assert seen == [None, "http_error", "http_error", "http_error"][:attempts]
