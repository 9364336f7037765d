"""What a browser is served: the page, the live connection, and nothing for another site's page."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.workspace import Workspace
from bot.workspace.browser import PROTOCOL

SECTION = {"type": "section", "text": {"type": "plain_text", "text": "hello"}}


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with Workspace.start() as started:
        yield started


@pytest.fixture
async def client(workspace: Workspace) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(workspace.url) as session:
        yield session


def watching(client: aiohttp.ClientSession, workspace: Workspace, person: str, **more: Any) -> Any:
    url = f"/control/live?person={person}"
    return client.ws_connect(url, protocols=(PROTOCOL, more.pop("token", workspace.control_token)), **more)


async def post(client: aiohttp.ClientSession, workspace: Workspace, method: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    async with client.post(f"/api/{method}", json=body, headers=headers) as answer:
        return await answer.json()


async def next_with(socket: Any, key: str) -> Any:
    """The value of `key` in the next frame that has it."""
    async with asyncio.timeout(5):
        while True:
            frame = await socket.receive_json()
            if frame.get(key):
                return frame[key]


async def test_the_first_frame_shows_the_whole_screen(client: aiohttp.ClientSession, workspace: Workspace) -> None:
    workspace.say("ana", "qa", "good morning")
    async with watching(client, workspace, "luis") as socket:
        frame = await socket.receive_json()
    assert socket.protocol == PROTOCOL
    assert frame["me"] == "U2"
    assert [p["name"] for p in frame["people"]] == ["t12", "ana", "luis", "kim", "sam"]
    assert {c["name"] for c in frame["channels"]} == {"qa", "general"}
    assert [m["text"] for m in frame["messages"]] == ["good morning"]
    assert frame["app"]["commands"][0]["command"] == "/t12"
    assert frame["home"] is None
    assert frame["modals"] == []


async def test_later_frames_hold_only_what_changed(client: aiohttp.ClientSession, workspace: Workspace) -> None:
    async with watching(client, workspace, "ana") as socket:
        await socket.receive_json()
        workspace.say("luis", "qa", "look at this")
        frame = await socket.receive_json()
        assert [m["text"] for m in frame["messages"]] == ["look at this"]
        assert not {"people", "channels", "app", "home"} & set(frame)


async def test_an_edit_and_a_deletion_reach_the_screen(client: aiohttp.ClientSession, workspace: Workspace) -> None:
    async with watching(client, workspace, "ana") as socket:
        await socket.receive_json()
        posted = await post(client, workspace, "chat.postMessage", channel="C1", text="one")
        assert [m["text"] for m in await next_with(socket, "messages")] == ["one"]
        await post(client, workspace, "chat.update", channel="C1", ts=posted["ts"], text="two")
        changed = await next_with(socket, "messages")
        assert [(m["ts"], m["text"]) for m in changed] == [(posted["ts"], "two")]
        await post(client, workspace, "chat.delete", channel="C1", ts=posted["ts"])
        assert await next_with(socket, "deleted") == [["C1", posted["ts"]]]


async def test_an_ephemeral_message_reaches_its_reader_alone(
    client: aiohttp.ClientSession, workspace: Workspace
) -> None:
    async with watching(client, workspace, "ana") as ana, watching(client, workspace, "luis") as luis:
        await ana.receive_json()
        await luis.receive_json()
        await post(client, workspace, "chat.postEphemeral", channel="C1", user="U1", text="for ana")
        await post(client, workspace, "chat.postMessage", channel="C1", text="for all")
        seen = await next_with(ana, "messages")
        assert seen[0]["text"] == "for ana"
        assert seen[0]["ephemeral"]
        assert [m["text"] for m in await next_with(luis, "messages")] == ["for all"]


async def test_an_ephemeral_message_is_gone_after_a_reload(client: aiohttp.ClientSession, workspace: Workspace) -> None:
    await post(client, workspace, "chat.postEphemeral", channel="C1", user="U1", text="for ana")
    workspace.reload("ana")
    async with watching(client, workspace, "ana") as socket:
        assert "messages" not in await socket.receive_json()


async def test_home_and_modals_reach_the_screen_of_their_person(
    client: aiohttp.ClientSession, workspace: Workspace
) -> None:
    async with watching(client, workspace, "ana") as socket:
        await socket.receive_json()
        view = {"type": "home", "blocks": [SECTION]}
        await post(client, workspace, "views.publish", user_id="U1", view=view)
        assert (await next_with(socket, "home"))["blocks"][0]["text"]["text"] == "hello"
        trigger = workspace.team.issue_trigger("U1").id
        modal = {"type": "modal", "title": {"type": "plain_text", "text": "Note"}, "blocks": [SECTION]}
        await post(client, workspace, "views.open", trigger_id=trigger, view=modal)
        opened = await next_with(socket, "modals")
        assert [view["title"]["text"] for view in opened] == ["Note"]
        await workspace.close("ana")
        async with asyncio.timeout(5):
            while (await socket.receive_json()).get("modals") != []:
                pass


async def test_the_traffic_is_told_with_what_became_of_it(client: aiohttp.ClientSession, workspace: Workspace) -> None:
    async with watching(client, workspace, "ana") as socket:
        await socket.receive_json()
        workspace.fault("http_503", method="chat.postMessage")
        headers = {"Authorization": f"Bearer {workspace.bot_token}"}
        async with client.post("/api/chat.postMessage", json={"channel": "C1", "text": "x"}, headers=headers):
            pass
        calls = await next_with(socket, "calls")
        assert (calls[-1]["method"], calls[-1]["fault"]) == ("chat.postMessage", "http_503")
        assert calls[-1]["status"] in (200, 503)
        answer = await workspace.command("ana", "qa", "health")
        assert answer.failure == "dispatch_failed"
        async with asyncio.timeout(5):
            while (await next_with(socket, "deliveries"))[-1]["failure"] != "dispatch_failed":
                pass


async def test_a_long_channel_begins_with_its_newest_and_pages_back(
    client: aiohttp.ClientSession, workspace: Workspace
) -> None:
    for number in range(450):
        workspace.say("luis", "qa", f"message {number}")
    async with watching(client, workspace, "ana") as socket:
        frame = await socket.receive_json()
    assert [m["text"] for m in frame["messages"]] == [f"message {n}" for n in range(250, 450)]
    assert frame["more"] == {"C1": True}
    headers = {"Authorization": f"Bearer {workspace.control_token}"}
    query = {"channel": "C1", "person": "U1", "before": frame["messages"][0]["ts"], "limit": "300"}
    async with client.get("/control/history", params=query, headers=headers) as answer:
        older = (await answer.json())["result"]
    assert [m["text"] for m in older] == [f"message {n}" for n in range(250)]


async def test_an_unknown_person_has_no_screen(client: aiohttp.ClientSession, workspace: Workspace) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await watching(client, workspace, "nobody")
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({"Origin": "https://evil.example"}, None, 403),
        ({"Host": "evil.example"}, None, 403),
        ({"Sec-Fetch-Site": "cross-site"}, None, 403),
        ({}, "wrong", 401),
    ],
)
async def test_another_sites_page_gets_no_live_connection(
    client: aiohttp.ClientSession, workspace: Workspace, headers: dict[str, str], token: str | None, status: int
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await watching(client, workspace, "ana", headers=headers, token=token or workspace.control_token)
    assert refused.value.status == status


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_another_sites_page_cannot_read_the_control_token(
    client: aiohttp.ClientSession, workspace: Workspace, headers: dict[str, str]
) -> None:
    async with client.get("/", headers=headers) as answer:
        assert answer.status == 403
        assert workspace.control_token not in await answer.text()


async def test_the_page_runs_its_own_scripts_alone_and_cannot_be_framed(
    client: aiohttp.ClientSession, workspace: Workspace
) -> None:
    async with client.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("name", ["../server.py", "..%2Fserver.py", "nothing.js", "index.html"])
async def test_only_the_files_of_the_page_are_served(client: aiohttp.ClientSession, name: str) -> None:
    async with client.get(f"/page/{name}") as answer:
        assert answer.status == 404
