"""conversations.info, list, members, open, join, history and replies, with the scope each kind needs."""

from __future__ import annotations

from bot.workspace.errors import ApiError
from bot.workspace.model import Channel, Json, Message
from bot.workspace.team import Team

from .registry import Args, method, page

_KINDS = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def _need(team: Team, channel: Channel, right: str) -> None:
    """The scope of this kind of conversation. Raises ApiError missing_scope with needed and provided."""
    scope = f"{_KINDS[channel.kind]}:{right}"
    if scope not in team.manifest.scopes:
        raise ApiError("missing_scope", needed=scope, provided=",".join(team.manifest.scopes))


def _visible(team: Team, args: Args, right: str) -> Channel:
    channel = team.channel_visible_to_app(args.text("channel", required=True))
    _need(team, channel, right)
    return channel


@method("conversations.info", *_READ, tier="tier_3")
def info(team: Team, args: Args) -> Json:
    return {"channel": _visible(team, args, "read").to_json(team.bot_user)}


@method("conversations.list", *_READ, tier="tier_2")
def list_all(team: Team, args: Args) -> Json:
    """Public channels, and the private and direct ones the app is in, by `types` (default: public_channel)."""
    names = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = {names.get(t.strip(), "") for t in (args.text("types") or "public_channel").split(",")}
    if "" in wanted:
        raise ApiError("invalid_types")
    found = []
    for channel in team.channels.values():
        if channel.kind not in wanted or (channel.kind != "public" and team.bot_user not in channel.members):
            continue
        if channel.is_archived and args.flag("exclude_archived"):
            continue
        _need(team, channel, "read")
        found.append(channel.to_json(team.bot_user))
    items, following = page(found, args)
    return {"channels": items, "response_metadata": {"next_cursor": following}}


@method("conversations.members", *_READ, tier="tier_4")
def members(team: Team, args: Args) -> Json:
    channel = _visible(team, args, "read")
    found, following = page([{"id": m} for m in channel.members], args)
    return {"members": [m["id"] for m in found], "response_metadata": {"next_cursor": following}}


@method("conversations.open", "im:write", "mpim:write", tier="tier_3")
def open_direct(team: Team, args: Args) -> Json:
    users = [u.strip() for u in args.text("users", required=True).split(",")]
    needed = "im:write" if len(users) == 1 else "mpim:write"
    if needed not in team.manifest.scopes:
        raise ApiError("missing_scope", needed=needed, provided=",".join(team.manifest.scopes))
    if any(user not in team.people for user in users):
        raise ApiError("user_not_found")
    opened = team.direct(team.bot_user, users[0]) if len(users) == 1 else team.group([team.bot_user, *users])
    return {"channel": {"id": opened.id}, "no_op": False, "already_open": False}


@method("conversations.join", "channels:join", tier="tier_3")
def join(team: Team, args: Args) -> Json:
    channel = team.channel_visible_to_app(args.text("channel", required=True))
    if channel.kind != "public":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    team.enter(channel, team.bot_user)
    return {"channel": channel.to_json(team.bot_user)}


def _range(found: list[Message], args: Args) -> list[Message]:
    oldest, latest = args.text("oldest") or "0", args.text("latest") or "9" * 12
    with_ends = args.flag("inclusive")
    low, high = float(oldest), float(latest)
    return [m for m in found if low < float(m.ts) < high or (with_ends and m.ts in (oldest, latest))]


def _listed(team: Team, found: list[Message], args: Args) -> Json:
    with_metadata = args.flag("include_all_metadata")
    shown = [m.to_json(team.app_id, team.bot_id, with_metadata=with_metadata) | _replied(team, m) for m in found]
    items, following = page(shown, args)
    return {"messages": items, "has_more": bool(following), "response_metadata": {"next_cursor": following}}


def _replied(team: Team, message: Message) -> Json:
    """What a parent says of its thread."""
    replies = [m for m in team.messages[message.channel] if m.thread_ts == message.ts != m.ts and not m.deleted]
    if not replies:
        return {}
    users = list(dict.fromkeys(m.user for m in replies))
    body: Json = {"thread_ts": message.ts, "reply_count": len(replies), "reply_users": users}
    return body | {"reply_users_count": len(users), "latest_reply": replies[-1].ts}


def _readable(team: Team, args: Args) -> Channel:
    channel = _visible(team, args, "history")
    if team.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


@method("conversations.history", *_HISTORY, tier="tier_3")
def history(team: Team, args: Args) -> Json:
    """Newest first, without thread replies (unless broadcast) and without anything ephemeral."""
    channel = _readable(team, args)
    found = [m for m in reversed(team.seen_by(channel.id)) if m.thread_ts in (None, m.ts) or m.reply_broadcast]
    return _listed(team, _range(found, args), args)


@method("conversations.replies", *_HISTORY, tier="tier_3")
def replies(team: Team, args: Args) -> Json:
    """The parent and its replies, oldest first. Raises ApiError thread_not_found."""
    channel = _readable(team, args)
    parent = team.find_message(channel.id, args.text("ts", required=True))
    if parent is None:
        raise ApiError("thread_not_found")
    root = parent.thread_ts or parent.ts
    found = [m for m in team.seen_by(channel.id) if root in (m.ts, m.thread_ts)]
    return _listed(team, _range(found, args), args)
