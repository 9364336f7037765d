"""Incidents as JSON; others build on these keys."""

from collections.abc import Iterable
from typing import Any

from core.incidents.answer import IncidentView
from core.incidents.metrics import IncidentStats, SeverityStats, Times


def incidents_to_json(views: Iterable[IncidentView]) -> list[dict[str, Any]]:
    return [incident_to_json(each) for each in views]


def incident_to_json(view: IncidentView) -> dict[str, Any]:
    each = view.incident
    return {
        "id": each.id,
        "severity": each.severity.value,
        "status": each.status.value,
        "title": each.title,
        "cause": each.cause,
        "kind": each.kind.value,
        "suite": each.suite,
        "branch": each.branch,
        "opened_run": _name(view.opened_run),
        "last_run": _name(view.last_run),
        "last_good_run": _name(view.last_good_run),
        "triggered_at": each.triggered_at.isoformat(),
        "acknowledged_at": _moment(each.acknowledged_at),
        "acknowledged_by": each.acknowledged_by,
        "resolved_at": _moment(each.resolved_at),
        "resolved_by": each.resolved_by,
        "escalation_level": each.level,
        "due_at": _moment(each.due_at),
        "owner": each.owner,
        "tests": [test.name for test in each.tests],
        "rule": each.rule,
        "note": each.note,
        "suspects": list(view.suspects),
        "conditions": list(view.conditions),
        "owners": [{"name": each.name, "slack_id": each.slack_id, "tests": each.tests} for each in view.owners],
        "actions": list(view.actions),
        "events": [
            {"type": event.type.value, "at": event.at.isoformat(), "by": event.by, "data": dict(event.data)}
            for event in view.events
        ],
    }


def stats_to_json(stats: IncidentStats) -> dict[str, Any]:
    """Times are seconds; null where nothing is known."""
    return {
        "since": stats.since.isoformat(),
        "until": stats.until.isoformat(),
        "suite": stats.suite,
        "total": _figures(stats.total),
        "by_severity": {severity.value: _figures(each) for severity, each in stats.by_severity.items()},
        "months": {
            month: {severity.value: count for severity, count in counts.items()}
            for month, counts in stats.months.items()
        },
    }


def _figures(each: SeverityStats) -> dict[str, Any]:
    return {
        "incidents": each.incidents,
        "open": each.open,
        "mtta": _times(each.answer),
        "mttr": _times(each.resolve),
        "answered_in_time": each.in_time,
        "resolved": each.resolved,
        "reopened": each.reopened,
        "reopen_rate": each.reopen_rate,
    }


def _times(each: Times) -> dict[str, Any]:
    mean, median = (span.total_seconds() if span is not None else None for span in (each.mean, each.median))
    return {"count": each.count, "mean_seconds": mean, "median_seconds": median}


def _name(run: Any) -> str | None:
    return run.name if run is not None else None


def _moment(at: Any) -> str | None:
    return at.isoformat() if at is not None else None
