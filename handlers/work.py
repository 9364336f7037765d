"""Background work after an acknowledgement: bounded, so that a flood of commands cannot fill the memory."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

OnError = Callable[[Exception], Awaitable[None]]


class Work:
    """Runs at most `at_once` pieces of work, with at most `waiting` more in the queue."""

    def __init__(self, at_once: int = 32, waiting: int = 200) -> None:
        self._gate = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_full(self) -> bool:
        return len(self._tasks) >= self._most

    @property
    def pending(self) -> int:
        return len(self._tasks)

    def start(self, work: Coroutine[Any, Any, None], on_error: OnError) -> None:
        """Run `work` when its turn comes; an exception goes to `on_error`, which must not raise."""
        task = asyncio.get_running_loop().create_task(self._run(work, on_error))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, work: Coroutine[Any, Any, None], on_error: OnError) -> None:
        try:
            async with self._gate:
                await work
        except Exception as error:
            await on_error(error)
        finally:
            work.close()

    async def finish(self, timeout_seconds: float) -> None:
        """Wait for what was begun, then cut off what takes longer."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=timeout_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
