"""The clock: it runs, jumps ahead, stops at every timer in order, and never goes back."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.workspace.clock import Clock


async def test_it_runs_with_the_wall_until_it_is_moved() -> None:
    clock = Clock()
    assert abs(clock.now() - time.time()) < 1.0
    await clock.move(3600)
    assert abs(clock.offset_seconds - 3600) < 1.0
    assert clock.utc().tzinfo is not None


async def test_it_can_start_at_any_instant() -> None:
    assert abs(Clock(1_000_000_000.0).now() - 1_000_000_000) < 1.0


async def test_timers_fire_in_order_and_see_their_own_time() -> None:
    clock = Clock(1_000_000_000.0)
    seen: list[int] = []
    for seconds in (300, 60, 120):
        clock.call_later(seconds, lambda: seen.append(round(clock.now()) - 1_000_000_000))
    clock.call_later(90, lambda: seen.append(-1)).cancel()
    await clock.move(600)
    assert seen == [60, 120, 300]


async def test_a_timer_set_on_the_way_still_fires_on_the_way() -> None:
    clock, seen = Clock(), []

    def again() -> None:
        clock.call_later(60, lambda: seen.append("second"))

    clock.call_later(60, again)
    await clock.move(130)
    assert seen == ["second"]


async def test_moving_wakes_a_sleeper() -> None:
    clock = Clock()
    sleeper = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    await clock.move(3601)
    await asyncio.wait_for(sleeper, 1)


async def test_a_timer_fires_by_itself_when_nobody_moves_the_clock() -> None:
    clock, fired = Clock(), asyncio.Event()
    clock.call_later(10, lambda: None)
    clock.call_later(0.02, fired.set)
    await asyncio.wait_for(fired.wait(), 1)
    clock.close()


async def test_it_refuses_to_go_back() -> None:
    with pytest.raises(ValueError, match="only moves ahead"):
        await Clock().move(-1)
