"""What people do in a conversation: write, mention, edit, delete and react."""

from __future__ import annotations

import re

from . import payloads
from .deliver import Deliveries
from .errors import RefusedError
from .events import reaction_event
from .model import Channel, Message, Person
from .team import Team


class Writing:
    """One method per thing; each returns the message as it then stands, and the app hears of it where it may."""

    def __init__(self, team: Team, deliveries: Deliveries) -> None:
        self.team = team
        self.deliveries = deliveries

    def _in(self, person: str, channel: str) -> tuple[Person, Channel]:
        """The person and the conversation; `@app` and `@name` are direct messages with the app and with a person."""
        who = self.team.find_person(person)
        if channel.startswith("@"):
            other = self.team.bot_user if channel == "@app" else self.team.find_person(channel).id
            where = self.team.direct(other, who.id)
        else:
            where = self.team.find_channel(channel)
        if who.id not in where.members:
            raise RefusedError(f"{who.name} is not a member of {where.name}.")
        if where.is_archived:
            raise RefusedError(f"{where.name} is archived.")
        return who, where

    def say(self, person: str, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write a message as a person; `@name` mentions. The app hears app_mention and message events it may hear."""
        who, where = self._in(person, channel)
        fresh = Message(self.team.new_ts(), where.id, who.id, self._typed(text), thread_ts=thread_ts)
        return self.team.keep(fresh)

    def mention(self, person: str, channel: str, text: str, *, thread_ts: str | None = None) -> Message:
        """Write `@app text`; the app hears of it only where it is a member."""
        name = self.team.people[self.team.bot_user].name
        return self.say(person, channel, f"@{name} {text}", thread_ts=thread_ts)

    def edit(self, person: str, channel: str, ts: str, text: str) -> Message:
        """Change one's own message; the app hears message_changed."""
        message = self._own(person, channel, ts)
        message.remember()
        message.text, message.edited_ts = self._typed(text), self.team.new_ts()
        self.team.edited(message)
        return message

    def delete(self, person: str, channel: str, ts: str) -> Message:
        """Delete one's own message; the app hears message_deleted."""
        message = self._own(person, channel, ts)
        self.team.delete(message)
        return message

    def react(self, person: str, channel: str, ts: str, name: str, *, remove: bool = False) -> Message:
        """Add a reaction as a person, or take it away; repeating it changes nothing."""
        who, where = self._in(person, channel)
        message = self.team.find_message(where.id, ts)
        if message is None:
            raise RefusedError("That message is not there.")
        if message.react(who.id, name, remove=remove):
            self.team.emit(*reaction_event(self.team, message, who.id, name, added=not remove))
        self.team.touch(message)
        return message

    def _own(self, person: str, channel: str, ts: str) -> Message:
        who, where = self._in(person, channel)
        message = self.team.find_message(where.id, ts)
        if message is None or message.user != who.id:
            raise RefusedError(f"{who.name} wrote no such message in {where.name}.")
        return message

    def _typed(self, text: str) -> str:
        return re.sub(r"<([@#]\w+)\|[^>]*>", r"<\1>", payloads.escape_typed(self.team, text))
