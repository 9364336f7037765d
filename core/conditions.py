"""What else was true when tests failed: the machine, the databases and the runner, as far as the run was watched."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from core.databases.model import DatabaseSample
from core.databases.watch import explain
from core.failures.report import FailuresReport, TestReport
from core.live.resources import Resources
from core.live.sampling import Point
from core.live.store import read_course, read_moments
from core.performance.answer import answer_speed
from core.runs.model import Run
from core.statistics import beta_cdf

HIGH = 90.0
"""Percent of CPU or memory from which the procedure book raises an alert."""
RARE = 0.05
"""A coincidence this likely is none worth telling."""
SLOW_RUNNER = 1.3
"""Times slower than usual from which a runner is told of."""
_MEASURES: tuple[tuple[str, Callable[[Point], float]], ...] = (
    ("memory", lambda at: at.peak_memory),
    ("CPU", lambda at: at.peak_cpu),
)


def machine_at(moments: Sequence[datetime], course: Resources) -> tuple[str, ...]:
    """Which of the failures that began at `moments` met a machine that was full; a sentence each.

    Told when failures that had nothing to do with it would rarely have met it as often, going by when all tests of the
    run began: a machine that is always full explains nothing.
    """
    if not moments or not course.points or not course.starts:
        return ()
    failed = [_point(course.points, each.timestamp()) for each in moments]
    every = [_point(course.points, each) for each in course.starts]
    found = []
    for name, value in _MEASURES:
        during = [value(each) for each in failed if value(each) >= HIGH]
        usual = sum(value(each) >= HIGH for each in every)
        if during and _is_telling(len(during), len(failed), usual, len(every)):
            found.append(
                f"{len(during)} of {len(failed)} began while {name} was at {max(during):.0f} %, as did {usual} of all "
                f"{len(every)} tests"
            )
    return tuple(found)


def _is_telling(during: int, failures: int, usual: int, every: int) -> bool:
    """The tail of a binomial, at the share of all tests that met the same."""
    return usual < every and beta_cdf(max(usual, 1) / every, during, failures - during + 1) <= RARE


def _point(points: Sequence[Point], at: float) -> Point:
    """The stretch of the run that an instant lies in."""
    return points[max(0, bisect_right(points, at, key=lambda each: each.at) - 1)]


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of a run that was watched."""

    course: Resources | None
    moments: Mapping[int, tuple[datetime, datetime]]
    """When its failing tests began and ended, by their ids."""

    def conditions(self, test_ids: Collection[int]) -> tuple[str, ...]:
        """What was true when these failing tests began; nothing where nobody watched."""
        began = [self.moments[test_id][0] for test_id in test_ids if test_id in self.moments]
        if self.course is None or not began:
            return ()
        looks = [DatabaseSample.from_json(each) for each in self.course.databases]
        return (*machine_at(began, self.course), *(each.removesuffix(".") for each in explain(began, looks)))


async def read_watched(connection: AsyncConnection, run_id: int) -> Watched:
    """What was seen of a run; empty when nobody watched it."""
    course = await read_course(connection, run_id)
    return Watched(course, await read_moments(connection, run_id) if course is not None else {})


async def runner_of(connection: AsyncConnection, run: Run) -> tuple[str, ...]:
    """Whether the runner of a run was slower than usual."""
    factor, tests = await answer_speed(connection, run)
    if factor < SLOW_RUNNER:
        return ()
    return (f"the runner was {factor:.1f} times slower than usual, read from {tests} tests",)


async def with_conditions(connection: AsyncConnection, report: FailuresReport) -> FailuresReport:
    """The report, each group with what else was true when its tests failed."""
    if report.run is None or not report.groups:
        return report
    watched = await read_watched(connection, report.run.id)
    groups = [replace(each, conditions=watched.conditions(each.test_ids)) for each in report.groups]
    return replace(report, groups=tuple(groups), conditions=await runner_of(connection, report.run))


async def test_with_conditions(connection: AsyncConnection, report: TestReport) -> TestReport:
    """The test, with what else was true when it last failed."""
    last = report.state.last_failing
    if last is None or report.test_id is None:
        return report
    found = (await read_watched(connection, last.run.id)).conditions([report.test_id])
    if last.outcome.is_bad:
        found += await runner_of(connection, last.run)
    return replace(report, conditions=found)


test_with_conditions.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it
