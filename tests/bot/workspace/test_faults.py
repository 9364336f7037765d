"""Faults on command: each does what it says, as often as it says, and the record tells."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace import Workspace

from .bolt import client_of


async def _post(ws: Workspace) -> None:
    await client_of(ws).chat_postMessage(channel="C1", text="Incident 7")


async def _raw(ws: Workspace) -> tuple[int, str | None, str]:
    headers = {"Authorization": f"Bearer {ws.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{ws.base_url}chat.postMessage", json={"channel": "C1", "text": "x"}) as response,
    ):
        return response.status, response.headers.get("Retry-After"), await response.text()


@pytest.mark.parametrize("empty", [False, True])
async def test_a_rate_limit_names_its_seconds_with_or_without_a_body(ws: Workspace, empty: bool) -> None:
    ws.fault("rate_limited_empty" if empty else "rate_limited", seconds=30)
    status, retry_after, body = await _raw(ws)
    assert (status, retry_after, body == "") == (429, "30", empty)
    await _post(ws)
    assert len(ws.messages("C1")) == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_a_server_error_has_its_status(ws: Workspace, status: int) -> None:
    ws.fault(f"http_{status}")
    assert (await _raw(ws))[0] == status
    assert ws.messages("C1") == []


@pytest.mark.parametrize("code", ["internal_error", "fatal_error"])
async def test_an_error_may_come_with_status_200(ws: Workspace, code: str) -> None:
    ws.fault(code)
    with pytest.raises(SlackApiError, match=code):
        await _post(ws)


async def test_any_error_can_be_answered_and_only_for_the_method_named(ws: Workspace) -> None:
    ws.fault("error", method="chat.postMessage", error="restricted_action", times=2)
    await client_of(ws).auth_test()
    for _ in range(2):
        with pytest.raises(SlackApiError, match="restricted_action"):
            await _post(ws)
    await _post(ws)


@pytest.mark.parametrize(("kind", "posted"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_leaves_the_caller_in_the_dark_before_or_after_the_work(
    ws: Workspace, kind: str, posted: int
) -> None:
    ws.fault(kind)
    with pytest.raises(aiohttp.ClientError):
        await _post(ws)
    assert len(ws.messages("C1")) == posted
    assert [c.answered for c in ws.calls] == [False]


async def test_a_time_out_after_acceptance_has_posted_the_message(ws: Workspace) -> None:
    ws.fault("timeout_after")
    client = client_of(ws)
    client.timeout = 0.2  # type: ignore[assignment]  # seconds; a fraction is enough here
    with pytest.raises(asyncio.TimeoutError):
        await client.chat_postMessage(channel="C1", text="Incident 7")
    assert len(ws.messages("C1")) == 1


async def test_a_slow_answer_is_slow(ws: Workspace) -> None:
    ws.fault("slow", seconds=0.1)
    started = time.perf_counter()
    await _post(ws)
    assert time.perf_counter() - started >= 0.1


async def test_a_fault_can_let_calls_through_first_and_be_cleared(ws: Workspace) -> None:
    ws.fault("internal_error", method="chat.postMessage", skip=1, times=-1)
    await _post(ws)
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await _post(ws)
    ws.clear_faults()
    await _post(ws)


async def test_a_fault_that_does_not_exist_is_refused(ws: Workspace) -> None:
    with pytest.raises(ValueError, match="There is no fault 'flood'"):
        ws.fault("flood")


async def test_a_held_call_does_not_keep_the_workspace_from_stopping() -> None:
    async with Workspace.start() as ws:
        ws.fault("timeout_after")
        call = asyncio.create_task(_post(ws))
        await ws.until(lambda: ws.messages("C1"))
    with pytest.raises(aiohttp.ClientError):
        await call
