"""Remembers for some minutes what was already heard or done, on every replica: replays and double clicks end here."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import Clock
from core.storage.database import Database
from core.storage.tables import seen_request

KEPT = timedelta(minutes=10)
"""Twice the five minutes in which a signature is valid."""
_TIDIED_EVERY = timedelta(minutes=1)


class SeenRequests:
    """The digests of the last ten minutes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._tidied_at: datetime | None = None

    async def is_new(self, *parts: str) -> bool:
        """Remember `parts`; False when they were remembered before, also by another replica."""
        now, digest = self._clock(), _digest(parts)
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        statement = insert(seen_request).values(digest=digest, seen_at=now).on_conflict_do_nothing()
        async with self._database.write() as connection:
            if self._tidied_at is None or now - self._tidied_at >= _TIDIED_EVERY:
                await connection.execute(delete(seen_request).where(seen_request.c.seen_at < now - KEPT))
                self._tidied_at = now
            result = await connection.execute(statement)
        return result.rowcount == 1

    async def forget(self, *parts: str) -> None:
        """Let `parts` be new again, because what they stood for did not happen."""
        async with self._database.write() as connection:
            await connection.execute(delete(seen_request).where(seen_request.c.digest == _digest(parts)))


def _digest(parts: tuple[str, ...]) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
