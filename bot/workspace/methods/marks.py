"""What is stuck to a message: reactions.* and pins.*."""

from __future__ import annotations

from bot.workspace.errors import ApiError
from bot.workspace.events import reaction_event
from bot.workspace.model import Channel, Json, Message
from bot.workspace.team import Team

from .registry import Args, method


def _marked(team: Team, args: Args) -> tuple[Channel, Message]:
    channel = team.channel_of_app(args.text("channel", required=True))
    message = team.find_message(channel.id, args.text("timestamp", required=True))
    if message is None:
        raise ApiError("message_not_found")
    return channel, message


def _react(team: Team, args: Args, *, remove: bool) -> Json:
    _, message = _marked(team, args)
    name = args.text("name", required=True).strip(":")
    if not message.react(team.bot_user, name, remove=remove):
        raise ApiError("no_reaction" if remove else "already_reacted")
    team.emit(*reaction_event(team, message, team.bot_user, name, added=not remove))
    team.touch(message)
    return {}


@method("reactions.add", "reactions:write", tier="tier_3")
def reactions_add(team: Team, args: Args) -> Json:
    return _react(team, args, remove=False)


@method("reactions.remove", "reactions:write", tier="tier_2")
def reactions_remove(team: Team, args: Args) -> Json:
    return _react(team, args, remove=True)


@method("reactions.get", "reactions:read", tier="tier_3")
def reactions_get(team: Team, args: Args) -> Json:
    channel, message = _marked(team, args)
    return {"type": "message", "channel": channel.id, "message": message.to_json(team.app_id, team.bot_id)}


def _pin(team: Team, args: Args, *, remove: bool) -> Json:
    channel, message = _marked(team, args)
    if message.pinned != remove:
        raise ApiError("no_pin" if remove else "already_pinned")
    message.pinned = not remove
    kind = "pin_removed" if remove else "pin_added"
    event: Json = {"type": kind, "user": team.bot_user, "channel_id": channel.id, "event_ts": team.new_ts()}
    team.emit(kind, event | {"item": _item(team, message)})
    team.touch(message)
    return {}


def _item(team: Team, message: Message) -> Json:
    body = message.to_json(team.app_id, team.bot_id)
    return {"type": "message", "channel": message.channel, "created": int(message.posted_at), "message": body}


@method("pins.add", "pins:write", tier="tier_2")
def pins_add(team: Team, args: Args) -> Json:
    return _pin(team, args, remove=False)


@method("pins.remove", "pins:write", tier="tier_2")
def pins_remove(team: Team, args: Args) -> Json:
    return _pin(team, args, remove=True)


@method("pins.list", "pins:read", tier="tier_2")
def pins_list(team: Team, args: Args) -> Json:
    channel = team.channel_of_app(args.text("channel", required=True))
    return {"items": [_item(team, m) for m in team.seen_by(channel.id) if m.pinned]}
