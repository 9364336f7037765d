"""chat.scheduleMessage, chat.deleteScheduledMessage and chat.scheduledMessages.list; delivery when the clock passes."""

from __future__ import annotations

from copy import deepcopy

from bot.workspace.errors import ApiError
from bot.workspace.limits import LIMITS
from bot.workspace.model import Json, Scheduled
from bot.workspace.posting import compose, refuse_blocks
from bot.workspace.team import Team

from .chat import thread_of
from .registry import Args, method, page


@method("chat.scheduleMessage", "chat:write", tier="tier_3")
def schedule_message(team: Team, args: Args) -> Json:
    """Raises ApiError time_in_past, time_too_far (120 days), restricted_too_many (30 per 5 minutes and channel)."""
    channel = team.channel_of_app(args.text("channel", required=True))
    post_at, now = args.number("post_at"), team.now()
    if post_at <= now:
        raise ApiError("time_in_past")
    if post_at > now + LIMITS["schedule.days"] * 86400:
        raise ApiError("time_too_far")
    if _fullest(team, channel.id, post_at) > LIMITS["schedule.per_window"]:
        raise ApiError("restricted_too_many")
    body = args.body()
    if not body["text"] and not body.get("blocks") and not body.get("attachments"):
        raise ApiError("no_text")
    refuse_blocks(team, body, "chat.scheduleMessage")
    if body.get("metadata"):
        team.break_rule("metadata_on_scheduled", "chat.scheduleMessage", "A message with metadata never posts.")
    item = Scheduled(team.new_id("Q"), channel.id, post_at, deepcopy(body), now)
    item.body["thread_ts"] = thread_of(team, channel, args)
    team.scheduled[item.id] = item
    team.clock.call_at(post_at, lambda: _post(team, item))
    return {
        "channel": channel.id,
        "scheduled_message_id": item.id,
        "post_at": post_at,
        "message": {"type": "delayed_message", "text": body["text"], "bot_id": team.bot_id, "user": team.bot_user},
    }


def _fullest(team: Team, channel: str, post_at: int) -> int:
    """The most messages that any five minutes around `post_at` would hold with one more at that instant."""
    window = LIMITS["schedule.window_seconds"]
    at = sorted([post_at, *(s.post_at for s in team.scheduled.values() if s.channel == channel)])
    starts = [start for start in at if post_at - window < start <= post_at]
    return max(sum(start <= each < start + window for each in at) for start in starts)


def _post(team: Team, item: Scheduled) -> None:
    """Post what is due, unless it was deleted, has metadata (Slack's documented bug) or may not be posted any more."""
    if item.id not in team.scheduled:
        return
    if item.body.get("metadata"):
        item.failure = "metadata"
        return
    del team.scheduled[item.id]
    body = dict(item.body)
    thread_ts = body.pop("thread_ts")
    try:
        channel = team.channel_of_app(item.channel)
        message = compose(team, channel.id, body, "chat.scheduleMessage", thread_ts=thread_ts)
    except ApiError as error:
        item.failure = error.code
        team.break_rule("scheduled_message_failed", "chat.scheduleMessage", error.code)
        return
    item.posted_ts = team.keep(message).ts


@method("chat.deleteScheduledMessage", "chat:write", tier="tier_3")
def delete_scheduled_message(team: Team, args: Args) -> Json:
    """Raises ApiError invalid_scheduled_message_id also for one that is posted within a minute."""
    channel = team.channel_of_app(args.text("channel", required=True))
    item = team.scheduled.get(args.text("scheduled_message_id", required=True))
    if item is None or item.channel != channel.id or item.post_at - team.now() < LIMITS["schedule.delete_seconds"]:
        raise ApiError("invalid_scheduled_message_id")
    del team.scheduled[item.id]
    return {}


@method("chat.scheduledMessages.list", tier="tier_3")
def scheduled_messages_list(team: Team, args: Args) -> Json:
    wanted, oldest = args.text("channel"), float(args.text("oldest") or 0)
    latest = float(args.text("latest") or "inf")
    found = [
        {
            "id": s.id,
            "channel_id": s.channel,
            "post_at": s.post_at,
            "date_created": int(s.created_at),
            "text": s.body["text"],
        }
        for s in sorted(team.scheduled.values(), key=lambda s: s.post_at)
        if wanted in ("", s.channel) and oldest <= s.post_at <= latest
    ]
    items, following = page(found, args)
    return {"scheduled_messages": items, "response_metadata": {"next_cursor": following}}
