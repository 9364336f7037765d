"""The Web API: tokens, scopes, membership, ways to pass arguments, texts, edits, rates and faults."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace import Workspace

from .bolt import client_of
from .builders import a_button, a_manifest, actions, section


def _refused(code: str) -> Any:
    return pytest.raises(SlackApiError, match=f"'error': '{code}'")


async def _post(ws: Workspace, **fields: Any) -> str:
    posted = await client_of(ws).chat_postMessage(**({"channel": "C1", "text": "Incident 7"} | fields))
    return str(posted["ts"])


@pytest.mark.parametrize(
    ("token", "code"), [("xoxb-wrong", "invalid_auth"), ("", "not_authed"), ("app", "not_allowed_token_type")]
)
async def test_only_the_right_token_is_let_in(ws: Workspace, token: str, code: str) -> None:
    with _refused(code):
        await client_of(ws, token=ws.app_token if token == "app" else token).auth_test()


async def test_a_missing_scope_says_what_is_needed_and_provided() -> None:
    async with Workspace.start(manifest=a_manifest("commands")) as ws:
        with pytest.raises(SlackApiError) as caught:
            await client_of(ws).chat_postMessage(channel="C1", text="x")
        answer = caught.value.response
        assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "commands")


async def test_the_kind_of_conversation_decides_which_scope_is_needed() -> None:
    async with Workspace.start(scopes=["channels:read", "channels:history"]) as ws:
        client = client_of(ws)
        private = ws.add_channel("secret", ["U1", "t12"], kind="private")
        assert (await client.conversations_info(channel="C1"))["channel"]["is_member"]
        with _refused("missing_scope"):
            await client.conversations_info(channel=private.id)
        hidden = ws.add_channel("hidden", ["U1"], kind="private")
        with _refused("channel_not_found"):
            await client.conversations_info(channel=hidden.id)


async def test_an_unknown_method_is_refused(ws: Workspace) -> None:
    with _refused("unknown_method"):
        await client_of(ws).api_call("chat.shout")


async def test_arguments_arrive_by_query_form_and_json(ws: Workspace) -> None:
    headers = {"Authorization": f"Bearer {ws.bot_token}"}
    body = {"channel": "C1", "text": "hi", "blocks": [section()]}
    form = body | {"blocks": json.dumps(body["blocks"])}
    async with aiohttp.ClientSession(headers=headers) as session:
        answers = [
            await (await session.get(f"{ws.base_url}users.info", params={"user": "U1"})).json(),
            await (await session.post(f"{ws.base_url}chat.postMessage", data=form)).json(),
            await (await session.post(f"{ws.base_url}chat.postMessage", json=body)).json(),
        ]
    assert [a["ok"] for a in answers] == [True] * 3
    assert answers[1]["message"]["blocks"][0]["text"] == answers[2]["message"]["blocks"][0]["text"]


async def test_posting_needs_membership_and_a_living_channel(ws: Workspace) -> None:
    for channel, code in (("C2", "not_in_channel"), ("C404", "channel_not_found")):
        with _refused(code):
            await _post(ws, channel=channel)
    ws.archive("qa")
    with _refused("is_archived"):
        await _post(ws)


async def test_a_direct_message_goes_to_a_user_id(ws: Workspace) -> None:
    await _post(ws, channel="U1")
    assert [m.text for m in ws.messages("@app", "ana")] == ["Incident 7"]
    assert ws.messages("@app", "luis") == []


async def test_users_have_their_zone_with_daylight_saving() -> None:
    winter, summer = 1_768_478_400.0, 1_784_116_800.0
    for start_at, offset in ((winter, 3600), (summer, 7200)):
        async with Workspace.start(start_at=start_at) as ws:
            user = (await client_of(ws).users_info(user="U1"))["user"]
            assert (user["tz"], user["tz_offset"]) == ("Europe/Madrid", offset)
            members = (await client_of(ws).users_list())["members"]
            assert [m["tz_offset"] for m in members if m["name"] == "luis"] == [-18000]
            assert [m["is_bot"] for m in members] == [True, False, False, False, False]


async def test_a_long_list_comes_in_pages(ws: Workspace) -> None:
    first = await client_of(ws).users_list(limit=2)
    rest = await client_of(ws).users_list(limit=9, cursor=first["response_metadata"]["next_cursor"])
    assert len(first["members"]) + len(rest["members"]) == 5
    assert rest["response_metadata"]["next_cursor"] == ""


async def test_text_is_cut_at_40000_characters(ws: Workspace) -> None:
    posted = await client_of(ws).chat_postMessage(channel="C1", text="x" * 41_000)
    assert len(posted["message"]["text"]) == 40_000
    assert posted["response_metadata"]["warnings"] == ["message_truncated"]


async def test_blocks_without_text_are_taken_but_reported(ws: Workspace) -> None:
    await client_of(ws).api_call("chat.postMessage", json={"channel": "C1", "blocks": [section()]})
    assert [b.rule for b in ws.broken_rules] == ["missing_text"]
    with _refused("no_text"):
        await client_of(ws).api_call("chat.postMessage", json={"channel": "C1"})


async def test_refused_blocks_come_with_a_pointer(ws: Workspace) -> None:
    with pytest.raises(SlackApiError) as caught:
        await _post(ws, blocks=[section(), section("x" * 3001)])
    assert caught.value.response["error"] == "invalid_blocks"
    assert "/blocks/1/text/text" in caught.value.response["errors"][0]
    with _refused("msg_blocks_too_long"):
        await _post(ws, blocks=[section("x" * 2900) for _ in range(5)])


async def test_an_edit_keeps_thread_reactions_and_metadata_but_drops_blocks_without_blocks() -> None:
    async with Workspace.start(scopes=["chat:write", "reactions:write"]) as ws:
        client = client_of(ws)
        metadata = {"event_type": "incident", "event_payload": {"id": 7}}
        ts = await _post(ws, blocks=[actions(a_button())], metadata=metadata)
        await client.reactions_add(channel="C1", timestamp=ts, name="eyes")
        reply = await _post(ws, text="reply", thread_ts=ts)
        await client.chat_update(channel="C1", ts=ts, text="Resolved")
        message, answer = ws.messages("C1")
        assert (message.text, message.blocks, message.metadata) == ("Resolved", [], metadata)
        assert message.reactions == {"eyes": ["U0APP"]}
        assert (answer.ts, answer.thread_ts) == (reply, ts)
        with _refused("already_reacted"):
            await client.reactions_add(channel="C1", timestamp=ts, name="eyes")


async def test_edits_that_slack_refuses_are_refused(ws: Workspace) -> None:
    client = client_of(ws)
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    }
    ts = await _post(ws, blocks=[rich])
    with _refused("block_mismatch"):
        await client.chat_update(channel="C1", ts=ts, text="x", blocks=[section()])
    ephemeral = await client.chat_postEphemeral(channel="C1", user="U1", text="x")
    with _refused("message_not_found"):
        await client.chat_update(channel="C1", ts=ephemeral["message_ts"], text="y")
    with _refused("cant_update_message"):
        await client.chat_update(channel="C1", ts=ws.say("U1", "C1", "mine").ts, text="y")


async def test_an_edit_may_not_hold_as_much_text_as_a_new_message(ws: Workspace) -> None:
    client = client_of(ws)
    ts = await _post(ws, text="x" * 5000)
    await client.chat_update(channel="C1", ts=ts, text="é" * 2000)
    with _refused("msg_too_long"):
        await client.chat_update(channel="C1", ts=ts, text="é" * 2000 + "x")


async def test_a_deleted_message_is_gone(ws: Workspace) -> None:
    ts = await _post(ws)
    await client_of(ws).chat_delete(channel="C1", ts=ts)
    assert ws.messages("C1") == []
    with _refused("message_not_found"):
        await client_of(ws).chat_delete(channel="C1", ts=ts)


async def test_an_ephemeral_message_needs_a_member(ws: Workspace) -> None:
    ws.leave("ana", "qa")
    with _refused("user_not_in_channel"):
        await client_of(ws).chat_postEphemeral(channel="C1", user="U1", text="x")


async def test_a_thread_must_exist(ws: Workspace) -> None:
    with _refused("thread_not_found"):
        await _post(ws, thread_ts="1.000001")


async def test_a_permalink_names_the_message(ws: Workspace) -> None:
    ts = await _post(ws)
    found = await client_of(ws).chat_getPermalink(channel="C1", message_ts=ts)
    assert found["permalink"].endswith(f"/archives/C1/p{ts.replace('.', '')}")


async def test_history_holds_messages_and_metadata_but_nothing_ephemeral() -> None:
    async with Workspace.start(scopes=["chat:write", "channels:history"]) as ws:
        client = client_of(ws)
        ts = await _post(ws, metadata={"event_type": "incident", "event_payload": {"id": 7}})
        await _post(ws, text="reply", thread_ts=ts)
        await client.chat_postEphemeral(channel="C1", user="U1", text="secret")
        plain = await client.conversations_history(channel="C1")
        full = await client.conversations_history(channel="C1", include_all_metadata=True)
        replies = await client.conversations_replies(channel="C1", ts=ts)
        assert [m["text"] for m in plain["messages"]] == ["Incident 7"]
        assert "metadata" not in plain["messages"][0]
        assert full["messages"][0]["metadata"]["event_payload"] == {"id": 7}
        assert full["messages"][0]["bot_id"]
        assert [m["text"] for m in replies["messages"]] == ["Incident 7", "reply"]
        later = await client.conversations_history(channel="C1", oldest=ts)
        same = await client.conversations_history(channel="C1", oldest=ts, latest=ts, inclusive=True)
        assert (len(later["messages"]), len(same["messages"])) == (0, 1)


async def test_user_groups_open_conversations_and_joining() -> None:
    scopes = ["usergroups:read", "im:write", "channels:join", "channels:read"]
    async with Workspace.start(scopes=scopes) as ws:
        client = client_of(ws)
        ws.add_usergroup("S1", "oncall", ["U1", "luis"])
        assert (await client.usergroups_list())["usergroups"][0]["handle"] == "oncall"
        assert (await client.usergroups_users_list(usergroup="S1"))["users"] == ["U1", "U2"]
        direct = (await client.conversations_open(users="U1"))["channel"]["id"]
        assert direct == (await client.conversations_open(users="U1"))["channel"]["id"]
        await client.conversations_join(channel="C2")
        assert "U0APP" in (await client.conversations_members(channel="C2"))["members"]
        assert [c["name"] for c in (await client.conversations_list())["channels"]] == ["qa", "general"]


async def test_one_message_a_second_and_channel_after_a_burst(ws: Workspace) -> None:
    for _ in range(5):
        await _post(ws)
    with pytest.raises(SlackApiError) as caught:
        await _post(ws)
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    await _post(ws, channel="U1")
    await ws.move_clock(1)
    await _post(ws)


async def test_a_method_has_its_tier(ws: Workspace) -> None:
    client = client_of(ws)
    for _ in range(20):
        await client.users_list()
    with _refused("ratelimited"):
        await client.users_list()
    await ws.move_clock(60)
    await client.users_list()
    async with Workspace.start(limit_rates=False) as free:
        for _ in range(25):
            await client_of(free).users_list()


async def test_blocks_validate_needs_no_token_and_ignores_text(ws: Workspace) -> None:
    client = client_of(ws, token="")
    assert (await client.api_call("blocks.validate", json={"blocks": [section()]}))["ok"]
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("blocks.validate", json={"blocks": [{"type": "divider", "text": "x"}]})
    (problem,) = caught.value.response["errors"]
    assert (problem["pointer"], problem["code"]) == ("/blocks/0/text", "unknown_field")
