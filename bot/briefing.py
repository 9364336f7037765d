"""Makes the briefings that are due: a morning check takes minutes, and no duty waits for it."""

import asyncio
import logging
import secrets

from core.briefings.flows import Briefings
from core.briefings.model import Briefing

_log = logging.getLogger("t12.briefings")


class Briefer:
    """One that makes briefings; any number may work on one database. Close it at the end."""

    def __init__(self, briefings: Briefings) -> None:
        self._briefings = briefings
        self._owner = secrets.token_hex(8)
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin_due(self) -> int:
        """Begin every briefing that is due and that nobody is at; returns how many. It does not wait for their ends."""
        await self._briefings.plan()
        begun = 0
        while (claimed := await self._briefings.claim(self._owner)) is not None:
            task = asyncio.create_task(self._make(claimed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            begun += 1
        return begun

    async def finish(self) -> None:
        """Wait for those under way."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Stop what is under way; another T12, or this one when it is back, begins it again."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _make(self, claimed: Briefing) -> None:
        try:
            await self._briefings.make(claimed, self._owner)
        except asyncio.CancelledError:
            await self._briefings.release(claimed, self._owner)
            raise
        except Exception:
            _log.exception("the %s briefing %d could not be made; it is tried again", claimed.kind.value, claimed.id)
            await self._briefings.release(claimed, self._owner)
