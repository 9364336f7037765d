"""The answer to `health` as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.failures.verdict import JudgedTest
from core.runs.model import Run


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points one rule of the procedure book takes off."""

    rule: str
    """`failure_rate`, `flaky_tests` or `coverage`."""
    points: float
    """Positive."""
    evidence: str
    """A sentence with the numbers."""
    input: float
    """What the rule looked at: a share of 1, a number of tests, a percentage."""
    threshold: float
    n: int
    """How many observations the input is made from."""
    window: str
    """Where they come from, such as `run 42` or `the last 100 runs`."""


@dataclass(frozen=True, slots=True)
class Score:
    """The procedure book's score."""

    value: float
    """0 to 100."""
    deductions: tuple[Deduction, ...]
    """In the book's order; rules that take nothing off are absent."""
    caveats: tuple[str, ...]
    """What the number does not say."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A reason to alert that the score alone would miss."""

    name: str
    """`broken`, `silent`, `new` or `storm`."""
    reason: str
    """A sentence with the evidence."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """A flaky test's part of the flake cost."""

    name: str
    share: float
    """Of 1: -ln(1 - p) over the sum of all."""
    rate: float
    """How often it fails a run, of 1."""


@dataclass(frozen=True, slots=True)
class FlakeCost:
    """What the flaky tests cost: how often a clean commit goes red for no reason."""

    p_spurious: float
    """Chance that a clean commit goes red, of 1."""
    one_in: int | None
    """One in so many clean commits goes red; None when no test is flaky."""
    sentence: str
    contributors: tuple[Contributor, ...]
    """The dearest first, at most five."""
    red_by_flakes: int
    """Complete runs of the window that failed by known flaky tests alone."""
    complete_runs: int
    low: float
    """Lower end of the 95 % interval of red_by_flakes / complete_runs."""
    high: float
    minutes_lost_per_week: float | None
    """Machine minutes of those red runs; None when durations or a week of history are missing."""


class Direction(StrEnum):
    IMPROVING = "improving"
    STABLE = "stable"
    DEGRADING = "degrading"
    NOT_ENOUGH_DATA = "not enough data"


@dataclass(frozen=True, slots=True)
class Trend:
    """The failure rate of the newest runs against that of the runs before them; the two windows share no run."""

    direction: Direction
    reason: str
    recent_runs: int
    previous_runs: int
    recent_rate: float | None
    """Median failure rate of the recent window, of 1."""
    previous_rate: float | None
    p_value: float | None
    """Two-sided Mann-Whitney."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from the run before; every tuple holds test names, sorted."""

    since: str
    """Name of the run compared with."""
    since_at: datetime
    newly_failing: tuple[str, ...] = ()
    """Failing now, passing when last seen."""
    failing_at_birth: tuple[str, ...] = ()
    """Failing now and never seen before."""
    revealed: tuple[str, ...] = ()
    """Failing now, hidden by collection errors in the run before, and not known to have passed: they became visible."""
    revealed_known: int = 0
    """How many of the revealed ones failed when last seen, before they were hidden."""
    fixed: tuple[str, ...] = ()
    """Failed when last seen, passing now."""
    silenced: tuple[str, ...] = ()
    """Failed when last seen, skipped now: not fixed."""
    still_failing: tuple[str, ...] = ()
    """Failed in the run before and fail now."""
    vanished: tuple[str, ...] = ()
    """Had a result and have none now."""
    hidden: tuple[str, ...] = ()
    """Have no result now because files could not be collected: neither removed nor fixed."""
    added: tuple[str, ...] = ()
    """Seen for the first time, whatever their outcome."""
    moved: tuple[str, ...] = ()
    """Went to another path under the same class and name; compared as the same test."""
    returned: tuple[str, ...] = ()
    """Had no result in the run before because of its collection errors and have one now, whatever their outcome."""
    collection_repaired: bool = False
    coverage_change: float | None = None
    """Percentage points; None when either run has no coverage."""
    sentences: tuple[str, ...] = ()
    """The same in words, the most important first."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that would raise the score."""

    text: str
    gain: float
    """Points the shown score would rise by; 0 for what clears a gate only."""
    score_after: float


@dataclass(frozen=True, slots=True)
class HealthReport:
    """How the suite is."""

    suite: str
    branch: str | None
    """The branch that was asked for; None for all."""
    run: Run
    """The newest run, which the score is about."""
    headline: str
    """The verdict in one sentence."""
    score: float
    alert: bool
    """Score below 80, or any gate."""
    deductions: tuple[Deduction, ...]
    gates: tuple[Gate, ...]
    caveats: tuple[str, ...]
    failure_rate: float | None
    """Failing share of the executed cases of `run`, of 1; None when it ran nothing that could pass."""
    coverage_percentage: float | None
    """Coverage of `run`; None when it brought none."""
    flaky: tuple[JudgedTest, ...]
    broken: tuple[JudgedTest, ...]
    suspect: tuple[JudgedTest, ...]
    flake_cost: FlakeCost
    trend: Trend
    changes: Changes | None
    """None when there is no run before."""
    advice: tuple[Advice, ...]
    """The largest gain first."""
    runs_read: int
    """Runs the history was read from."""
