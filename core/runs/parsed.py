"""How a report is to be read, and what reading it gives."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from core.runs.attempts import Ending, Repeats
from core.runs.model import ReportCounts
from core.runs.results import Columns
from core.runs.spool import Spool


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a report is read; `suite` and `variant` are part of every test's key."""

    suite: str
    variant: str = ""
    repeats: Repeats = "auto"
    zone: tzinfo = UTC
    """Zone of timestamps that name none."""
    max_cases: int = 5_000_000


@dataclass(slots=True)
class ParsedReport:
    """What one report says; `spool` holds the rows and must be closed."""

    counts: ReportCounts
    started_at: datetime | None
    duration_seconds: float | None
    columns: Columns
    endings: dict[int, Ending]
    """How the cases with more than one attempt ended, by test key; already in `columns`."""
    spool: Spool
    warnings: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What has been counted so far; lists are by outcome."""

    elements: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    cases: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    not_run: int = 0
    suite_level: int = 0
    collection_errors: int = 0
    suites: int = 0
    started_at: datetime | None = None
    case_seconds: float = 0.0
    longest_seconds: float = 0.0
    root_seconds: float | None = None
    top_seconds: float | None = None
    root_tests: int | None = None
    top_tests: int | None = None
