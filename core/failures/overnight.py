"""What failed while nobody was there: the runs since the last business day ended, their causes, new and known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.calendar import BusinessCalendar
from core.failures.answer import answer_failures
from core.failures.report import FailureGroup
from core.failures.window import suite_of
from core.runs.history import recent_runs
from core.runs.model import Run

_MOST_RUNS = 50
_MOST_READ = 20
"""Red runs whose causes are read, the newest."""


@dataclass(frozen=True, slots=True)
class NightCause:
    """One cause of the night's failures."""

    title: str
    category: str
    tests: int
    """Failing cases in the newest run that bears it."""
    runs: int
    newest: str
    """Name of the newest run that bears it."""
    is_new: bool


@dataclass(frozen=True, slots=True)
class Overnight:
    """The runs of a night, the newest first, and why they failed: new causes first, then by how many runs."""

    suite: str
    since: datetime
    runs: tuple[Run, ...]
    causes: tuple[NightCause, ...]

    @property
    def red(self) -> tuple[Run, ...]:
        return tuple(each for each in self.runs if each.counts.bad)

    @property
    def new(self) -> tuple[NightCause, ...]:
        return tuple(each for each in self.causes if each.is_new)


def night_before(now: datetime, calendar: BusinessCalendar) -> datetime:
    """When the last business day before today ended."""
    return calendar.end_of_day(calendar.previous_business_day(calendar.local_date(now)))


async def answer_overnight(
    connection: AsyncConnection, suite: str | None, branch: str | None, since: datetime
) -> Overnight:
    """Raises `NotFoundError` when the suite has never run."""
    suite_id, name = await suite_of(connection, suite)
    newest = await recent_runs(connection, suite_id, branch=branch, limit=_MOST_RUNS)
    runs = [each for each in newest if each.started_at >= since]
    red = [each for each in runs if each.counts.bad][:_MOST_READ]
    found = [(each, (await answer_failures(connection, f"#{each.id}", name, branch)).groups) for each in red]
    return Overnight(name, since, tuple(runs), causes_of(found))


def causes_of(found: Sequence[tuple[Run, Sequence[FailureGroup]]]) -> tuple[NightCause, ...]:
    """The causes of some runs, the newest run first. One that was new in any of them is new."""
    by_family: dict[str, list[tuple[Run, FailureGroup]]] = {}
    for run, groups in found:
        for group in groups:
            by_family.setdefault(group.family, []).append((run, group))
    causes = [
        NightCause(
            title=seen[0][1].title,
            category=seen[0][1].category,
            tests=seen[0][1].count,
            runs=len(seen),
            newest=seen[0][0].name,
            is_new=any(group.new for _, group in seen),
        )
        for seen in by_family.values()
    ]
    return tuple(sorted(causes, key=lambda each: (not each.is_new, -each.runs, -each.tests, each.title)))
