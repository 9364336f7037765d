"""Runs, results and failures with dull defaults: a test names only what it is about."""

import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from core.failures.diagnose import diagnoser
from core.runs.history import FailureRow, TestRow
from core.runs.ingest import Ingest
from core.runs.model import CaseResult, Coverage, HistoryEntry, Outcome, ReportCounts, Run, RunMark
from core.storage.database import Database
from tests.stores import a_migrated_file

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday morning; run N starts N hours later."""

OUTCOMES = {"P": Outcome.PASSED, "F": Outcome.FAILED, "E": Outcome.ERROR, "S": Outcome.SKIPPED}


def counts(tests: int = 100, failed: int = 0, errors: int = 0, skipped: int = 0, **more: Any) -> ReportCounts:
    """Counts that add up."""
    passed = tests - failed - errors - skipped
    return ReportCounts(tests, passed, failed, errors, skipped, attempts=tests, **more)


def a_run(number: int = 1, **changes: Any) -> Run:
    """Run `number`, hourly, on main, each at a revision of its own."""
    values: dict[str, Any] = {
        "id": number,
        "name": str(number),
        "suite": "backend",
        "branch": "main",
        "revision": f"rev{number}",
        "variant": "",
        "started_at": START + timedelta(hours=number),
        "ingested_at": START + timedelta(hours=number),
        "duration_seconds": 60.0,
        "coverage_percentage": 85.0,
        "counts": counts(),
    }
    return Run(**(values | changes))


def an_entry(
    run: Run | None = None, outcome: Outcome = Outcome.PASSED, *, failed_attempts: int | None = None
) -> HistoryEntry:
    """One result; a bad outcome has one failed attempt unless told otherwise."""
    failed = int(outcome.is_bad) if failed_attempts is None else failed_attempts
    attempts = max(1, failed + int(outcome is Outcome.PASSED))
    return HistoryEntry(run or a_run(), outcome, 0.1, attempts, failed)


def a_history(
    strip: str, *, revision: str | None = None, every: timedelta = timedelta(hours=1), **run: Any
) -> list[HistoryEntry]:
    """One run per letter: P passed, F failed, E error, S skipped, R passed after a rerun."""
    entries = []
    for number, letter in enumerate(strip, start=1):
        changes = {"started_at": START + number * every} | run | ({"revision": revision} if revision else {})
        outcome = OUTCOMES.get(letter, Outcome.PASSED)
        entries.append(an_entry(a_run(number, **changes), outcome, failed_attempts=1 if letter == "R" else None))
    return entries


def a_result(test_id: int, outcome: Outcome = Outcome.PASSED, **changes: Any) -> CaseResult:
    values = {"duration_seconds": 0.1, "attempts": 1, "failed_attempts": int(outcome.is_bad)} | changes
    return CaseResult(test_id, int(outcome), **values)


def results(strip: str) -> dict[int, CaseResult]:
    """One test per letter, numbered from 1; a dash is a test without a result."""
    return {number: a_result(number, OUTCOMES[letter]) for number, letter in enumerate(strip, start=1) if letter != "-"}


def a_test(test_id: int = 1, **changes: Any) -> TestRow:
    values: dict[str, Any] = {
        "id": test_id,
        "name": f"tests/test_app.py::test_{test_id}",
        "classname": "tests.test_app",
        "short_name": f"test_{test_id}",
        "file": "tests/test_app.py",
        "kind": "case",
        "variant": "",
    }
    return TestRow(**(values | changes))


def some_tests(*ids: int) -> dict[int, TestRow]:
    return {test_id: a_test(test_id) for test_id in ids}


def a_failure(test_id: int = 1, run_id: int = 1, **changes: Any) -> FailureRow:
    """A final failed assertion; its signature follows `signature_id`."""
    number = changes.get("signature_id", 1)
    values: dict[str, Any] = {
        "run_id": run_id,
        "test_id": test_id,
        "attempt": 1,
        "is_final": True,
        "phase": "call",
        "type_name": "AssertionError",
        "message": "assert 1 == 2",
        "text": None,
        "signature_id": number,
        "fingerprint": f"v1:{number:016x}",
        "family": f"v1:{number:016x}",
        "title": "AssertionError: assert N == N",
        "exception": "AssertionError",
        "category": "assertion",
        "rule": "assertion.error",
        "matched": "AssertionError",
        "runner_up": None,
    }
    return FailureRow(**(values | changes))


def failures(*test_ids: int, run_id: int = 1, **changes: Any) -> Sequence[FailureRow]:
    return [a_failure(test_id, run_id, **changes) for test_id in test_ids]


_CASES = {
    "P": "<testcase {name}/>",
    "F": '<testcase {name}><failure message="AssertionError: assert {n} == 0">'
    "E   AssertionError: assert {n} == 0</failure></testcase>",
    "E": '<testcase {name}><error message="failed on setup with &quot;ConnectionRefusedError: no {n}&quot;">'
    "E   ConnectionRefusedError: no {n}</error></testcase>",
    "S": '<testcase {name}><skipped message="later"/></testcase>',
    "R": "<testcase {name}/><testcase {name}/>",
    "C": '<testcase classname="" name="tests.test_bad{n}"><error message="collection failure">'
    "E   ModuleNotFoundError: No module named 'gone'</error></testcase>",
}


def a_report(
    strip: str, *, module: str = "tests.test_app", seconds: Sequence[float] = (), wall: float | None = None
) -> bytes:
    """A report as pytest writes it, one test per letter: P, F, E, S, R as in `a_history`, C a file not collected.

    `seconds` is what the tests took, in their order; `wall` is what the report says the whole run took.
    """
    cases = [
        _CASES[letter].format(n=n, name=f'classname="{module}" name="test_{n}" time="{time}"')
        for n, (letter, time) in enumerate(zip(strip, seconds or [0.1] * len(strip), strict=True), start=1)
        if letter != "-"
    ]
    took = "" if wall is None else f' time="{wall}"'
    return f'<testsuites><testsuite name="pytest"{took}>{"".join(cases)}</testsuite></testsuites>'.encode()


class Shelf:
    """A real store that reports can be brought into, one after the other."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.runs = 0

    async def bring(
        self,
        strip: str,
        *,
        coverage: float | None = 85.0,
        module: str = "tests.test_app",
        seconds: Sequence[float] = (),
        wall: float | None = None,
        **mark: Any,
    ) -> Run:
        """Bring in one report as the next run, an hour after the last; it is called `run-N`."""
        self.runs += 1
        values: dict[str, Any] = {
            "suite": "backend",
            "branch": "main",
            "revision": f"rev{self.runs}",
            "started_at": START + timedelta(hours=self.runs),
            "run_key": f"run-{self.runs}",
        }
        covered = None if coverage is None else Coverage(coverage)
        report = io.BytesIO(a_report(strip, module=module, seconds=seconds, wall=wall))
        ingest = Ingest(self.database, diagnoser(()))
        return (await ingest.report(report, RunMark(**(values | mark)), "report.xml", coverage=covered)).run

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self.database.read() as connection:
            yield connection


@asynccontextmanager
async def a_shelf(folder: Path) -> AsyncIterator[Shelf]:
    """An empty store in a folder."""
    database = Database(f"sqlite:///{a_migrated_file(folder / 't12.db')}")
    try:
        yield Shelf(database)
    finally:
        await database.close()
