"""Methods that T12 does not call but other apps do: each works with its scope, is refused without, errs as in Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Message, Workspace
from bot.workspace.methods import METHODS

from .bolt import client_of
from .builders import a_manifest, section

NEEDLESS = {"auth.test", "api.test", "blocks.validate", "views.open", "views.push", "views.update", "views.publish"}
NEEDLESS |= {"chat.getPermalink", "chat.scheduledMessages.list"}
SCOPES = sorted({scope for method in METHODS.values() if method.caller == "bot" for scope in method.scopes})


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    async with Workspace.start(manifest=a_manifest(*SCOPES), limit_rates=False) as workspace:
        yield workspace


@pytest.fixture
def client(ws: Workspace) -> AsyncWebClient:
    return client_of(ws)


def refused(code: str) -> Any:
    return pytest.raises(SlackApiError, match=f"'error': '{code}'")


def said(ws: Workspace, text: str = "hello", **fields: Any) -> Message:
    return ws.say("ana", "qa", text, **fields)


@pytest.mark.parametrize("name", sorted(set(METHODS) - NEEDLESS - {"apps.connections.open"}))
async def test_without_its_scopes_a_method_says_what_it_needs(name: str) -> None:
    scopes = [scope for scope in SCOPES if scope not in METHODS[name].scopes]
    async with Workspace.start(manifest=a_manifest(*scopes)) as ws:
        with pytest.raises(SlackApiError) as error:
            await client_of(ws).api_call(name)
        answer = error.value.response.data
        assert isinstance(answer, dict)
        assert (answer["error"], answer["provided"]) == ("missing_scope", ",".join(scopes))
        assert set(answer["needed"].split(",")) <= set(METHODS[name].scopes)


@pytest.mark.parametrize("name", sorted(NEEDLESS))
async def test_some_methods_need_no_scope(name: str) -> None:
    async with Workspace.start(manifest=a_manifest()) as ws:
        try:
            await client_of(ws).api_call(name)
        except SlackApiError as error:
            assert "missing_scope" not in str(error)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_the_sdk_knows_every_method_by_our_name(name: str) -> None:
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).replace(".", "_")
    spellings = {snake, name.replace(".", "_")}
    assert any(hasattr(AsyncWebClient, spelling) for spelling in spellings), spellings


async def test_a_channel_is_made_named_described_left_and_archived(ws: Workspace, client: AsyncWebClient) -> None:
    made = (await client.conversations_create(name="incident-7"))["channel"]
    assert made["is_member"]
    await client.conversations_setTopic(channel=made["id"], topic="database is locked")
    await client.conversations_setPurpose(channel=made["id"], purpose="find out")
    await client.conversations_invite(channel=made["id"], users=["U1", "U2"])
    renamed = (await client.conversations_rename(channel=made["id"], name="incident-8"))["channel"]
    assert (renamed["name"], renamed["topic"]["value"]) == ("incident-8", "database is locked")
    assert renamed["num_members"] == 3
    await client.conversations_kick(channel=made["id"], user="U2")
    await client.conversations_archive(channel=made["id"])
    with refused("is_archived"):
        await client.chat_postMessage(channel=made["id"], text="late")
    await client.conversations_leave(channel=made["id"])
    assert (await client.conversations_leave(channel=made["id"]))["not_in_channel"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("qa", "name_taken"),
        ("Big Name", "invalid_name_specials"),
        ("x" * 81, "invalid_name_maxlength"),
        ("", "invalid_name_required"),
    ],
)
async def test_a_channel_with_such_a_name_is_refused(client: AsyncWebClient, name: str, code: str) -> None:
    with refused(code):
        await client.conversations_create(name=name)


async def test_what_cannot_be_done_to_members_is_refused(client: AsyncWebClient) -> None:
    with refused("already_in_channel"):
        await client.conversations_invite(channel="C1", users="U1")
    with refused("cant_invite_self"):
        await client.conversations_invite(channel="C1", users="U0APP")
    with refused("user_not_found"):
        await client.conversations_invite(channel="C1", users="U9")
    with refused("cant_kick_self"):
        await client.conversations_kick(channel="C1", user="U0APP")
    with refused("not_in_channel"):
        await client.conversations_rename(channel="C2", name="x")
    with refused("too_long"):
        await client.conversations_setTopic(channel="C1", topic="x" * 251)


async def test_a_private_channel_needs_the_scope_of_groups() -> None:
    async with Workspace.start(manifest=a_manifest("channels:manage")) as ws:
        with refused("missing_scope"):
            await client_of(ws).conversations_create(name="secret", is_private=True)


async def test_direct_messages_of_a_group_are_opened_once(ws: Workspace, client: AsyncWebClient) -> None:
    first = (await client.conversations_open(users=["U1", "U2"]))["channel"]["id"]
    assert (await client.conversations_open(users=["U2", "U1"]))["channel"]["id"] == first
    await client.chat_postMessage(channel=first, text="both of you")
    assert [m.text for m in ws.messages(first, "luis")] == ["both of you"]
    assert (await client.conversations_info(channel=first))["channel"]["is_mpim"]


async def test_reactions_and_pins_come_and_go(ws: Workspace, client: AsyncWebClient) -> None:
    ts = said(ws).ts
    await client.reactions_add(channel="C1", timestamp=ts, name="eyes")
    with refused("already_reacted"):
        await client.reactions_add(channel="C1", timestamp=ts, name="eyes")
    got = (await client.reactions_get(channel="C1", timestamp=ts))["message"]
    assert got["reactions"] == [{"name": "eyes", "users": ["U0APP"], "count": 1}]
    await client.reactions_remove(channel="C1", timestamp=ts, name="eyes")
    with refused("no_reaction"):
        await client.reactions_remove(channel="C1", timestamp=ts, name="eyes")
    await client.pins_add(channel="C1", timestamp=ts)
    assert [item["message"]["ts"] for item in (await client.pins_list(channel="C1"))["items"]] == [ts]
    with refused("already_pinned"):
        await client.pins_add(channel="C1", timestamp=ts)
    await client.pins_remove(channel="C1", timestamp=ts)
    with refused("no_pin"):
        await client.pins_remove(channel="C1", timestamp=ts)


async def test_people_and_places_are_looked_up(ws: Workspace, client: AsyncWebClient) -> None:
    assert (await client.users_lookupByEmail(email="ana@example.com"))["user"]["id"] == "U1"
    with refused("users_not_found"):
        await client.users_lookupByEmail(email="nobody@example.com")
    assert (await client.users_profile_get(user="U1"))["profile"]["display_name"] == "ana"
    assert (await client.users_getPresence(user="U1"))["presence"] == "active"
    assert [c["id"] for c in (await client.users_conversations(user="U1"))["channels"]] == ["C1", "C2"]
    assert [c["id"] for c in (await client.users_conversations())["channels"]] == ["C1"]
    assert (await client.bots_info(bot="B0APP"))["bot"]["user_id"] == "U0APP"
    assert (await client.team_info())["team"]["id"] == "T0WORKSPACE"
    assert (await client.emoji_list())["emoji"] == {}
    assert (await client.api_test(foo="bar"))["args"]["foo"] == "bar"
    with refused("my_error"):
        await client.api_test(error="my_error")


async def test_a_parent_tells_of_its_thread(ws: Workspace, client: AsyncWebClient) -> None:
    parent = said(ws)
    reply = await client.chat_postMessage(channel="C1", text="reply", thread_ts=parent.ts)
    (found,) = (await client.conversations_history(channel="C1"))["messages"]
    assert (found["reply_count"], found["reply_users"], found["latest_reply"]) == (1, ["U0APP"], reply["ts"])


async def test_an_assistant_has_a_status_a_title_and_prompts(ws: Workspace, client: AsyncWebClient) -> None:
    thread: Any = {"channel_id": "C1", "thread_ts": said(ws).ts}
    await client.assistant_threads_setStatus(**thread, status="is thinking")
    await client.assistant_threads_setTitle(**thread, title="Mocks")
    await client.assistant_threads_setSuggestedPrompts(**thread, prompts=[{"title": "Why?", "message": "Why?"}])
    with refused("invalid_arguments"):
        await client.assistant_threads_setSuggestedPrompts(**thread, prompts=[{"title": "Why?", "message": ""}])
    with refused("thread_not_found"):
        await client.assistant_threads_setStatus(channel_id="C1", thread_ts="1.000000", status="x")


async def test_a_message_grows_while_it_is_streamed(ws: Workspace, client: AsyncWebClient) -> None:
    thread = said(ws).ts
    ts = (await client.chat_startStream(channel="C1", thread_ts=thread, markdown_text="One "))["ts"]
    await client.chat_appendStream(channel="C1", ts=ts, markdown_text="two ")
    await client.chat_stopStream(channel="C1", ts=ts, markdown_text="three", blocks=[section("below")])
    message = ws.messages("qa")[-1]
    assert (message.text, message.thread_ts, len(message.blocks)) == ("One two three", thread, 1)
    with refused("message_not_in_streaming_state"):
        await client.chat_appendStream(channel="C1", ts=ts, markdown_text="four")
    with refused("msg_too_long"):
        await client.chat_startStream(channel="C1", thread_ts=thread, markdown_text="x" * 12_001)


async def test_a_me_message_says_so(ws: Workspace, client: AsyncWebClient) -> None:
    await client.chat_meMessage(channel="C1", text="waves")
    assert ws.messages("qa")[-1].to_json()["subtype"] == "me_message"
