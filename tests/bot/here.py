"""The worker's work without its process, for tests of those who hand it reports."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from bot.ingesting import Worker
from bot.worker import IngestWorker
from core.errors import StorageError
from core.settings import Settings
from tests.bot.reports import SameCause


class WorkerHere(IngestWorker):
    """Reads in this process, with what the process would be told and would answer; the rest is the real worker's."""

    def __init__(self, settings: Settings, **more: Any) -> None:
        super().__init__(settings, **more)
        self._here = Worker(settings, SameCause())

    async def start(self) -> None:
        if self._closed:
            raise StorageError("T12 is stopping")

    async def close(self) -> None:
        await super().close()
        await self._here.close()

    async def _asked(self, job: Mapping[str, Any], seconds: float) -> Mapping[str, Any] | None:
        await self.start()
        async with asyncio.timeout(seconds):
            answer: Mapping[str, Any] = json.loads(json.dumps(await self._here.answer(json.loads(json.dumps(job)))))
        return answer
