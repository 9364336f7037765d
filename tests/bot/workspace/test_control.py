"""The control API and the program: everything over HTTP, for those with the token, never for other sites."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace

from .bolt import app_of, connected
from .builders import a_manifest


async def _ask(ws: Workspace, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {ws.control_token}"} | headers
    method = "GET" if body is None else "POST"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{ws.url}/control/{path}", json=body) as response,
    ):
        return response.status, await response.json()


async def test_a_person_is_played_over_http(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def health(ack: Any) -> None:
        await ack("All 12 tests passed")

    async with connected(ws, app):
        status, answer = await _ask(ws, "command", {"person": "ana", "channel": "qa", "text": "health"})
    assert status == 200
    assert answer["result"]["acked"]
    assert answer["result"]["latency_seconds"] < 1
    _, seen = await _ask(ws, "messages?channel=qa&person=ana")
    assert [m["text"] for m in seen["result"]] == ["All 12 tests passed"]
    _, unseen = await _ask(ws, "messages?channel=qa&person=luis")
    assert unseen["result"] == []
    _, deliveries = await _ask(ws, "deliveries")
    assert deliveries["result"][0]["acked"]


async def test_the_world_can_be_changed_over_http(ws: Workspace) -> None:
    for path, body in (
        ("add-person", {"id": "U9", "name": "zoe", "zone": "Asia/Tokyo"}),
        ("add-channel", {"name": "incidents", "members": ["zoe", "t12"]}),
        ("move-clock", {"seconds": 3600}),
        ("fault", {"kind": "http_503", "times": 2}),
        ("deliver-to", {"url": "http://127.0.0.1:9/"}),
        ("sign-with", {"offset_seconds": 400}),
    ):
        assert (await _ask(ws, path, body))[0] == 200
    _, state = await _ask(ws, "state")
    assert 3599 < state["result"]["offset_seconds"] < 3700
    _, channels = await _ask(ws, "channels")
    assert channels["result"][-1]["members"] == ["U9", "U0APP"]
    _, faults = await _ask(ws, "faults")
    assert faults["result"][0]["times"] == 2


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nonsense", {}, 404),
        ("command", {"person": "zoe", "channel": "qa"}, 400),
        ("command", {"nobody": 1}, 400),
        ("command", [], 400),
        ("fault", {"kind": "flood"}, 400),
        ("nonsense", None, 404),
    ],
)
async def test_mistakes_are_answered_with_a_reason(ws: Workspace, path: str, body: Any, status: int) -> None:
    answered, answer = await _ask(ws, path, body)
    assert answered == status
    assert answer["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_strangers_and_other_sites_are_refused(ws: Workspace, headers: dict[str, str], status: int) -> None:
    assert (await _ask(ws, "state", None, **headers))[0] == status


async def test_it_listens_on_this_machine_only(ws: Workspace) -> None:
    assert ws.url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session, session.get(f"{ws.url}/healthz") as response:
        assert (await response.json())["ok"]


async def test_the_program_prints_what_an_app_needs_and_stops_on_a_signal(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(a_manifest("commands") | {"features": {"bot_user": {"display_name": "night"}}}))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.workspace", "--port", "0", "--bot-token", "xoxb-fixed"),
        *("--manifest", str(manifest), "--no-limit-rates"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(6)]
    printed = dict(line.split("=", 1) for line in lines)
    answer = await AsyncWebClient(token="xoxb-fixed", base_url=printed["SLACK_API_URL"]).auth_test()
    assert answer["user"] == "night"
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0
