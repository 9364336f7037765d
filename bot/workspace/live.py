"""What one person's screen shows, as JSON: first the whole of it, then only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .model import Call, Channel, Delivery, Json, Message, View

if TYPE_CHECKING:
    from .deliver import Deliveries
    from .team import Team

_MESSAGES = 200
"""Messages of a channel that a screen begins with; older ones are asked for."""
_TRAFFIC = 300
"""Calls and deliveries that an inspector begins with."""


def shown(team: Team, message: Message) -> Json:
    """A message as a screen draws it."""
    body = message.to_json(team.app_id, team.bot_id) | {"channel": message.channel}
    return body | {
        "ephemeral": message.ephemeral_to is not None,
        "reply_broadcast": message.reply_broadcast,
        "files": [
            team.files[f["id"]].to_json(team.now(), team.url) if f["id"] in team.files else f for f in message.files
        ],
    }


class Screen:
    """One person's screen; `frame` tells what changed since the frame before."""

    def __init__(self, team: Team, deliveries: Deliveries, person: str) -> None:
        """Raises RefusedError when there is no such person."""
        self.team = team
        self.deliveries = deliveries
        self.person = team.find_person(person).id
        self._seq = 0
        self._seen = 0
        self._told = 0
        self._last: Json = {}

    def frame(self) -> Json | None:
        """The next frame, None when nothing changed that this person sees."""
        team, since = self.team, self._seen
        self._seen = team.changes
        found: Json = {**self._messages(since), **self._traffic(since)}
        parts: Mapping[str, Callable[[], Any]] = {
            "me": lambda: self.person,
            "app": self._app,
            "people": lambda: [_person(self.team, p) for p in team.people.values()],
            "usergroups": lambda: list(team.usergroups.values()),
            "channels": lambda: [_channel(c) for c in self._channels()],
            "home": lambda: self._view(team.homes.get(self.person)),
            "modals": lambda: [self._view(view) for view in team.stacks.get(self.person, [])],
            "faults": lambda: [asdict(fault) for fault in team.faults.active],
            "connections": lambda: len(self.deliveries.sockets.connections),
            "mode": lambda: "http" if team.request_url else "socket",
            "offset_seconds": lambda: round(team.clock.offset_seconds, 1),
        }
        for name, read in parts.items():
            value = read()
            if name not in self._last or self._last[name] != value:
                self._last[name] = found[name] = value
        if not found:
            return None
        self._seq += 1
        return {"seq": self._seq, "now": team.now(), **found}

    def _channels(self) -> list[Channel]:
        """Those the person may see: public ones, and their own private and direct conversations."""
        return [c for c in self.team.channels.values() if c.kind == "public" or self.person in c.members]

    def _messages(self, since: int) -> Json:
        fresh: list[Message] = []
        more: dict[str, bool] = {}
        for channel in self._channels():
            kept = self.team.messages[channel.id]
            if since == 0:
                kept = [m for m in kept if not m.deleted]
                more |= {channel.id: True} if len(kept) > _MESSAGES else {}
                kept = kept[-_MESSAGES:]
            fresh += [m for m in kept if m.changed > since]
        fresh += [m for m in self.team.ephemerals if m.ephemeral_to == self.person and m.changed > since]
        parts = {
            "messages": [shown(self.team, m) for m in sorted(fresh, key=lambda m: m.ts) if not m.deleted],
            "deleted": [[m.channel, m.ts] for m in fresh if m.deleted],
            "more": more,
        }
        return {name: value for name, value in parts.items() if value}

    def _traffic(self, since: int) -> Json:
        calls = [_call(n, c) for n, c in _changed(self.team.calls, since)]
        deliveries = [_delivery(d) for _, d in _changed(self.team.deliveries, since)]
        broken = [{"id": n, **asdict(r)} for n, r in enumerate(self.team.broken[self._told :], start=self._told)]
        self._told = len(self.team.broken)
        parts = {"calls": calls, "deliveries": deliveries, "broken": broken}
        return {name: value for name, value in parts.items() if value}

    def _view(self, view: View | None) -> Json | None:
        if view is None:
            return None
        return view.to_json(self.team.app_id, self.team.bot_id) | {"errors": dict(view.errors)}

    def _app(self) -> Json:
        manifest = self.team.manifest
        return {
            "user": self.team.bot_user,
            "name": self.team.people[self.team.bot_user].name,
            "commands": [dict(c) for c in manifest.commands.values()],
            "shortcuts": [dict(s) for s in manifest.shortcuts.values()],
        }


def _changed(kept: list[Any], since: int) -> Iterable[tuple[int, Any]]:
    """Entries with their positions; what changes is among the last."""
    first = max(0, len(kept) - _TRAFFIC)
    return [(n, one) for n, one in enumerate(kept[first:], start=first) if one.changed > since]


def _call(number: int, call: Call) -> Json:
    return {"id": number} | {k: v for k, v in asdict(call).items() if k != "changed"}


def _delivery(delivery: Delivery) -> Json:
    return {k: v for k, v in asdict(delivery).items() if k not in ("changed", "event_id")}


def _channel(channel: Channel) -> Json:
    keys = ("id", "name", "kind", "members", "is_archived")
    return {key: getattr(channel, key) for key in keys} | {"members": list(channel.members)}


def _person(team: Team, person: Any) -> Json:
    keys = ("id", "name", "real_name", "title", "zone", "is_bot")
    return {key: getattr(person, key) for key in keys} | {"tz_offset": person.tz_offset(team.now())}
