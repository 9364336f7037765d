"""What a watcher saw is there when the run is: who reacts to the run finds what else was true."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.conditions import read_watched
from core.failures.diagnose import diagnoser
from core.live.follow import Moment
from core.live.observed import Observed
from core.live.resources import Resources, summarise
from core.live.sampling import Sample, Usage
from core.runs.history import failures_of
from core.runs.ingest import Ingest
from core.runs.model import RunMark
from core.storage.database import Database
from core.storage.events import open_events
from core.storage.tables import run as run_table
from tests.stores import a_migrated_file

T0 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NAME = "tests/test_app.py::test_{}"


def report(failing: int, passing: int) -> io.BytesIO:
    cases = "".join(
        f"<testcase classname='tests.test_app' name='test_{number}' time='1'>"
        + ("<failure message='KeyError: 1'/></testcase>" if number < failing else "</testcase>")
        for number in range(failing + passing)
    )
    return io.BytesIO(f"<testsuite name='pytest'>{cases}</testsuite>".encode())


def full_memory(failing: int, passing: int) -> Observed:
    """The failing tests began, one a second, while memory was full."""
    usage = Usage.every(1)
    began = T0.timestamp()
    for second in range(failing + passing):
        usage.add(Sample(began + second, 20, 97 if second < failing else 40), [], 0)
    starts = [began + number for number in range(failing + passing)]
    moments = tuple(Moment(NAME.format(n), began + n, began + n + 1) for n in range(failing))
    resources = summarise(usage, starts)
    assert isinstance(resources, Resources)
    return Observed(moments, resources)


async def test_a_reaction_to_the_run_finds_what_else_was_true(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{a_migrated_file(tmp_path / 't12.db')}")
    flow = Ingest(database, diagnoser(()))
    stored = await flow.report(report(6, 94), RunMark("backend", started_at=T0), "r", beside=full_memory(6, 94).keep)
    async with database.read() as connection:
        [event] = await open_events(connection)
        assert (event.type, event.run_id) == ("RunIngested", stored.run.id)
        watched = await read_watched(connection, stored.run.id)
        failing = {row.test_id for row in await failures_of(connection, [stored.run.id])}
    assert watched.conditions(failing) == ("6 of 6 began while memory was at 97 %, as did 6 of all 100 tests",)
    await database.close()


async def test_keeping_it_with_the_same_report_again_changes_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{a_migrated_file(tmp_path / 't12.db')}")
    flow, observed = Ingest(database, diagnoser(())), full_memory(6, 94)
    mark = RunMark("backend", started_at=T0 + timedelta(minutes=1))
    first = await flow.report(report(6, 94), mark, "r", beside=observed.keep)
    again = await flow.report(report(6, 94), mark, "r", beside=observed.keep)
    assert (again.duplicate, again.run.id) == (True, first.run.id)
    async with database.read() as connection:
        watched = await read_watched(connection, first.run.id)
        assert len(watched.moments) == 6
        assert len(await open_events(connection)) == 1
    await database.close()


async def test_what_cannot_be_kept_beside_a_report_leaves_no_half_a_run(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{a_migrated_file(tmp_path / 't12.db')}")

    async def breaks(_connection: object, _run_id: int) -> None:
        raise OSError("the disk is full")

    mark = RunMark("backend", started_at=T0)
    with pytest.raises(OSError, match="full"):
        await Ingest(database, diagnoser(())).report(report(1, 1), mark, "r", beside=breaks)
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(run_table))).scalar() == 0
    await database.close()
