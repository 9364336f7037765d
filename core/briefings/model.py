"""Briefings as values: the morning check, and reports of sections that every form of writing shows alike."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.checks import Finding


class Kind(StrEnum):
    MORNING = "morning"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points that one area of the morning check takes off."""

    area: str
    points: float
    """Positive."""
    checks: tuple[str, ...]
    """The checks of the area that failed."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What a morning check came to."""

    at: datetime
    findings: tuple[Finding, ...]
    """In the order they were named."""
    score: float
    """0 to 100."""
    deductions: tuple[Deduction, ...]
    caveats: tuple[str, ...]
    """What the number does not say."""
    alert_below: float

    @property
    def alert(self) -> bool:
        return self.score < self.alert_below


@dataclass(frozen=True, slots=True)
class Chart:
    """One series, the oldest first; labels are unique."""

    title: str
    unit: str
    points: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One subject of a report. Lines are sentences that may hold foreign text."""

    title: str
    lines: tuple[str, ...]
    chart: Chart | None = None
    command: str = ""
    """The command that shows more, such as `flaky`."""


@dataclass(frozen=True, slots=True)
class Report:
    """A daily or a weekly report."""

    kind: Kind
    suite: str
    begins: datetime
    ends: datetime
    headline: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """One that was due, or that somebody asked for; `content` is None until it is made, and where it was missed."""

    id: int
    kind: Kind
    on: date | None
    """The local day it belongs to; None for one that somebody asked for."""
    due_at: datetime
    finished_at: datetime | None
    content: Morning | Report | None
