"""What was heard is remembered for ten minutes, on every replica."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from core.storage.database import Database
from core.storage.requests import KEPT, SeenRequests

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_of_many_replicas_one_is_first_and_after_ten_minutes_all_is_new_again(sqlite_url: str) -> None:
    clock = Clock()
    databases = [Database(sqlite_url) for _ in range(3)]
    replicas = [SeenRequests(database, clock) for database in databases]
    assert sorted(await asyncio.gather(*(replica.is_new("share", "x") for replica in replicas))) == [False, False, True]
    assert await replicas[0].is_new("share", "y")
    assert await replicas[0].is_new("sharex", "")
    await replicas[1].forget("share", "x")
    assert await replicas[2].is_new("share", "x")
    clock.now = NOW + KEPT + timedelta(seconds=1)
    assert await replicas[0].is_new("share", "x")
    for database in databases:
        await database.close()
