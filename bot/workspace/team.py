"""The state of one workspace: who is there, what was said, which views are open, and what the app did."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from .clock import Clock
from .errors import ApiError, RefusedError
from .faults import Faults
from .limits import LIMITS
from .manifest import Manifest
from .model import BrokenRule, Call, Channel, Delivery, FileRecord, Json, Message, Person, Scheduled, View
from .rates import Rates

TEAM_ID = "T0WORKSPACE"
TEAM_DOMAIN = "workspace"
_Found = TypeVar("_Found")


@dataclass(slots=True)
class Trigger:
    """A trigger_id: good for 3 seconds and for one modal. `view_id` is set when it came from inside a modal."""

    id: str
    user: str
    at: float
    view_id: str | None = None
    used: bool = False


@dataclass(slots=True)
class Hook:
    """A response_url: 5 uses within 30 minutes. `source` is the message whose button was pressed, if any."""

    id: str
    user: str
    channel: str
    at: float
    source: Message | None = None
    uses: int = 0


@dataclass(slots=True)
class Ticket:
    """A Socket Mode URL: temporary, and spent by the first handshake, even a failed one."""

    id: str
    at: float
    used: bool = False


@dataclass(slots=True)
class Team:
    """Everything the workspace remembers, and the few rules that guard its own consistency."""

    clock: Clock
    manifest: Manifest
    bot_token: str
    app_token: str
    signing_secret: str
    app_scopes: tuple[str, ...] = ("connections:write",)
    url: str = ""
    app_id: str = "A0APP"
    bot_id: str = "B0APP"
    bot_user: str = "U0APP"
    request_url: str | None = None
    faults: Faults = field(default_factory=Faults)
    rates: Rates = field(default_factory=Rates)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    files: dict[str, FileRecord] = field(default_factory=dict)
    usergroups: dict[str, Json] = field(default_factory=dict)
    offered: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """What external selects offered last, by person and action_id."""
    calls: list[Call] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    broken: list[BrokenRule] = field(default_factory=list)
    socket_mode_enabled: bool = True
    changes: int = 0
    tell: Callable[[str, Message], None] = lambda _what, _message: None
    """Called with `posted`, `edited` or `deleted` and the message, so that the app hears of it."""
    emit: Callable[[str, Json], object] = lambda _name, _event: None
    """Called with the name and the body of any other event."""
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _last_ts: int = 0
    _by_ts: dict[tuple[str, str], Message] = field(default_factory=dict)
    _watchers: set[asyncio.Future[None]] = field(default_factory=set)

    def now(self) -> float:
        return self.clock.now()

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids):09d}"

    def new_ts(self) -> str:
        """A message timestamp, unique in the workspace and always growing."""
        micros = max(int(self.now() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    # People and conversations

    def add_person(self, person: Person) -> Person:
        self.people[person.id] = person
        return person

    def add_channel(self, channel: Channel) -> Channel:
        channel.created_at = self.now()
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, [])
        return channel

    def find_person(self, who: str) -> Person:
        """A person by id or name. Raises RefusedError when there is none."""
        name = who.lstrip("@")
        found = self.people.get(who) or next((p for p in self.people.values() if p.name == name), None)
        if found is None:
            raise RefusedError(f"Nobody called {who} is in this workspace.")
        return found

    def find_channel(self, where: str) -> Channel:
        """A conversation by id or #name. Raises RefusedError when there is none."""
        name = where.lstrip("#")
        found = self.channels.get(where) or next((c for c in self.channels.values() if c.name == name), None)
        if found is None:
            raise RefusedError(f"There is no conversation {where} in this workspace.")
        return found

    def direct(self, one: str, other: str) -> Channel:
        """The direct conversation of two people, opened when it does not exist yet."""
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == {one, other}:
                return channel
        return self.add_channel(Channel(id=self.new_id("D"), name="directmessage", members=[one, other], kind="im"))

    def group(self, members: list[str]) -> Channel:
        """The direct conversation of several people, opened when it does not exist yet."""
        for channel in self.channels.values():
            if channel.kind == "mpim" and set(channel.members) == set(members):
                return channel
        name = "mpdm-" + "--".join(self.people[m].name for m in members) + "-1"
        return self.add_channel(Channel(id=self.new_id("G"), name=name, members=list(members), kind="mpim"))

    def enter(self, channel: Channel, person: str) -> bool:
        """Make somebody a member, and tell the app; False when they were one."""
        if person in channel.members:
            return False
        channel.members.append(person)
        event = {"type": "member_joined_channel", "user": person, "channel": channel.id, "event_ts": self.new_ts()}
        self.emit("member_joined_channel", event)
        self.touch()
        return True

    def exit(self, channel: Channel, person: str) -> bool:
        """Take somebody out, and tell the app; False when they were no member."""
        if person not in channel.members:
            return False
        channel.members.remove(person)
        event = {"type": "member_left_channel", "user": person, "channel": channel.id, "event_ts": self.new_ts()}
        self.emit("member_left_channel", event)
        self.touch()
        return True

    def channel_of_app(self, where: str) -> Channel:
        """The conversation an app may write to: by id, `#name`, or a person's id for a direct message.

        Raises ApiError channel_not_found (also for a private channel the app is not in), not_in_channel, is_archived.
        """
        if where in self.people and where != self.bot_user:
            return self.direct(self.bot_user, where)
        channel = self.channel_visible_to_app(where)
        if channel.is_archived:
            raise ApiError("is_archived")
        if self.bot_user not in channel.members and not (
            channel.kind == "public" and "chat:write.public" in self.manifest.scopes
        ):
            raise ApiError("not_in_channel")
        return channel

    def id_of_channel(self, where: str) -> str:
        """One spelling for a conversation however it is named, for the rate limit per channel."""
        name = where.removeprefix("#")
        if where in self.people:
            return f"im:{where}"
        return next((c.id for c in self.channels.values() if c.id == where or c.name == name), where)

    def channel_visible_to_app(self, where: str) -> Channel:
        """A conversation the app can see. Raises ApiError channel_not_found."""
        name = where.removeprefix("#") if where.startswith("#") else None
        found = self.channels.get(where) or next((c for c in self.channels.values() if name and c.name == name), None)
        if found is None or (found.kind != "public" and self.bot_user not in found.members):
            raise ApiError("channel_not_found")
        return found

    # Messages

    def keep(self, message: Message) -> Message:
        """Put a message where its readers find it: the channel's history, or the addressee's screen."""
        message.posted_at = self.now()
        if message.ephemeral_to is None:
            self.messages[message.channel].append(message)
            self._by_ts[message.channel, message.ts] = message
        else:
            self.ephemerals.append(message)
        self.touch(message)
        self.tell("posted", message)
        return message

    def edited(self, message: Message) -> None:
        """Say that a message was changed; `remember` was called before."""
        self.touch(message)
        self.tell("edited", message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.touch(message)
        self.tell("deleted", message)

    def find_message(self, channel: str, ts: str) -> Message | None:
        """A message of the history (never an ephemeral one); None when there is none or it was deleted."""
        found = self._by_ts.get((channel, ts))
        return None if found is None or found.deleted else found

    def find_shown(self, channel: str, ts: str, person: str) -> Message | None:
        """What `person` has on the screen: a message of the history or an ephemeral one addressed to them."""
        return self.find_message(channel, ts) or next(
            (m for m in self.ephemerals if m.ts == ts and m.ephemeral_to == person and not m.deleted), None
        )

    def seen_by(self, channel: str, person: str | None = None) -> list[Message]:
        """The conversation as `person` sees it, oldest first; without a person only what everybody sees."""
        shown = [m for m in self.messages[channel] if not m.deleted]
        if person is not None:
            shown += [m for m in self.ephemerals if m.channel == channel and m.ephemeral_to == person and not m.deleted]
        return sorted(shown, key=lambda m: m.ts)

    # What an interaction hands to the app

    def issue_trigger(self, user: str, view_id: str | None = None) -> Trigger:
        trigger = Trigger(f"{self.new_id('')}.{secrets.token_hex(8)}", user, self.now(), view_id)
        self.triggers[trigger.id] = trigger
        return trigger

    def spend_trigger(self, trigger_id: str) -> Trigger:
        """Use a trigger up. Raises ApiError invalid_trigger_id, exchanged_trigger_id (2nd use), expired_trigger_id."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self.now() - trigger.at > LIMITS["trigger.seconds"]:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger

    def issue_hook(self, user: str, channel: str, source: Message | None = None) -> Hook:
        hook = Hook(secrets.token_hex(12), user, channel, self.now(), source)
        self.hooks[hook.id] = hook
        return hook

    def hook_url(self, hook: Hook) -> str:
        return f"{self.url}/response/{hook.id}"

    def issue_ticket(self) -> Ticket:
        ticket = Ticket(secrets.token_hex(16), self.now())
        self.tickets[ticket.id] = ticket
        return ticket

    # The record

    def break_rule(self, rule: str, where: str, detail: str = "") -> None:
        self.broken.append(BrokenRule(rule, where, detail, self.now()))
        self.touch()

    def touch(self, *changed: Message | Call | Delivery) -> None:
        """Count a change, stamp what changed, and wake everybody who waits for the state to change."""
        self.changes += 1
        for one in changed:
            one.changed = self.changes
        for watcher in self._watchers:
            if not watcher.done():
                watcher.set_result(None)
        self._watchers.clear()

    async def until(self, find: Callable[[], _Found | None], timeout_seconds: float = 5.0) -> _Found:
        """Wait (wall time) until `find` returns something. Raises TimeoutError when it never does."""
        async with asyncio.timeout(timeout_seconds):
            while True:
                found = find()
                if found is not None and found is not False:
                    return found
                watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._watchers.add(watcher)
                await watcher
