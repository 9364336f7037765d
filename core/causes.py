"""Which finding of the mock audit explains a failure; none where the failure's own words do not agree with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from core.failures.groups import deciding_failures
from core.failures.report import Cause, FailureGroup, FailuresReport, TestReport
from core.mocks.model import Finding
from core.mocks.store import newest_audit
from core.runs.history import failures_of

_ABSENT = r"(?:has no attribute|does not have the attribute) '{member}'"
_CALLED = r"[Ee]xpected '(?:[\w.]*\.)?{member}' to |Expected: (?:[\w.]*\.)?{member}\("
_REJECTED = r"\b{member}(?:\.__init__)?\(\) (?:missing|got|takes) "
_SAID = {
    "M001": f"{_ABSENT}|{_CALLED}",
    "M002": _ABSENT,
    "M003": f"{_ABSENT}|{_CALLED}",
    "M004": f"{_ABSENT}|{_CALLED}",
    "M008": _CALLED,
    "M009": _REJECTED,
    "M012": _REJECTED,
    "M013": _REJECTED,
    "M014": _ABSENT,
    "M015": r"cannot import name '{member}'|No module named '{member}'",
    "M017": r"fixture '{member}' not found",
    "M018": r"async fixture '{member}'",
}
"""By rule what a failure says that the finding explains, where `{member}` is the finding's."""

_SILENT = frozenset({"M001", "M003", "M004"})
"""A mock of a stale name leaves another mock where production looks, and the failure speaks of that."""
_A_MOCK = re.compile(r"\b(?:Magic|Async|NonCallable)?Mock\b")


class Failed(NamedTuple):
    """One failing test: its name as reports give it, the message, and everything that was printed of it."""

    name: str
    message: str
    text: str


def cause_of(failed: Failed, findings: Iterable[Finding]) -> Finding | None:
    """The finding in the test, or on a line of its trace, that the failure's words confirm."""
    near = [each for each in findings if each.member and not each.dormant and _lies_near(each, failed)]
    told = f"{failed.message}\n{failed.text}"
    for finding in near:
        pattern = _SAID.get(finding.rule)
        if pattern and re.search(pattern.format(member=re.escape(finding.member or "")), told):
            return finding
    if not _A_MOCK.search(failed.message):
        return None
    shown = [each for each in near if each.rule in _SILENT and re.search(rf"\.{each.member}\b", failed.text)]
    return shown[0] if len({each.member for each in shown}) == 1 else None


def _lies_near(finding: Finding, failed: Failed) -> bool:
    name = _dotted(failed.name)
    if finding.test and _ends_alike(name, _dotted(finding.test)):
        return True
    if finding.rule == "M015" and _ends_alike(name, _dotted(finding.place.path)):
        return True
    return any(f"{place.path}:{place.line}:" in failed.text for place in (finding.place, *finding.more))


def _dotted(name: str) -> str:
    """A node id, a class name of a report and a path in one spelling, without parameters."""
    return name.partition("[")[0].replace(".py::", ".").removesuffix(".py").replace("::", ".").replace("/", ".")


def _ends_alike(one: str, other: str) -> bool:
    """Whether they name the same, one of them perhaps from a folder further up."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def as_cause(finding: Finding) -> Cause:
    production = finding.production
    where = f"{production.path}:{production.line} {finding.signature}".rstrip() if production else ""
    return Cause(finding.rule, finding.place.path, finding.place.line, finding.message, where)


def explained(group: FailureGroup, failed: Sequence[Failed], findings: Sequence[Finding]) -> FailureGroup:
    """The group with its cause, when one and the same explains every failure in it."""
    causes = [cause_of(each, findings) for each in failed]
    same = {(each.rule, each.component, each.member) if each else None for each in causes}
    first = causes[0] if len(same) == 1 else None
    return group if first is None else replace(group, finding=as_cause(first))


async def explain_failures(connection: AsyncConnection, report: FailuresReport, project: str) -> FailuresReport:
    """The report with causes from the newest audit of the project; as it is without one."""
    audit = await newest_audit(connection, project) if report.groups and report.run is not None else None
    if audit is None or report.run is None:
        return report
    rows = deciding_failures(await failures_of(connection, [report.run.id], with_text=True))
    texts = {row.test_id: (row.message or row.title, row.text or "") for row in rows}
    groups = []
    for group in report.groups:
        named = zip(group.tests, group.test_ids, strict=True)
        failed = [Failed(name, *texts.get(test_id, (group.sample, ""))) for name, test_id in named]
        groups.append(explained(group, failed, audit.audit.findings))
    return replace(report, groups=tuple(groups))


async def explain_test(connection: AsyncConnection, report: TestReport, project: str) -> TestReport:
    """The test with what explains its newest failure, if it still fails."""
    last, newest = report.state.last_failing, report.state.last_run
    if last is None or newest is None or last.run.id != newest.run.id:
        return report
    audit = await newest_audit(connection, project)
    rows = deciding_failures(await failures_of(connection, [last.run.id], with_text=True)) if audit else []
    row = next((each for each in rows if each.test_id == report.test_id), None)
    if audit is None or row is None:
        return report
    found = cause_of(Failed(report.name, row.message or row.title, row.text or ""), audit.audit.findings)
    return report if found is None else replace(report, finding=as_cause(found))
