"""What a watched run used comes back from the store as it was put in, on every database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.live.follow import Moment
from core.live.growth import Growth
from core.live.model import Alert, Process, RunningTest, Silence
from core.live.resources import Resources, summarise
from core.live.sampling import Sample, Usage
from core.live.store import (
    newest_watched,
    put_moments,
    put_resources,
    read_course,
    read_moments,
    read_resources,
    usual_seconds,
)
from core.storage.database import Database
from tests.core.runs.bringing import bring

T0 = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
AT = T0.timestamp()


def a_report(stamp: str, seconds: float = 1.0) -> str:
    failure = '<testcase classname="tests.test_a" name="test_bad" time="9"><failure message="x"/></testcase>'
    return (
        f'<testsuite name="pytest" tests="2" timestamp="2026-03-02T0{stamp}:00:00+00:00">'
        f'<testcase classname="tests.test_a" name="test_good" time="{seconds}"/>{failure}</testsuite>'
    )


def what_was_used() -> Resources:
    usage = Usage.every(1)
    for second in range(300):
        usage.add(Sample(AT + second, second % 50, 40, 120, 2e8 + second, 4, 1.5), ["tests/test_ü.py::test_a"], 3)
    running = (RunningTest("tests/test_ü.py::test_a", T0), RunningTest("test_b", T0))
    alert = Alert("memory", T0, 97.5, running, 7, (Process("python", 12, 3e8),), T0 + timedelta(seconds=9))
    silence = Silence(T0, timedelta(seconds=300), running, 2, "test_last")
    found = summarise(usage, [AT + 0.25, AT + 2.5], limits="the container", alerts=[alert], silences=[silence])
    assert found is not None
    return replace(found, growth=Growth(1000, 2000, 0.5, is_steady=True))


async def test_resources_come_back_as_they_were_and_a_repeat_replaces_them(store: Database) -> None:
    wanted = what_was_used()
    run_id = (await bring(store, a_report("5"))).run.id
    async with store.write() as connection:
        await put_resources(connection, run_id, replace(wanted, limits="before"))
        await put_resources(connection, run_id, wanted)
    async with store.read() as connection:
        found = await read_course(connection, run_id)
        summaries = await read_resources(connection, [run_id, run_id + 1])
        assert await read_course(connection, run_id + 1) is None
    assert found is not None
    assert (found.alerts, found.silences, found.growth) == (wanted.alerts, wanted.silences, wanted.growth)
    assert (found.cpu.high, found.cpu.peak_at) == (49, T0 + timedelta(seconds=49))
    assert found.cpu.peak_tests == ("tests/test_ü.py::test_a",)
    assert found.starts == pytest.approx(wanted.starts)
    assert [point.samples for point in found.points] == [point.samples for point in wanted.points]
    assert [point.at for point in found.points] == pytest.approx([point.at for point in wanted.points])
    assert (summaries[run_id].memory, list(summaries)) == (found.memory, [run_id])
    assert summaries[run_id].points == ()


async def test_moments_are_kept_for_the_tests_that_failed_alone(store: Database) -> None:
    run_id = (await bring(store, a_report("5"))).run.id
    moments = [
        Moment("tests/test_a.py::test_bad", AT, AT + 9),
        Moment("tests/test_a.py::test_good", AT, AT + 1),
        Moment("nobody knows", AT, AT),
    ]
    async with store.write() as connection:
        assert await put_moments(connection, run_id, []) == 0
        assert await put_moments(connection, run_id, moments) == 1
        assert await put_moments(connection, run_id, moments) == 1
    async with store.read() as connection:
        found = await read_moments(connection, run_id)
    assert list(found.values()) == [(T0, T0 + timedelta(seconds=9))]


async def test_usual_is_the_median_of_passing_results(store: Database) -> None:
    for stamp, seconds in (("1", 1.0), ("2", 8.0), ("3", 2.0)):
        await bring(store, a_report(stamp, seconds))
    async with store.read() as connection:
        assert await usual_seconds(connection, "backend") == ({"tests/test_a.py::test_good": 2.0}, 2)
        assert await usual_seconds(connection, "unheard of") == ({}, None)


async def test_the_newest_watched_runs_are_those_with_resources(store: Database) -> None:
    ids = [(await bring(store, a_report(stamp), branch=branch)).run.id
           for stamp, branch in (("1", "main"), ("2", "main"), ("3", "main"), ("4", "other"))]  # fmt: skip
    async with store.write() as connection:
        for run_id in (ids[0], ids[2], ids[3]):
            await put_resources(connection, run_id, what_was_used())
    async with store.read() as connection:
        assert await newest_watched(connection, limit=5) == [ids[3], ids[2], ids[0]]
        assert await newest_watched(connection, branch="main", limit=1) == [ids[2]]
        assert await newest_watched(connection, since=T0 - timedelta(hours=4), limit=5) == [ids[3], ids[2]]
