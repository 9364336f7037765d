"""Scheduled messages: bounds, listing, deletion, and delivery when the clock passes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.workspace import Workspace

from .bolt import client_of


async def _schedule(ws: Workspace, seconds: float, **fields: Any) -> str:
    at = int(ws.clock.now() + seconds)
    answer = await client_of(ws).chat_scheduleMessage(channel="C1", post_at=at, **({"text": "Backups due"} | fields))
    return str(answer["scheduled_message_id"])


async def test_it_is_posted_when_the_clock_passes_and_not_before(ws: Workspace) -> None:
    await _schedule(ws, 3600)
    await ws.move_clock(3500)
    assert ws.messages("C1") == []
    await ws.move_clock(200)
    assert [m.text for m in ws.messages("C1")] == ["Backups due"]
    assert ws.scheduled == []


async def test_several_are_posted_in_order_at_their_own_time(ws: Workspace) -> None:
    for minutes in (30, 10, 20):
        await _schedule(ws, minutes * 60, text=f"at {minutes}")
    start = ws.clock.now()
    await ws.move_clock(3600)
    messages = ws.messages("C1")
    assert [m.text for m in messages] == ["at 10", "at 20", "at 30"]
    assert [round((float(m.ts) - start) / 60) for m in messages] == [10, 20, 30]


@pytest.mark.parametrize(("seconds", "code"), [(-5, "time_in_past"), (121 * 86400, "time_too_far")])
async def test_the_past_and_the_far_future_are_refused(ws: Workspace, seconds: float, code: str) -> None:
    with pytest.raises(SlackApiError, match=code):
        await _schedule(ws, seconds)


async def test_at_most_thirty_in_five_minutes_and_channel(ws: Workspace) -> None:
    for _ in range(30):
        await _schedule(ws, 3600)
    with pytest.raises(SlackApiError, match="restricted_too_many"):
        await _schedule(ws, 3700)
    await _schedule(ws, 4000)


async def test_a_deleted_one_is_never_posted(ws: Workspace) -> None:
    kept, gone = await _schedule(ws, 600), await _schedule(ws, 600)
    client = client_of(ws)
    await client.chat_deleteScheduledMessage(channel="C1", scheduled_message_id=gone)
    listed = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    assert [m["id"] for m in listed] == [kept]
    await ws.move_clock(601)
    assert len(ws.messages("C1")) == 1
    with pytest.raises(SlackApiError, match="invalid_scheduled_message_id"):
        await client.chat_deleteScheduledMessage(channel="C1", scheduled_message_id=gone)


async def test_within_a_minute_of_its_time_it_stays(ws: Workspace) -> None:
    due = await _schedule(ws, 55)
    with pytest.raises(SlackApiError, match="invalid_scheduled_message_id"):
        await client_of(ws).chat_deleteScheduledMessage(channel="C1", scheduled_message_id=due)


async def test_the_five_minutes_are_any_five_minutes(ws: Workspace) -> None:
    for minutes in (60, 68):
        for _ in range(15):
            await _schedule(ws, minutes * 60)
    await _schedule(ws, 64 * 60)
    for _ in range(14):
        await _schedule(ws, 66 * 60)
    with pytest.raises(SlackApiError, match="restricted_too_many"):
        await _schedule(ws, 66 * 60)


async def test_one_with_metadata_never_posts(ws: Workspace) -> None:
    await _schedule(ws, 60, metadata={"event_type": "due", "event_payload": {"id": 1}})
    await ws.move_clock(120)
    assert ws.messages("C1") == []
    assert [b.rule for b in ws.broken_rules] == ["metadata_on_scheduled"]


async def test_one_for_a_channel_the_app_has_left_fails_in_the_open(ws: Workspace) -> None:
    await _schedule(ws, 60)
    ws.leave("t12", "qa")
    await ws.move_clock(120)
    assert ws.messages("C1") == []
    assert [b.rule for b in ws.broken_rules] == ["scheduled_message_failed"]
