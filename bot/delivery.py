"""Sends what T12 tells by itself: claims it from the outbox, draws it as of now, and posts it once or edits it."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from core.clock import Clock
from core.storage.database import Database
from core.storage.outbox import (
    Claimed,
    claim_posting,
    defer_posting,
    end_posting,
    finish_posting,
    found_posting,
)
from handlers.gateway import SlackError
from handlers.messages.message import Message, repeated

SETTLE = timedelta(seconds=3)
"""How long after an unclear answer the channel is looked at: Slack's history may lag behind a post."""
LONGEST_CALL = timedelta(seconds=35)
"""A call to Slack, which is broken off after 30 seconds, and the wait for the channel's turn."""
SKEW = timedelta(minutes=10)
"""How far the clocks of Slack and of the replicas may be apart."""
GIVE_UP = timedelta(hours=24)
NEVER_GIVEN_UP = ("incident:", "incident_event:", "emergency")
"""Subjects that begin so are tried for ever: what nobody was told of is not over."""
_SLOWEST = timedelta(minutes=5)
_LAST_RECONCILE = 5
_ENDING = frozenset({
    "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "block_mismatch",
    "message_not_found", "cant_update_message", "edit_window_closed", "is_archived", "metadata_too_large",
    "cannot_dm_bot", "user_disabled", "user_not_found", "messages_tab_disabled",
})  # fmt: skip
"""Refusals of this message that no later try changes."""

_log = logging.getLogger("t12.delivery")


class Sender(Protocol):
    """The gateway, as far as delivery uses it."""

    async def post_once(self, channel: str, message: Message, mark: int, thread_ts: str | None = None) -> str: ...

    async def edit(self, channel: str, ts: str, message: Message) -> None: ...

    async def find_posted(self, channel: str, mark: int, since: float, thread_ts: str | None = None) -> str | None: ...


class Drawer(Protocol):
    """Draws the message of a subject; None when there is nothing to tell."""

    async def message(self, subject: str, *, is_there: bool) -> Message | None: ...


Before = Callable[[str, str], Awaitable[None]]


async def _nothing_before(_channel: str, _subject: str) -> None:
    """For those who only send."""


class Delivery:
    """One sender; any number may work on one database."""

    def __init__(
        self, database: Database, sender: Sender, drawer: Drawer, clock: Clock, before: Before = _nothing_before
    ) -> None:
        """`before` is called with channel and subject before the first version is sent, again after a failure."""
        self._database = database
        self._before = before
        self._sender = sender
        self._drawer = drawer
        self._clock = clock
        self._owner = secrets.token_hex(8)

    async def send_due(self, most: int = 50) -> int:
        """Send what is due now; returns how much was tried. An error of ours leaves its message for a later try."""
        for sent in range(most):
            claimed = await claim_posting(self._database, self._owner, self._clock())
            if claimed is None:
                return sent
            try:
                await self._send(claimed)
            except asyncio.CancelledError:
                raise
            except Exception:
                _log.exception("posting %d (%s) could not be sent", claimed.id, claimed.subject)
                await defer_posting(self._database, claimed, self._clock() + _wait(claimed))
        return most

    async def _send(self, claimed: Claimed) -> None:
        is_repeat = False
        if claimed.is_ambiguous and claimed.ts is None:
            place = await self._look(claimed)
            if place is None:
                return
            is_repeat = place == _UNKNOWN
            if place not in (_ABSENT, _UNKNOWN):
                await found_posting(self._database, claimed, place)
                return
        if claimed.is_new:
            await self._before(claimed.channel, claimed.subject)
        message = await self._drawer.message(claimed.subject, is_there=claimed.ts is not None or is_repeat)
        if message is None:
            await finish_posting(self._database, claimed, claimed.ts, self._clock())
            return
        if self._clock() > claimed.lease_until - LONGEST_CALL:  # another sender may take it while Slack answers
            await defer_posting(self._database, claimed, self._clock())
            return
        try:
            if claimed.ts is None:
                ts = await self._sender.post_once(
                    claimed.channel, repeated(message) if is_repeat else message, claimed.id, claimed.thread_ts
                )
            else:
                ts = claimed.ts
                await self._sender.edit(claimed.channel, ts, message)
        except SlackError as error:
            await self._failed(claimed, error)
        else:
            await finish_posting(self._database, claimed, ts, self._clock())

    async def _look(self, claimed: Claimed) -> str | None:
        """Where the message stands, `_ABSENT`, or `_UNKNOWN` without the history scopes; None: look again later."""
        since = (claimed.first_attempt_at - SKEW).timestamp()
        try:
            place = await self._sender.find_posted(claimed.channel, claimed.id, since, claimed.thread_ts)
            return place or _ABSENT
        except SlackError as error:
            if error.code == "missing_scope" or claimed.attempts >= _LAST_RECONCILE:
                return _UNKNOWN
            await defer_posting(self._database, claimed, self._clock() + _wait(claimed))
            return None

    async def _failed(self, claimed: Claimed, error: SlackError) -> None:
        now = self._clock()
        is_old = now - claimed.first_attempt_at > GIVE_UP and not claimed.subject.startswith(NEVER_GIVEN_UP)
        if error.code in _ENDING or is_old:
            _log.error("posting %d (%s) is given up: %s", claimed.id, claimed.subject, error.code)
            await end_posting(self._database, claimed, error.code)
            return
        _log.warning("posting %d (%s) waits: %s", claimed.id, claimed.subject, error.code)
        if error.code == "ratelimited":
            await defer_posting(self._database, claimed, now + timedelta(seconds=error.retry_after))
        elif error.code == "unconfirmed":
            await defer_posting(self._database, claimed, now + SETTLE, ambiguous=True)
        else:
            await defer_posting(self._database, claimed, now + _wait(claimed))


_ABSENT = ""
_UNKNOWN = "?"


def _wait(claimed: Claimed) -> timedelta:
    """Twice as long after each try, up to five minutes."""
    return min(timedelta(seconds=2 ** min(claimed.attempts, 9)), _SLOWEST)
