"""response_url: five uses, thirty minutes, ephemeral unless it says otherwise."""

from __future__ import annotations

from typing import Any

from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.workspace import Workspace

from .bolt import app_of, client_of, connected
from .builders import a_button, actions


async def _ack(ack: Any) -> None:
    await ack()


async def _url_of_a_command(ws: Workspace) -> str:
    app = app_of(ws)
    app.command("/t12")(_ack)
    async with connected(ws, app):
        answer = await ws.command(person="U1", channel="C1")
    assert answer.response_url is not None
    return answer.response_url


async def _url_of_a_press(ws: Workspace, ts: str) -> str:
    app = app_of(ws)
    app.action("incident.acknowledge")(_ack)
    async with connected(ws, app):
        answer = await ws.press("U1", "incident.acknowledge", channel="C1", ts=ts)
    assert answer.response_url is not None
    return answer.response_url


async def _a_post(ws: Workspace) -> str:
    posted = await client_of(ws).chat_postMessage(channel="C1", text="Incident 7", blocks=[actions(a_button())])
    return str(posted["ts"])


async def test_the_sixth_use_fails(ws: Workspace) -> None:
    hook = AsyncWebhookClient(await _url_of_a_command(ws))
    replies = [await hook.send(text=f"part {n}") for n in range(6)]
    assert [r.status_code for r in replies] == [200] * 5 + [404]
    assert "used_url" in replies[5].body
    assert len(ws.messages("C1", "U1")) == 5
    assert [b.rule for b in ws.broken_rules] == ["used_response_url"]


async def test_it_expires_after_thirty_minutes(ws: Workspace) -> None:
    hook = AsyncWebhookClient(await _url_of_a_command(ws))
    await ws.move_clock(29 * 60)
    assert (await hook.send(text="in time")).status_code == 200
    await ws.move_clock(61)
    expired = await hook.send(text="too late")
    assert expired.status_code == 404
    assert "expired_url" in expired.body


async def test_it_is_ephemeral_by_default_and_public_on_request(ws: Workspace) -> None:
    hook = AsyncWebhookClient(await _url_of_a_command(ws))
    await hook.send(text="for you")
    await hook.send(text="for all", response_type="in_channel")
    assert [m.text for m in ws.messages("C1", "U1")] == ["for you", "for all"]
    assert [m.text for m in ws.messages("C1", "U2")] == ["for all"]


async def test_replace_original_edits_the_message_that_was_pressed(ws: Workspace) -> None:
    ts = await _a_post(ws)
    hook = AsyncWebhookClient(await _url_of_a_press(ws, ts))
    await hook.send(text="Acknowledged by Ana", replace_original=True)
    (message,) = ws.messages("C1")
    assert (message.ts, message.text, message.blocks) == (ts, "Acknowledged by Ana", [])
    assert message.edited_ts


async def test_delete_original_removes_the_message_that_was_pressed(ws: Workspace) -> None:
    hook = AsyncWebhookClient(await _url_of_a_press(ws, await _a_post(ws)))
    await hook.send(delete_original=True)
    assert ws.messages("C1") == []


async def test_without_replace_original_a_press_is_answered_by_a_new_ephemeral_message(ws: Workspace) -> None:
    hook = AsyncWebhookClient(await _url_of_a_press(ws, await _a_post(ws)))
    await hook.send(text="Thank you")
    assert [m.text for m in ws.messages("C1", "U1")] == ["Incident 7", "Thank you"]
    assert [m.text for m in ws.messages("C1", "U2")] == ["Incident 7"]


async def test_a_command_has_no_original_to_replace(ws: Workspace) -> None:
    hook = AsyncWebhookClient(await _url_of_a_command(ws))
    await hook.send(text="Working")
    await hook.send(text="Done", replace_original=True)
    assert [m.text for m in ws.messages("C1", "U1")] == ["Working", "Done"]
    assert [b.rule for b in ws.broken_rules] == ["replace_without_original"]


async def test_an_ephemeral_message_is_replaced_through_the_response_url_of_its_button(ws: Workspace) -> None:
    posted = await client_of(ws).chat_postEphemeral(
        channel="C1", user="U1", text="Share?", blocks=[actions(a_button("report.share"))]
    )
    app = app_of(ws)

    @app.action("report.share")
    async def share(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        await ack()
        await respond(text="Shared", replace_original=True)

    async with connected(ws, app):
        await ws.press("U1", "report.share", channel="C1", ts=posted["message_ts"])
        await ws.wait_for_message("C1", "U1", containing="Shared")
    assert [m.text for m in ws.messages("C1", "U1")] == ["Shared"]


async def test_a_refused_body_is_answered_with_the_reason_and_costs_no_use(ws: Workspace) -> None:
    hook = AsyncWebhookClient(await _url_of_a_command(ws))
    refused = await hook.send(text="x", blocks=[{"type": "section"}])
    assert refused.status_code == 400
    assert "invalid_blocks" in refused.body
    assert [(await hook.send(text="x")).status_code for _ in range(5)] == [200] * 5


async def test_it_can_answer_in_a_thread(ws: Workspace) -> None:
    ts = await _a_post(ws)
    hook = AsyncWebhookClient(await _url_of_a_press(ws, ts))
    await hook.send_dict({"text": "for all", "response_type": "in_channel", "replace_original": False, "thread_ts": ts})
    assert [m.text for m in ws.messages("C1", thread_ts=ts)] == ["Incident 7", "for all"]
