"""What an assistant does in a thread: its status, title and prompts, and messages that grow while they are written."""

from __future__ import annotations

from typing import Any

from bot.workspace.errors import ApiError
from bot.workspace.limits import LIMITS
from bot.workspace.model import Channel, Json, Message
from bot.workspace.posting import refuse_blocks, with_block_ids
from bot.workspace.team import Team

from .chat import thread_of
from .registry import Args, method


def _thread(team: Team, args: Args) -> Channel:
    """The channel of an existing thread. Raises ApiError channel_not_found, thread_not_found."""
    channel = team.channel_of_app(args.text("channel_id", required=True))
    if team.find_message(channel.id, args.text("thread_ts", required=True)) is None:
        raise ApiError("thread_not_found")
    return channel


@method("assistant.threads.setStatus", "assistant:write", "chat:write", tier="tier_4")
def set_status(team: Team, args: Args) -> Json:
    """An empty status takes it away; nothing of it is kept here."""
    _thread(team, args)
    return {}


@method("assistant.threads.setTitle", "assistant:write", tier="tier_4")
def set_title(team: Team, args: Args) -> Json:
    _thread(team, args)
    args.text("title", required=True)
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", tier="tier_4")
def set_suggested_prompts(team: Team, args: Args) -> Json:
    _thread(team, args)
    prompts: Any = args.parsed("prompts")
    whole = [p for p in prompts or [] if isinstance(p, dict) and p.get("title") and p.get("message")]
    if not whole or len(whole) < len(prompts):
        raise ApiError("invalid_arguments", response_metadata={"messages": ["[ERROR] prompts need title and message"]})
    return {}


def _streaming(team: Team, args: Args) -> Message:
    channel = team.channel_of_app(args.text("channel", required=True))
    message = team.find_message(channel.id, args.text("ts", required=True))
    if message is None:
        raise ApiError("message_not_found")
    if not message.is_streaming:
        raise ApiError("message_not_in_streaming_state")
    return message


def _grow(message: Message, args: Args) -> None:
    """Raises ApiError msg_too_long beyond 12,000 characters."""
    if len(message.text) + len(args.text("markdown_text")) > LIMITS["message.markdown"]:
        raise ApiError("msg_too_long")
    message.text += args.text("markdown_text")


@method("chat.startStream", "chat:write", tier="tier_2")
def start_stream(team: Team, args: Args) -> Json:
    """Only in a thread. Raises ApiError invalid_arguments without one."""
    channel = team.channel_of_app(args.text("channel", required=True))
    args.text("thread_ts", required=True)
    thread_ts = thread_of(team, channel, args)
    message = Message(
        team.new_ts(), channel.id, team.bot_user, "", thread_ts=thread_ts, from_app=True, via="chat.startStream"
    )
    _grow(message, args)
    message.is_streaming = True
    team.keep(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.appendStream", "chat:write", tier="tier_4")
def append_stream(team: Team, args: Args) -> Json:
    message = _streaming(team, args)
    _grow(message, args)
    team.touch(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.stopStream", "chat:write", tier="tier_2")
def stop_stream(team: Team, args: Args) -> Json:
    """The last words, and blocks below them."""
    message = _streaming(team, args)
    body = args.body()
    if body.get("blocks"):
        refuse_blocks(team, body | {"text": message.text or "stream"}, "chat.stopStream")
    _grow(message, args)
    message.blocks = with_block_ids(team, body.get("blocks") or [])
    message.metadata = body.get("metadata") or message.metadata
    message.is_streaming = False
    team.touch(message)
    shown = message.to_json(team.app_id, team.bot_id)
    return {"channel": message.channel, "ts": message.ts, "message": shown}
