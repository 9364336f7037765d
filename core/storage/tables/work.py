"""What people work on: incidents, checklists and emergencies."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.storage.tables.base import Id, Instant, metadata

_OPEN = text("resolved_at IS NULL")

incident = Table(
    "incident",
    metadata,
    Column("id", Id, primary_key=True),
    Column("suite_id", Id, ForeignKey("suite.id")),
    Column("branch", String(300)),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("cause", String(60), nullable=False),
    Column("severity", String(20), nullable=False),
    Column("rule", Text, nullable=False),
    Column("path", JSON, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("triggered_at", Instant, nullable=False),
    Column("opened_run_id", Id),
    Column("last_run_id", Id),
    Column("last_good_run_id", Id),
    Column("families", JSON, nullable=False),
    Column("expected", Integer),
    Column("note", Text, nullable=False),
    Column("announced_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", String(60)),
    Column("held_until", Instant),
    Column("held_for_run", Boolean, nullable=False),
    Column("owner", String(60)),
    Column("snoozed_until", Instant),
    Column("resolved_at", Instant),
    Column("resolved_by", String(60)),
    Column("resolution", Text, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("level", Integer, nullable=False),
    Column("escalated_at", Instant),
    Column("due_at", Instant),
    Column("green_runs", Integer, nullable=False),
    Column("failing", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("channel", String(40)),
    Column("version", Integer, nullable=False),
    Index("ix_incident_open", "suite_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_incident_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_incident_suite_resolved", "suite_id", "resolved_at"),
)
"""See `core.incidents.model.Incident`. Runs are named by number without an enforced key: retention may remove them."""

incident_test = Table(
    "incident_test",
    metadata,
    Column("incident_id", Id, ForeignKey("incident.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("test_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("family", String(80), nullable=False),
    Index("ix_incident_test_test_id", "test_id"),
)

mute = Table(
    "mute",
    metadata,
    Column("test_id", BigInteger, primary_key=True, autoincrement=False),
    Column("suite_id", Id, ForeignKey("suite.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("until", Instant, nullable=False),
    Column("by", String(60), nullable=False),
    Column("reason", Text, nullable=False),
)
"""Tests whose failures open and join no incident until an instant."""

_UNDER_WAY = text("standing = 'open'")

occurrence = Table(
    "occurrence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(60), nullable=False),
    Column("on", Date, nullable=False),
    Column("title", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("moved_from", Date),
    Column("standing", String(20), nullable=False),
    Column("is_late", Boolean, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("role", String(60), nullable=False),
    Column("channel", String(40)),
    Column("carry_to", String(60), nullable=False),
    Column("closes_at", Instant),
    Column("nagged", Integer, nullable=False),
    Column("nag_at", Instant),
    Column("closed_at", Instant),
    Column("version", Integer, nullable=False),
    UniqueConstraint("key", "on"),
    Index("ix_occurrence_open", "closes_at", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),
    Index("ix_occurrence_due_at", "due_at"),
)
"""One list on one local day: the key under which several replicas, a restart and a clock that jumps post it once."""

IS_WAITING = text("state = 'carried_over' AND carried_into IS NULL")
"""An item of a list that is closed, which no other list has taken over yet."""

occurrence_item = Table(
    "occurrence_item",
    metadata,
    Column("occurrence_id", Id, ForeignKey("occurrence.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("check_name", String(40), nullable=False),
    Column("value", Float),
    Column("how", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("by", String(60)),
    Column("at", Instant),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("assignee", String(60)),
    Column("note", Text, nullable=False),
    Column("carried_from", Date),
    Column("carried_into", Id),
    Index("ix_occurrence_item_waiting", "occurrence_id", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
)
"""`carried_from` is the day an item was first due, `carried_into` the occurrence that took it over."""

_UNFINISHED = text("finished_at IS NULL")

emergency = Table(
    "emergency",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("incident_id", Id, ForeignKey("incident.id"), nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("started_by", String(60), nullable=False),
    Column("reason", Text, nullable=False),
    Column("occasion", String(60), unique=True),
    Column("finished_at", Instant),
    Column("report", Text, nullable=False),
    Index("ix_emergency_unfinished", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
)
"""An emergency response. `occasion` keeps one that begins by itself from beginning twice."""

emergency_step = Table(
    "emergency_step",
    metadata,
    Column("emergency_id", Id, ForeignKey("emergency.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("name", String(20), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("told", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_owner", String(40)),
    Column("lease_until", Instant),
    Column("ended_at", Instant),
)
"""A step of it: claimed by one replica at a time, and again when that one is gone."""

_UNFINISHED = text("finished_at IS NULL")

briefing = Table(
    "briefing",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("on_day", Date),
    Column("due_at", Instant, nullable=False),
    Column("channel", String(40)),
    Column("lease_owner", String(40)),
    Column("lease_until", Instant),
    Column("finished_at", Instant),
    Column("content", JSON),
    UniqueConstraint("kind", "on_day"),
    Index("ix_briefing_unfinished", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    Index("ix_briefing_kind_finished_at", "kind", "finished_at"),
)
"""Morning checks and reports. One that was due has the local day it belongs to, so that all replicas together make it
once; one that somebody asked for has none. Finished without content: it was missed."""

database_alert = Table(
    "database_alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("kinds", JSON, nullable=False),
    Column("told", JSON, nullable=False),
    Index(
        "uq_database_alert_open", "name", unique=True,
        sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
    ),
)  # fmt: skip
"""Trouble of a database that tests use; one at a time is open."""

database_peak = Table(
    "database_peak",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("active", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("looks", Integer, nullable=False),
)
"""The most active connections that the bot's looks of an hour saw."""
