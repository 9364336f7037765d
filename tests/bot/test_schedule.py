"""A duty that is still at work takes no second tick, unless its ticks may be at work side by side."""

import asyncio
from datetime import timedelta

import pytest

from bot.schedule import Duty, start_schedule


@pytest.mark.parametrize("at_once", [1, 3])
async def test_as_many_ticks_are_at_work_as_may_be(at_once: int) -> None:
    begun, others, end = asyncio.Semaphore(0), asyncio.Semaphore(0), asyncio.Event()

    async def wait() -> None:
        begun.release()
        await end.wait()

    async def count() -> None:
        others.release()

    often = timedelta(seconds=0.01)
    schedule = start_schedule([Duty("slow", often, wait, at_once=at_once), Duty("quick", often, count)])
    try:
        for _ in range(at_once):
            await begun.acquire()
        for _ in range(20):
            await others.acquire()
        assert begun.locked()
    finally:
        end.set()
        schedule.shutdown(wait=False)
