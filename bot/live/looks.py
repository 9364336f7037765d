"""Looks at the configured databases beside a run, for the question what was wrong with them when a test failed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.clock import utc_now
from core.settings import Settings

MOST_LOOKS = 1_000
"""Of each database. When they are full every second one goes and the pause doubles: what is left stays even in time,
because how often a trouble was seen is counted against all looks."""


class Looks:
    """The looks at all databases, the oldest first, as `DatabaseSample.to_json` makes them."""

    def __init__(self, settings: Settings) -> None:
        self._databases = settings.databases
        self.pause = settings.live.database_seconds
        self._rounds: list[list[dict[str, Any]]] = []

    @property
    def found(self) -> list[dict[str, Any]]:
        return [each for side_by_side in self._rounds for each in side_by_side]

    async def go_on(self) -> None:
        """Look until cancelled; a database that does not answer is a look that says so."""
        from core.databases.watch import sample  # noqa: PLC0415 - the driver costs start-up, needed for this alone

        while True:
            looks = (sample(name, settings, utc_now()) for name, settings in self._databases.items())
            self.add([each.to_json() for each in await asyncio.gather(*looks)])
            await asyncio.sleep(self.pause)

    def add(self, side_by_side: list[dict[str, Any]]) -> None:
        """Keep one look at each database."""
        self._rounds.append(side_by_side)
        if len(self._rounds) > MOST_LOOKS:
            self._rounds = self._rounds[::2]
            self.pause *= 2


@asynccontextmanager
async def looking(settings: Settings) -> AsyncIterator[Looks]:
    """Look as long as the body runs; nothing is begun where no database is configured."""
    looks = Looks(settings)
    if not settings.databases:
        yield looks
        return
    at_it = asyncio.create_task(looks.go_on())
    try:
        yield looks
    finally:
        at_it.cancel()
        await asyncio.gather(at_it, return_exceptions=True)
