"""The state of a test as a value: what it is, why, how sure we are, and what is missing until it counts as fixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from core.runs.model import HistoryEntry


class State(StrEnum):
    """The lattice of a test's state: broken hides flaky, flaky hides healthy."""

    BROKEN = "broken"
    FLAKY = "flaky"
    SUSPECT = "suspect"
    """One occurrence: shown, never deducted."""
    NEW = "new"
    """First seen a few runs ago."""
    UNKNOWN = "unknown"
    """Too few runs to say."""
    HEALTHY = "healthy"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation behind a state."""

    kind: str
    """`rerun` (passed after a failing attempt), `same-revision` (passed and failed at one revision) or `history`."""
    text: str
    """A sentence."""
    run: str
    """Name of the run that shows it, the newest when several do."""
    at: datetime
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of runs in which the test failed at one steady rate."""

    runs: int
    failures: int
    """Runs of the stretch whose final outcome was bad."""
    first: HistoryEntry
    last: HistoryEntry


@dataclass(frozen=True, slots=True)
class TestState:
    """What a test's history says; `failures` of `runs` is the evidence every rate here is made from."""

    __test__: ClassVar[bool] = False

    state: State
    reason: str
    """A sentence a person can check."""
    failures: int
    """Runs of the current stretch in which an attempt failed, passes after a rerun included."""
    runs: int
    """Runs of the current stretch; skipped results and infrastructure storms do not count."""
    rate: float
    """(failures + 0.3) / (runs + 0.8), between 0 and 1."""
    low: float
    """Lower end of the 90 % interval of the rate."""
    high: float
    """Upper end of the 90 % interval of the rate."""
    red: int
    """Runs of the current stretch that the test really failed, reruns forgiven."""
    episodes: int
    """Separate failure episodes in the current stretch."""
    passes_so_far: int
    """Clean passes in a row up to now."""
    passes_needed: int | None
    """Clean passes in a row until it counts as fixed; None when there is nothing to fix."""
    segments: tuple[Segment, ...] = ()
    """Oldest first."""
    evidence: tuple[Evidence, ...] = ()
    """Oldest first."""
    first_failing: HistoryEntry | None = None
    """The run where the present trouble began."""
    last_passing: HistoryEntry | None = None
    """The last clean pass before `first_failing`."""
    last_failing: HistoryEntry | None = None
    last_run: HistoryEntry | None = None
    """The newest result of any outcome."""

    @property
    def passes_missing(self) -> int:
        """Clean passes still missing until it counts as fixed."""
        return max(0, (self.passes_needed or 0) - self.passes_so_far)


@dataclass(frozen=True, slots=True)
class JudgedTest:
    """A test and its state."""

    test_id: int
    name: str
    state: TestState


def names_of(tests: Sequence[JudgedTest]) -> list[str]:
    """The names, in the given order."""
    return [test.name for test in tests]
