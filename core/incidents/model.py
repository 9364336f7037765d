"""An incident and what happened to it, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

ENGINE = "t12"
"""Who did what no person did."""


class Severity(StrEnum):
    """The procedure book's severities, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


def worst(*severities: Severity) -> Severity:
    return min(severities, key=lambda each: each.rank)


class Kind(StrEnum):
    """What an incident is about."""

    FAILURES = "failures"
    """Failing cases of one cause."""
    COLLECTION = "collection"
    """Files that could not be collected: their tests did not run."""
    VANISHED = "tests_vanished"
    SKIPPED = "tests_skipped"
    """A wave of new skips."""
    COVERAGE = "coverage_missing"
    DIED = "run_died"
    """A run that began and left no report."""
    SILENT = "no_report"
    """No report when one was due."""
    DECLARED = "declared"
    """By a person."""
    WATCH = "t12_late"
    """T12's own work stands still."""


class Status(StrEnum):
    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Path:
    """How an incident is answered and by whom; copied when it opens, so that editing the settings changes none."""

    respond: str
    """`15m`, `1h`, `4h business` or `next business day`: until the first and each further level is told."""
    roles: tuple[str, ...]
    repeats: int = 0
    """How often the last level is told again."""

    @property
    def last_level(self) -> int:
        return max(0, len(self.roles) - 1) + self.repeats

    def role_at(self, level: int) -> str:
        """The role that is told at a level; empty when nobody is configured."""
        return self.roles[min(level, len(self.roles) - 1)] if self.roles else ""


@dataclass(frozen=True, slots=True)
class Affected:
    """A test of an incident."""

    test_id: int
    name: str
    family: str
    """Failure family that it bears; empty where the kind has none."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. Its state is read off its timestamps."""

    id: int
    suite_id: int | None
    suite: str
    branch: str | None
    """Of the newest run that showed it: green runs of this branch close it."""
    kind: Kind
    title: str
    cause: str
    """Category of its failures, else its kind."""
    severity: Severity
    rule: str
    """The sentence that says why this severity, with its numbers."""
    path: Path
    triggered_at: datetime
    """When it opened, or opened again."""
    opened_at: datetime
    """When it opened first."""
    opened_run_id: int | None = None
    last_run_id: int | None = None
    last_good_run_id: int | None = None
    """The newest run before it opened in which its tests were good."""
    families: tuple[str, ...] = ()
    tests: tuple[Affected, ...] = ()
    expected: int | None = None
    """Tests that a complete run has, where the incident is about missing ones."""
    note: str = ""
    """What a person or the detection adds: failures that were hidden before, for instance."""
    announced_at: datetime | None = None
    """When the channel was first told; None for history that was loaded."""
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    held_until: datetime | None = None
    """When the acknowledgement runs out."""
    held_for_run: bool = False
    """The acknowledgement runs out when the next run still shows it."""
    owner: str | None = None
    """Who has it: who acknowledged it last, or whom it was handed to."""
    snoozed_until: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    resolution: str = ""
    cycle: int = 0
    """Grows whenever the clock of its escalation starts anew or stops."""
    level: int = 0
    """The level of the path that was told last."""
    escalated_at: datetime | None = None
    """When it was escalated last."""
    due_at: datetime | None = None
    """When the next level is told."""
    green_runs: int = 0
    """Green runs in a row."""
    failing: int = 0
    """Tests that failed in the newest run that has them."""
    reopened: int = 0
    channel: str | None = None
    version: int = 0

    @property
    def status(self) -> Status:
        if self.resolved_at is not None:
            return Status.RESOLVED
        return Status.ACKNOWLEDGED if self.acknowledged_at is not None else Status.TRIGGERED

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def test_ids(self) -> frozenset[int]:
        return frozenset(each.test_id for each in self.tests)


class Happened(StrEnum):
    """What can happen to an incident: the types of its events."""

    TRIGGERED = "triggered"
    JOINED = "joined"
    """More tests fail for the same cause."""
    SEVERITY_CHANGED = "severity_changed"
    ACKNOWLEDGED = "acknowledged"
    ACK_EXPIRED = "ack_expired"
    ESCALATED = "escalated"
    ESCALATION_ENDED = "escalation_ended"
    HANDED_OVER = "handed_over"
    SNOOZED = "snoozed"
    SNOOZE_ENDED = "snooze_ended"
    NOTED = "noted"
    MUTED = "muted"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    EMERGENCY = "emergency"
    """A step of the emergency response."""


EVENT_PREFIX = "incident."
"""Before the type of an incident's event in the event log."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an incident; `id` is 0 until it is stored."""

    type: Happened
    at: datetime
    by: str
    data: Mapping[str, object] = field(default_factory=dict)
    id: int = 0
    incident_id: int = 0
    run_id: int | None = None

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")

    @property
    def mentioned(self) -> tuple[str, ...]:
        """Slack ids of whom it tells."""
        found = self.data.get("mention")
        return tuple(str(each) for each in found) if isinstance(found, Sequence) and not isinstance(found, str) else ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a transition made of an incident; no event: nothing changed."""

    incident: Incident
    events: tuple[Event, ...] = ()
    answer: str = ""
    """The sentence for the person who asked for it."""

    @property
    def happened(self) -> bool:
        return bool(self.events)


@dataclass(frozen=True, slots=True)
class Hold:
    """How long an acknowledgement holds: until an instant, until the next run, or until it is resolved."""

    until: datetime | None = None
    for_run: bool = False


@dataclass(frozen=True, slots=True)
class Mute:
    """A test whose failures open and join no incident until an instant."""

    test_id: int
    name: str
    until: datetime
    by: str
    reason: str
