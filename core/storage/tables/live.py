"""Runs while they run, and what they used."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table, Text, text

from core.storage.tables.base import Id, Instant, metadata

_OPEN = text("ended_at IS NULL")

live_run = Table(
    "live_run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(60), nullable=False, unique=True),
    Column("suite", String(200), nullable=False),
    Column("branch", String(300)),
    Column("revision", String(100)),
    Column("run_key", String(300)),
    Column("started_at", Instant, nullable=False),
    Column("heard_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("how", String(20)),
    Column("why", Text, nullable=False),
    Column("exit_code", BigInteger),
    Column("state", JSON, nullable=False),
    Column("run_id", Id),
    Column("channel", String(40)),
    Column("number", BigInteger, nullable=False, server_default="0"),
    Index("ix_live_run_open", "heard_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
)
"""A run that `t12 watch` follows. `key` is its watcher's own, `heard_at` when that spoke last: one that falls silent
is lost. `number` is that of the last word that came over HTTP. `run_id` names the run its reports became, without an
enforced key: retention may remove it."""

run_resources = Table(
    "run_resources",
    metadata,
    Column("run_id", Id, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("summary", JSON, nullable=False),
    Column("series", LargeBinary, nullable=False),
)
"""What a run used. `summary` is small and read for many runs, `series` is compressed JSON: the course of the run, when
its tests began, and looks at databases."""

run_moment = Table(
    "run_moment",
    metadata,
    Column("run_id", Id, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("test_id", BigInteger, primary_key=True, autoincrement=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Index("ix_run_moment_test_id", "test_id"),
)
"""When a failing test of a run ran."""
