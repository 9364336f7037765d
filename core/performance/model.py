"""The answer to `slow` as values. Seconds of tests are those of the usual runner unless a name says `measured`."""

from dataclasses import dataclass
from enum import StrEnum

from core.performance.benchmarks import Benchmarks
from core.runs.model import Run


class Trend(StrEnum):
    """Where durations go, in the procedure book's words."""

    IMPROVING = "improving"
    DECLINING = "declining"
    STABLE = "stable"
    NOT_ENOUGH_DATA = "not enough data"


@dataclass(frozen=True, slots=True)
class Onset:
    """Where a test came to its new level."""

    first: Run
    """The first run at the new level."""
    last_before: Run
    """The last run at the old one: the change is after its revision and not after that of `first`."""


@dataclass(frozen=True, slots=True)
class Change:
    """A test that takes longer, or shorter, than it did: confirmed by a window of runs."""

    test_id: int
    name: str
    before_seconds: float
    """Median of the baseline."""
    after_seconds: float
    """Median of the newest runs."""
    runs_before: int
    runs_after: int
    """5, or 10 for an effect that 5 runs cannot show."""
    p_value: float
    onset: Onset
    history: tuple[float, ...]
    """What it took in the runs that it passed, oldest first."""

    @property
    def ratio(self) -> float:
        return self.after_seconds / self.before_seconds if self.before_seconds else float("inf")

    @property
    def added_seconds(self) -> float:
        """Negative for an improvement."""
        return self.after_seconds - self.before_seconds


@dataclass(frozen=True, slots=True)
class SlowTest:
    """One of the slowest tests."""

    test_id: int
    name: str
    seconds: float
    """Median of its newest passing runs, at most five."""
    share: float
    """Of the time of all tests, of 1."""
    runs: int
    """How many passing runs are known."""
    trend: Trend
    ratio_to_mean: float | None
    """Newest passing run over the mean of those before, as the procedure book compares; None with fewer than two."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A test of a second or more whose newest run took 1.5 times its mean: the procedure book's alert, of one run."""

    test_id: int
    name: str
    seconds: float
    mean_seconds: float

    @property
    def ratio_to_mean(self) -> float:
        return self.seconds / self.mean_seconds


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast the runners were: the median over the tests of how long each took against its usual time."""

    newest: float
    """Of the newest run; 1.6 is 1.6 times slower than usual."""
    recent: float
    """Median of the newest five runs. When it differs, the runner did, or something that all tests share."""
    tests: int
    """How many tests it is read from; 0 when there were too few to tell the runner from the tests."""


@dataclass(frozen=True, slots=True)
class Point:
    """How long one run took, as measured."""

    run: Run
    measured_seconds: float
    factor: float
    """How slow its runner was."""


@dataclass(frozen=True, slots=True)
class SuiteTime:
    """How long the whole suite takes."""

    measured_seconds: float | None
    """Of the newest run; None when its report does not say."""
    before_seconds: float | None
    """Median of the baseline; None with too few runs."""
    after_seconds: float | None
    """Median of the newest runs."""
    is_slower: bool
    """5 % or more, confirmed by the newest five runs."""
    is_faster: bool
    trend: Trend
    trend_reason: str
    slope_seconds: float | None
    """By how much it changes from run to run: median of all slopes (Theil-Sen); None below 8 runs."""
    tests_seconds: float
    """What the cases of the newest run took together, as measured."""
    failing_seconds: float
    """What its failing cases took of that."""
    longest_failing: str | None
    """The failing case that took longest."""
    longest_failing_seconds: float
    unaccounted_seconds: float | None
    """What no case of the newest run accounts for; None when cases ran at the same time, or nobody said."""
    usual_unaccounted_seconds: float | None
    parallel: float | None
    """How many cases ran at once on average; None when they ran one after the other."""
    new_tests: int
    """Tests that pass in the newest run and passed in none of the baseline."""
    new_tests_seconds: float
    points: tuple[Point, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that would save time."""

    text: str
    seconds: float
    """At most so many of each run."""


@dataclass(frozen=True, slots=True)
class SlowReport:
    """How long the tests take, which became slower or faster, and what would help."""

    suite: str
    branch: str | None
    variant: str
    """The variant of the newest run, which alone is judged."""
    newest: Run
    """The newest run that could be judged."""
    headline: str
    runs_read: int
    """Complete runs of the variant that are no infrastructure failure."""
    tests: int
    """Tests with a known duration."""
    tests_seconds: float
    """What one passing run of each of them takes."""
    slowest: tuple[SlowTest, ...]
    regressions: tuple[Change, ...]
    """The most added seconds first."""
    improvements: tuple[Change, ...]
    hints: tuple[Hint, ...]
    """Not confirmed: one run each."""
    speed: Speed
    suite_time: SuiteTime
    advice: tuple[Advice, ...]
    """What became slower first, then what saves most."""
    caveats: tuple[str, ...] = ()
    benchmarks: Benchmarks | None = None
    """Of the newest file of pytest-benchmark; None where none was brought in."""
