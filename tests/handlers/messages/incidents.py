"""Incidents as values with dull defaults, what may happen to them, and what a hostile report makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any

from core.incidents.answer import IncidentList, IncidentView
from core.incidents.evidence import IncidentReport
from core.incidents.metrics import Cycle
from core.incidents.model import ENGINE, Affected, Event, Happened, Incident, Kind, Path, Severity
from core.incidents.project import Suspects
from tests.handlers.messages.values import NOW, a_run

PATH = Path("1h", ("developer", "team_lead"))
DATA: dict[Happened, Mapping[str, object]] = {
    Happened.TRIGGERED: {"severity": "high", "rule": "12 of 40 tests fail", "tests": 2, "mention": ["U1", "S1"]},
    Happened.JOINED: {"new": 2, "tests": 4, "names": ["tests/test_cart.py::test_tax"]},
    Happened.SEVERITY_CHANGED: {"from": "medium", "to": "high", "reason": "12 of 40 tests fail"},
    Happened.ACKNOWLEDGED: {"until": "2026-03-04T09:00:00+00:00", "for_run": False},
    Happened.ACK_EXPIRED: {"reason": "its time is over", "mention": ["U1"]},
    Happened.ESCALATED: {"level": 1, "role": "team_lead", "mention": ["U2"], "repeat": False},
    Happened.ESCALATION_ENDED: {"level": 3},
    Happened.HANDED_OVER: {"to": "U2", "mention": ["U2"], "from": "U1"},
    Happened.SNOOZED: {"until": "2026-03-04T09:00:00+00:00"},
    Happened.SNOOZE_ENDED: {"mention": ["U1"]},
    Happened.NOTED: {"text": "the database of the runner is full"},
    Happened.MUTED: {"text": "muted tests/test_cart.py::test_tax until 2026-03-09 08:00 UTC"},
    Happened.RESOLVED: {"reason": "3 runs in a row were green"},
    Happened.REOPENED: {"reason": "the same failures are back in run 9", "mention": ["U1"]},
    Happened.EMERGENCY: {"text": "the pipeline was stopped"},
}
"""What an event of each type tells."""


def an_incident(**changes: Any) -> Incident:
    values: dict[str, Any] = {
        "id": 12, "suite_id": 1, "suite": "backend", "branch": "main", "kind": Kind.FAILURES,
        "title": "OperationalError: no such table: audit_logs", "cause": "database_session",
        "severity": Severity.HIGH, "rule": "2 of 9 integration tests fail", "path": PATH,
        "triggered_at": NOW, "opened_at": NOW, "due_at": NOW + timedelta(hours=1), "failing": 2,
        "tests": some_tests(2),
    }  # fmt: skip
    return Incident(**(values | changes))


def some_tests(count: int, name: str = "tests/test_cart.py::TestCart::test_total") -> tuple[Affected, ...]:
    return tuple(Affected(n, f"{name}_{n}", "v1:0") for n in range(count))


def an_event(kind: Happened = Happened.ACKNOWLEDGED, by: str = "U1", **changes: Any) -> Event:
    data = dict(DATA[kind]) | changes.pop("data", {})
    return Event(**({"type": kind, "at": NOW, "by": by, "data": data, "id": 3, "incident_id": 12} | changes))


def a_view(incident: Incident | None = None, **changes: Any) -> IncidentView:
    values: dict[str, Any] = {
        "incident": incident or an_incident(), "events": (), "opened_run": a_run(4, failed=2), "last_run": a_run(5),
        "last_good_run": a_run(3), "suspects": (), "actions": (), "next_role": "Team lead", "role": "Developer",
        "now": NOW,
    }  # fmt: skip
    return IncidentView(**(values | changes))


def a_bare_view() -> IncidentView:
    """Of an incident about which nothing is known."""
    bare = an_incident(
        kind=Kind.DECLARED, tests=(), failing=0, due_at=None, suite="", suite_id=None, branch=None,
        path=Path("1h", ()),
    )  # fmt: skip
    return a_view(bare, opened_run=None, last_run=None, last_good_run=None, next_role="", role="")


def a_typical_view(**changes: Any) -> IncidentView:
    return a_view(
        an_incident(**changes),
        events=(an_event(Happened.TRIGGERED, ENGINE),),
        suspects=("8e31154f28e5", "0123456789ab"),
        actions=("Check database connectivity and configuration", "Review test failure logs"),
        conditions=("12 of 14 began while memory was at 97 %, as did 20 of all 900 tests",),
    )


def an_awful_view(name: str, count: int = 400, id_: int = 12) -> IncidentView:
    """Everything at once, in these words."""
    awful = an_incident(
        id=id_, title=name, suite=name, branch=name, rule=name, note=name, cause=name, tests=some_tests(count, name),
        failing=count // 2, green_runs=2, reopened=3, acknowledged_at=NOW, acknowledged_by=name, held_for_run=True,
    )  # fmt: skip
    run = a_run(9, name=name, branch=name, revision=name, suite=name)
    told = an_event(Happened.ESCALATED, name, data={"mention": [name] * count})
    return a_view(
        awful, events=(told,) * 40, opened_run=run, last_run=a_run(10, name=name), last_good_run=run,
        suspects=(name,) * count, actions=(name,) * 40, next_role=name, role=name,
    )  # fmt: skip


def an_awful_event(name: str) -> Event:
    return an_event(Happened.NOTED, name, data={"text": name, "mention": [name] * 60})


def a_list(*views: IncidentView, only_open: bool = True) -> IncidentList:
    return IncidentList(views, only_open, NOW)


def a_report(view: IncidentView | None = None, cycles: int = 1) -> IncidentReport:
    """Of which Slack shows the incident, its events and its times."""
    each = Cycle(NOW, NOW, NOW + timedelta(minutes=9), "U1", NOW + timedelta(hours=3), ENGINE)
    return IncidentReport(view or a_view(), (each,) * cycles, Suspects(), (), (), (), UTC)
