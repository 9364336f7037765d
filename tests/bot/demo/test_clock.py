"""The bot of the demo lives in the time of its workspace, in every process."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context

from bot.demo.clock import MovableClock
from bot.workspace import Workspace
from core.clock import utc_now

HOUR = timedelta(hours=1)


class _Here:
    clock: MovableClock


def _keep(clock: MovableClock) -> None:
    _Here.clock = clock


def _tell() -> datetime:
    return _Here.clock()


async def test_who_moves_the_workspace_moves_every_process() -> None:
    clock = MovableClock()
    async with Workspace.start() as workspace:
        workspace.clock.on_move(clock.move_to)
        context = get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context, initializer=_keep, initargs=(clock,)) as other:
            before = await asyncio.wrap_future(other.submit(_tell))
            await workspace.move_clock(3600)
            after = await asyncio.wrap_future(other.submit(_tell))
    assert HOUR <= after - before < 2 * HOUR
    assert abs(clock() - utc_now() - HOUR) < timedelta(minutes=1)
