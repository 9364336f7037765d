"""The answers to `failures`, `flaky`, `test` and `runs` as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from core.failures.cofailure import CoFailure
from core.failures.model import Recommendation
from core.failures.verdict import JudgedTest, TestState
from core.runs.model import HistoryEntry, Outcome, Run


@dataclass(frozen=True, slots=True)
class Cause:
    """A finding of the mock audit that explains a failure."""

    rule: str
    path: str
    line: int
    message: str
    production: str
    """The definition that the test contradicts, as path, line and signature; empty when there is none."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """The failing cases of one run that share a signature, or signatures that differ in the frame alone."""

    signature: str
    """The signature most of its cases bear."""
    family: str
    title: str
    exception: str
    category: str
    rule: str
    """Rule that decided the category; empty for `unknown`."""
    matched: str
    runner_up: str | None
    count: int
    """Failing cases."""
    tests: tuple[str, ...]
    """Their names, sorted; as many as `count`."""
    test_ids: tuple[int, ...]
    """In the order of `tests`."""
    phases: tuple[str, ...]
    """Where they failed: `call`, `setup`, `teardown`, `collection`; sorted."""
    new: bool
    """Unseen in the 21 days before this run."""
    known_since: str | None
    """Name of the first run that bore it; None when it is new."""
    known_since_at: datetime | None
    known_since_revision: str | None
    runs_before: int
    """Earlier runs that bore it."""
    recommendation: Recommendation
    critical_reason: str | None
    """Why a person should look now; None when the group is not critical."""
    sample: str
    """The message of one failure as reported; may be empty."""
    signatures: tuple[str, ...] = ()
    """Every signature its cases bear, sorted."""
    finding: Cause | None = None
    """What explains every case of it; None where the failures' words confirm nothing."""
    conditions: tuple[str, ...] = ()
    """What else was true when its cases failed, such as `12 of 14 began while memory was at 97 %, …`."""

    @property
    def critical(self) -> bool:
        return self.critical_reason is not None


@dataclass(frozen=True, slots=True)
class FailuresReport:
    """Why a run failed: its failing cases by signature, the critical groups first, then new ones, then by size."""

    run: Run | None
    """None when the failures come from a console log."""
    source: str
    """The run's name, or the name of the log."""
    headline: str
    """The answer in one sentence."""
    total_failures: int
    """Failing and erroring cases; a file that could not be collected counts as one."""
    categories: dict[str, int]
    """Failing cases by category, the largest first."""
    groups: tuple[FailureGroup, ...]
    recommendations: tuple[Recommendation, ...] = ()
    """One per category that occurs, the most urgent first."""
    caveats: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    """What was different about the whole run, such as a slow runner."""

    @property
    def critical_groups(self) -> tuple[FailureGroup, ...]:
        return tuple(group for group in self.groups if group.critical)

    @property
    def new_groups(self) -> tuple[FailureGroup, ...]:
        return tuple(group for group in self.groups if group.new)


@dataclass(frozen=True, slots=True)
class FlakyReport:
    """Which tests cannot be trusted."""

    suite: str
    branch: str | None
    """The branch that was asked for; None for all."""
    headline: str
    newest: Run
    runs_read: int
    """Runs of the window, the newest included."""
    broken: tuple[JudgedTest, ...]
    """The longest broken first."""
    flaky: tuple[JudgedTest, ...]
    """The highest rate first."""
    suspect: tuple[JudgedTest, ...]
    """Tests with one occurrence, the newest first."""
    excluded: tuple[str, ...] = ()
    """Names of runs left out as infrastructure storms."""
    caveats: tuple[str, ...] = ()
    groups: tuple[CoFailure, ...] = ()
    """Flaky tests that fail in the same runs, the largest group first."""


@dataclass(frozen=True, slots=True)
class DurationSummary:
    """How long a test takes when it passes, in seconds, over the window."""

    runs: int
    median_seconds: float
    shortest_seconds: float
    longest_seconds: float
    newest_seconds: float


@dataclass(frozen=True, slots=True)
class SeenSignature:
    """A signature one test bore in the window."""

    signature: str
    title: str
    category: str
    runs: int
    first_run: str
    last_run: str


@dataclass(frozen=True, slots=True)
class StripMark:
    """One result of a test's strip."""

    run: str
    started_at: datetime
    revision: str | None
    branch: str | None
    outcome: Outcome
    flaky_pass: bool
    """Passed after a failing attempt."""
    excluded: bool
    """The run was an infrastructure storm and says nothing about the test."""
    duration_seconds: float | None


@dataclass(frozen=True, slots=True)
class TestReport:
    """One test: its outcomes, its state and why, its durations and its signatures."""

    __test__: ClassVar[bool] = False

    suite: str
    name: str
    file: str
    variant: str
    state: TestState
    strip: tuple[StripMark, ...]
    """Oldest first."""
    durations: DurationSummary | None
    """None when no pass with a duration is known."""
    signatures: tuple[SeenSignature, ...]
    """The newest first."""
    latest_message: str
    """The newest failure's message as reported; may be empty."""
    caveats: tuple[str, ...] = ()
    test_id: int | None = None
    finding: Cause | None = None
    """What explains the newest result, when it is a failure."""
    flakes_with: CoFailure | None = None
    """The group of flaky tests that fail in the same runs as it."""
    conditions: tuple[str, ...] = ()
    """What else was true when it last failed."""

    @property
    def first_failing(self) -> HistoryEntry | None:
        return self.state.first_failing


@dataclass(frozen=True, slots=True)
class RunsReport:
    """The newest runs of a suite, newest first."""

    suite: str
    branch: str | None
    runs: tuple[Run, ...]
    notes: dict[int, str]
    """By run id: what to know before trusting it, such as "infrastructure storm: …" or "incomplete: …"."""
