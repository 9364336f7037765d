"""The worker process: takes one job a line, brings its report in through the one flow, answers a line.

It is a process of its own, niced and with a bound on its memory, so that the loop that answers people never parses. It
is started by `bot.worker` and reads from its standard input; the end of that input ends it.
"""

import asyncio
import contextlib
import importlib
import json
import logging
import os
import resource
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import IO, Any, BinaryIO, cast
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from core.databases.model import DatabaseSample
from core.errors import ReportError, StorageError
from core.failures.diagnose import diagnoser
from core.live.foreign import read_observed
from core.live.observed import Observed, observed_from_json, observed_to_json
from core.runs.ingest import Ingest, Limits, coverage_of
from core.runs.model import Coverage, Diagnose, RunMark, StoredBenchmarks, StoredReport
from core.runs.sniff import Source
from core.settings import Settings
from core.storage.database import Database

NICENESS = 10
MEMORY_BYTES = 3 << 30
"""Bound on the address space: a report of a million cases stays under a quarter of it."""

_PASSING_STATES = frozenset({"08", "25", "40", "42", "53", "55", "57", "58"})
"""Classes of PostgreSQL errors about connections, locks, room, missing tables and stops."""

MARK = TypeAdapter(RunMark)
COVERAGE = TypeAdapter(Coverage)
STORED = TypeAdapter(StoredReport)
BENCHMARKS = TypeAdapter(StoredBenchmarks)

_log = logging.getLogger("t12.worker")

Answer = Mapping[str, Any]


def diagnoser_of(settings: Settings) -> Diagnose:
    """The packaged rules and the team's own."""
    return diagnoser(settings.failures.rules)


class Worker:
    """Answers jobs, one after the other."""

    def __init__(self, settings: Settings, diagnose: Diagnose) -> None:
        self._database = Database(settings.database_url)
        self._ingest = Ingest(
            self._database,
            diagnose,
            Limits(settings.ingest.max_bytes, settings.ingest.max_cases),
            settings.ingest.repeats,
            settings.zone,
        )

    async def answer(self, job: Mapping[str, Any]) -> Answer:
        """`stored`, `benchmarks` or `coverage` with values, `refused` or `unavailable` with a sentence."""
        try:
            return await self._done(job)
        except ReportError as error:
            return _refused(str(error), error.reason)
        except MemoryError:
            return _refused("the report needs more memory than reading a report may take; split it", "too-large")
        except Exception as error:
            if is_no_fault_of_the_report(error):
                _log.error("the database did not take the report", exc_info=error)
                words = str(error.orig if isinstance(error, DBAPIError) else error).split("\n", 1)[0]
                return {"unavailable": f"the database takes no report now ({words[:200]}); send it again later"}
            mark = uuid4().hex[:8]
            _log.error("report refused by an error of ours, id %s", mark, exc_info=error)
            return _refused(f"T12 made an error of its own over this report; its log knows it as {mark}", "internal")

    async def close(self) -> None:
        await self._database.close()

    async def _done(self, job: Mapping[str, Any]) -> Answer:
        limits = replace(self._ingest.limits, max_bytes=job["max_bytes"])
        with _opened(job["path"]) as raw:
            if job["kind"] == "coverage":
                return {"coverage": COVERAGE.dump_python(coverage_of(raw, limits), mode="json")}
            if job["kind"] == "observed":
                return {"observed": observed_to_json(_observed(Source(raw, job["max_bytes"]), job["now"]))}
            coverage = None if job["coverage"] is None else COVERAGE.validate_python(job["coverage"])
            ingest = replace(self._ingest, limits=limits)
            observed = None if job["observed"] is None else observed_from_json(job["observed"])
            stored = await ingest.file(
                raw, MARK.validate_python(job["mark"]), job["source"], coverage=coverage,
                beside=observed.keep if observed is not None else None,
            )  # fmt: skip
            if isinstance(stored, StoredBenchmarks):
                return {"benchmarks": BENCHMARKS.dump_python(stored, mode="json")}
            return {"stored": STORED.dump_python(stored, mode="json")}


def _observed(source: Source, now: str) -> Observed:
    """What a watcher elsewhere saw, as it may be kept. Raises `ReportError`."""
    try:
        found = read_observed(json.loads(source.read()), datetime.fromisoformat(now))
        looks = tuple(DatabaseSample.from_json(each).to_json() for each in _looks_of(found))
    except (ValueError, RecursionError) as error:
        raise ReportError(f"what the watcher saw is not kept: {str(error)[:200]}", reason="bad-watched") from None
    if found.resources is None:
        return found
    return replace(found, resources=replace(found.resources, databases=looks))


def _looks_of(observed: Observed) -> tuple[Mapping[str, Any], ...]:
    return observed.resources.databases if observed.resources is not None else ()


def is_no_fault_of_the_report(error: BaseException) -> bool:
    """Whether the same report may be taken later: the store is locked, full, gone or not made yet.

    Bulk rows go straight to the driver, whose errors come unwrapped.
    """
    if isinstance(error, DBAPIError):
        return not isinstance(error, DataError | IntegrityError)
    if isinstance(error, StorageError | OSError | SQLAlchemyError | sqlite3.OperationalError):
        return True
    state: object = getattr(error, "sqlstate", None)
    return type(error) is sqlite3.DatabaseError or (isinstance(state, str) and state[:2] in _PASSING_STATES)


@contextmanager
def _opened(path: str) -> Any:
    """The file itself: no link is followed, and nothing that is not a plain file is waited for."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ReportError(f"the file cannot be opened: {error.strerror or error}", reason="unreadable") from None
    with os.fdopen(number, "rb") as raw:
        yield cast(BinaryIO, raw)


def _refused(sentence: str, reason: str) -> Answer:
    return {"refused": {"error": sentence, "reason": reason}}


async def serve(settings: Settings, diagnose: Diagnose, jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Answer every line of `jobs` until its end."""
    worker = Worker(settings, diagnose)
    try:
        while line := await asyncio.to_thread(jobs.readline):
            answer = await worker.answer(json.loads(line))
            answers.write(json.dumps(answer).encode("ascii") + b"\n")
            answers.flush()
    finally:
        await worker.close()


def main() -> None:
    """Read the settings from the first line and serve the others."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not be taken for an answer.
    os.dup2(2, 1)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    os.nice(NICENESS)
    with contextlib.suppress(ValueError, OSError):
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        bound = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    start = json.loads(jobs.readline())
    settings = Settings.model_validate_json(start["settings"])
    diagnose = _named(start["diagnoser"])(settings)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        answers.write(b'{"ready": true}\n')
        answers.flush()
        asyncio.run(serve(settings, diagnose, jobs, answers))


def _named(place: str) -> Callable[[Settings], Diagnose]:
    """The function of `package.module:name`."""
    module, _, name = place.partition(":")
    return cast(Callable[[Settings], Diagnose], getattr(importlib.import_module(module), name))


if __name__ == "__main__":
    main()
