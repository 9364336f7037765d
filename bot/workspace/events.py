"""The events that a message makes: posted, edited, deleted, reacted to; each with the name an app subscribes to."""

from __future__ import annotations

from .model import Json, Message
from .team import Team

_NAMES = {"public": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}
_KINDS = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def events_of(team: Team, what: str, message: Message) -> list[tuple[str, Json]]:
    """Names and events of a message that was `posted`, `edited` or `deleted`; none where the app is no member.

    An app hears of its own messages too, as in Slack; Bolt leaves those aside unless it is told not to.
    """
    channel = team.channels[message.channel]
    if team.bot_user not in channel.members or message.ephemeral_to is not None:
        return []
    body = message.to_json(team.app_id, team.bot_id)
    where: Json = {"channel": channel.id, "channel_type": _KINDS[channel.kind]}
    if what == "posted":
        event = {**body, **where, "event_ts": message.ts}
        found = [(_NAMES[channel.kind], event)]
        mentions = f"<@{team.bot_user}>" in message.text and message.user != team.bot_user and channel.kind != "im"
        left_out = ("channel_type", "subtype")
        mention = {key: value for key, value in event.items() if key not in left_out} | {"type": "app_mention"}
        return [("app_mention", mention), *found] if mentions else found
    now = team.new_ts()
    event = {"type": "message", "hidden": True, **where, "ts": now, "event_ts": now}
    if what == "edited":
        event |= {"subtype": "message_changed", "message": body, "previous_message": _before(body, message)}
    else:
        event |= {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": body}
    return [(_NAMES[channel.kind], event)]


def _before(body: Json, message: Message) -> Json:
    older = {key: value for key, value in body.items() if key != "edited"}
    return older | message.versions[-1] if message.versions else older


def reaction_event(team: Team, message: Message, person: str, name: str, *, added: bool) -> tuple[str, Json]:
    kind = "reaction_added" if added else "reaction_removed"
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event: Json = {"type": kind, "user": person, "reaction": name, "item": item, "item_user": message.user}
    return kind, event | {"event_ts": team.new_ts()}
