"""chat.postMessage, update, delete, postEphemeral and getPermalink."""

from __future__ import annotations

from bot.workspace.errors import ApiError
from bot.workspace.limits import LIMITS
from bot.workspace.model import Channel, Json, Message
from bot.workspace.posting import compose
from bot.workspace.team import Team

from .registry import Args, method


def _answer(team: Team, message: Message) -> Json:
    body: Json = {
        "channel": message.channel,
        "ts": message.ts,
        "message": message.to_json(team.app_id, team.bot_id),
    }
    if message.truncated:
        body |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return body


def thread_of(team: Team, channel: Channel, args: Args) -> str | None:
    """The thread to post into. Raises ApiError thread_not_found; a reply's ts leads to its thread, as in Slack."""
    thread_ts = args.text("thread_ts")
    if not thread_ts:
        return None
    parent = team.find_message(channel.id, thread_ts)
    if parent is None:
        raise ApiError("thread_not_found")
    return parent.thread_ts or parent.ts


@method("chat.postMessage", "chat:write", tier="post_per_minute")
def post_message(team: Team, args: Args) -> Json:
    channel = team.channel_of_app(args.text("channel", required=True))
    for name in ("link_names", "parse"):
        if args.raw.get(name) not in (None, "", False, "none", "false", 0, "0"):
            team.break_rule("dangerous_argument", "chat.postMessage", f"{name} turns plain words into mentions.")
    message = compose(
        team,
        channel.id,
        args.body(),
        "chat.postMessage",
        thread_ts=thread_of(team, channel, args),
        reply_broadcast=args.flag("reply_broadcast"),
    )
    return _answer(team, team.keep(message))


@method("chat.update", "chat:write", tier="tier_3")
def update(team: Team, args: Args) -> Json:
    """Edit in place. Thread, reactions and metadata stay; `text` without `blocks` removes the blocks.

    Raises ApiError message_not_found (also for an ephemeral ts), cant_update_message (somebody else's),
    block_mismatch (rich_text replaced by anything else), msg_too_long (a text that a new message may have).
    """
    channel = team.channel_of_app(args.text("channel", required=True))
    message = team.find_message(channel.id, args.text("ts", required=True))
    if message is None:
        raise ApiError("message_not_found")
    if not message.from_app:
        raise ApiError("cant_update_message")
    body = args.body()
    if "blocks" not in body and not body["text"] and not body.get("attachments"):
        raise ApiError("no_text")
    if len(body["text"].encode(errors="replace")) > LIMITS["update.text"]:
        raise ApiError("msg_too_long")
    if _has_rich_text(message.blocks) and body.get("blocks") and not _has_rich_text(body["blocks"]):
        raise ApiError("block_mismatch")
    fresh = compose(team, channel.id, body, "chat.update")
    if {b.get("block_id") for b in body.get("blocks") or [] if b.get("block_id")} & {
        b.get("block_id") for b in message.blocks if b["type"] == "input"
    }:
        team.break_rule("reused_block_id", "chat.update", "An edited input needs a new block_id.")
    message.remember()
    message.text, message.blocks = fresh.text, fresh.blocks
    message.attachments = fresh.attachments if "attachments" in body else message.attachments
    message.metadata = fresh.metadata or message.metadata
    message.truncated = fresh.truncated
    message.edited_ts = fresh.ts
    team.edited(message)
    return _answer(team, message) | {"text": message.text}


def _has_rich_text(blocks: list[Json]) -> bool:
    return any(block.get("type") == "rich_text" for block in blocks)


@method("chat.delete", "chat:write", tier="tier_3")
def delete(team: Team, args: Args) -> Json:
    channel = team.channel_of_app(args.text("channel", required=True))
    message = team.find_message(channel.id, args.text("ts", required=True))
    if message is None:
        raise ApiError("message_not_found")
    if not message.from_app:
        raise ApiError("cant_delete_message")
    team.delete(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write", tier="tier_4")
def post_ephemeral(team: Team, args: Args) -> Json:
    """Shown to `user` only, never kept. Raises ApiError user_not_in_channel when the addressee is not a member."""
    channel = team.channel_of_app(args.text("channel", required=True))
    user = args.text("user", required=True)
    if user not in team.people:
        raise ApiError("user_not_found")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    thread_ts = thread_of(team, channel, args)
    message = compose(team, channel.id, args.body(), "chat.postEphemeral", ephemeral_to=user, thread_ts=thread_ts)
    team.keep(message)
    return {"message_ts": message.ts}


@method("chat.meMessage", "chat:write", tier="tier_3")
def me_message(team: Team, args: Args) -> Json:
    channel = team.channel_of_app(args.text("channel", required=True))
    message = team.keep(compose(team, channel.id, {"text": args.text("text")}, "chat.meMessage"))
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier="tier_3")
def get_permalink(team: Team, args: Args) -> Json:
    channel = team.channel_visible_to_app(args.text("channel", required=True))
    ts = args.text("message_ts", required=True)
    if team.find_message(channel.id, ts) is None:
        raise ApiError("message_not_found")
    return {"channel": channel.id, "permalink": f"{team.url}/archives/{channel.id}/p{ts.replace('.', '')}"}
