"""What runs used, as values: a quiet run, a usual answer, and the worst that a run can have seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.live.card import LiveCard, LiveEvent, Seen
from core.live.growth import Growth
from core.live.model import Alert, Ended, FailedTest, LiveRun, Phase, Process, RunningTest, Silence
from core.live.report import ResourcesReport, WatchedRun
from core.live.resources import Measure, Resources
from core.live.sampling import Point, Sample
from tests.handlers.messages.values import NOW, a_run

_NAME = "tests/test_cart.py::TestCart::test_total"
LEAK = Growth(40 << 20, 300 << 20, 1e-6, True)


def points(count: int) -> tuple[Point, ...]:
    began = NOW.timestamp()
    return tuple(
        Point(began + number, 1, 20.0 + number % 40, 41.0, 95.0, (200 + number) << 20, 60.0, 42.0, (210 + number) << 20)
        for number in range(count)
    )


def a_measure(average: float, high: float, *tests: str, count: int | None = None) -> Measure:
    return Measure(average, high, average / 2, NOW, tests, len(tests) if count is None else count)


def running(*names: str) -> tuple[RunningTest, ...]:
    return tuple(RunningTest(name, NOW - timedelta(seconds=90), 2.0) for name in names)


def an_alert(kind: str = "cpu", *names: str, over: bool = True) -> Alert:
    over_at = NOW + timedelta(seconds=42) if over else None
    return Alert(kind, NOW, 97.2, running(*names), len(names), (Process("python", 4711, 187.0),), over_at)


def a_hang(*names: str) -> Silence:
    return Silence(NOW - timedelta(minutes=5), timedelta(minutes=5), running(*names), len(names), "test_before")


def resources(**changes: Any) -> Resources:
    values: dict[str, Any] = {
        "began_at": NOW, "seconds": 4.0, "samples": 1, "cpu": a_measure(12.0, 12.0), "memory": a_measure(40.0, 40.0),
        "tree_cpu": a_measure(0.0, 0.0), "tree_memory": a_measure(0.0, 0.0), "processes": 0,
    }  # fmt: skip
    return Resources(**(values | changes))


def a_busy_run(*names: str, **changes: Any) -> Resources:
    values: dict[str, Any] = {
        "seconds": 245.0, "samples": 245, "cpu": a_measure(61.0, 97.2, *names), "points": points(240),
        "memory": a_measure(48.0, 55.0, *names), "tree_cpu": a_measure(180.0, 204.0, *names),
        "tree_memory": a_measure(300 << 20, 512 << 20, *names), "processes": 5,
    }  # fmt: skip
    return resources(**(values | changes))


def a_report(*used: Resources, named: bool = False, name: str = "") -> ResourcesReport:
    runs = [a_run(number, **({"name": f"{number}{name}", "branch": name, "revision": name} if name else {}))
            for number in range(1, len(used) + 1)]  # fmt: skip
    watched = tuple(WatchedRun(run, each) for run, each in zip(runs, used, strict=True))
    return ResourcesReport(name or "backend", None, watched[-1], watched[-1:] if named else watched, is_named=named)


def a_typical_report() -> ResourcesReport:
    quiet = a_busy_run(_NAME, cpu=a_measure(55.0, 80.0, _NAME), points=())
    return a_report(*[quiet] * 6, a_busy_run(_NAME, alerts=(an_alert("cpu", _NAME),)))


def an_awful_report(name: str, count: int = 20, *, named: bool = False) -> ResourcesReport:
    names = [f"{name}{number}" for number in range(10)]
    alerts = (an_alert("cpu", *names, over=False), an_alert("memory", *names)) * 4
    awful = a_busy_run(*names, alerts=alerts, silences=(a_hang(*names),) * 3, growth=LEAK, limits=name)
    return a_report(*[awful] * count, named=named, name=name)


SAMPLE = Sample(NOW.timestamp(), 61.0, 48.0, 180.0, 300 << 20, 5, 2.0)


def a_card(seen: Seen, **changes: Any) -> LiveCard:
    values: dict[str, Any] = {
        "id": 4, "suite": "backend", "branch": "main", "revision": "8e31154f28eb", "seen": seen, "heard_at": NOW,
        "started_at": NOW - timedelta(minutes=4),
    }  # fmt: skip
    return LiveCard(**(values | changes))


def a_live_run(*names: str, **changes: Any) -> LiveRun:
    values: dict[str, Any] = {
        "phase": Phase.RUNNING, "tests": 220, "passed": 130, "failed": 1, "skipped": 2, "running": running(*names),
        "running_count": len(names), "failures": (FailedTest(_NAME, "AssertionError: assert 1 == 2"),),
        "share_done": 0.6, "left_seconds": 95.0, "last_test": _NAME, "last_event_at": NOW,
    }  # fmt: skip
    return LiveRun(**(values | changes))


def a_running_card() -> LiveCard:
    return a_card(Seen(a_live_run(f"{_NAME}_1", f"{_NAME}_2"), SAMPLE))


def an_ended_card() -> LiveCard:
    return replace(a_running_card(), ended_at=NOW, how=Ended.FAILED, run_id=12)


def an_awful_card(name: str, how: Ended | None = None) -> LiveCard:
    failures = tuple(FailedTest(f"{name}{number}", name) for number in range(20))
    run = a_live_run(*[f"{name}{number}" for number in range(50)], running_count=900, failed=700, failures=failures,
                     notes=(name,) * 4, collection_errors=2)  # fmt: skip
    seen = Seen(run, SAMPLE, (an_alert("cpu", name, over=False), an_alert("memory", name, over=False)),
                a_hang(*[name] * 9), leak="It grew by 300 MiB" if how else "")  # fmt: skip
    ended = {"how": how, "ended_at": NOW, "why": name, "run_id": 12} if how else {}
    return a_card(seen, suite=name, branch=name, revision=name, **ended)


def an_event(told: Alert | Silence, *, is_over: bool = False) -> LiveEvent:
    return LiveEvent(NOW, told, is_over)
