"""The one clock of the workspace: limits, schedules, retries and expiry all read it, and a test can move it."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime


class Timer:
    """One thing to do at an instant of the workspace clock; `cancel` is final and may be repeated."""

    __slots__ = ("at", "callback", "cancelled")

    def __init__(self, at: float, callback: Callable[[], None]) -> None:
        self.at = at
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Wall time plus an offset that only grows. Instants are Unix seconds.

    While nobody moves it, it runs with the wall clock. `move` jumps ahead and stops at every timer on the way, in
    order, so that what is due at one, two and five minutes happens in that order and sees the right time.
    """

    def __init__(self, start: float | None = None) -> None:
        """`start` is the Unix instant to begin at, now when it is left out."""
        self._offset = 0.0 if start is None else start - time.time()
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = float("inf")
        self._stopped_at: float | None = None
        self._closed = False
        self._on_move: Callable[[float], None] | None = None

    def now(self) -> float:
        """Unix seconds as the workspace sees them."""
        return time.time() + self._offset if self._stopped_at is None else self._stopped_at

    @property
    def offset_seconds(self) -> float:
        """How far the workspace is ahead of the wall clock."""
        return self.now() - time.time()

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def call_at(self, at: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` once the clock has reached `at`; at once (on the loop) when it already has."""
        timer = Timer(at, callback)
        heapq.heappush(self._timers, (at, next(self._order), timer))
        if at < self._alarm_at and self._stopped_at is None:
            self._arm()
        return timer

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer:
        return self.call_at(self.now() + seconds, callback)

    async def sleep(self, seconds: float) -> None:
        """Sleep `seconds` of the workspace clock; moving the clock wakes the sleeper."""
        done = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not done.done():
                done.set_result(None)

        timer = self.call_later(seconds, wake)
        try:
            await done
        finally:
            timer.cancel()

    def on_move(self, tell: Callable[[float], None]) -> None:
        """Have `tell` told at every stop of a move how many seconds the clock is ahead, so that an app can follow."""
        self._on_move = tell

    async def move(self, seconds: float, settle: Callable[[], Awaitable[None]] | None = None) -> None:
        """Jump `seconds` ahead, stopping at every timer in between.

        `settle` is awaited after each stop, so that what a timer began (a retry, a message) is finished before time
        goes on. Raises ValueError for a jump back: Slack's time does not run backwards.
        """
        if seconds < 0:
            raise ValueError(f"The clock only moves ahead, not by {seconds} seconds.")
        target = self.now() + seconds
        while (at := self._next_due(target)) is not None:
            self._stopped_at = max(at, self.now())
            self._tell()
            self._run_due()
            await asyncio.sleep(0)
            if settle is not None:
                await settle()
        self._offset = target - time.time()
        self._stopped_at = None
        self._tell()
        self._arm()
        await asyncio.sleep(0)

    def _tell(self) -> None:
        if self._on_move is not None:
            self._on_move(self.offset_seconds)

    def close(self) -> None:
        self._closed = True
        self._timers.clear()
        if self._alarm is not None:
            self._alarm.cancel()

    def _next_due(self, limit: float) -> float | None:
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers and self._timers[0][0] <= limit else None

    def _run_due(self) -> None:
        now = self.now()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            if not timer.cancelled:
                timer.callback()

    def _arm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm, self._alarm_at = None, float("inf")
        if self._closed or (at := self._next_due(float("inf"))) is None:
            return
        with suppress(RuntimeError):
            self._alarm = asyncio.get_running_loop().call_later(max(0.0, at - self.now()), self._ring)
            self._alarm_at = at

    def _ring(self) -> None:
        self._alarm, self._alarm_at = None, float("inf")
        if self._stopped_at is None:
            self._run_due()
            self._arm()
