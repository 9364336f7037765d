"""All tables, the same on SQLite and on PostgreSQL."""

from core.storage.tables.base import Id, Instant, metadata
from core.storage.tables.reports import (
    audit,
    failure,
    report,
    roster,
    run,
    sighting,
    signature,
    suite,
    test,
    test_group,
)
from core.storage.tables.telling import event, posting, seen_request, token
from core.storage.tables.work import (
    IS_WAITING,
    briefing,
    emergency,
    emergency_step,
    incident,
    incident_test,
    mute,
    occurrence,
    occurrence_item,
)

__all__ = [
    "IS_WAITING",
    "Id",
    "Instant",
    "audit",
    "briefing",
    "emergency",
    "emergency_step",
    "event",
    "failure",
    "incident",
    "incident_test",
    "metadata",
    "mute",
    "occurrence",
    "occurrence_item",
    "posting",
    "report",
    "roster",
    "run",
    "seen_request",
    "sighting",
    "signature",
    "suite",
    "test",
    "test_group",
    "token",
]
