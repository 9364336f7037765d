"""Reads a report at hand and says what was read, in words a table can hold."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from core.runs.attempts import Repeats
from core.runs.identity import display_name
from core.runs.junit import read_report
from core.runs.model import CaseFailure, Diagnosis, Outcome, ReportCounts
from core.runs.parsed import ReadOptions
from core.runs.sniff import Source, as_source

SAME_CAUSE = Diagnosis("unknown", "", "", None, "v1:1", "v1:1", "failed", "")


class NoDiagnosis:
    """Gives every failure the same cause."""

    version = "none"

    def __call__(self, _failure: CaseFailure, /) -> Diagnosis:
        return SAME_CAUSE


@dataclass(frozen=True)
class Case:
    """One case of a report, in the order of its first element."""

    key: int
    classname: str
    name: str
    shown: str
    file: str
    derived: bool
    kind: str
    outcome: str
    seconds: float | None
    attempts: int
    failed_attempts: int


@dataclass(frozen=True)
class Read:
    """What one report says."""

    counts: ReportCounts
    cases: tuple[Case, ...]
    failures: tuple[CaseFailure, ...]
    started_at: datetime | None
    seconds: float | None
    warnings: tuple[str, ...]

    @property
    def outcomes(self) -> dict[str, str]:
        return {each.name: each.outcome for each in self.cases}

    @property
    def one(self) -> Case:
        (only,) = self.cases
        return only

    def warned(self, words: str) -> bool:
        return any(words in each for each in self.warnings)

    @property
    def tally(self) -> tuple[int, int, int, int, int]:
        """Tests, passed, failed, errors, skipped."""
        found = self.counts
        return found.tests, found.passed, found.failed, found.errors, found.skipped

    @property
    def element_tally(self) -> tuple[int, int, int, int, int]:
        """The same of elements."""
        found = self.counts.elements
        return found.tests, found.passed, found.failed, found.errors, found.skipped


def read(
    report: str | bytes | Source,
    *,
    suite: str = "s",
    variant: str = "",
    repeats: Repeats = "auto",
    zone: tzinfo = UTC,
    max_cases: int = 1_000_000,
) -> Read:
    """Read a report; a `str` is sent as UTF-8."""
    if not isinstance(report, Source):
        report = as_source(report.encode() if isinstance(report, str) else report)
    parsed = read_report(report, ReadOptions(suite, variant, repeats, zone, max_cases), NoDiagnosis())
    groups: dict[int, Any] = {}
    names: dict[int, Any] = {}
    failures: list[CaseFailure] = []
    try:
        for some_groups, tests, failing in parsed.spool.chunks():
            groups |= {row[0]: row for row in some_groups}
            names |= {row[0]: row for row in tests}
            failures += [CaseFailure(*row[:9]) for row in failing]
    finally:
        parsed.spool.close()
    if not parsed.columns.attempts:
        parsed.columns.fill_attempts()
    cases = []
    for result in parsed.columns:
        _key, group, name = names[result.test_key]
        _group, classname, file, derived, kind = groups[group]
        cases.append(
            Case(
                result.test_key,
                classname,
                name,
                display_name(classname, name, file, kind),
                file,
                bool(derived),
                kind,
                Outcome(result.outcome).word,
                result.duration_seconds,
                result.attempts,
                result.failed_attempts,
            )
        )
    return Read(
        parsed.counts, tuple(cases), tuple(failures), parsed.started_at, parsed.duration_seconds, parsed.warnings
    )


def pytest_report(*cases: str, attributes: str = 'name="pytest"') -> str:
    """A report of pytest's with these testcase elements."""
    inner = "".join(cases)
    return f'<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite {attributes}>{inner}</testsuite></testsuites>'


def other_report(*cases: str, suite: str = "unit") -> str:
    """A report of another producer's."""
    return f'<testsuites><testsuite name="{suite}">{"".join(cases)}</testsuite></testsuites>'
