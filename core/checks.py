"""Checks: each has a name, asks one question, and answers with evidence. Checklist items and reports refer to them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.errors import T12Error, UsageError
from core.failures.report import FlakyReport, RunsReport
from core.health.model import HealthReport
from core.incidents.model import Incident, Mute
from core.mocks.model import Severity
from core.mocks.report import MocksReport


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check came to."""

    name: str
    passed: bool
    evidence: str
    """A sentence with the numbers."""
    detail: str = ""
    """The command that shows more, such as `failures`."""


class Asked(Protocol):
    """Who answers the questions that checks ask."""

    def now(self) -> datetime: ...

    async def health(self) -> HealthReport: ...

    async def flaky(self) -> FlakyReport: ...

    async def runs(self, *, limit: int = 20) -> RunsReport: ...

    async def mocks(self) -> MocksReport: ...

    async def open_incidents(self) -> tuple[Incident, ...]: ...

    async def muted(self) -> tuple[Mute, ...]: ...


async def run_check(asked: Asked, name: str, value: float | None = None) -> Finding:
    """Run one check against its bound, or its default bound. An error of T12's is a check that did not pass."""
    check = CHECKS.get(name)
    if check is None:
        raise UsageError(f"{name!r} is no check; there are {', '.join(CHECKS)}")
    try:
        return await check(asked, value)
    except T12Error as error:
        return Finding(name, False, f"It could not be checked: {error}.", "doctor")


async def _health(asked: Asked, value: float | None) -> Finding:
    bound, report = 80.0 if value is None else value, await asked.health()
    passed = report.score >= bound and not report.gates
    gate = f"; {report.gates[0].reason}" if report.gates else ""
    told = f"Health {report.score:g} of 100 in run {report.run.name}, {bound:g} wanted{gate}."
    return Finding("health", passed, told, "health")


async def _failures_owned(asked: Asked, _value: float | None) -> Finding:
    incidents = await asked.open_incidents()
    loose = [each for each in incidents if each.owner is None]
    if not incidents:
        return Finding("failures_owned", True, "No incident is open.", "incident")
    if not loose:
        return Finding("failures_owned", True, f"All {len(incidents)} open incidents have an owner.", "incident")
    first = loose[0]
    told = f"{len(loose)} of {len(incidents)} open incidents have no owner, such as incident {first.id}: {first.title}."
    return Finding("failures_owned", False, told[:500], "incident")


async def _report_fresh(asked: Asked, value: float | None) -> Finding:
    bound, runs = 24.0 if value is None else value, (await asked.runs(limit=1)).runs
    if not runs:
        return Finding("report_fresh", False, "No report has come yet.", "doctor")
    hours = (asked.now() - runs[0].started_at).total_seconds() / 3600
    told = f"The newest report is run {runs[0].name}, {hours:.1f} hours old; at most {bound:g} wanted."
    return Finding("report_fresh", hours <= bound, told, "runs")


async def _coverage(asked: Asked, value: float | None) -> Finding:
    bound, report = 80.0 if value is None else value, await asked.health()
    if report.coverage_percentage is None:
        return Finding("coverage", False, f"Run {report.run.name} came without coverage.", "health")
    told = f"Coverage is {report.coverage_percentage:.1f} % in run {report.run.name}, {bound:g} % wanted."
    return Finding("coverage", report.coverage_percentage >= bound, told, "health")


async def _mock_audit(asked: Asked, value: float | None) -> Finding:
    bound, report = value or 0.0, await asked.mocks()
    serious = [each for each in report.audit.findings if each.severity in (Severity.CRITICAL, Severity.HIGH)]
    where = f", such as {serious[0].rule} at {serious[0].place.path}:{serious[0].place.line}" if serious else ""
    told = f"{len(serious)} mocks contradict production{where}; {report.audit.files} files were read."
    return Finding("mock_audit", len(serious) <= bound, told, "mocks")


async def _no_flaky(asked: Asked, value: float | None) -> Finding:
    bound, report = value or 0.0, await asked.flaky()
    count = len(report.flaky)
    where = f", such as {report.flaky[0].name}" if report.flaky else ""
    return Finding("no_flaky", count <= bound, f"{count} flaky tests in {report.runs_read} runs{where}.", "flaky")


async def _no_stale_mutes(asked: Asked, value: float | None) -> Finding:
    muted = await asked.muted()
    where = f", such as {muted[0].name} until {muted[0].until:%Y-%m-%d}" if muted else ""
    return Finding("no_stale_mutes", len(muted) <= (value or 0), f"{len(muted)} tests are muted{where}.", "incident")


CHECKS: dict[str, Callable[[Asked, float | None], Awaitable[Finding]]] = {
    "health": _health,
    "failures_owned": _failures_owned,
    "report_fresh": _report_fresh,
    "coverage": _coverage,
    "mock_audit": _mock_audit,
    "no_flaky": _no_flaky,
    "no_stale_mutes": _no_stale_mutes,
}
"""Every check by name; the settings offer the same names."""
