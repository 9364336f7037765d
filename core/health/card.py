"""What is told of one run where a team works: its failures and, while it is the newest, what changed with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFoundError
from core.failures.answer import answer_failures
from core.failures.report import FailuresReport
from core.health.answer import answer_health
from core.health.model import HealthReport
from core.runs.history import recent_runs, runs_by_id, suite_named
from core.runs.model import Run

FRESH = timedelta(days=1)
"""A run that is older when it comes in is history that somebody loads; nobody is told of it."""


@dataclass(frozen=True, slots=True)
class RunCard:
    """One run as its card shows it."""

    run: Run
    failures: FailuresReport
    health: HealthReport | None
    """As of this run; None once a newer one is there."""

    @property
    def tells_news(self) -> bool:
        """Whether something is different from the run before; the first run is news, an outdated one is none."""
        if self.health is None:
            return False
        changes = self.health.changes
        if changes is None:
            return True
        different = (
            changes.newly_failing, changes.failing_at_birth, changes.revealed, changes.fixed, changes.silenced,
            changes.vanished, changes.hidden, changes.returned, self.failures.new_groups,
        )  # fmt: skip
        return any(different) or changes.collection_repaired


def wants_card(run: Run, newest: Run | None, branch: str | None, now: datetime) -> bool:
    """Whether a run that just came in is told of: fresh, of the branch that is judged, and the newest there."""
    if branch is not None and run.branch != branch:
        return False
    return now - run.started_at <= FRESH and (newest is None or newest.id == run.id)


async def read_wants_card(connection: AsyncConnection, run_id: int, branch: str | None, now: datetime) -> bool:
    """`wants_card` of a stored run; False when it is gone."""
    run = (await runs_by_id(connection, [run_id])).get(run_id)
    if run is None:
        return False
    suite = await suite_named(connection, run.suite)
    newest = await recent_runs(connection, suite.id, branch=branch, limit=1)
    return wants_card(run, newest[0] if newest else None, branch, now)


async def answer_card(
    connection: AsyncConnection, run_id: int, branch: str | None, now: datetime, *, window_runs: int
) -> RunCard:
    """Raises `NotFoundError` when the run is gone."""
    run = (await runs_by_id(connection, [run_id])).get(run_id)
    if run is None:
        raise NotFoundError(f"run {run_id} is gone")
    failures = await answer_failures(connection, f"#{run_id}", run.suite, branch)
    health = await answer_health(connection, run.suite, branch, now, window_runs=window_runs)
    return RunCard(run, failures, health if health.run.id == run_id else None)
