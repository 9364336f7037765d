"""What happened, what is told of it, and who may send what."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)

from core.storage.tables.base import Id, Instant, metadata

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
