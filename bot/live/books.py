"""Where the card of a watched run is kept: in the store beside us, or by a T12 server that is told over HTTP."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Protocol

from bot.api import ATTEMPTS, REQUEST_SECONDS, Reply, Say, Server, UndeliveredError, Whereabouts
from core.errors import UsageError
from core.live.card import LiveEvent, Seen, Word
from core.live.cards import Place, begin_card, change_card
from core.live.foreign import word_to_json
from core.live.model import End
from core.runs.model import RunMark
from core.settings import LiveSettings
from core.storage.database import Database

WORD_SECONDS = 15.0
"""How long a word may be under way while the run goes on."""


class Book(Protocol):
    """Keeps one card. What was written once is not told twice, however often it is written."""

    @property
    def key(self) -> str: ...

    @property
    def is_kept(self) -> bool:
        """Whether there is a card by now."""
        ...

    async def write(self, seen: Seen, events: Sequence[LiveEvent], now: datetime, end: End | None, /) -> None:
        """Raises `T12Error`, `SQLAlchemyError` or `OSError` when it could not be, or nobody knows whether it was."""
        ...


class StoreBook:
    """Keeps it in the store of the settings."""

    def __init__(self, database: Database, settings: LiveSettings, channel: str, mark: RunMark) -> None:
        self._database = database
        self._channel = channel
        self._mark = mark
        self._pause = timedelta(seconds=settings.edit_seconds)
        self._place: Place | None = None
        self.key = token_hex(16)

    @property
    def is_kept(self) -> bool:
        return self._place is not None

    async def write(self, seen: Seen, events: Sequence[LiveEvent], now: datetime, end: End | None, /) -> None:
        async with self._database.write() as connection:
            place = self._place or await begin_card(connection, self.key, self._mark, self._channel, now)
            await change_card(connection, place, seen, now, events=events, end=end, pause=self._pause)
        self._place = place


class ServerBook:
    """Tells a T12 server. A word that was not answered is said again as it was before anything new is."""

    def __init__(self, said: Whereabouts, mark: RunMark, say: Say) -> None:
        self._server = Server(said, os.environ, say)
        self._mark = mark
        self._number = 0
        self._unsure: dict[str, Any] | None = None
        self._told = 0
        """How many of the events that are given are part of the word nobody answered."""
        self._is_off = False
        self.key = token_hex(16)
        self.is_kept = False

    async def write(self, seen: Seen, events: Sequence[LiveEvent], _now: datetime, end: End | None, /) -> None:
        """Where the server keeps no cards, nothing more is sent."""
        if self._is_off:
            return
        last = end is not None
        if self._unsure is not None:
            await self._say(self._unsure, insist=last)
        new = tuple(events[self._told :])
        self._number += 1
        self._unsure = word_to_json(Word(self.key, self._number, self._mark, seen, new, end))
        self._told = len(events)
        await self._say(self._unsure, insist=last)
        self._told = 0

    async def _say(self, word: dict[str, Any], *, insist: bool) -> None:
        """Ask once while the run goes on: the next word is near. At the end ask until it is answered."""
        server = self._server

        async def ask() -> Reply:
            async with server.opened(REQUEST_SECONDS if insist else WORD_SECONDS) as session:
                return await server.post(session, server.address / "live", json=word)

        try:
            reply = await server.until_answered(
                "the card of this run", "live", ask, attempts=ATTEMPTS if insist else 1
            )  # fmt: skip
        except UndeliveredError as error:
            raise UsageError(str(error)) from None
        if reply.status >= 400:
            self._is_off = True
            raise UsageError(_sentence(reply))
        self._unsure = None
        self.is_kept = bool(reply.body["live"].get("card"))
        self._is_off = not self.is_kept


def _sentence(reply: Reply) -> str:
    if reply.status == 404:
        return "the server knows of no cards; it is older than this T12"
    return reply.sentence
