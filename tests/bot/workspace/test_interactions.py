"""Buttons, selects and shortcuts: what is sent when they are pressed, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspace import RefusedError, Workspace

from .bolt import app_of, client_of, connected
from .builders import a_button, a_manifest, actions, plain, section

_OPTIONS = [{"text": plain(w), "value": w} for w in ("high", "low")]


async def _post(ws: Workspace, *blocks: dict[str, Any]) -> str:
    posted = await client_of(ws).chat_postMessage(channel="C1", text="Incident 7", blocks=list(blocks))
    return str(posted["ts"])


async def test_a_press_carries_the_message_the_value_and_a_fresh_trigger(ws: Workspace) -> None:
    ts = await _post(ws, section(), actions(a_button(), block_id="acts"))
    app, seen = app_of(ws), []

    @app.action("incident.acknowledge")
    async def acknowledge(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    async with connected(ws, app):
        answer = await ws.press("U1", "incident.acknowledge", channel="C1")
    assert answer.acked
    (body,) = seen
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": "C1", "is_ephemeral": False}
    assert body["message"]["ts"] == ts
    assert body["user"]["id"] == "U1"
    assert body["trigger_id"] == answer.trigger_id
    (action,) = body["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("incident.acknowledge", "acts", "7")


async def test_a_double_click_delivers_twice(ws: Workspace) -> None:
    await _post(ws, actions(a_button()))
    app = app_of(ws)
    app.action("incident.acknowledge")(_ack)
    async with connected(ws, app):
        first = await ws.press("U1", "incident.acknowledge", channel="C1")
        second = await ws.press("U1", "incident.acknowledge", channel="C1")
    assert first.acked
    assert second.acked
    assert first.delivery_id != second.delivery_id


async def test_a_declined_confirm_dialog_sends_nothing(ws: Workspace) -> None:
    confirm = {"title": plain("Sure?"), "text": plain("Resolve it?"), "confirm": plain("Yes"), "deny": plain("No")}
    await _post(ws, actions(a_button(confirm=confirm)))
    answer = await ws.press("U1", "incident.acknowledge", channel="C1", confirm=False)
    assert answer.failure == "not_confirmed"
    assert ws.deliveries_made == []


async def test_a_button_that_an_edit_removed_can_be_pressed_only_from_an_old_screen(ws: Workspace) -> None:
    ts = await _post(ws, actions(a_button()))
    await client_of(ws).chat_update(channel="C1", ts=ts, text="Resolved", blocks=[section("Resolved")])
    app = app_of(ws)
    app.action("incident.acknowledge")(_ack)
    with pytest.raises(RefusedError, match=r"incident\.acknowledge"):
        await ws.press("U1", "incident.acknowledge", channel="C1", ts=ts)
    async with connected(ws, app):
        assert (await ws.press("U1", "incident.acknowledge", channel="C1", ts=ts, stale=True)).acked


async def test_a_choice_in_a_select_arrives_as_its_option(ws: Workspace) -> None:
    select = {"type": "static_select", "action_id": "severity", "options": _OPTIONS, "initial_option": _OPTIONS[0]}
    await _post(ws, actions(select, block_id="b"))
    app, seen = app_of(ws), []

    @app.action("severity")
    async def choose(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    async with connected(ws, app):
        await ws.press("U1", "severity", channel="C1", value="low")
    assert seen[0]["actions"][0]["selected_option"] == _OPTIONS[1]
    assert seen[0]["state"]["values"]["b"]["severity"]["selected_option"] == _OPTIONS[1]
    with pytest.raises(RefusedError, match="not among the options"):
        await ws.press("U1", "severity", channel="C1", value="extreme")


async def test_an_unanswered_press_is_a_visible_failure(ws: Workspace) -> None:
    await _post(ws, actions(a_button()))
    answer = await ws.press("U1", "incident.acknowledge", channel="C1")
    assert answer.failure == "dispatch_failed"
    assert answer.shown


async def test_an_ephemeral_button_is_there_for_its_addressee_only_until_a_reload(ws: Workspace) -> None:
    await client_of(ws).chat_postEphemeral(channel="C1", user="U1", text="For you", blocks=[actions(a_button())])
    app = app_of(ws)
    app.action("incident.acknowledge")(_ack)
    async with connected(ws, app):
        assert (await ws.press("U1", "incident.acknowledge", channel="C1")).acked
    with pytest.raises(RefusedError):
        await ws.press("U2", "incident.acknowledge", channel="C1")
    ws.reload("U1")
    with pytest.raises(RefusedError):
        await ws.press("U1", "incident.acknowledge", channel="C1")


async def test_without_the_scope_commands_there_is_no_shortcut() -> None:
    async with Workspace.start(manifest=a_manifest("chat:write")) as ws:
        with pytest.raises(RefusedError, match="scope commands"):
            await ws.shortcut("ana", "declare")


async def test_shortcuts_reach_the_app_with_or_without_a_message() -> None:
    async with Workspace.start(manifest=a_manifest("commands")) as ws:
        message = ws.say("U1", "C1", "the build is red")
        app, seen = app_of(ws), []

        async def remember(ack: Any, body: dict[str, Any]) -> None:
            seen.append(body)
            await ack()

        app.shortcut("declare")(remember)
        app.shortcut("declare_from_message")(remember)
        async with connected(ws, app):
            await ws.shortcut("U1", "declare")
            await ws.shortcut("U1", "declare_from_message", channel="C1", ts=message.ts)
        assert [b["type"] for b in seen] == ["shortcut", "message_action"]
        assert seen[1]["message"]["text"] == "the build is red"


async def _ack(ack: Any) -> None:
    await ack()
