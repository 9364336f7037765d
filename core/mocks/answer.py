"""Answers `mocks`: audits the team's project, judges by its policy, and says what is new since the audit before."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import UsageError
from core.git import Author, author_of, files_at, revision_of
from core.mocks.audit import AuditOptions, Progress, audit
from core.mocks.changes import OF_CHANGES, compare_audits
from core.mocks.model import Finding, Place
from core.mocks.policy import Policy, in_order, judge, read_baseline
from core.mocks.report import MocksReport
from core.mocks.sources import scan_sources
from core.mocks.vocabulary import Vocabulary
from core.settings import MockSettings

if TYPE_CHECKING:
    from core.storage.database import Database

CACHE = Path(".t12", "mocks")
"""Where results are kept from one audit to the next, in the folder that T12 is run in."""

_BLAMED = 10
"""New findings whose author is looked up."""


def policy_of(settings: MockSettings) -> Policy:
    """Raises `UsageError` when the baseline cannot be read; one that is not there yet knows nothing."""
    baseline = read_baseline(settings.baseline) if settings.baseline and settings.baseline.exists() else {}
    paths = [(each.path, frozenset(each.rules)) for each in settings.paths]
    return Policy(dict(settings.rules), paths, baseline)


def options_of(settings: MockSettings, progress: Progress | None = None, cache: Path | None = None) -> AuditOptions:
    """What the audit needs to know of the settings."""
    switched_on = frozenset(rule for rule, severity in settings.rules.items() if severity != "off")
    return AuditOptions(
        components=dict(settings.components), site_packages=settings.site_packages, switched_on=switched_on,
        progress=progress, cache=cache,
    )  # fmt: skip


def audit_folder(
    root: Path, settings: MockSettings, now: datetime, progress: Progress | None = None, cache: Path | None = None
) -> MocksReport:
    """Audit a folder as it stands. Raises `UsageError` when it is none."""
    return _audited(root, options_of(settings, progress, cache), settings, now)


def _audited(root: Path, options: AuditOptions, settings: MockSettings, now: datetime) -> MocksReport:
    if not root.is_dir():
        raise UsageError(f"{root} is no folder; name the project whose mocks are to be audited")
    made = audit(root, options)
    judged = judge(made, policy_of(settings), lambda place: _lines(root, place))
    return MocksReport(root.resolve().name, revision_of(root), now, judged)


def audit_since(
    root: Path, revision: str, settings: MockSettings, now: datetime, progress: Progress | None = None,
    cache: Path | None = None,
) -> MocksReport:  # fmt: skip
    """What a change broke: the findings that are there now and were not at a revision. Raises `UsageError`."""
    options = options_of(settings, progress, cache)
    options = replace(options, switched_on=options.switched_on | OF_CHANGES)
    report = _audited(root, options, settings, now)
    with files_at(root, revision) as before:
        old = audit(before, replace(options, progress=None, kept_of=root))
        words = Vocabulary(scan_sources(before)).words
    changes = compare_audits(old, report.audit, lambda name: name.encode() in words)
    audit_now = replace(report.audit, findings=in_order(changes.new))
    judged = replace(report.judged, audit=audit_now)
    return replace(report, judged=judged, since=revision, changes=changes, authors=_authors(root, changes.new))


async def answer_mocks(
    database: "Database", settings: MockSettings, now: datetime, progress: Progress | None = None,
    cache: Path | None = None,
) -> MocksReport:  # fmt: skip
    """Audit the configured project, compare with the audit before, and keep it.

    Raises `UsageError` when no project is configured.
    """
    from core.mocks.store import audit_marks, newest_audit, put_audit  # noqa: PLC0415 - a folder needs no database

    root = settings.project
    if root is None:
        raise UsageError("no project is configured; set mocks.project in t12.toml, or run `t12 mocks PATH`")
    report = await asyncio.to_thread(audit_folder, root, settings, now, progress, cache)
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
    found = {each.key: author_of(root, each.place.path, each.place.line) for each in findings[:_BLAMED]}
    return {key: author for key, author in found.items() if author is not None}


def _lines(root: Path, place: Place) -> tuple[str, str]:
    """The line of a place and the one above."""
    try:
        lines = (root / place.path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "", ""
    at = place.line - 1
    return (lines[at] if at < len(lines) else ""), (lines[at - 1] if 0 < at <= len(lines) else "")
