"""A run while it runs, as values; instants are aware UTC, spans are seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHOWN_TESTS = 50
"""More running tests than this are counted, not listed."""
SHOWN_FAILURES = 20


class Phase(StrEnum):
    """How far a run is. It only moves forward."""

    STARTING = "starting"
    """No test session was seen yet."""
    COLLECTING = "collecting"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class RunningTest:
    """A test that began and did not end."""

    name: str
    since: datetime
    usual_seconds: float | None = None
    """How long it takes when it passes, by the store's history."""


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A test that failed, with the first line of why."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run as far as its log tells of it."""

    phase: Phase = Phase.STARTING
    tests: int | None = None
    """How many will run; None while nobody knows."""
    is_guess: bool = False
    """`tests` is the size of the suite's newest run, because this run's log does not say."""
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    running: tuple[RunningTest, ...] = ()
    """Those that run longest first, at most `SHOWN_TESTS`."""
    running_count: int = 0
    tells_starts: bool = True
    """False for a plain log of pytest-reportlog: a test is known when its setup has ended, not before."""
    failures: tuple[FailedTest, ...] = ()
    """The first of them, at most `SHOWN_FAILURES`."""
    collection_errors: int = 0
    share_done: float = 0.0
    """0 to 1, weighted by usual seconds where they are known."""
    left_seconds: float | None = None
    """How long it will take from now; None while nobody can say."""
    last_test: str = ""
    """The test that ended last."""
    last_event_at: datetime | None = None
    workers: int = 0
    """Of pytest-xdist; 0 without it."""
    exit_status: int | None = None
    """pytest's own; of several sessions the worst. None while one is open or none was seen."""
    notes: tuple[str, ...] = ()
    """What could not be read, in sentences."""

    @property
    def done(self) -> int:
        return self.passed + self.failed + self.errors + self.skipped

    @property
    def bad(self) -> int:
        return self.failed + self.errors


class Ended(StrEnum):
    """How a watched run came to its end."""

    PASSED = "passed"
    FAILED = "failed"
    NOTHING = "nothing"
    """No test was collected, or no session seen, and the command was content."""
    STOPPED = "stopped"
    """Somebody stopped it."""
    DIED = "died"
    LOST = "lost"
    """Its watcher fell silent."""


@dataclass(frozen=True, slots=True)
class End:
    """How it ended, with a sentence that says why."""

    how: Ended
    why: str
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """A process among those that use most."""

    name: str
    pid: int
    value: float
    """Percent of one core, or bytes of memory."""


@dataclass(frozen=True, slots=True)
class Alert:
    """CPU or memory went above its limit, with what ran then."""

    kind: str
    """cpu or memory."""
    at: datetime
    percent: float
    tests: tuple[RunningTest, ...]
    tests_count: int
    top: tuple[Process, ...]
    over_at: datetime | None = None
    """When it was well below again."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was heard of the run for suspiciously long."""

    since: datetime
    limit: timedelta
    tests: tuple[RunningTest, ...]
    tests_count: int
    last_test: str
