"""Answers of the core as values with dull defaults, and the words that a hostile report may hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.doctor import Check, DoctorReport
from core.failures.cofailure import CoFailure
from core.failures.model import Category
from core.failures.recommendation import recommend
from core.failures.report import (
    Cause,
    DurationSummary,
    FailureGroup,
    FailuresReport,
    FlakyReport,
    RunsReport,
    SeenSignature,
    StripMark,
    TestReport,
)
from core.failures.verdict import JudgedTest, State, TestState
from core.git import Author
from core.health.model import (
    Advice,
    Changes,
    Contributor,
    Deduction,
    Direction,
    FlakeCost,
    Gate,
    HealthReport,
    Trend,
)
from core.mocks.changes import AuditChanges, LeftBehind
from core.mocks.model import AuditMark, Place
from core.mocks.policy import Judged
from core.mocks.report import MocksReport
from core.runs.model import HistoryEntry, Outcome, ReportCounts, Run
from tests.core.mocks.values import a_component, a_finding, an_audit
from tests.handlers.harness import START

NOW = START + timedelta(hours=30)
PLAIN = "tests/test_cart.py::TestCart::test_total"
LONG = "tests/" + "very/deep/" * 40 + "test_long.py::TestLong::test_" + "long_" * 2000
HOSTILE = (
    "tests/test_x.py::test_<!channel>_<@U1>_<https://evil.example|ci>_`*_~>&amp;\u202egnp.exe\u200b\x00\ud800_"
    + "a\u0301\u0301\u0301\u0301\u0301"
    + "\n\n\n```<!subteam^S1>```"
)


def a_run(number: int = 4, *, failed: int = 0, tests: int = 220, **changes: Any) -> Run:
    counts = ReportCounts(tests, tests - failed, failed, attempts=tests)
    at = START + timedelta(hours=number)
    values: dict[str, Any] = {
        "id": number,
        "name": str(number),
        "suite": "backend",
        "branch": "main",
        "revision": "8e31154f28e5a0b1c2d3",
        "variant": "",
        "started_at": at,
        "ingested_at": at,
        "duration_seconds": 63.0,
        "coverage_percentage": 84.2,
        "counts": counts,
    }
    return Run(**(values | changes))


def a_state(state: State = State.FLAKY, failures: int = 3, runs: int = 18, **changes: Any) -> TestState:
    first = HistoryEntry(a_run(2, failed=1), Outcome.FAILED, 0.2, 1, 1)
    values: dict[str, Any] = {
        "state": state,
        "reason": "passed and failed on the same code: failed in 2 of 4 runs of revision 8e31154f28e5",
        "failures": failures,
        "runs": runs,
        "rate": 0.17,
        "low": 0.06,
        "high": 0.33,
        "red": failures,
        "episodes": 2,
        "passes_so_far": 2,
        "passes_needed": 28,
        "first_failing": first,
    }
    return TestState(**(values | changes))


def a_judged(number: int = 1, state: State = State.FLAKY, name: str | None = None) -> JudgedTest:
    return JudgedTest(number, name or f"tests/test_cart.py::TestCart::test_total_{number}", a_state(state))


def a_group(number: int = 1, **changes: Any) -> FailureGroup:
    tests = (f"tests/test_cart.py::TestCart::test_total_{number}", f"tests/test_cart.py::TestCart::test_tax_{number}")
    category = changes.pop("category", Category.DATABASE_SESSION)
    values: dict[str, Any] = {
        "signature": f"v1:{number:016x}",
        "family": f"v1:{number:016x}",
        "title": "OperationalError: (sqlite3.OperationalError) no such table: audit_logs",
        "exception": "OperationalError",
        "category": category.value,
        "rule": "database.table",
        "matched": "no such table",
        "runner_up": None,
        "tests": tests,
        "test_ids": (number, number + 1000),
        "phases": ("call",),
        "new": False,
        "known_since": "1",
        "known_since_at": START + timedelta(hours=1),
        "known_since_revision": "8e31154",
        "runs_before": 3,
        "recommendation": recommend(category),
        "critical_reason": None,
        "sample": "no such table: audit_logs",
    }
    values |= changes
    values.setdefault("count", len(values["tests"]))
    return FailureGroup(**values)


def a_cause(name: str = "tests/test_keys.py") -> Cause:
    return Cause("M001", name, 9, f"The mock has {name} as its spec.", f"{name}:3 def rotate(self)")


def a_failures(groups: list[FailureGroup], **changes: Any) -> FailuresReport:
    total = sum(group.count for group in groups)
    categories: dict[str, int] = {}
    for group in groups:
        categories[group.category] = categories.get(group.category, 0) + group.count
    values: dict[str, Any] = {
        "run": a_run(failed=total, tests=max(220, total)),
        "source": "4",
        "headline": f"run 4: {total} failures" if total else "run 4: nothing failed, 220 passed",
        "total_failures": total,
        "categories": categories,
        "groups": tuple(groups),
    }
    return FailuresReport(**(values | changes))


def a_health(**changes: Any) -> HealthReport:
    no_cost = FlakeCost(0.0, None, "no flaky test is known", (), 0, 20, 0.0, 0.1, None)
    values: dict[str, Any] = {
        "suite": "backend",
        "branch": None,
        "run": a_run(),
        "headline": "health 100 of 100, nothing failed",
        "score": 100.0,
        "alert": False,
        "deductions": (),
        "gates": (),
        "caveats": (),
        "failure_rate": 0.0,
        "coverage_percentage": 84.2,
        "flaky": (),
        "broken": (),
        "suspect": (),
        "flake_cost": no_cost,
        "trend": Trend(Direction.NOT_ENOUGH_DATA, "4 complete runs are too few, 10 are needed", 4, 0, None, None, None),
        "changes": None,
        "advice": (),
        "runs_read": 1,
    }
    return HealthReport(**(values | changes))


def a_typical_health() -> HealthReport:
    name = "tests/test_cart.py::TestCart::test_total_1"
    return a_health(
        run=a_run(failed=2),
        headline="health 90 of 100, 2 failures: 1 new, 1 known",
        score=90.0,
        deductions=(
            Deduction("flaky_tests", 5, f"1 flaky test: {name}", 1, 0, 1, "the last 20 runs"),
            Deduction("coverage", 5, "coverage is 75 %, 5 points below 80 %", 75, 80, 1, "run 4"),
        ),
        flaky=(a_judged(),),
        flake_cost=FlakeCost(
            0.17, 6, "1 in 6 clean commits goes red for no reason (17%, by 1 flaky test)",
            (Contributor(name, 1.0, 0.17),), 2, 20, 0.03, 0.3, 12.0,
        ),
        trend=Trend(Direction.STABLE, "median failure rate 1% in the last 7 runs, 1% in the 13 before (p = 0.6)", 7, 13,
                    0.01, 0.01, 0.6),
        changes=Changes("3", START, newly_failing=(f"{name}0",), still_failing=(name,),
                        sentences=("1 test newly fails", "1 test still fails")),
        advice=(Advice("repair all flaky tests", 5, 95), Advice("raise coverage from 75 % to 80 %", 5, 95)),
        runs_read=20,
    )  # fmt: skip


def a_worst_health(name: str = "tests/test_cart.py::TestCart::test_total", count: int = 60) -> HealthReport:
    names = tuple(f"{name}_{n}" for n in range(count))
    return replace(
        a_typical_health(),
        run=a_run(failed=count, tests=max(220, count)),
        suite=name,
        score=0.0,
        alert=True,
        deductions=(
            Deduction("failure_rate", 20, f"{count} of 220 executed cases failed in run {name}", 0.3, 0.05, 220, name),
            Deduction("flaky_tests", 40, f"{count} flaky tests: {', '.join(names)}", count, 0, 1, "the last 20 runs"),
            Deduction("coverage", 40, "coverage is 12 %, 68 points below 80 %", 12, 80, 1, "run 4"),
        ),
        gates=tuple(Gate(kind, f"{kind}: {names[0]} and others") for kind in ("broken", "silent", "new", "storm")),
        caveats=tuple(f"{n} branches are read as one line: {name}" for n in range(8)),
        flaky=tuple(a_judged(n, name=each) for n, each in enumerate(names)),
        changes=Changes(name, START, newly_failing=names, failing_at_birth=names, vanished=names,
                        sentences=tuple(f"{n} tests newly fail: {name}" for n in range(6))),
        advice=tuple(Advice(f"repair {each}", 5, 5) for each in names),
    )  # fmt: skip


def a_flaky(flaky: int = 0, broken: int = 0, suspect: int = 0, name: str | None = None) -> FlakyReport:
    def some(count: int, state: State, start: int) -> tuple[JudgedTest, ...]:
        return tuple(a_judged(start + n, state, f"{name}_{start + n}" if name else None) for n in range(count))

    return FlakyReport(
        suite=name or "backend",
        branch=None,
        headline="0 flaky",
        newest=a_run(),
        runs_read=20,
        flaky=some(flaky, State.FLAKY, 0),
        broken=some(broken, State.BROKEN, 1000),
        suspect=some(suspect, State.SUSPECT, 2000),
        caveats=(f"left out: {name}",) if name else (),
        groups=(a_cofailure(flaky, name),) * min(9, flaky // 2),
    )


def a_cofailure(tests: int = 3, name: str | None = None) -> CoFailure:
    return CoFailure(tuple(f"{name or PLAIN}_{n}" for n in range(tests)), 4, 5)


def a_test_report(
    name: str = "tests/test_cart.py::TestCart::test_total_1", marks: int = 12, **changes: Any
) -> TestReport:
    kinds = (Outcome.PASSED, Outcome.PASSED, Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED)
    strip = tuple(
        StripMark(str(n), START + timedelta(hours=n), "8e31154", "main", kinds[n % 5], n % 7 == 6, False, 0.2)
        for n in range(marks)
    )
    values: dict[str, Any] = {
        "suite": "backend",
        "name": name,
        "file": "tests/test_cart.py",
        "variant": "",
        "state": a_state(),
        "strip": strip,
        "durations": DurationSummary(9, 0.21, 0.18, 1.4, 0.2),
        "signatures": (SeenSignature("v1:1", "AssertionError: assert N == N", "assertion", 3, "1", "4"),),
        "latest_message": "AssertionError: assert 1 == 2",
    }
    return TestReport(**(values | changes))


def a_runs(count: int, name: str | None = None) -> RunsReport:
    runs = tuple(
        a_run(count - n, failed=n % 3, name=name or str(count - n), branch=name or "main") for n in range(count)
    )
    return RunsReport("backend", None, runs, {1: name or "incomplete: nothing ran"} if count else {})


def an_awful_failures(name: str) -> FailuresReport:
    groups = [
        a_group(n, title=f"{name} {n}", tests=(f"{name}_{n}",) * 40, new=n % 2 == 0, known_since=name,
                critical_reason=f"security: {name}" if n % 3 == 0 else None, finding=None if n % 4 else a_cause(name),
                conditions=(name,) * (n % 5))
        for n in range(50)
    ]  # fmt: skip
    return a_failures(groups, source=name, caveats=(name,) * 5, conditions=(name,) * 4)


def a_doctor(*checks: Check) -> DoctorReport:
    return DoctorReport(checks)


def a_mocks_report(name: str = "KeyManager", count: int = 1, *, new: bool = False) -> MocksReport:
    """An audit with so many findings, all about one component of that name."""
    findings = tuple(
        a_finding(
            n, message=f"{name} has no rotate_{n}", component=name, member=name, place=Place(f"tests/{name}.py", n + 1),
            signature=name, suggestion=name, more=(Place("tests/a.py", 1),) * 9, dormant=n % 3 == 0,
        )
        for n in range(count)
    )  # fmt: skip
    components = tuple(a_component(f"{name}{n}") for n in range(min(count, 40)))
    audit = an_audit(*findings, components=components, warnings=(name,) * (count // 10))
    left = LeftBehind(name, "rotate", findings, 3, name)
    changes = AuditChanges(findings, findings[:1], (left,)) if new and findings else None
    authors = {findings[0].key: Author(name, "0123456789abcdef", NOW, name)} if changes else {}
    marks = tuple(AuditMark(NOW, None, components) for _ in range(30)) if new else ()
    judged = Judged(audit, known=findings[:2], complaints=(name,) * (count // 20))
    return MocksReport(name, "0123456789abcdef+", NOW, judged, name if changes else None, changes, authors, marks)
