"""What changes a channel: conversations.create, invite, kick, leave, rename, archive, and its topic and purpose."""

from __future__ import annotations

import re

from bot.workspace.errors import ApiError
from bot.workspace.model import Channel, Json
from bot.workspace.team import Team

from .registry import Args, method

_MANAGE = ("channels:manage", "groups:write")
_LONGEST_NAME = 80
_LONGEST_TOPIC = 250


def _need(team: Team, kind: str, *others: str) -> None:
    """The scope that manages this kind of channel. Raises ApiError missing_scope."""
    scope = "channels:manage" if kind == "public" else "groups:write"
    if not {scope, *others} & set(team.manifest.scopes):
        raise ApiError("missing_scope", needed=scope, provided=",".join(team.manifest.scopes))


def _managed(team: Team, args: Args) -> Channel:
    channel = team.channel_visible_to_app(args.text("channel", required=True))
    if channel.kind not in ("public", "private"):
        raise ApiError("method_not_supported_for_channel_type")
    _need(team, channel.kind)
    if team.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _shown(team: Team, channel: Channel) -> Json:
    team.touch()
    return {"channel": channel.to_json(team.bot_user)}


def _free_name(team: Team, name: str) -> str:
    """Raises ApiError invalid_name_required, invalid_name_maxlength, invalid_name_specials, name_taken."""
    if not name:
        raise ApiError("invalid_name_required")
    if len(name) > _LONGEST_NAME:
        raise ApiError("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise ApiError("invalid_name_specials")
    if any(c.name == name for c in team.channels.values()):
        raise ApiError("name_taken")
    return name


@method("conversations.create", *_MANAGE, tier="tier_2")
def create(team: Team, args: Args) -> Json:
    """The app is its first member."""
    kind = "private" if args.flag("is_private") else "public"
    _need(team, kind)
    name = _free_name(team, args.text("name"))
    return _shown(team, team.add_channel(Channel(team.new_id("C"), name, [team.bot_user], kind)))


@method("conversations.invite", *_MANAGE, "channels:write.invites", "groups:write.invites", tier="tier_3")
def invite(team: Team, args: Args) -> Json:
    channel = team.channel_visible_to_app(args.text("channel", required=True))
    _need(team, channel.kind, "channels:write.invites" if channel.kind == "public" else "groups:write.invites")
    if team.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    users = [u.strip() for u in args.text("users", required=True).split(",")]
    if any(user not in team.people for user in users):
        raise ApiError("user_not_found")
    if team.bot_user in users:
        raise ApiError("cant_invite_self")
    newcomers = [user for user in users if team.enter(channel, user)]
    if not newcomers:
        raise ApiError("already_in_channel")
    return _shown(team, channel)


@method("conversations.kick", *_MANAGE, tier="tier_3")
def kick(team: Team, args: Args) -> Json:
    channel, user = _managed(team, args), args.text("user", required=True)
    if user == team.bot_user:
        raise ApiError("cant_kick_self")
    if not team.exit(channel, user):
        raise ApiError("not_in_channel")
    return {}


@method("conversations.leave", *_MANAGE, tier="tier_3")
def leave(team: Team, args: Args) -> Json:
    channel = team.channel_visible_to_app(args.text("channel", required=True))
    _need(team, channel.kind)
    return {} if team.exit(channel, team.bot_user) else {"not_in_channel": True}


@method("conversations.rename", *_MANAGE, tier="tier_2")
def rename(team: Team, args: Args) -> Json:
    channel = _managed(team, args)
    channel.name = _free_name(team, args.text("name"))
    return _shown(team, channel)


@method("conversations.archive", *_MANAGE, tier="tier_2")
def archive(team: Team, args: Args) -> Json:
    channel = _managed(team, args)
    if channel.is_archived:
        raise ApiError("already_archived")
    if channel.name == "general":
        raise ApiError("cant_archive_general")
    channel.is_archived = True
    team.touch()
    return {}


def _described(team: Team, args: Args, name: str, scope: str) -> Channel:
    channel = team.channel_of_app(args.text("channel", required=True))
    _need(team, channel.kind, f"{'channels' if channel.kind == 'public' else 'groups'}:{scope}")
    if len(args.text(name)) > _LONGEST_TOPIC:
        raise ApiError("too_long")
    return channel


@method("conversations.setTopic", *_MANAGE, "channels:write.topic", "groups:write.topic", tier="tier_2")
def set_topic(team: Team, args: Args) -> Json:
    channel = _described(team, args, "topic", "write.topic")
    channel.topic = args.text("topic")
    return _shown(team, channel) | {"topic": channel.topic}


@method("conversations.setPurpose", *_MANAGE, "channels:write.topic", "groups:write.topic", tier="tier_2")
def set_purpose(team: Team, args: Args) -> Json:
    channel = _described(team, args, "purpose", "write.topic")
    channel.purpose = args.text("purpose")
    return _shown(team, channel) | {"purpose": channel.purpose}
