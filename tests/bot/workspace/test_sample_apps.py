"""Small apps in the patterns of Bolt's samples: a command with modals, Home with actions; over both transports."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient

from bot.workspace import Workspace

from .bolt import app_of, connected, served
from .builders import a_button, a_manifest, a_modal, actions, an_input, plain, section
from .valid_payloads import option

Json = dict[str, Any]
Transport = Callable[[Workspace, AsyncApp], AbstractAsyncContextManager[Any]]
BOTH = pytest.mark.parametrize("transport", [connected, served], ids=["socket mode", "signed http"])
ANIMALS = ("cat", "dog", "bear")


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    manifest = a_manifest("commands", "chat:write", "users:read", events=("app_home_opened",))
    async with Workspace.start(manifest=manifest) as workspace:
        yield workspace


def a_request_modal() -> Json:
    animal = {"type": "external_select", "action_id": "animal", "min_query_length": 0}
    where = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    return a_modal(
        section("Tell us", accessory=a_button("more", text=plain("Add a field"))),
        an_input("title"),
        an_input("animal", element=animal),
        an_input("where", element=where),
        callback_id="request",
        notify_on_close=True,
    )


def command_with_modals(ws: Workspace, seen: list[Any]) -> AsyncApp:
    """`/t12` opens a modal: a button updates it, a select asks for options, errors come first, then a second page."""
    app = app_of(ws)

    @app.command("/t12")
    async def ask(ack: Any, body: Json, client: Any, respond: Any) -> None:
        await ack("One moment")
        await client.views_open(trigger_id=body["trigger_id"], view=a_request_modal())
        await respond("A form is open")

    @app.action("more")
    async def more(ack: Any, body: Json, client: Any) -> None:
        await ack()
        shown = body["view"]
        view = a_request_modal()
        view["blocks"].append(an_input("why", optional=True))
        await client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)

    @app.options("animal")
    async def offer(ack: Any, payload: Json) -> None:
        await ack(options=[option(name) for name in ANIMALS if payload["value"] in name])

    @app.view("request")
    async def submitted(ack: Any, view: Json, body: Json) -> None:
        values = view["state"]["values"]
        if len(values["title"]["text"]["value"]) < 3:
            await ack(response_action="errors", errors={"title": "Say more"})
            return
        seen.append((values["animal"]["animal"]["selected_option"]["value"], "why" in values, body["response_urls"]))
        sure = a_modal(section("Sure?"), callback_id="sure", private_metadata=values["title"]["text"]["value"])
        await ack(response_action="push", view=sure)

    @app.view("sure")
    async def sure(ack: Any, view: Json, client: Any, body: Json) -> None:
        await ack(response_action="clear")
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Noted: {view['private_metadata']}")

    @app.view_closed("request")
    async def closed(ack: Any, body: Json) -> None:
        await ack()
        seen.append(("closed", body["is_cleared"]))

    return app


@BOTH
async def test_a_command_with_modals(ws: Workspace, transport: Transport) -> None:
    seen: list[Any] = []
    async with transport(ws, command_with_modals(ws, seen)):
        answer = await ws.command("ana", "qa", "new")
        assert answer.message is not None
        assert answer.message.text == "One moment"
        await ws.wait_for_message("qa", "ana", containing="A form is open")
        first = await ws.wait_for_modal("U1")
        await ws.press("ana", "more")
        await ws.until(lambda: len(first.body["blocks"]) == 5)
        offered = await ws.suggest("ana", "animal", "d")
        assert [o["value"] for o in offered.options] == ["dog"]
        values = {"title": "ab", "animal": "dog", "where": "C1"}
        assert (await ws.submit("ana", values)).errors == {"title": "Say more"}
        pushed = await ws.submit("ana", {"title": "a dog"})
        assert pushed.view is not None
        assert pushed.view.previous_view_id == first.id
        assert (await ws.submit("ana")).view is None
        assert "Noted: a dog" in (await ws.wait_for_message("@app", "ana", containing="Noted")).text
    (animal, has_why, (hook,)) = seen[0]
    assert (animal, has_why, hook["channel_id"]) == ("dog", True, "C1")
    assert ws.broken_rules == []


@BOTH
async def test_a_modal_that_is_closed_tells_the_app(ws: Workspace, transport: Transport) -> None:
    seen: list[Any] = []
    async with transport(ws, command_with_modals(ws, seen)):
        await ws.command("ana", "qa", "new")
        await ws.wait_for_modal("U1")
        await ws.close("ana")
        await ws.wait_for_quiet()
    assert seen == [("closed", False)]


def home_with_actions(ws: Workspace) -> AsyncApp:
    """A list of things to do, a copy per person: add by a modal, tick off, choose an order, look at one."""
    app = app_of(ws)
    todo: dict[str, list[str]] = {}

    def home(user: str) -> Json:
        rows = [
            section(name, block_id=f"todo-{n}", accessory=a_button("done", text=plain("Done"), value=name))
            for n, name in enumerate(todo.get(user, []))
        ]
        menu = {"type": "overflow", "action_id": "order", "options": [option("newest"), option("oldest")]}
        return {"type": "home", "blocks": [*rows, actions(a_button("add", text=plain("Add")), menu)]}

    @app.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        if event["tab"] == "home" and "view" not in event:
            await client.views_publish(user_id=event["user"], view=home(event["user"]))

    @app.action("add")
    async def add(ack: Any, body: Json, client: Any) -> None:
        await ack()
        assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
        await client.views_open(trigger_id=body["trigger_id"], view=a_modal(an_input("what"), callback_id="added"))

    @app.view("added")
    async def added(ack: Any, view: Json, body: Json, client: Any) -> None:
        todo.setdefault(body["user"]["id"], []).append(view["state"]["values"]["what"]["text"]["value"])
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=home(body["user"]["id"]))

    @app.action("done")
    async def done(ack: Any, body: Json, client: Any) -> None:
        await ack()
        todo[body["user"]["id"]].remove(body["actions"][0]["value"])
        shown = body["view"]
        await client.views_publish(user_id=body["user"]["id"], hash=shown["hash"], view=home(body["user"]["id"]))

    @app.action("order")
    async def order(ack: Any, body: Json, client: Any) -> None:
        await ack()
        todo[body["user"]["id"]].sort(reverse=body["actions"][0]["selected_option"]["value"] == "newest")
        await client.views_publish(user_id=body["user"]["id"], view=home(body["user"]["id"]))

    return app


def listed(ws: Workspace, person: str) -> list[str]:
    home = ws.home(person)
    return [] if home is None else [b["text"]["text"] for b in home.body["blocks"] if b["type"] == "section"]


def _has(ws: Workspace, what: str) -> bool:
    return what in listed(ws, "ana")


@BOTH
async def test_home_with_actions(ws: Workspace, transport: Transport) -> None:
    async with transport(ws, home_with_actions(ws)):
        ws.open_home("ana")
        home = await ws.wait_for_home("ana")
        for what in ("alpha", "bravo"):
            await ws.press("ana", "add", view_id=home.id)
            await ws.wait_for_modal("U1")
            await ws.submit("ana", {"what": what})
            await ws.until(partial(_has, ws, what))
        await ws.press("ana", "order", view_id=home.id, value="newest")
        await ws.until(lambda: listed(ws, "ana") == ["bravo", "alpha"])
        await ws.press("ana", "done", view_id=home.id, block_id="todo-1")
        await ws.until(lambda: listed(ws, "ana") == ["bravo"])
        ws.open_home("luis")
        await ws.wait_for_home("luis")
        assert listed(ws, "luis") == []
    assert ws.broken_rules == []


@asynccontextmanager
async def in_threads(ws: Workspace, app: App) -> AsyncIterator[None]:
    """The synchronous Bolt with the SDK's own WebSocket client, as most samples run it."""
    handler = SocketModeHandler(app, ws.app_token)
    await asyncio.to_thread(handler.connect)
    try:
        await ws.wait_for_connections()
        yield
    finally:
        await asyncio.to_thread(handler.close)


async def test_a_synchronous_app_in_threads(ws: Workspace) -> None:
    logger = logging.getLogger("bolt-in-threads")
    logger.setLevel(logging.CRITICAL)

    def make() -> App:
        return App(client=WebClient(token=ws.bot_token, base_url=ws.base_url), logger=logger)

    app = await asyncio.to_thread(make)

    @app.command("/t12")
    def ask(ack: Any, body: Json, client: Any, respond: Any) -> None:
        ack()
        zone = client.users_info(user=body["user_id"])["user"]["tz"]
        respond(f"You are in {zone}")
        client.views_open(trigger_id=body["trigger_id"], view=a_modal(an_input()))

    @app.view("incident.resolve")
    def resolve(ack: Any, say: Any, view: Json) -> None:
        ack()
        say(channel="C1", text=view["state"]["values"]["reason"]["text"]["value"])

    async with in_threads(ws, app):
        await ws.command("ana", "qa", "")
        await ws.wait_for_message("qa", "ana", containing="Europe/Madrid")
        await ws.wait_for_modal("U1")
        await ws.submit("ana", {"reason": "fixed the mock"})
        await ws.wait_for_message("qa", "luis", containing="fixed the mock")
    assert ws.broken_rules == []
