"""A test run, its cases and their attempts, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal, NamedTuple, Protocol

Phase = Literal["call", "setup", "teardown", "collection"]


class Outcome(IntEnum):
    """Outcome of a case, as stored; the JSON and the screens use the lower-case name."""

    PASSED = 0
    FAILED = 1
    ERROR = 2
    SKIPPED = 3

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def is_bad(self) -> bool:
        return self in (Outcome.FAILED, Outcome.ERROR)


class CaseKind(StrEnum):
    """What an entry of a report stands for."""

    CASE = "case"
    COLLECTION = "collection"
    """A file that could not be collected: its cases are unknown, not failing."""
    SUITE = "suite"
    """A pseudo-case for an error directly under a suite, named after the suite."""


class CaseIdentity(NamedTuple):
    """What makes two results, in two runs, results of the same test (beside suite and variant)."""

    classname: str
    name: str
    file: str
    """Repository path as reported, or derived from the classname; empty when nobody knows."""
    file_derived: bool
    kind: CaseKind
    key: int
    """Signed 64-bit digest of the identity within its suite and variant: the id of the test's row."""


class CaseFailure(NamedTuple):
    """One failing attempt of one case, with its words as reported (capped)."""

    test_key: int
    test_name: str
    attempt: int
    """1-based."""
    is_final: bool
    """Whether this attempt decided the case; an attempt that a rerun forgave is not final."""
    phase: Phase
    type_name: str | None
    message: str | None
    text: str | None
    markers: str = ""
    """Markers of the case that the report tells, in small letters with a space between them."""


class CaseResult(NamedTuple):
    """A case's row in a run."""

    test_key: int
    outcome: int
    duration_seconds: float | None
    """None when the report does not say or says nonsense."""
    attempts: int
    failed_attempts: int


@dataclass(frozen=True, slots=True)
class ElementCounts:
    """Plain counts of `testcase` elements by the outcome of their direct children, nothing joined."""

    tests: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """Counts of one report or run: `tests` are cases after attempts were joined."""

    tests: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    attempts: int = 0
    """Attempts over all cases; equals `tests` when nothing was rerun."""
    flaky_passes: int = 0
    """Cases that passed after a failing attempt."""
    not_run: int = 0
    """Cases counted as skipped only because of status="notrun", "disabled" and the like."""
    suite_level: int = 0
    """Pseudo-cases for errors directly under a suite; counted in `tests` and `errors`."""
    collection_errors: int = 0
    elements: ElementCounts = field(default_factory=ElementCounts)

    @property
    def bad(self) -> int:
        return self.failed + self.errors

    @property
    def executed(self) -> int:
        """Cases that were really run."""
        return self.tests - self.skipped

    @property
    def failure_rate(self) -> float:
        """Failing and erroring share of the executed cases, 0 when none was executed."""
        return self.bad / self.executed if self.executed else 0.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Line and branch coverage of one report, percentages 0 to 100."""

    line_percentage: float
    branch_percentage: float | None = None
    lines_valid: int | None = None
    lines_covered: int | None = None


@dataclass(frozen=True, slots=True)
class RunMark:
    """What the sender says about a report; None where nothing was said."""

    suite: str = "default"
    branch: str | None = None
    revision: str | None = None
    started_at: datetime | None = None
    run_key: str | None = None
    """Joins several reports into one run of this name."""
    variant: str = ""
    """Matrix axis, such as `windows-py312`; part of every test's identity."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stored run."""

    id: int
    name: str
    """What people call it: the key it was sent with, or its number."""
    suite: str
    branch: str | None
    revision: str | None
    variant: str
    started_at: datetime
    ingested_at: datetime
    duration_seconds: float | None
    coverage_percentage: float | None
    counts: ReportCounts
    warnings: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """False when a file could not be collected or nothing at all ran: such a run says little about the rest."""
        return not self.counts.collection_errors and self.counts.tests > self.counts.suite_level


@dataclass(frozen=True, slots=True)
class StoredReport:
    """The answer to one report that was brought in."""

    source: str
    run: Run
    duplicate: bool
    counts: ReportCounts
    """Counts of this report alone; `run.counts` are those of the whole run."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredBenchmarks:
    """The answer to one file of pytest-benchmark that was brought in."""

    source: str
    suite: str
    machine: str
    """The kind of machine it was made on; only files of one kind are compared."""
    benchmarks: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class RejectedReport:
    """A file that was refused, and the sentence that says why and what to do."""

    source: str
    error: str
    reason: str


class Diagnosis(NamedTuple):
    """Why one attempt failed: the cause category with its rule, and the failure signature."""

    category: str
    rule: str
    matched: str
    runner_up: str | None
    fingerprint: str
    family: str
    title: str
    exception: str


class Diagnose(Protocol):
    """Finds the cause of one failing attempt; pure, fast, never raises."""

    version: str
    """Version of the rules behind it, stored beside every diagnosis."""

    def __call__(self, failure: CaseFailure, /) -> Diagnosis: ...


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """The outcomes of one test over some runs, oldest first; a run without the test has no entry."""

    test_id: int
    name: str
    results: Sequence["HistoryEntry"]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One test in one run."""

    run: Run
    outcome: Outcome
    duration_seconds: float | None
    attempts: int
    failed_attempts: int

    @property
    def is_flaky_pass(self) -> bool:
        return self.outcome is Outcome.PASSED and self.failed_attempts > 0


Names = Mapping[int, str]
"""Test id to the name people read."""
