"""Runs the worker process: hands it one report at a time, bounds its time, and replaces it when it dies."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.ingesting import BENCHMARKS, COVERAGE, MARK, STORED
from core.errors import ReportError, StorageError
from core.live.observed import Observed, observed_from_json, observed_to_json
from core.runs.identity import clean
from core.runs.model import Coverage, RejectedReport, RunMark, StoredBenchmarks, StoredReport
from core.settings import Settings, SlackSettings

DIAGNOSER = "bot.ingesting:diagnoser_of"
"""Where the worker finds the function that makes a `Diagnose` from the settings."""

Observer = Callable[[float, StoredReport | RejectedReport], None]
"""Told the seconds and the end of every report."""

_SECRETS = ("SLACK_", "T12_TOKEN")
_LINE_BYTES = 16 << 20
MOST_OBSERVED_BYTES = 8 << 20
"""Unpacked; what a watcher keeps of a day is below one of them."""
_START_SECONDS = 60.0
_STARTS = 2

_log = logging.getLogger("t12.worker")


class IngestWorker:
    """One worker process, started with its first job.

    Jobs run one after the other, in the order they came. `seconds` bounds each. Close it at the end, or use it as an
    async context.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        diagnoser: str = DIAGNOSER,
        seconds: float | None = None,
        observe: Observer | None = None,
    ) -> None:
        self._settings = settings
        self._diagnoser = diagnoser
        self._seconds = seconds if seconds is not None else settings.server.upload_seconds
        self._observe = observe
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False

    async def __aenter__(self) -> "IngestWorker":
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @property
    def pid(self) -> int | None:
        """The process at work, if there is one."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Start the process now, so that the first report need not wait for it. Raises `StorageError`."""
        async with self._turn:
            await self._running()

    async def report(
        self,
        path: Path,
        mark: RunMark,
        source: str,
        *,
        coverage: Coverage | None = None,
        observed: Observed | None = None,
        max_bytes: int | None = None,
        seconds: float | None = None,
    ) -> StoredReport | StoredBenchmarks:
        """Bring in a file, plain or gzip, as `Ingest.file` does, with what a watcher saw of the run.

        Raises `ReportError` for a refused report, one that takes longer than `seconds` included, and `StorageError`
        when nothing is wrong with the report but it cannot be stored now.
        """
        began = perf_counter()
        job = self._job("report", path, max_bytes)
        job |= {
            "mark": MARK.dump_python(mark, mode="json"),
            "source": clean(source)[:500],
            "coverage": None if coverage is None else COVERAGE.dump_python(coverage, mode="json"),
            "observed": None if observed is None else observed_to_json(observed),
        }
        try:
            answer = await self._answer(job, seconds or self._seconds)
        except ReportError as error:
            self._tell(began, RejectedReport(source, str(error), error.reason))
            raise
        if "benchmarks" in answer:
            return BENCHMARKS.validate_python(answer["benchmarks"])
        stored = STORED.validate_python(answer["stored"])
        self._tell(began, stored)
        return stored

    async def coverage(self, path: Path, *, max_bytes: int | None = None, seconds: float | None = None) -> Coverage:
        """Read a Cobertura file, plain or gzip. Raises `ReportError` and `StorageError` as `report` does."""
        answer = await self._answer(self._job("coverage", path, max_bytes), seconds or self._seconds)
        return COVERAGE.validate_python(answer["coverage"])

    async def observed(self, path: Path, now: datetime) -> Observed:
        """Read what a watcher saw, plain or gzip. Raises `ReportError` and `StorageError` as `report` does."""
        job = self._job("observed", path, MOST_OBSERVED_BYTES) | {"now": now.isoformat()}
        answer = await self._answer(job, self._seconds)
        return observed_from_json(answer["observed"])

    async def close(self) -> None:
        """Let the report at work finish, then end the process; a second call does nothing."""
        self._closed = True
        async with self._turn:
            await self._end(kill=False)

    def _job(self, kind: str, path: Path, max_bytes: int | None) -> dict[str, Any]:
        return {"kind": kind, "path": os.fspath(path), "max_bytes": max_bytes or self._settings.ingest.max_bytes}

    def _tell(self, began: float, end: StoredReport | RejectedReport) -> None:
        if self._observe is not None:
            self._observe(perf_counter() - began, end)

    async def _answer(self, job: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
        """The worker's answer. A worker that dies is replaced and asked once more, because a repeat changes nothing."""
        async with self._turn:
            answer = await self._asked(job, seconds)
            if answer is None:
                _log.warning("the worker died over a report; trying once more")
                answer = await self._asked(job, seconds)
        if answer is None:
            raise ReportError(
                "reading this report twice ended the process that read it; it was refused", reason="worker-died"
            )
        if "refused" in answer:
            raise ReportError(answer["refused"]["error"], reason=answer["refused"]["reason"])
        if "unavailable" in answer:
            raise StorageError(answer["unavailable"])
        return answer

    async def _asked(self, job: Mapping[str, Any], seconds: float) -> Mapping[str, Any] | None:
        """One attempt; None when the process died. What interrupts it ends the process, whose answer nobody awaits."""
        process = await self._running()
        try:
            async with asyncio.timeout(seconds):
                answer = await _exchange(process, job)
        except TimeoutError:
            await self._end(kill=True)
            raise ReportError(
                f"the report took longer than {seconds:g} seconds; split it or raise server.upload_seconds",
                reason="too-slow",
            ) from None
        except BaseException:
            await self._end(kill=True)
            raise
        if answer is None:
            await self._end(kill=True)
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self._closed:
            raise StorageError("T12 is stopping; send the report again later")
        if self._process is not None and self._process.returncode is None:
            return self._process
        for _attempt in range(_STARTS):
            await self._end(kill=True)
            if (process := await self._started()) is not None:
                return process
        raise StorageError("the process that reads reports does not start; its words are in the log")

    async def _started(self) -> asyncio.subprocess.Process | None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.ingesting",
            env=_environment(),
            limit=_LINE_BYTES,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        settings = self._settings.model_copy(update={"slack": SlackSettings()})
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = await _exchange(
                    self._process, {"settings": settings.model_dump_json(), "diagnoser": self._diagnoser}
                )
        except TimeoutError:
            ready = None
        except BaseException:
            await self._end(kill=True)
            raise
        if ready is None:
            await self._end(kill=True)
            return None
        return self._process

    async def _end(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if kill and process.returncode is None:
            process.kill()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _exchange(process: asyncio.subprocess.Process, line: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Send one line and read one; None when the process is gone."""
    assert process.stdin is not None, "opened as a pipe"
    assert process.stdout is not None, "opened as a pipe"
    try:
        process.stdin.write(json.dumps(line).encode("ascii") + b"\n")
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return None
    answer = await process.stdout.readline()
    if not answer.endswith(b"\n"):
        return None
    found: Mapping[str, Any] = json.loads(answer)
    return found


def _environment() -> dict[str, str]:
    """Ours without secrets, and with our module path: the worker reads strangers' files and needs no token."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    return kept | {"PYTHONPATH": os.pathsep.join(each or "." for each in sys.path)}
