"""Incidents, events and views with dull defaults: a test names only what it is about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core.incidents.actions import recommended_actions
from core.incidents.answer import IncidentView
from core.incidents.model import ENGINE, Affected, Event, Happened, Incident, Kind, Path, Severity
from tests.builders import a_run

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def an_incident(**changes: Any) -> Incident:
    values: dict[str, Any] = {
        "id": 7,
        "suite_id": 1,
        "suite": "backend",
        "branch": "main",
        "kind": Kind.FAILURES,
        "title": "AuditError: the log is closed",
        "cause": "database_session",
        "severity": Severity.HIGH,
        "rule": "more than 20%: 30 of 100 executed cases (30%)",
        "path": Path("1h", ("developer", "team_lead"), 2),
        "triggered_at": START,
        "opened_at": START,
        "opened_run_id": 5,
        "last_run_id": 6,
        "last_good_run_id": 4,
        "tests": (Affected(1, "tests/test_audit.py::test_writes", "v1:1"),),
        "families": ("v1:1",),
        "announced_at": START,
        "failing": 1,
    }
    return Incident(**(values | changes))


def an_event(type_: Happened, minutes: float = 0, by: str = ENGINE, **data: Any) -> Event:
    return Event(type_, at(minutes), by, data)


def a_view(incident: Incident | None = None, events: Sequence[Event] = (), **changes: Any) -> IncidentView:
    chosen = incident or an_incident()
    values: dict[str, Any] = {
        "incident": chosen,
        "events": tuple(events),
        "opened_run": a_run(5),
        "last_run": a_run(6),
        "last_good_run": a_run(4),
        "suspects": ("rev5",),
        "actions": tuple(recommended_actions(chosen)),
        "next_role": "Team Lead",
        "role": "Developer",
        "now": at(90),
    }
    return IncidentView(**(values | changes))
