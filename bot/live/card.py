"""Keeps the card of a watched run up to date: what the watcher tells is written aside, so that no look waits for it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.live.books import Book
from bot.live.outcome import Watched
from core.clock import Clock, utc_now
from core.errors import T12Error
from core.live.card import HEARD_EVERY, LiveEvent, Seen
from core.live.model import Alert, End, Ended, LiveRun, Silence
from core.live.sampling import Sample
from core.live.wording import leak_sentence
from core.settings import LiveSettings

Say = Callable[[str], None]


class CardKeeper:
    """A listener that writes. The book may be slow or away: the run goes on, and it is said once."""

    def __init__(self, book: Book, settings: LiveSettings, *, say: Say, clock: Clock = utc_now) -> None:
        self._book = book
        self._say = say
        self._clock = clock
        self._every = min(timedelta(seconds=settings.edit_seconds), HEARD_EVERY)
        self._run = LiveRun()
        self._sample: Sample | None = None
        self._alerts: dict[str, Alert] = {}
        self._silence: Silence | None = None
        self._events: list[LiveEvent] = []
        self._written_at: datetime | None = None
        self._writing: asyncio.Task[None] | None = None
        self._trouble = ""

    async def seen(self, run: LiveRun, sample: Sample) -> None:
        """Write when it is time to; a write that still runs is not waited for."""
        self._run, self._sample = run, sample
        is_due = self._written_at is None or self._clock() - self._written_at >= self._every
        if (is_due or self._events) and (self._writing is None or self._writing.done()):
            self._written_at = self._clock()
            self._writing = asyncio.create_task(self.write())

    async def alerted(self, alert: Alert) -> None:
        if alert.over_at is None:
            self._alerts[alert.kind] = alert
        else:
            self._alerts.pop(alert.kind, None)
        self._events.append(LiveEvent(self._clock(), alert, is_over=alert.over_at is not None))

    async def fell_silent(self, silence: Silence) -> None:
        self._silence = silence
        self._events.append(LiveEvent(self._clock(), silence))

    async def goes_on(self, silence: Silence) -> None:
        self._silence = None
        self._events.append(LiveEvent(self._clock(), silence, is_over=True))

    async def settled(self) -> str:
        """The key of the card, once it is kept; empty where it could not be."""
        await self._written()
        if not self._book.is_kept:
            await self.write()
        return self._book.key if self._book.is_kept else ""

    async def ended(self, watched: Watched) -> None:
        """Write how it ended."""
        self._run = watched.run
        leak = leak_sentence(watched.resources) if watched.resources is not None else ""
        await self._close(watched.end, leak)

    async def left(self) -> None:
        """Write that nobody watches it any more."""
        await self._close(End(Ended.STOPPED, "the watch was ended, not the run"), "")

    async def _close(self, end: End, leak: str) -> None:
        await self._written()
        self._alerts, self._silence = {}, None
        await self.write(end, leak)

    async def _written(self) -> None:
        if self._writing is not None:
            with suppress(asyncio.CancelledError):
                await self._writing

    async def write(self, end: End | None = None, leak: str = "") -> None:
        """Write what is known now; what could not be written is tried again with the next state."""
        events, now = self._events[:], self._clock()
        seen = Seen(self._run, self._sample, tuple(self._alerts.values()), self._silence, leak, now)
        try:
            await self._book.write(seen, events, now, end)
        except (T12Error, SQLAlchemyError, OSError) as error:
            if not self._trouble:
                self._trouble = str(error).splitlines()[0]
                self._say(f"the card of this run is not kept: {self._trouble}")
            return
        del self._events[: len(events)]
