"""Answers `mocks`: audits the team's project, judges by its policy, and says what is new since the audit before."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from core.errors import NotFoundError, UsageError
from core.mocks.audit import AuditOptions, Progress, audit
from core.mocks.changes import AuditChanges, compare_audits
from core.mocks.git import Author, author_of, files_at, revision_of
from core.mocks.model import Audit, Component, Finding, Place, Severity
from core.mocks.policy import Judged, Policy, in_order, judge, read_baseline
from core.mocks.store import AuditMark, audit_marks, newest_audit, put_audit
from core.settings import MockSettings
from core.storage.database import Database

_BLAMED = 10
"""New findings whose author is looked up."""


@dataclass(frozen=True, slots=True)
class MocksReport:
    """How the mocks of a project are."""

    project: str
    """The folder's name."""
    revision: str | None
    """The commit; with a plus when files differ from it."""
    at: datetime
    judged: Judged
    since: str | None = None
    """What it is compared with: a revision, or when the audit before was made; None without one."""
    changes: AuditChanges | None = None
    authors: Mapping[str, Author] = field(default_factory=dict)
    """Who wrote the line of a new finding, by its key."""
    marks: Sequence[AuditMark] = ()
    """Audits of the project, oldest first, this one included; empty when none is kept."""

    @property
    def audit(self) -> Audit:
        return self.judged.audit

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings that say something is wrong; advice is counted, not listed."""
        return tuple(each for each in self.audit.findings if each.severity is not Severity.ADVICE)

    def about(self, name: str) -> "MocksReport":
        """The same of one component. Raises `NotFoundError` with the closest name."""
        found = [each for each in self.audit.components if each.component.casefold() == name.casefold()]
        if not found:
            known = [each.component for each in self.audit.components]
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise NotFoundError(f"no component is called {name[:80]!r}{meant}")
        names = {each.component for each in found}
        findings = tuple(each for each in self.audit.findings if each.component in names)
        one = replace(self.audit, components=tuple(found), findings=findings)
        return replace(self, judged=replace(self.judged, audit=one))


def policy_of(settings: MockSettings) -> Policy:
    """Raises `UsageError` when the baseline cannot be read; one that is not there yet knows nothing."""
    baseline = read_baseline(settings.baseline) if settings.baseline and settings.baseline.exists() else {}
    paths = [(each.path, frozenset(each.rules)) for each in settings.paths]
    return Policy(dict(settings.rules), paths, baseline)


def options_of(settings: MockSettings, progress: Progress | None = None) -> AuditOptions:
    """What the audit needs to know of the settings."""
    switched_on = frozenset(rule for rule, severity in settings.rules.items() if severity != "off")
    return AuditOptions(
        components=dict(settings.components), site_packages=settings.site_packages, switched_on=switched_on,
        progress=progress,
    )  # fmt: skip


def audit_folder(root: Path, settings: MockSettings, now: datetime, progress: Progress | None = None) -> MocksReport:
    """Audit a folder as it stands. Raises `UsageError` when it is none."""
    if not root.is_dir():
        raise UsageError(f"{root} is no folder; name the project whose mocks are to be audited")
    made = audit(root, options_of(settings, progress))
    judged = judge(made, policy_of(settings), lambda place: _lines(root, place))
    return MocksReport(root.resolve().name, revision_of(root), now, judged)


def audit_since(
    root: Path, revision: str, settings: MockSettings, now: datetime, progress: Progress | None = None
) -> MocksReport:
    """What a change broke: the findings that are there now and were not at a revision. Raises `UsageError`."""
    report = audit_folder(root, settings, now, progress)
    with files_at(root, revision) as before:
        old = audit(before, options_of(settings))
    changes = compare_audits(old, report.audit)
    audit_now = replace(report.audit, findings=in_order(changes.new))
    judged = replace(report.judged, audit=audit_now)
    return replace(report, judged=judged, since=revision, changes=changes, authors=_authors(root, changes.new))


async def answer_mocks(database: Database, settings: MockSettings, now: datetime) -> MocksReport:
    """Audit the configured project, compare with the audit before, and keep it.

    Raises `UsageError` when no project is configured.
    """
    root = settings.project
    if root is None:
        raise UsageError("no project is configured; set mocks.project in t12.toml, or run `t12 mocks PATH`")
    report = await asyncio.to_thread(audit_folder, root, settings, now)
    key = str(root.resolve())
    async with database.write() as connection:
        before = await newest_audit(connection, key)
        await put_audit(connection, key, report.audit, report.revision, now)
        marks = await audit_marks(connection, key)
    if before is None:
        return replace(report, marks=marks)
    changes = compare_audits(before.audit, report.audit)
    authors = await asyncio.to_thread(_authors, root, changes.new)
    since = before.revision[:12] if before.revision else f"{before.at:%Y-%m-%d %H:%M} UTC"
    return replace(report, since=since, changes=changes, authors=authors, marks=marks)


def _authors(root: Path, findings: Sequence[Finding]) -> dict[str, Author]:
    found = {each.key: author_of(root, each.place) for each in findings[:_BLAMED]}
    return {key: author for key, author in found.items() if author is not None}


def _lines(root: Path, place: Place) -> tuple[str, str]:
    """The line of a place and the one above."""
    try:
        lines = (root / place.path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "", ""
    at = place.line - 1
    return (lines[at] if at < len(lines) else ""), (lines[at - 1] if 0 < at <= len(lines) else "")


def worst_first(components: Sequence[Component]) -> list[Component]:
    """Components with phantoms first, then by compliance, then those that nobody mocks."""

    def rank(component: Component) -> tuple[int, float, str]:
        order = {"INVALID": 0, "UNKNOWN": 1, "VALID": 2, "NOT_MOCKED": 3}[component.status.value]
        return order, component.compliance_percentage or 0.0, component.component

    return sorted(components, key=rank)
