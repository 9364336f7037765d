"""What a check is: a name, one question, and a finding with evidence."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.databases.model import DatabaseReport
from core.failures.overnight import Overnight
from core.failures.report import FlakyReport, RunsReport
from core.health.model import HealthReport
from core.incidents.model import Incident, Mute
from core.live.report import WatchedRun
from core.mocks.report import MocksReport
from core.performance.model import SlowReport
from core.programs import Ran
from core.settings import Settings


class State(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It could not be asked, because something is not configured or not there: neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check came to."""

    name: str
    state: State
    evidence: str
    """A sentence with the numbers."""
    detail: str = ""
    """The command that shows more, such as `failures`."""
    hint: str = ""
    """What to do when it did not pass."""
    seconds: float = 0.0
    """How long it took."""

    @property
    def passed(self) -> bool:
        return self.state is State.PASSED


class Asked(Protocol):
    """Who answers the questions that checks ask."""

    @property
    def settings(self) -> Settings: ...

    def now(self) -> datetime: ...

    async def health(self) -> HealthReport: ...

    async def flaky(self) -> FlakyReport: ...

    async def slow(self) -> SlowReport: ...

    async def watched_since(self, since: datetime) -> tuple[WatchedRun, ...]:
        """What the watched runs used that began since then, the newest first."""
        ...

    async def runs(self, *, limit: int = 20) -> RunsReport: ...

    async def mocks(self) -> MocksReport: ...

    async def overnight(self, since: datetime | None = None) -> Overnight: ...

    async def last_morning(self) -> tuple[datetime, float] | None:
        """When the newest morning check was made, and its score."""
        ...

    async def databases(self) -> tuple[DatabaseReport, ...]: ...

    async def open_incidents(self) -> tuple[Incident, ...]: ...

    async def muted(self) -> tuple[Mute, ...]: ...

    async def program(self, words: Sequence[str], seconds: float) -> Ran:
        """Run a program in the project's folder, with the project's variables."""
        ...


Ask = Callable[[Asked, float | None], Awaitable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. The built-in ones and a team's own are alike."""

    name: str
    title: str
    """What it looks at, in a few words."""
    ask: Ask
    """Asks whether all is well, measured against a bound or its default bound."""
    seconds: float = 60
    """How long it may take."""


def judged(name: str, passed: bool, evidence: str, detail: str = "", *, hint: str = "") -> Finding:
    """A finding of a question that could be asked."""
    return Finding(name, State.PASSED if passed else State.FAILED, evidence, detail, "" if passed else hint)


def unknown(name: str, evidence: str, detail: str = "doctor", *, hint: str = "") -> Finding:
    """A finding of a question that could not be asked."""
    return Finding(name, State.UNKNOWN, evidence, detail, hint)


def timed(finding: Finding, seconds: float) -> Finding:
    return replace(finding, seconds=round(seconds, 3))


_MOST_SAID = 300


def last_line(output: str) -> str:
    """The last thing a program said, as a sentence."""
    lines = [each.strip() for each in output.splitlines() if each.strip()]
    last = lines[-1][:_MOST_SAID] if lines else "it said nothing"
    return last if last.endswith((".", "!", "?")) else f"{last}."


def count_of(count: int, one: str, many: str = "") -> str:
    """A number with its noun, such as `3 tests`."""
    return f"{count} {one if count == 1 else many or one + 's'}"
