"""What people write, change, delete and react to reaches the app as events, and so do the app's own messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.workspace import Person, RefusedError, Workspace

from .bolt import app_of, client_of, connected
from .builders import a_manifest, actions
from .valid_payloads import option

EVENTS = ("message.channels", "message.im", "app_mention", "reaction_added", "reaction_removed", "pin_added",
          "member_joined_channel", "member_left_channel")  # fmt: skip
SCOPES = ("chat:write", "commands", "channels:history", "im:history", "channels:read", "app_mentions:read",
          "reactions:read", "reactions:write", "pins:read", "pins:write")  # fmt: skip


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.start(manifest=a_manifest(*SCOPES, events=EVENTS)) as workspace:
        yield workspace


async def heard(ws: Workspace) -> list[dict[str, Any]]:
    """The events delivered so far, without what only identifies them."""
    await ws.wait_for_quiet()
    return [d.payload["event"] for d in ws.deliveries_made if d.kind == "events_api" and not d.attempt]


def listening(ws: Workspace) -> Any:
    app = app_of(ws)

    @app.event({"type": "message"})
    async def message() -> None: ...

    for name in ("app_mention", "reaction_added", "reaction_removed", "pin_added", "member_joined_channel"):
        app.event(name)(message)
    app.event("member_left_channel")(message)
    return connected(ws, app)


async def test_a_message_is_heard_when_posted_edited_and_deleted(ws: Workspace) -> None:
    async with listening(ws):
        message = ws.say("ana", "qa", "first")
        ws.edit("ana", "qa", message.ts, "second")
        ws.delete("ana", "qa", message.ts)
        posted, edited, deleted = await heard(ws)
    assert (posted["text"], posted["channel_type"], posted.get("subtype")) == ("first", "channel", None)
    assert (edited["subtype"], edited["message"]["text"]) == ("message_changed", "second")
    assert (edited["previous_message"]["text"], edited["hidden"]) == ("first", True)
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)
    assert ws.messages("qa") == []


async def test_only_the_author_edits_and_deletes(ws: Workspace) -> None:
    message = ws.say("ana", "qa", "mine")
    with pytest.raises(RefusedError):
        ws.edit("luis", "qa", message.ts, "yours")
    with pytest.raises(RefusedError):
        ws.delete("luis", "qa", message.ts)


async def test_an_app_hears_its_own_messages_marked_as_its_own(ws: Workspace) -> None:
    client = client_of(ws)
    async with listening(ws):
        metadata = {"event_type": "issue", "event_payload": {"id": 7}}
        sent = await client.chat_postMessage(channel="U1", text="hello", metadata=metadata)
        await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="hello again")
        await client.chat_delete(channel=sent["channel"], ts=sent["ts"])
        posted, edited, deleted = await heard(ws)
    assert (posted["bot_id"], posted["channel_type"], posted["metadata"]) == ("B0APP", "im", metadata)
    assert (edited["subtype"], deleted["subtype"]) == ("message_changed", "message_deleted")


async def test_nothing_is_heard_of_what_only_one_person_sees(ws: Workspace) -> None:
    async with listening(ws):
        await client_of(ws).chat_postEphemeral(channel="C1", user="U1", text="psst")
        assert await heard(ws) == []


async def test_nothing_is_heard_where_the_app_is_no_member(ws: Workspace) -> None:
    async with listening(ws):
        ws.say("ana", "general", "@t12 hello")
        assert await heard(ws) == []


async def test_reactions_pins_and_memberships_are_heard(ws: Workspace) -> None:
    client = client_of(ws)
    async with listening(ws):
        ts = ws.say("ana", "qa", "hello").ts
        ws.react("luis", "qa", ts, "eyes")
        ws.react("luis", "qa", ts, "eyes")
        ws.react("luis", "qa", ts, "eyes", remove=True)
        await client.pins_add(channel="C1", timestamp=ts)
        ws.leave("kim", "qa")
        ws.join("kim", "qa")
        kinds = [event["type"] for event in await heard(ws)]
    assert kinds == ["message", "reaction_added", "reaction_removed", "pin_added", "member_left_channel",
                     "member_joined_channel"]  # fmt: skip


async def test_a_name_with_spaces_is_mentioned(ws: Workspace) -> None:
    ws.team.add_person(Person("U7", "Casey - Desk (IT)", "Casey"))
    assert ws.say("ana", "qa", "ask @Casey - Desk (IT) about #qa, not @nobody").text == (
        "ask <@U7> about <#C1>, not @nobody"
    )


def a_search(**fields: Any) -> dict[str, Any]:
    return actions({"type": "external_select", "action_id": "animal", "min_query_length": 2, **fields})


async def test_a_select_in_a_message_asks_the_app_and_takes_what_it_offered(ws: Workspace) -> None:
    app, seen = app_of(ws), []

    @app.options("animal")
    async def offer(ack: Any, body: dict[str, Any]) -> None:
        seen.append((body["value"], body["container"]["type"], body["message"]["text"]))
        groups = [{"label": {"type": "plain_text", "text": "pets"}, "options": [option("dog")]}]
        await ack(option_groups=groups)

    @app.action("animal")
    async def chosen(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append(body["actions"][0]["selected_option"]["value"])

    async with connected(ws, app):
        await client_of(ws).chat_postMessage(channel="C1", text="Which?", blocks=[a_search()])
        assert (await ws.suggest("ana", "animal", "d", channel="qa")).failure == "too_short"
        with pytest.raises(RefusedError):
            await ws.press("ana", "animal", channel="qa", value="dog")
        offered = await ws.suggest("ana", "animal", "do", channel="qa")
        assert [o["value"] for o in offered.options] == ["dog"]
        await ws.press("ana", "animal", channel="qa", value="dog")
    assert seen == [("do", "message", "Which?"), "dog"]


async def test_options_that_slack_would_not_show_are_a_broken_rule(ws: Workspace) -> None:
    app = app_of(ws)

    @app.options("animal")
    async def offer(ack: Any) -> None:
        await ack(options=[option("x" * 151)])

    async with connected(ws, app):
        await client_of(ws).chat_postMessage(channel="C1", text="Which?", blocks=[a_search()])
        answer = await ws.suggest("ana", "animal", "do", channel="qa")
    assert (answer.failure, answer.options) == ("invalid_options", [])
    assert {rule.where for rule in ws.broken_rules} == {"block_suggestion"}


async def test_only_a_select_that_searches_asks_the_app(ws: Workspace) -> None:
    await client_of(ws).chat_postMessage(
        channel="C1", text="Which?", blocks=[actions({"type": "users_select", "action_id": "who"})]
    )
    with pytest.raises(RefusedError):
        await ws.suggest("ana", "who", "a", channel="qa")
