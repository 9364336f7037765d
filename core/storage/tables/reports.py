"""Reports, runs, tests, failures and audits: what is known about a suite."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from core.storage.tables.base import Id, Instant, metadata

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

benchmark_file = Table(
    "benchmark_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("suite_id", Id, ForeignKey("suite.id"), nullable=False),
    Column("identity", LargeBinary(32), nullable=False),
    Column("source", Text, nullable=False),
    Column("branch", String(300)),
    Column("revision", String(100)),
    Column("variant", String(200), nullable=False),
    Column("machine", String(300), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("benchmarks", Integer, nullable=False),
    Column("results", JSON, nullable=False),
    UniqueConstraint("suite_id", "identity"),
    Index("ix_benchmark_file_line", "suite_id", "started_at", "id"),
)
"""One row per file of pytest-benchmark; `results` has, by name, the values of `core.runs.benchmarks.Rounds`."""

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
