"""What was true when tests failed is told when it would rarely be so by chance, and only of runs that were watched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.conditions import machine_at
from core.databases.model import DatabaseSample, Session
from core.incidents.flows import Incidents
from core.live.follow import Moment
from core.live.resources import Measure, Resources
from core.live.sampling import Point
from core.live.store import put_moments, put_resources
from core.runs.history import find_run
from tests.handlers.harness import Store, a_store

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(second: float) -> datetime:
    return BEGAN + timedelta(seconds=second)


def a_course(full: Sequence[int] = (), starts: int = 100, *, cpu: bool = False, looks: int = 0) -> Resources:
    """A run of a hundred seconds, a look each second; the seconds named were full."""
    points = [
        Point(at(n).timestamp(), 1, 10, 10, 10, 1e8, 97.0 if cpu and n in full else 20, 97.0 if n in full else 20, 1e8)
        for n in range(100)
    ]
    idle = Session(7, "app", "pytest", "", "idle in transaction", at(0), at(0))
    databases = tuple(
        DatabaseSample("orders", at(n), 1, 3, (idle,) if n in full else (), idle_seconds=30).to_json()
        for n in range(looks)
    )
    flat = Measure(10, 97, 10)
    return Resources(
        at(0), 100, 100, flat, flat, flat, flat, 3, points=tuple(points), databases=databases,
        starts=tuple(at(n * 100 / starts).timestamp() for n in range(starts)),
    )  # fmt: skip


def test_failures_that_met_a_full_memory_say_so_with_what_is_usual() -> None:
    moments = [at(n + 0.5) for n in (40, 41, 42, 43, 44, 90)]
    (told,) = machine_at(moments, a_course(range(40, 46)))
    assert told == "5 of 6 began while memory was at 97 %, as did 6 of all 100 tests"


@pytest.mark.parametrize(
    ("full", "moments"),
    [
        ((), (40, 41)),
        (range(100), (40, 41, 42)),
        (range(60), (10, 20, 30, 90)),
        ((90,), (10, 20)),
        ((), ()),
    ],
    ids=["never full", "always full", "mostly full", "full at another time", "nothing failed"],
)
def test_what_chance_explains_is_not_told(full: Sequence[int], moments: Sequence[int]) -> None:
    assert machine_at([at(each) for each in moments], a_course(full)) == ()


def test_cpu_and_memory_are_told_apart() -> None:
    told = machine_at([at(40), at(41)], a_course(range(40, 44), cpu=True))
    assert [each.split(" was at ")[0] for each in told] == ["2 of 2 began while memory", "2 of 2 began while CPU"]


def test_a_run_whose_starts_nobody_saw_explains_nothing() -> None:
    assert machine_at([at(40)], a_course(range(40, 44), starts=0)) == ()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path) as store:
        yield store


async def watched(store: Store, names: Sequence[str], course: Resources) -> None:
    async with store.database.write() as connection:
        run = await find_run(connection, None)
        await put_resources(connection, run.id, course)
        moments = [Moment(name, at(40).timestamp() + n, at(41).timestamp() + n) for n, name in enumerate(names)]
        assert await put_moments(connection, run.id, moments) == len(names)


NAMES = [f"tests/test_app.py::test_{n}" for n in range(4)]


async def test_failures_tests_and_incidents_carry_what_was_true(site: Store) -> None:
    store = site
    await store.ingest([(f"test_{n}", "") for n in range(20)])
    await store.ingest([(f"test_{n}", "TimeoutError: no answer" if n < 4 else "") for n in range(20)])
    await watched(store, NAMES, a_course(range(40, 46), looks=100))
    report = await store.answers.failures()
    (group,) = report.groups
    assert group.conditions == (
        "4 of 4 began while memory was at 97 %, as did 6 of all 100 tests",
        "4 of 4 began while 1 session was idle in transaction over 30 s on orders, as in 6 of 100 looks",
    )
    test = await store.answers.test("test_2")
    assert test.conditions == ()  # one failure that met it, as 6 of 100 do anyway, proves nothing
    while await store.reactor.react():
        pass
    view = await Incidents(store.incidents.ledger).show(1)
    assert view.conditions == group.conditions


async def test_a_run_that_nobody_watched_has_no_conditions(site: Store) -> None:
    await site.a_history()
    report = await site.answers.failures()
    assert all(group.conditions == () for group in report.groups)
    assert report.conditions == ()


async def test_a_slow_runner_is_told_of_the_run(site: Store) -> None:
    store = site
    usual = {f"test_{n}": 0.5 + n / 100 for n in range(30)}
    for _ in range(5):
        await store.ingest([(name, "") for name in usual], usual)
    slow = {name: seconds * 1.6 for name, seconds in usual.items()}
    await store.ingest([(name, "boom" if name == "test_29" else "") for name in usual], slow)
    report = await store.answers.failures()
    assert report.conditions == ("the runner was 1.6 times slower than usual, read from 30 tests",)
