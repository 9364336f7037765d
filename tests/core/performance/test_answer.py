"""How long the tests of real stored runs take, however few, many or strange the runs are."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.errors import NotFoundError
from core.performance.answer import answer_slow
from core.performance.as_json import slow_to_json
from core.performance.model import SlowReport, Trend
from tests.builders import Shelf, a_shelf

TESTS = 12


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with a_shelf(tmp_path) as shelf:
        yield shelf


async def slow(shelf: Shelf, branch: str | None = None, **more: Any) -> SlowReport:
    async with shelf.read() as connection:
        return await answer_slow(connection, "backend", branch, **more)


def some_seconds(run: int, first: float = 1.0, speed: float = 1.0) -> Sequence[float]:
    """The first test takes `first`, the others 0.2 s and more; nothing takes exactly the same twice."""
    swing = [1 + ((run * 31 + test * 17) % 20 - 10) / 100 for test in range(TESTS)]
    return [
        round(speed * swing[test] * (first if test == 0 else 0.2 + test / 50), 4) for test in range(TESTS)
    ]


async def bring(shelf: Shelf, run: int, first: float = 1.0, strip: str = "P" * TESTS, **more: Any) -> None:
    speed = more.pop("speed", 1.0)
    await shelf.bring(strip, seconds=some_seconds(run, first, speed), **more)


async def test_nothing_brought_in_is_said(shelf: Shelf) -> None:
    with pytest.raises(NotFoundError, match="brought in"):
        await slow(shelf)
    await shelf.bring("P")
    with pytest.raises(NotFoundError, match="no run on branch 'gone'"):
        await slow(shelf, "gone")


async def test_incomplete_runs_alone_say_nothing(shelf: Shelf) -> None:
    await shelf.bring("CC")
    with pytest.raises(NotFoundError, match="no run of suite 'backend' is complete"):
        await slow(shelf)


async def test_one_run_tells_the_slowest_tests_and_no_change(shelf: Shelf) -> None:
    await bring(shelf, 1, first=3.0, wall=8.0)
    report = await slow(shelf)
    assert report.slowest[0].name == "tests/test_app.py::test_1"
    assert report.slowest[0].trend is Trend.NOT_ENOUGH_DATA
    assert (report.regressions, report.improvements, report.hints) == ((), (), ())
    assert report.headline.startswith("too few runs to say what became slower; 12 tests take ")
    assert any("1 comparable run known" in caveat for caveat in report.caveats)
    assert report.suite_time.measured_seconds == 8.0
    assert report.suite_time.unaccounted_seconds == pytest.approx(8.0 - sum(some_seconds(1, 3.0)))


async def test_a_regression_is_told_with_the_run_and_revision_it_began_in(shelf: Shelf) -> None:
    for run in range(1, 21):
        await bring(shelf, run, first=1.0 if run <= 15 else 2.0)
    report = await slow(shelf)
    [change] = report.regressions
    assert change.name == "tests/test_app.py::test_1"
    assert (change.before_seconds, change.after_seconds) == (pytest.approx(1.0, rel=0.1), pytest.approx(2.0, rel=0.1))
    assert (change.onset.first.name, change.onset.first.revision) == ("run-16", "rev16")
    assert change.onset.last_before.name == "run-15"
    assert "1 test became slower (+" in report.headline
    assert report.advice[0].text.startswith("look at what run run-16 (rev16) changed: tests/test_app.py::test_1 takes ")
    assert report.suite_time.is_slower
    assert report.slowest[0].trend is Trend.DECLINING


async def test_an_improvement_is_told(shelf: Shelf) -> None:
    for run in range(1, 21):
        await bring(shelf, run, first=2.0 if run <= 15 else 0.5)
    report = await slow(shelf)
    assert [change.name for change in report.improvements] == ["tests/test_app.py::test_1"]
    assert report.improvements[0].added_seconds < 0
    assert report.suite_time.is_faster


async def test_a_slow_runner_is_no_regression(shelf: Shelf) -> None:
    for run in range(1, 21):
        await bring(shelf, run, speed=1.0 if run <= 15 else 1.6)
    report = await slow(shelf)
    assert (report.regressions, report.hints) == ((), ())
    assert not report.suite_time.is_slower
    assert report.speed.recent == pytest.approx(1.6, rel=0.1)


async def test_failing_runs_reruns_and_skips_of_a_test_do_not_count(shelf: Shelf) -> None:
    for run in range(1, 21):
        late = run > 15
        await bring(shelf, run, first=30.0 if late else 1.0, strip=("FERSF"[run % 5] if late else "P") + "P" * 11)
    report = await slow(shelf)
    assert report.regressions == ()
    assert report.slowest[0].seconds < 1.0


async def test_the_test_that_hangs_until_it_fails_is_named(shelf: Shelf) -> None:
    for run in range(1, 4):
        await bring(shelf, run, first=60.0 if run == 3 else 1.0, strip="F" + "P" * 11, wall=70.0)
    suite = (await slow(shelf)).suite_time
    assert suite.longest_failing == "tests/test_app.py::test_1"
    assert suite.longest_failing_seconds == some_seconds(3, 60.0)[0]


async def test_storms_and_incomplete_runs_are_left_out(shelf: Shelf) -> None:
    for run in range(1, 16):
        await bring(shelf, run)
    await bring(shelf, 16, first=50.0, strip="P" + "F" * 11)
    await shelf.bring("C", module="tests.test_other")
    report = await slow(shelf)
    assert (report.runs_read, report.newest.name) == (15, "run-15")
    assert "the newest run, run-17, is incomplete and left out" in report.caveats
    assert any(caveat.startswith("left out as infrastructure failures: 1 of 17 runs") for caveat in report.caveats)


async def test_one_variant_is_judged_and_said(shelf: Shelf) -> None:
    for run in range(1, 6):
        await bring(shelf, run, variant="windows", first=9.0)
        await bring(shelf, run, variant="linux")
    report = await slow(shelf)
    assert (report.variant, report.runs_read) == ("linux", 5)
    assert report.slowest[0].seconds == pytest.approx(1.0, rel=0.1)
    assert "judged from variant linux alone" in report.caveats


async def test_cases_that_ran_at_the_same_time_leave_nothing_to_account_for(shelf: Shelf) -> None:
    await bring(shelf, 1, wall=1.5)
    report = await slow(shelf)
    assert report.suite_time.unaccounted_seconds is None
    assert report.suite_time.parallel == pytest.approx(sum(some_seconds(1)) / 1.5)
    assert any("cases ran at the same time" in caveat for caveat in report.caveats)


async def test_shards_of_one_run_are_one_run(shelf: Shelf) -> None:
    for run in range(1, 21):
        key = f"shards-{run}"
        await bring(shelf, run, run_key=key)
        await shelf.bring("P" * 4, module="tests.test_more", seconds=[0.3 + run / 1000] * 4, run_key=key)
    report = await slow(shelf)
    assert (report.runs_read, report.tests) == (20, 16)


async def test_a_test_that_failed_in_an_earlier_report_of_the_run_was_not_timed_fairly(shelf: Shelf) -> None:
    await shelf.bring("FP", seconds=[9.0, 1.0], run_key="again")
    await shelf.bring("PP", seconds=[9.0, 1.0], run_key="again")
    report = await slow(shelf)
    assert [each.name for each in report.slowest] == ["tests/test_app.py::test_2"]


async def test_tests_that_come_and_go_keep_their_own_history(shelf: Shelf) -> None:
    for run in range(1, 15):
        await shelf.bring("-PP" if run % 2 else "PP-", seconds=[1.0, 2.0, 3.0])
    assert [(each.seconds, each.runs) for each in (await slow(shelf)).slowest] == [(3.0, 7), (2.0, 14), (1.0, 7)]


async def test_reading_stays_within_the_window(shelf: Shelf) -> None:
    for run in range(1, 8):
        await bring(shelf, run)
    assert (await slow(shelf, window_runs=4)).runs_read == 4


async def test_json_keeps_its_keys(shelf: Shelf) -> None:
    for run in range(1, 21):
        await bring(shelf, run, first=1.0 if run <= 15 else 3.0, wall=12.0)
    found: Any = slow_to_json(await slow(shelf))
    assert found.keys() == {
        "suite", "branch", "variant", "run", "headline", "runs_read", "tests", "tests_seconds", "slowest",
        "regressions", "improvements", "hints", "runner", "suite_time", "recommendations", "caveats", "benchmarks",
    }  # fmt: skip
    [change] = found["regressions"]
    assert change["test"] == "tests/test_app.py::test_1"
    assert change["ratio"] == pytest.approx(change["after_seconds"] / change["before_seconds"], rel=1e-4)
    assert change["onset"]["first"]["revision"] == "rev16"
    assert found["slowest"][0]["ratio_to_mean"] > 1
    assert found["suite_time"]["verdict"] in {"slower", "unchanged"}
    assert all(each["seconds"] >= 0 for each in found["recommendations"])
