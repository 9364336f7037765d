"""The bounded piece of history that the answers are read from: the newest runs and the tests that failed in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError
from core.failures.groups import deciding_failures
from core.failures.state import judge
from core.failures.validity import find_storms, mix_of
from core.failures.verdict import JudgedTest, State
from core.runs.history import (
    FailureRow,
    TestRow,
    failures_of,
    find_run,
    flaky_passes_of,
    histories,
    recent_runs,
    suite_named,
    tests_named,
)
from core.runs.model import CaseKind, HistoryEntry, Run

WINDOW_RUNS = 100
_RECENT_RUNS = 10
"""A test without a result in so many complete runs is gone: it is no longer judged."""


@dataclass(frozen=True, slots=True)
class Window:
    """The newest runs of a suite, oldest first, with their failing attempts and the tests that had trouble."""

    suite_id: int
    suite: str
    branch: str | None
    runs: tuple[Run, ...]
    failures: tuple[FailureRow, ...]
    storms: Mapping[int, str]
    """By run id: why the run looks like an infrastructure failure."""
    tests: Mapping[int, TestRow]
    """The tests that failed an attempt in the window."""
    histories: Mapping[int, Sequence[HistoryEntry]]
    """Oldest first, of the cases that had trouble outside storms."""

    @property
    def newest(self) -> Run:
        return self.runs[-1]

    @property
    def trusted(self) -> tuple[Run, ...]:
        """Complete runs that are no storm."""
        return tuple(run for run in self.runs if run.is_complete and run.id not in self.storms)

    def failures_in(self, run_id: int) -> list[FailureRow]:
        return [row for row in self.failures if row.run_id == run_id]


async def suite_of(connection: AsyncConnection, suite: str | None) -> tuple[int, str]:
    """Id and name of the suite that is meant; the newest run's when none is named."""
    row = await suite_named(connection, suite or (await find_run(connection, None)).suite)
    return row.id, row.name


async def read_window(
    connection: AsyncConnection, suite: str | None, branch: str | None, limit: int = WINDOW_RUNS
) -> Window:
    """Read the newest `limit` runs; raises `NotFoundError` when there is none.

    The cost depends on the window alone: failing attempts of its runs, and results of the tests that had any.
    """
    suite_id, name = await suite_of(connection, suite)
    runs = (await recent_runs(connection, suite_id, branch=branch, limit=limit))[::-1]
    if not runs:
        where = f" on branch {branch!r}" if branch else ""
        raise NotFoundError(f"suite {name!r} has no run{where}; `t12 runs` lists what there is")
    ids = [run.id for run in runs]
    failures = await failures_of(connection, ids)
    flaky = await flaky_passes_of(connection, ids)
    troubled = {row.test_id for row in failures} | {test_id for _, test_id in flaky}
    tests = await tests_named(connection, troubled)
    storms = storms_of(runs, failures, tests)
    told = {row.test_id for row in failures if row.run_id not in storms}
    told |= {test_id for run_id, test_id in flaky if run_id not in storms}
    cases = [test_id for test_id in told if test_id in tests and tests[test_id].kind == CaseKind.CASE]
    return Window(
        suite_id=suite_id,
        suite=name,
        branch=branch,
        runs=tuple(runs),
        failures=tuple(failures),
        storms=storms,
        tests=tests,
        histories=await histories(connection, cases, runs),
    )


def storms_of(runs: Sequence[Run], failures: Sequence[FailureRow], tests: Mapping[int, TestRow]) -> dict[int, str]:
    """The runs that look like infrastructure failures, see `find_storms`; pseudo-cases do not count."""
    pairs: dict[int, list[tuple[str, str]]] = {}
    for row in deciding_failures(failures):
        if row.test_id in tests and tests[row.test_id].kind == CaseKind.CASE:
            pairs.setdefault(row.run_id, []).append((row.fingerprint, row.category))
    return find_storms(runs, {run_id: mix_of(found) for run_id, found in pairs.items()})


def judge_all(window: Window, now: datetime) -> list[JudgedTest]:
    """Every test that had trouble in the window and still runs, with its state, by name."""
    places = {run.id: place for place, run in enumerate(window.runs)}
    trusted = [places[run.id] for run in window.trusted]
    judged = []
    for test_id, entries in window.histories.items():
        if not entries or is_gone(entries[-1].run, window.runs, places):
            continue
        before = sum(place < places[entries[0].run.id] for place in trusted)
        state = judge(entries, now, storms=window.storms, runs_before=before)
        judged.append(JudgedTest(test_id, window.tests[test_id].name, state))
    return sorted(judged, key=lambda each: each.name)


def is_gone(last: Run, runs: Sequence[Run], places: Mapping[int, int]) -> bool:
    """Whether ten complete runs of the same variant have passed since a test's last result."""
    later = runs[places[last.id] + 1 :]
    return sum(run.is_complete and run.variant == last.variant for run in later) >= _RECENT_RUNS


def in_state(judged: Sequence[JudgedTest], states: Collection[State]) -> list[JudgedTest]:
    return [each for each in judged if each.state.state in states]
