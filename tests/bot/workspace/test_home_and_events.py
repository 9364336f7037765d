"""The Home tab, mentions and messages: which events the app hears, and how often Slack tries."""

from __future__ import annotations

from typing import Any

from bot.workspace import Workspace

from .bolt import app_of, client_of, connected
from .builders import a_button, a_home, a_manifest, actions


async def test_opening_home_shows_what_the_app_publishes_for_that_person(ws: Workspace) -> None:
    app = app_of(ws)

    @app.event("app_home_opened")
    async def welcome(event: dict[str, Any], client: Any) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=a_home(f"Hello <@{event['user']}>"))

    async with connected(ws, app):
        assert ws.open_home("U1") is None
        view = await ws.wait_for_home("U1")
    assert view.body["blocks"][0]["text"]["text"] == "Hello <@U1>"
    assert ws.home("U2") is None


async def test_home_knows_the_published_view_when_it_is_opened_again(ws: Workspace) -> None:
    await client_of(ws).views_publish(user_id="U1", view=a_home())
    shown = ws.open_home("U1")
    assert shown is not None
    await ws.until(lambda: ws.deliveries_made)
    assert ws.deliveries_made[0].payload["event"]["view"]["id"] == shown.id


async def test_a_button_on_home_comes_with_its_view_and_no_message(ws: Workspace) -> None:
    app, seen = app_of(ws), []

    @app.action("incident.acknowledge")
    async def acknowledge(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    await client_of(ws).views_publish(user_id="U1", view=a_home() | {"blocks": [actions(a_button())]})
    home = ws.home("U1")
    assert home is not None
    async with connected(ws, app):
        await ws.press("U1", "incident.acknowledge", view_id=home.id)
    assert seen[0]["container"] == {"type": "view", "view_id": home.id}
    assert seen[0]["view"]["type"] == "home"


async def test_a_mention_is_heard_where_the_app_is_a_member_and_answered_in_a_thread(ws: Workspace) -> None:
    app = app_of(ws)

    @app.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(text="Here", thread_ts=event["ts"])

    async with connected(ws, app):
        ws.mention("U1", "general", "hello")
        asked = ws.mention("U1", "qa", "hello")
        reply = await ws.wait_for_message("qa", containing="Here")
    assert asked.text == "<@U0APP> hello"
    assert reply.thread_ts == asked.ts
    assert [d.payload["event"]["channel"] for d in ws.deliveries_made] == ["C1"]


async def test_events_without_their_scope_or_subscription_are_silent() -> None:
    unscoped = a_manifest("chat:write", events=("app_mention", "message.channels"))
    async with Workspace.start(manifest=unscoped) as ws:
        ws.mention("U1", "qa", "hello")
        assert ws.deliveries_made == []
    async with Workspace.start(manifest=a_manifest("channels:history", events=("message.channels",))) as ws:
        ws.mention("U1", "qa", "hello")
        await ws.until(lambda: ws.deliveries_made)
        assert [d.payload["event"]["type"] for d in ws.deliveries_made] == ["message"]


async def test_an_unacknowledged_event_is_tried_four_times_with_the_same_id(ws: Workspace) -> None:
    app, seen = app_of(ws), []

    @app.middleware
    async def remember(req: Any, next: Any) -> None:  # noqa: A002
        seen.append((req.headers.get("x-slack-retry-num"), req.headers.get("x-slack-retry-reason")))
        await next()

    @app.event("app_mention")
    async def hear() -> None: ...

    ws.fault("lose_envelope", method="events_api", times=3)
    async with connected(ws, app):
        ws.mention("U1", "qa", "hello")
        await ws.until(lambda: ws.deliveries_made)
        await ws.move_clock(4.5, settle_seconds=0.05)
        await ws.move_clock(70, settle_seconds=0.05)
        await ws.move_clock(310)
        await ws.until(lambda: [d for d in ws.deliveries_made if d.acked])
    assert [d.attempt for d in ws.deliveries_made] == [0, 1, 2, 3]
    assert len({d.event_id for d in ws.deliveries_made}) == 1
    assert seen == [(["3"], ["timeout"])]
    gaps = [round(b.sent_at - a.sent_at) for a, b in zip(ws.deliveries_made, ws.deliveries_made[1:], strict=False)]
    assert gaps == [4, 63, 303]


async def test_an_event_that_nobody_ever_takes_is_reported(ws: Workspace) -> None:
    ws.mention("U1", "qa", "hello")
    await ws.until(lambda: ws.deliveries_made)
    await ws.move_clock(400, settle_seconds=0.05)
    assert [d.retry_reason for d in ws.deliveries_made] == [None, *["connection_failed"] * 3]
    assert [b.rule for b in ws.broken_rules] == ["event_never_acknowledged"]


async def test_a_reaction_is_heard_once(ws: Workspace) -> None:
    manifest = a_manifest("reactions:read", events=("reaction_added",))
    async with Workspace.start(manifest=manifest) as team:
        message = team.say("U1", "C1", "red again")
        team.react("U2", "C1", message.ts, "eyes")
        team.react("U2", "C1", message.ts, "eyes")
        await team.until(lambda: team.deliveries_made)
        assert [d.payload["event"]["reaction"] for d in team.deliveries_made] == ["eyes"]
