"""Answers from a process of their own, so that a question that takes a while never delays an acknowledgement.

On a thread they would: a judgement over a hundred runs is pure computing, and every switch of the interpreter between
it and the acknowledging loop costs milliseconds that add up.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from multiprocessing import get_context
from typing import Any, cast

from core.answers import Answers, run_project_program
from core.checklists.matrix import MatrixReport
from core.checks import Finding, run_check
from core.clock import Clock, utc_now
from core.databases.answer import Databases
from core.databases.model import DatabaseReport
from core.doctor import DoctorReport
from core.errors import NotFoundError, StorageError, T12Error, UsageError
from core.failures.overnight import Overnight
from core.failures.report import FailuresReport, FlakyReport, RunsReport, TestReport
from core.health.card import RunCard
from core.health.model import HealthReport
from core.incidents.detect import Facts
from core.incidents.model import Incident, Mute
from core.live.report import ResourcesReport, WatchedRun
from core.mocks.report import MocksReport
from core.performance.model import SlowReport
from core.programs import Ran
from core.settings import Settings, Sourced
from core.storage.database import Database

_NICENESS = 5
_KINDS: Mapping[str, type[T12Error]] = {kind.__name__: kind for kind in (NotFoundError, StorageError, UsageError)}

_log = logging.getLogger("t12.answers")


class AnswersAside:
    """The core's answers, one question after the other. Start it once, close it once.

    Errors keep their sentence; their class where a caller tells them apart, else it is `T12Error`.
    """

    def __init__(self, sourced: Sourced, clock: Clock = utc_now) -> None:
        """`clock` must be a function of a module, because it travels to the other process."""
        self._sourced = sourced
        self._clock = clock
        self._pool: ProcessPoolExecutor | None = None
        self._store = Database(sourced.settings.database_url)
        self._databases = Databases(self._store, sourced.settings.databases, clock)

    async def start(self) -> None:
        """Start the process and wait until it can answer."""
        self._pool = self._new_pool()
        await asyncio.get_running_loop().run_in_executor(self._pool, _ready)

    async def close(self) -> None:
        """End the process after the question it is at; those that wait are cancelled."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.get_running_loop().run_in_executor(
                None, lambda: pool.shutdown(wait=True, cancel_futures=True)
            )
        await self._store.close()

    async def health(self, *, suite: str | None = None, branch: str | None = None) -> HealthReport:
        return cast(HealthReport, await self._ask("health", suite=suite, branch=branch))

    async def failures(
        self, run: str | None = None, *, suite: str | None = None, branch: str | None = None
    ) -> FailuresReport:
        return cast(FailuresReport, await self._ask("failures", run, suite=suite, branch=branch))

    async def flaky(self, *, suite: str | None = None, branch: str | None = None) -> FlakyReport:
        return cast(FlakyReport, await self._ask("flaky", suite=suite, branch=branch))

    async def slow(self, *, suite: str | None = None, branch: str | None = None) -> SlowReport:
        return cast(SlowReport, await self._ask("slow", suite=suite, branch=branch))

    async def resources(
        self, run: str | None = None, *, suite: str | None = None, branch: str | None = None
    ) -> ResourcesReport:
        return cast(ResourcesReport, await self._ask("resources", run, suite=suite, branch=branch))

    async def watched_since(self, since: datetime) -> tuple[WatchedRun, ...]:
        return cast("tuple[WatchedRun, ...]", await self._ask("watched_since", since))

    async def test(self, part: str, *, suite: str | None = None, branch: str | None = None) -> TestReport:
        return cast(TestReport, await self._ask("test", part, suite=suite, branch=branch))

    async def check(self, name: str, value: float | None = None) -> Finding:
        """The check is run here and asks its questions there: a program that takes minutes keeps no answer waiting."""
        return await run_check(self, name, value)

    @property
    def settings(self) -> Settings:
        return self._sourced.settings

    def now(self) -> datetime:
        return self._clock()

    async def program(self, words: Sequence[str], seconds: float) -> Ran:
        return await run_project_program(self._sourced.settings, words, seconds)

    async def overnight(self, since: datetime | None = None) -> Overnight:
        return cast(Overnight, await self._ask("overnight", since))

    async def last_morning(self) -> tuple[datetime, float] | None:
        return cast("tuple[datetime, float] | None", await self._ask("last_morning"))

    async def databases(self) -> tuple[DatabaseReport, ...]:
        """Looked at from here: one that does not answer keeps no other question waiting."""
        return await self._databases.look()

    async def open_incidents(self) -> tuple[Incident, ...]:
        return cast("tuple[Incident, ...]", await self._ask("open_incidents"))

    async def muted(self) -> tuple[Mute, ...]:
        return cast("tuple[Mute, ...]", await self._ask("muted"))

    async def facts(self, run_id: int) -> Facts:
        return cast(Facts, await self._ask("facts", run_id))

    async def runs(self, *, suite: str | None = None, branch: str | None = None, limit: int = 20) -> RunsReport:
        return cast(RunsReport, await self._ask("runs", suite=suite, branch=branch, limit=limit))

    async def card(self, run_id: int) -> RunCard:
        return cast(RunCard, await self._ask("card", run_id))

    async def mocks(self, component: str | None = None) -> MocksReport:
        return cast(MocksReport, await self._ask("mocks", component))

    async def matrix(self, *, suite: str | None = None, branch: str | None = None) -> MatrixReport:
        return cast(MatrixReport, await self._ask("matrix", suite=suite, branch=branch))

    async def doctor(self) -> DoctorReport:
        return cast(DoctorReport, await self._ask("doctor"))

    async def _ask(self, name: str, *arguments: Any, **options: Any) -> Any:
        """A process that died is replaced, and the question asked once more."""
        for again in (True, False):
            pool = self._pool
            if pool is None:
                raise StorageError("T12 is stopping; ask again when it is back")
            try:
                found = await asyncio.get_running_loop().run_in_executor(pool, _answer, name, arguments, options)
            except BrokenProcessPool:
                if not again:
                    raise
                _log.error("the answering process died and is replaced")
                if self._pool is pool:
                    self._pool = self._new_pool()
                continue
            if isinstance(found, _Refusal):
                raise _KINDS.get(found.kind, T12Error)(found.sentence)
            return found
        raise AssertionError("the second try returns or raises")

    def _new_pool(self) -> ProcessPoolExecutor:
        arguments = (self._sourced, self._clock)
        return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_open, initargs=arguments)


class _Refusal:
    """A T12Error as it travels between processes."""

    def __init__(self, error: T12Error) -> None:
        self.kind = type(error).__name__
        self.sentence = str(error)


class _Here:
    """What the answering process keeps between questions."""

    loop: asyncio.AbstractEventLoop
    answers: Answers


def _open(sourced: Sourced, clock: Clock) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    _Here.loop = asyncio.new_event_loop()
    asyncio.set_event_loop(_Here.loop)
    _Here.answers = Answers(Database(sourced.settings.database_url), sourced, clock)


def _ready() -> bool:
    return True


def _answer(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    try:
        return _Here.loop.run_until_complete(getattr(_Here.answers, name)(*arguments, **options))
    except T12Error as error:
        return _Refusal(error)
