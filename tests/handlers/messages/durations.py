"""Durations as values: nothing known, a usual answer, and the worst that reports can say."""

from __future__ import annotations

from typing import Any

from core.performance.benchmarks import Benchmark, Benchmarks
from core.performance.model import Advice, Change, Hint, Onset, Point, SlowReport, SlowTest, Speed, SuiteTime, Trend
from tests.handlers.harness import START
from tests.handlers.messages.values import a_run

_NAME = "tests/test_cart.py::TestCart::test_total"


def a_suite_time(**changes: Any) -> SuiteTime:
    values: dict[str, Any] = {
        "measured_seconds": None, "before_seconds": None, "after_seconds": None, "is_slower": False, "is_faster": False,
        "trend": Trend.NOT_ENOUGH_DATA, "trend_reason": "1 comparable run is known, 8 are needed",
        "slope_seconds": None, "tests_seconds": 0.0, "failing_seconds": 0.0, "longest_failing": None,
        "longest_failing_seconds": 0.0, "unaccounted_seconds": None, "usual_unaccounted_seconds": None,
        "parallel": None, "new_tests": 0, "new_tests_seconds": 0.0, "points": (),
    }  # fmt: skip
    return SuiteTime(**(values | changes))


def a_slow(**changes: Any) -> SlowReport:
    values: dict[str, Any] = {
        "suite": "backend", "branch": None, "variant": "", "newest": a_run(), "runs_read": 1, "tests": 0,
        "headline": "no test with a known duration passed", "tests_seconds": 0.0, "slowest": (), "regressions": (),
        "improvements": (), "hints": (), "speed": Speed(1.0, 1.0, 0), "suite_time": a_suite_time(), "advice": (),
    }  # fmt: skip
    return SlowReport(**(values | changes))


def a_change(name: str, before: float, after: float, number: int = 40) -> Change:
    history = tuple([before] * 30 + [after] * 5)
    onset = Onset(a_run(number), a_run(number - 1, revision="4c1f9a2e07aa"))
    return Change(number, name, before, after, 30, 5, 3.1e-6, onset, history)


def a_slow_test(name: str, seconds: float, share: float, trend: Trend = Trend.STABLE) -> SlowTest:
    return SlowTest(1, name, seconds, share, 35, trend, 1.02)


def _points(count: int, name: str = "") -> tuple[Point, ...]:
    runs = (a_run(number, name=f"{number}{name}") for number in range(1, count + 1))
    return tuple(Point(run, 60.0 + run.id % 7, 1.0) for run in runs)


def a_typical_slow() -> SlowReport:
    return a_slow(
        headline="1 test became slower (+2.10 s), 1 test became faster (-0.40 s)",
        runs_read=40,
        tests=220,
        tests_seconds=52.0,
        slowest=(
            a_slow_test(f"{_NAME}_1", 12.3, 0.24, Trend.DECLINING),
            a_slow_test("tests/test_import.py::test_large_file", 5.01, 0.1),
        ),
        regressions=(a_change(f"{_NAME}_1", 10.2, 12.3),),
        improvements=(a_change("tests/test_tax.py::test_rates", 0.9, 0.5),),
        hints=(Hint(3, "tests/test_mail.py::test_sends", 4.2, 1.9),),
        speed=Speed(1.6, 1.1, 220),
        suite_time=a_suite_time(
            measured_seconds=63.0, before_seconds=58.0, after_seconds=62.0, is_slower=True, trend=Trend.DECLINING,
            trend_reason="median 62.0 s in the last 7 runs, 58.0 s in the 21 before (p = 0.003)", slope_seconds=0.1,
            tests_seconds=52.0, unaccounted_seconds=11.0, usual_unaccounted_seconds=10.0, new_tests=3,
            new_tests_seconds=0.4, points=_points(20),
        ),
        advice=(
            Advice(f"look at what run 40 (8e31154f28e5) changed: {_NAME}_1 takes 2.10 s more since", 2.1),
            Advice("wait for the event, not for a while, in tests/test_import.py::test_large_file: it takes nearly the "
                   "same round time in every run, as a fixed sleep or a time-out does", 5.01),
        ),
        caveats=("judged from variant linux alone",),
        benchmarks=Benchmarks(
            "Linux, x86_64, AMD EPYC 7763, CPython 3.11", START, "8e31154f28e5", 12, 1.0,
            (
                Benchmark("tests/test_speed.py::test_encrypt", 1.4e-5, 1.5e-5, 900, 1.1e-5, True, False),
                Benchmark("tests/test_speed.py::test_decrypt", 1.1e-5, 1.2e-5, 900, 1.1e-5, False, False),
            ),
        ),
    )  # fmt: skip


def an_awful_slow(name: str, count: int) -> SlowReport:
    names = [f"{name}_{n}" for n in range(count)]
    newest = a_run(name=name, branch=name, revision=name, suite=name)
    onset = Onset(newest, newest)
    changes = tuple(Change(n, each, 1e-7, 9e6, 30, 5, 1e-9, onset, (1e-7, 9e6)) for n, each in enumerate(names))
    return a_slow(
        suite=name,
        branch=name,
        variant=name,
        newest=newest,
        headline=f"{count} tests became slower, {name}",
        runs_read=40,
        tests=100_000,
        tests_seconds=9e7,
        slowest=tuple(a_slow_test(each, 9e6, 1.0, Trend.DECLINING) for each in names),
        regressions=changes,
        improvements=changes,
        hints=tuple(Hint(1, each, 9e6, 1.0) for each in names),
        speed=Speed(99.0, 98.0, 4000),
        suite_time=a_suite_time(
            measured_seconds=1e9, before_seconds=1.0, after_seconds=1e9, is_slower=True, trend=Trend.DECLINING,
            trend_reason=name, tests_seconds=9e9, failing_seconds=8e9, longest_failing=name,
            longest_failing_seconds=1e7, parallel=9.0, new_tests=99_000, new_tests_seconds=1e9,
            points=_points(60, name),
        ),
        advice=tuple(Advice(f"look at {each}", 9e6) for each in names[:6]),
        caveats=(name,) * 9,
        benchmarks=Benchmarks(
            name, START, name, 33, 99.0, tuple(Benchmark(each, 9e6, 9e6, 1, 1e-9, True, False) for each in names)
        ),
    )  # fmt: skip
