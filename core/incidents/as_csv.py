"""Incidents as CSV, a line each; others build on these columns."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from core.incidents.answer import IncidentView
from core.incidents.as_json import incident_to_json

COLUMNS = (
    "id", "severity", "status", "title", "cause", "kind", "suite", "branch", "opened_run", "last_run", "triggered_at",
    "acknowledged_at", "acknowledged_by", "resolved_at", "resolved_by", "escalation_level", "tests", "rule", "events",
)  # fmt: skip
"""Tests and events are joined by line breaks within their cell."""


def incidents_to_csv(views: Iterable[IncidentView]) -> str:
    """The document with a header; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for view in views:
        row = incident_to_json(view)
        writer.writerow([_inert(_cell(row[name])) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(each if isinstance(each, str) else _event(each) for each in value)
    return "" if value is None else str(value)


def _event(event: dict[str, Any]) -> str:
    return f"{event['at']} {event['type']} by {event['by']}"


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
