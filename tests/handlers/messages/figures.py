"""Figures of incidents as a value with dull numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.incidents.metrics import IncidentStats, incident_stats
from core.incidents.model import Event, Happened, Incident, Kind, Path, Severity
from tests.handlers.messages.values import NOW

HOUR = timedelta(hours=1)


def some_stats(count: int, suite: str | None = None, *, days: int = 100) -> IncidentStats:
    """Incidents one after the other over the days: each third is open, each fourth came back."""
    since = NOW - timedelta(days=days)
    made = [_incident(number, since + timedelta(days=days) * number / count) for number in range(count)]
    return incident_stats(
        made, since=since, until=NOW, zone=ZoneInfo("UTC"), due=lambda _respond, at: at + HOUR, suite=suite
    )


def _incident(number: int, at: datetime) -> tuple[Incident, list[Event]]:
    is_open, severity = number % 3 == 0, list(Severity)[number % 4]
    incident = Incident(
        id=number, suite_id=1, suite="backend", branch="main", kind=Kind.FAILURES, title="", cause="unknown",
        severity=severity, rule="", path=Path("1h", ()), triggered_at=at, opened_at=at, announced_at=at,
        resolved_at=None if is_open else at + 5 * HOUR,
    )  # fmt: skip
    taken = Event(Happened.ACKNOWLEDGED, at + timedelta(minutes=7 * number % 120), "U1")
    events = [Event(Happened.TRIGGERED, at, "t12"), taken]
    events += [] if is_open else [Event(Happened.RESOLVED, at + 5 * HOUR, "t12")]
    back = [Event(Happened.REOPENED, at + 6 * HOUR, "t12"), Event(Happened.RESOLVED, at + 8 * HOUR, "U2")]
    return incident, events + (back if number % 4 == 1 and not is_open else [])
