"""What the store and the repository hold about one incident: the value behind its report."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncConnection

from core.failures.groups import deciding_failures
from core.failures.state import judge
from core.failures.verdict import TestState
from core.incidents.answer import IncidentView, answer_incident
from core.incidents.metrics import Cycle, cycles_of
from core.incidents.model import Incident
from core.incidents.policy import Policy
from core.incidents.project import Suspects, find_suspects, owners_of, project_of
from core.runs.history import failures_of, histories, recent_runs, tests_named
from core.runs.model import HistoryEntry, Outcome, Run
from core.storage.database import Database

_MOST_TESTS = 40
"""Tests whose history is read."""
_MOST_RUNS = 40
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–", Outcome.FAILED: "✗", Outcome.ERROR: "E"}


@dataclass(frozen=True, slots=True)
class RunLine:
    """The affected tests in one run."""

    run: Run
    failing: tuple[str, ...]
    """Names."""
    passed: int
    missing: int
    """Not run or skipped."""


@dataclass(frozen=True, slots=True)
class FailureExcerpt:
    """What one failure family says."""

    title: str
    category: str
    tests: int
    text: str
    """Of one of them, as reported."""


@dataclass(frozen=True, slots=True)
class AffectedTest:
    """One test of the incident, with how it has been."""

    name: str
    owners: tuple[str, ...]
    state: TestState
    strip: str
    """A mark per run, the oldest first: passed ✓, failed ✗, error E, skipped –, not run a space."""


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """Everything the report of an incident tells."""

    view: IncidentView
    cycles: tuple[Cycle, ...]
    suspects: Suspects
    runs: tuple[RunLine, ...]
    """From the last good run on, the oldest first; at most forty, the newest ones."""
    failures: tuple[FailureExcerpt, ...]
    """Those of most tests first."""
    tests: tuple[AffectedTest, ...]
    """The first forty."""
    zone: tzinfo

    @property
    def at(self) -> datetime:
        return self.view.now


async def answer_report(database: Database, id_: int, policy: Policy, now: datetime) -> IncidentReport:
    """Raises `NotFoundError`. Asks Git in a thread, because that may take a while."""
    async with database.read() as connection:
        view = await answer_incident(connection, id_, policy, now)
        runs, failures, tests = await _of_tests(connection, view, policy, now)
    good = view.last_good_run.revision if view.last_good_run is not None else None
    suspects = await asyncio.to_thread(find_suspects, project_of(policy.settings), good, view.suspects)
    return IncidentReport(
        view, tuple(cycles_of(view.incident, view.events)), suspects, runs, failures, tests, policy.settings.zone
    )


async def _of_tests(
    connection: AsyncConnection, view: IncidentView, policy: Policy, now: datetime
) -> tuple[tuple[RunLine, ...], tuple[FailureExcerpt, ...], tuple[AffectedTest, ...]]:
    incident = view.incident
    if incident.suite_id is None or not incident.tests:
        return (), (), ()
    limit = policy.settings.health.window_runs
    window = (await recent_runs(connection, incident.suite_id, branch=incident.branch, limit=limit))[::-1]
    ids = [each.test_id for each in incident.tests[:_MOST_TESTS]]
    entries = await histories(connection, ids, window)
    since = view.last_good_run or view.opened_run
    shown = [run for run in window if since is None or _when(run) >= _when(since)][-_MOST_RUNS:]
    named = await tests_named(connection, ids)
    owners = owners_of(policy.settings)
    names = {each.test_id: each.name for each in incident.tests}
    affected = tuple(
        AffectedTest(
            names[id_], owners.owners_of(named[id_].file) if id_ in named else (), judge(entries.get(id_, []), now),
            _strip(entries.get(id_, []), window[-_MOST_RUNS:]),
        )
        for id_ in ids
    )  # fmt: skip
    return _lines(shown, names, entries, ids), await _excerpts(connection, incident, shown), affected


def _lines(
    runs: Sequence[Run], names: Mapping[int, str], entries: Mapping[int, Sequence[HistoryEntry]], ids: Sequence[int]
) -> tuple[RunLine, ...]:
    outcomes = {(entry.run.id, id_): entry.outcome for id_ in ids for entry in entries.get(id_, [])}
    lines = []
    for run in runs:
        found = {id_: outcomes.get((run.id, id_)) for id_ in ids}
        failing = tuple(names[id_] for id_, outcome in found.items() if outcome is not None and outcome.is_bad)
        passed = sum(outcome is Outcome.PASSED for outcome in found.values())
        lines.append(RunLine(run, failing, passed, len(ids) - passed - len(failing)))
    return tuple(lines)


async def _excerpts(connection: AsyncConnection, incident: Incident, runs: Sequence[Run]) -> tuple[FailureExcerpt, ...]:
    """The failures of the newest run that has any of its tests failing."""
    ids = incident.test_ids
    rows = deciding_failures(await failures_of(connection, [run.id for run in runs], with_text=True))
    mine = [row for row in rows if row.test_id in ids]
    newest = next((run.id for run in reversed(runs) if any(row.run_id == run.id for row in mine)), None)
    by_family: dict[str, list[int]] = {}
    last = [row for row in mine if row.run_id == newest]
    for place, row in enumerate(last):
        by_family.setdefault(row.family, []).append(place)
    found = []
    for places in by_family.values():
        first = last[places[0]]
        tests = len({last[place].test_id for place in places})
        found.append(FailureExcerpt(first.title, first.category, tests, first.message or first.text or ""))
    return tuple(sorted(found, key=lambda each: (-each.tests, each.title)))


def _strip(entries: Sequence[HistoryEntry], runs: Sequence[Run]) -> str:
    marks = {entry.run.id: _MARKS[entry.outcome] for entry in entries}
    return "".join(marks.get(run.id, " ") for run in runs)


def _when(run: Run) -> tuple[datetime, int]:
    return run.started_at, run.id
