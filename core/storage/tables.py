"""All tables, the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC on every database; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")
"""An automatic row number; SQLite numbers rows by itself only for INTEGER."""

suite = Table(
    "suite",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("suite_id", Id, ForeignKey("suite.id"), nullable=False),
    Column("key", String(300)),
    Column("branch", String(300)),
    Column("revision", String(100)),
    Column("variant", String(200), nullable=False, server_default=""),
    Column("started_at", Instant, nullable=False),
    Column("ingested_at", Instant, nullable=False),
    Column("duration_seconds", Float),
    Column("coverage_percentage", Float),
    Column("branch_coverage_percentage", Float),
    Column("lines_valid", BigInteger),
    Column("lines_covered", BigInteger),
    Column("tests", Integer, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("flaky_passes", Integer, nullable=False),
    Column("not_run", Integer, nullable=False),
    Column("suite_level", Integer, nullable=False),
    Column("collection_errors", Integer, nullable=False),
    Column("elements", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    UniqueConstraint("suite_id", "key"),
    Index("ix_run_line", "suite_id", "started_at", "id"),
    Index("ix_run_branch", "suite_id", "branch", "started_at"),
)

roster = Table(
    "roster",
    metadata,
    Column("id", Id, primary_key=True),
    Column("suite_id", Id, ForeignKey("suite.id"), nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("tests", Integer, nullable=False),
    Column("test_ids", LargeBinary, nullable=False),
    UniqueConstraint("suite_id", "digest"),
)
"""The sorted ids of the tests of a report: all reports of the same tests share one."""

report = Table(
    "report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", Id, ForeignKey("run.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("suite_id", Id, ForeignKey("suite.id"), nullable=False),
    Column("identity", LargeBinary(32), nullable=False),
    Column("source", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("roster_id", Id, ForeignKey("roster.id"), nullable=False),
    Column("results", LargeBinary, nullable=False),
    UniqueConstraint("suite_id", "identity"),
)
"""One row per report that was brought in; the same bytes with the same mark are the same report. `results` holds the
outcome, attempts and seconds of each test of the roster, packed as `core.runs.results` says."""

test_group = Table(
    "test_group",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("suite_id", Id, ForeignKey("suite.id"), nullable=False, index=True),
    Column("classname", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("file_derived", Boolean, nullable=False),
    Column("variant", Text, nullable=False),
    Column("kind", String(20), nullable=False),
)
"""What the tests of one class, file and variant share."""

test = Table(
    "test",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("group_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
)
"""`id` is a signed 64-bit digest of suite, variant and identity, so a run's rows need no look-up. `group_id` has no
enforced key: checking it for each of 100,000 tests would cost as much as storing them, and groups are never deleted."""

signature = Table(
    "signature",
    metadata,
    Column("id", Id, primary_key=True),
    Column("suite_id", Id, ForeignKey("suite.id"), nullable=False),
    Column("fingerprint", String(80), nullable=False),
    Column("family", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("exception", Text, nullable=False),
    UniqueConstraint("suite_id", "fingerprint"),
)

failure = Table(
    "failure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", Id, ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
    Column("test_id", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("is_final", Boolean, nullable=False),
    Column("phase", String(20), nullable=False),
    Column("type_name", Text),
    Column("message", Text),
    Column("text", Text),
    Column("signature_id", Id, ForeignKey("signature.id"), nullable=False),
    Column("category", String(40), nullable=False),
    Column("rule", Text, nullable=False),
    Column("matched", Text, nullable=False),
    Column("runner_up", String(40)),
    Column("rules_version", Text, nullable=False),
    Column("markers", String(200)),
    Index("ix_failure_run_id_test_id", "run_id", "test_id"),
    Index("ix_failure_test_id_run_id", "test_id", "run_id"),
)

sighting = Table(
    "sighting",
    metadata,
    Column("signature_id", Id, ForeignKey("signature.id"), primary_key=True, autoincrement=False),
    Column("run_id", Id, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("failures", Integer, nullable=False),
    Index("ix_sighting_run_id", "run_id"),
    sqlite_with_rowid=False,
)
"""How many final failures of a run bear a signature: what is new and what is known is read off here."""

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("type", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Column("run_id", Id),
    Column("data", JSON, nullable=False),
    Column("is_handled", Boolean, nullable=False, server_default=true()),
    Column("incident_id", Id),
    Column("occurrence_id", Id),
    Column("by", String(60)),
    Column("request", String(200)),
    Index("ix_event_type_id", "type", "id"),
    Index("ix_event_incident_id", "incident_id", "id"),
    Index("ix_event_occurrence_id", "occurrence_id", "id"),
    Index("uq_event_request", "request", unique=True),
    Index("ix_event_open", "id", sqlite_where=text("NOT is_handled"), postgresql_where=text("NOT is_handled")),
)
"""What happened, written in the transaction of the change. Not handled: a reaction to it is still to come; a flag and
not a cursor, because numbers of concurrent transactions do not become visible in their order. `by` is a Slack id or
`t12`; `request` is the key of the click or command that caused it, so that a redelivery changes nothing."""

_DUE = text("sent < wanted AND ended IS NULL")

posting = Table(
    "posting",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("ts", String(40)),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_attempt_at", Instant),
    Column("is_ambiguous", Boolean, nullable=False),
    Column("lease_owner", String(40)),
    Column("lease_until", Instant),
    Column("ended", Text),
    Column("parent", String(200)),
    Column("sent_at", Instant),
    UniqueConstraint("channel", "subject"),
    Index("ix_posting_due", "channel", "id", sqlite_where=_DUE, postgresql_where=_DUE),
)
"""One message in one channel about one subject, such as `run:12`. `wanted` counts its versions, `sent` is the one that
Slack shows, `ts` is where; `ended` says why nothing more is sent. With a `parent`, a subject of the same channel, it
is a reply in that message's thread. See `core.storage.outbox`."""

token = Table(
    "token",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("secret_sha256", LargeBinary(32), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)

seen_request = Table(
    "seen_request",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("seen_at", Instant, nullable=False, index=True),
)
"""Signed requests of the last minutes: a replay finds its digest here, on every replica."""

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("revision", String(100)),
    Column("digest", LargeBinary(32), nullable=False),
    Column("components", JSON, nullable=False),
    Column("report", JSON, nullable=False),
    Index("ix_audit_project_at", "project", "at"),
)
"""One audit of a project's mocks. `components` is small and read for trends, `report` is the whole of it; an audit with
the digest of the newest one is not stored again."""

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
