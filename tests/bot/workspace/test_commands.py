"""Slash commands: who may type them where, what reaches the app, and what the person sees of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.workspace import RefusedError, Workspace

from .bolt import app_of, connected
from .builders import a_manifest


async def test_a_command_is_acknowledged_and_answered_to_the_person_alone(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def health(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(f"You asked for {command['text']}")

    async with connected(ws, app):
        answer = await ws.command(person="U1", channel="C1", text="health")
        assert answer.acked
        assert answer.failure is None
        assert answer.latency_seconds is not None
        assert answer.latency_seconds < 1
        shown = await ws.wait_for_message("C1", "ana", containing="health")
    assert shown.ephemeral_to == "U1"
    assert ws.messages("C1", "U2") == []
    assert ws.messages("C1") == []
    assert ws.broken_rules == []


async def test_text_in_the_acknowledgement_is_an_ephemeral_answer(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def health(ack: Any) -> None:
        await ack("All 12 tests passed")

    async with connected(ws, app):
        answer = await ws.command(person="U1", channel="C1")
    assert answer.message is not None
    assert answer.message.text == "All 12 tests passed"
    assert answer.message.ephemeral_to == "U1"


async def test_in_channel_shows_the_answer_to_everybody_even_where_the_app_is_no_member(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def health(ack: Any) -> None:
        await ack(text="Shared", response_type="in_channel")

    async with connected(ws, app):
        await ws.command(person="U1", channel="#general")
    assert [m.text for m in ws.messages("general", "luis")] == ["Shared"]


async def test_typed_names_and_entities_are_escaped_as_the_manifest_asks() -> None:
    async with Workspace.start(manifest=a_manifest("commands")) as ws:
        seen: dict[str, str] = {}
        app = app_of(ws)

        async def remember(ack: Any, command: dict[str, Any]) -> None:
            seen[command["command"]] = command["text"]
            await ack()

        app.command("/t12")(remember)
        app.command("/raw")(remember)
        async with connected(ws, app):
            for name in ("/t12", "/raw"):
                await ws.command(person="U1", channel="C1", text="hand to @luis in #qa <!channel> & go", command=name)
    assert seen["/t12"] == "hand to <@U2|luis> in <#C1|qa> &lt;!channel&gt; &amp; go"
    assert seen["/raw"] == "hand to @luis in #qa <!channel> & go"


async def test_empty_text_is_allowed(ws: Workspace) -> None:
    app = app_of(ws)
    app.command("/t12")(_ack)
    async with connected(ws, app):
        answer = await ws.command(person="U1", channel="C1")
    assert answer.acked
    assert answer.payload["text"] == ""


async def test_commands_in_threads_and_unknown_commands_never_reach_the_app(ws: Workspace) -> None:
    parent = ws.say("U1", "C1", "look at this")
    in_thread = await ws.command(person="U1", channel="C1", thread_ts=parent.ts)
    unknown = await ws.command(person="U1", channel="C1", command="/nope")
    assert (in_thread.failure, unknown.failure) == ("not_in_threads", "unknown_command")
    assert ws.deliveries_made == []


async def test_without_a_connected_app_the_person_sees_dispatch_failed(ws: Workspace) -> None:
    answer = await ws.command(person="U1", channel="C1", text="health")
    assert answer.failure == "dispatch_failed"
    assert answer.shown == '/t12 failed with the error "dispatch_failed"'


async def test_no_acknowledgement_within_three_seconds_is_a_visible_failure(ws: Workspace) -> None:
    app = app_of(ws)
    late = asyncio.Event()

    @app.command("/t12")
    async def slow(ack: Any) -> None:
        await late.wait()
        await ack()

    async with connected(ws, app):
        asking = asyncio.create_task(ws.command(person="U1", channel="C1"))
        await ws.until(lambda: ws.sockets.connections[0].received)
        await ws.move_clock(2.9)
        assert not asking.done()
        await ws.move_clock(0.2)
        answer = await asking
        late.set()
        await ws.until(lambda: [b for b in ws.broken_rules if b.rule == "late_ack"])
    assert answer.failure == "operation_timeout"
    assert not answer.acked


async def test_only_members_type_in_a_channel(ws: Workspace) -> None:
    ws.add_channel("secret", ["U2"], kind="private")
    with pytest.raises(RefusedError, match="ana is not a member of secret"):
        await ws.command(person="U1", channel="secret")
    with pytest.raises(RefusedError, match="Nobody called zoe"):
        await ws.command(person="zoe", channel="C1")


async def test_an_answer_that_slack_would_refuse_is_shown_as_a_failure(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def wrong(ack: Any) -> None:
        await ack(text="x", blocks=[{"type": "nope"}])

    async with connected(ws, app):
        answer = await ws.command(person="U1", channel="C1")
    assert answer.failure == "invalid_blocks"
    assert ws.messages("C1", "U1") == []


async def test_without_the_scope_commands_there_is_no_command() -> None:
    async with Workspace.start(scopes=["chat:write"]) as ws:
        assert (await ws.command(person="U1", channel="C1")).failure == "unknown_command"


async def test_quiet_means_that_the_app_has_finished(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def health(ack: Any, respond: Any) -> None:
        await ack()
        for part in range(3):
            await asyncio.sleep(0.03)
            await respond(f"part {part}")

    async with connected(ws, app):
        await ws.command(person="U1", channel="C1")
        await ws.wait_for_quiet()
    assert len(ws.messages("C1", "U1")) == 3


async def _ack(ack: Any) -> None:
    await ack()
