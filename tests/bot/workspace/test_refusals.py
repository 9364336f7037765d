"""What few apps do wrong: malformed bodies, cursors, floods, acknowledgements that make no sense."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.workspace import Workspace, deliver, limits

from .bolt import app_of, client_of, connected, served
from .builders import a_manifest, a_modal, section


def _refused(code: str) -> Any:
    return pytest.raises(SlackApiError, match=f"'error': '{code}'")


async def _raw(ws: Workspace, method: str, body: bytes, content_type: str = "application/json") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {ws.bot_token}", "Content-Type": content_type}
    async with aiohttp.ClientSession() as session:
        reply = await session.post(f"{ws.base_url}{method}", data=body, headers=headers)
        answer: dict[str, Any] = await reply.json()
        return answer


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"'])
async def test_a_body_that_is_no_json_object_is_refused(ws: Workspace, body: bytes) -> None:
    assert (await _raw(ws, "chat.postMessage", body))["error"] == "invalid_json"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (b"channel=C1&text=x&blocks=%5B", "invalid_blocks_format"),
        (b"channel=C1&text=x&blocks=%7B%7D", "invalid_blocks_format"),
        (b"channel=C1&text=x&metadata=%7B", "invalid_metadata_format"),
        (b"channel=C1&text=x&attachments=%5B", "invalid_attachments"),
        (b"text=x", "invalid_arguments"),
    ],
)
async def test_a_form_with_a_broken_field_is_refused(ws: Workspace, form: bytes, code: str) -> None:
    answer = await _raw(ws, "chat.postMessage", form, "application/x-www-form-urlencoded")
    assert (answer["ok"], answer["error"]) == (False, code)


async def test_a_wrong_cursor_and_a_wrong_kind_of_conversation_are_refused() -> None:
    async with Workspace.start(manifest=a_manifest("channels:read")) as ws:
        with _refused("invalid_cursor"):
            await client_of(ws).conversations_list(cursor="xyz")
        with _refused("invalid_types"):
            await client_of(ws).conversations_list(types="secret_channel")


async def test_only_ones_own_message_is_deleted(ws: Workspace) -> None:
    with _refused("cant_delete_message"):
        await client_of(ws).chat_delete(channel="C1", ts=ws.say("ana", "qa", "mine").ts)


@pytest.mark.parametrize("argument", [{"link_names": True}, {"parse": "full"}])
async def test_an_argument_that_makes_mentions_of_words_is_noted(ws: Workspace, argument: dict[str, Any]) -> None:
    await client_of(ws).chat_postMessage(channel="C1", text="@ana", **argument)
    assert [rule.rule for rule in ws.broken_rules] == ["dangerous_argument"]


@pytest.mark.parametrize(
    ("ack", "failure"),
    [
        ({"response_action": "reload"}, "invalid_response_action"),
        ({"response_action": "errors", "errors": {}}, "invalid_errors"),
        ({"response_action": "update", "view": a_modal(title={"type": "mrkdwn", "text": "x"})}, "invalid_arguments"),
    ],
)
async def test_an_answer_to_a_submission_that_makes_no_sense_is_a_visible_failure(
    ws: Workspace, ack: dict[str, Any], failure: str
) -> None:
    app = app_of(ws)

    @app.middleware
    async def answer(req: Any, resp: Any, next_: Any) -> Any:
        return BoltResponse(status=200, body=ack)

    await client_of(ws).views_open(trigger_id=ws.team.issue_trigger("U1").id, view=a_modal())
    async with connected(ws, app):
        answered = await ws.submit("U1", {"reason": "x"})
    assert answered.failure == failure
    assert ws.modal("U1") is not None
    assert "refused_response_action" in [rule.rule for rule in ws.broken_rules]


async def test_a_command_answered_with_blocks_that_slack_refuses_shows_a_failure(ws: Workspace) -> None:
    app = app_of(ws)

    @app.command("/t12")
    async def command(ack: Any) -> None:
        await ack(text="x", blocks=[section("x" * 3001)])

    async with connected(ws, app):
        answer = await ws.command("ana", "qa")
    assert answer.failure == "invalid_blocks"
    assert ws.messages("qa", "ana") == []
    assert "refused_ack" in [rule.rule for rule in ws.broken_rules]


async def test_an_event_answered_late_over_http_is_repeated_with_the_reason() -> None:
    manifest = a_manifest("app_mentions:read", events=("app_mention",))
    async with Workspace.start(manifest=manifest) as ws:
        app, tries = app_of(ws), []

        @app.middleware
        async def first_is_slow(req: Any, next_: Any) -> None:
            tries.append(req.headers.get("x-slack-retry-reason"))
            if len(tries) == 1:
                await ws.clock.sleep(4)
            await next_()

        app.event("app_mention")(_nothing)
        async with served(ws, app):
            ws.mention("ana", "qa", "hello")
            await ws.until(lambda: tries)
            await ws.move_clock(10)
            await ws.until(lambda: len(tries) == 2)
        assert tries == [None, ["http_timeout"]]


async def _nothing() -> None: ...


async def test_more_events_than_an_hour_may_hold_are_not_sent_and_the_app_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deliver, "LIMITS", {**limits.LIMITS, "event.per_hour": 2})
    manifest = a_manifest("app_mentions:read", events=("app_mention",))
    async with Workspace.start(manifest=manifest) as ws:
        app = app_of(ws)
        app.event("app_mention")(_nothing)
        async with connected(ws, app):
            for _ in range(4):
                ws.mention("ana", "qa", "hello")
            await ws.wait_for_quiet()
            kinds = [d.payload["type"] for d in ws.deliveries_made]
            assert kinds == ["event_callback", "event_callback", "app_rate_limited"]
            assert [rule.rule for rule in ws.broken_rules] == ["app_rate_limited"] * 2
            await ws.move_clock(3601)
            ws.mention("ana", "qa", "hello")
            await ws.wait_for_quiet()
            assert ws.deliveries_made[-1].payload["type"] == "event_callback"
