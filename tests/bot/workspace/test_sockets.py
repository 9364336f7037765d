"""Socket Mode: single-use URLs, one connection per envelope, refresh, and the way the SDK gets stuck."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace

from .bolt import app_of, client_of, connected


async def _ack(ack: Any) -> None:
    await ack()


async def _url(ws: Workspace) -> str:
    opened = await AsyncWebClient(base_url=ws.base_url).apps_connections_open(app_token=ws.app_token)
    return str(opened["url"])


async def test_every_envelope_reaches_exactly_one_of_two_connections(ws: Workspace) -> None:
    app = app_of(ws)
    app.command("/t12")(_ack)
    async with connected(ws, app, count=2):
        answers = [await ws.command(person="U1", channel="C1") for _ in range(10)]
        received = [c.received for c in ws.sockets.connections]
    assert all(a.acked for a in answers)
    assert [len(r) for r in received] == [5, 5]
    assert not set(received[0]) & set(received[1])


async def test_a_duplicate_delivery_can_be_provoked(ws: Workspace) -> None:
    app, heard = app_of(ws), []

    @app.command("/t12")
    async def hear(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body["trigger_id"])
        await ack()

    ws.fault("duplicate_envelope", method="slash_commands")
    async with connected(ws, app, count=2):
        await ws.command(person="U1", channel="C1")
        await ws.until(lambda: len(heard) == 2)
        await ws.until(lambda: ws.broken_rules)
    assert len(set(heard)) == 1
    assert [b.rule for b in ws.broken_rules] == ["repeated_or_unknown_ack"]


async def test_a_socket_url_works_once(ws: Workspace) -> None:
    url = await _url(ws)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as first:
            hello = await first.receive_json()
            assert hello["type"] == "hello"
            assert hello["num_connections"] == 1
            assert hello["debug_info"]["approximate_connection_time"] > 0
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_socket_url_expires(ws: Workspace) -> None:
    url = await _url(ws)
    await ws.move_clock(61)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_failed_handshake_spends_the_url(ws: Workspace) -> None:
    url = await _url(ws)
    ws.fault("handshake_502")
    async with aiohttp.ClientSession() as session:
        for status in (502, 404):
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await session.ws_connect(url)
            assert caught.value.status == status


async def test_an_eleventh_connection_is_turned_away(ws: Workspace) -> None:
    async with aiohttp.ClientSession() as session, contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(session.ws_connect(await _url(ws)))
        eleventh = await stack.enter_async_context(session.ws_connect(await _url(ws)))
        farewell = await eleventh.receive_json()
    assert (farewell["type"], farewell["reason"]) == ("disconnect", "too_many_websockets")


async def test_connections_need_the_app_token_and_its_scope(ws: Workspace) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await AsyncWebClient(base_url=ws.base_url).apps_connections_open(app_token=ws.bot_token)
    async with Workspace.start(app_scopes=()) as unscoped:
        with pytest.raises(SlackApiError, match="missing_scope"):
            await _url(unscoped)


async def test_a_refresh_moves_the_app_to_a_new_connection(ws: Workspace) -> None:
    app = app_of(ws)
    app.command("/t12")(_ack)
    async with connected(ws, app):
        old = ws.sockets.connections[0].id
        await ws.sockets.refresh()
        await ws.until(lambda: [c for c in ws.sockets.connections if c.id != old])
        await ws.until(lambda: len(ws.sockets.connections) == 1)
        assert (await ws.command(person="U1", channel="C1")).acked
    assert len(ws.calls_of("apps.connections.open")) == 2


async def test_a_warning_comes_about_ten_seconds_ahead(ws: Workspace) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(await _url(ws)) as socket:
        await socket.receive_json()
        await ws.sockets.refresh("warning")
        assert (await socket.receive_json())["reason"] == "warning"
        await ws.move_clock(10)
        assert (await socket.receive_json())["reason"] == "refresh_requested"
        await ws.move_clock(10)
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_a_disabled_link_ends_connections_and_gives_no_new_url(ws: Workspace) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(await _url(ws)) as socket:
        await socket.receive_json()
        await ws.disable_link()
        assert (await socket.receive_json())["reason"] == "link_disabled"
    with pytest.raises(SlackApiError, match="socket_mode_disabled"):
        await _url(ws)


async def test_two_handlers_leave_no_gap_during_a_refresh(ws: Workspace) -> None:
    app = app_of(ws)
    app.command("/t12")(_ack)
    async with connected(ws, app, count=2):
        await ws.sockets.refresh(connection_id=ws.sockets.connections[0].id)
        answers = await asyncio.gather(*(ws.command(person="U1", channel="C1") for _ in range(5)))
        await ws.wait_for_connections(2)
    assert all(a.acked for a in answers)


async def test_a_dropped_socket_fails_visibly_and_the_app_comes_back(ws: Workspace) -> None:
    app = app_of(ws)
    app.command("/t12")(_ack)
    async with connected(ws, app, ping_interval=0.2):
        await ws.sockets.drop()
        assert (await ws.command(person="U1", channel="C1")).failure == "dispatch_failed"
        await ws.wait_for_connections(1)
        assert (await ws.command(person="U1", channel="C1")).acked


async def test_one_refresh_and_one_failed_handshake_leave_the_sdk_on_a_spent_url(ws: Workspace) -> None:
    """The fault of slack_sdk 3.47 that a supervisor must heal: it never asks for another URL."""
    app = app_of(ws)
    app.command("/t12")(_ack)
    async with connected(ws, app, ping_interval=0.1) as (stuck,):
        ws.fault("handshake_502")
        await ws.sockets.refresh()
        await ws.until(lambda: ws.sockets.failed_handshakes >= 4)
        assert len(ws.calls_of("apps.connections.open")) == 2
        assert not await stuck.client.is_connected()
        assert {b.rule for b in ws.broken_rules} == {"spent_socket_url"}
        await stuck.close_async()  # type: ignore[no-untyped-call]  # the SDK has no types here
        async with connected(ws, app):
            assert (await ws.command(person="U1", channel="C1")).acked


async def test_an_unreadable_acknowledgement_is_noted(ws: Workspace) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(await _url(ws)) as socket:
        await socket.send_str("nonsense")
        await ws.until(lambda: ws.broken_rules)
    assert [b.rule for b in ws.broken_rules] == ["unreadable_ack"]
    assert await client_of(ws).auth_test()
