"""Reports, runs, tests, failures, signatures, events and tokens."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_type_id", "event", ["type", "id"], unique=False)
    op.create_table(
        "seen_request",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_seen_request")),
    )
    op.create_index(op.f("ix_seen_request_seen_at"), "seen_request", ["seen_at"], unique=False)
    op.create_table(
        "suite",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suite")),
        sa.UniqueConstraint("name", name=op.f("uq_suite_name")),
    )
    op.create_table(
        "test",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test")),
    )
    op.create_table(
        "token",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
    )
    op.create_table(
        "roster",
        sa.Column("id", ID, nullable=False),
        sa.Column("suite_id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("tests", sa.Integer(), nullable=False),
        sa.Column("test_ids", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_roster_suite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("suite_id", "digest", name=op.f("uq_roster_suite_id_digest")),
    )
    op.create_table(
        "run",
        sa.Column("id", ID, nullable=False),
        sa.Column("suite_id", ID, nullable=False),
        sa.Column("key", sa.String(length=300), nullable=True),
        sa.Column("branch", sa.String(length=300), nullable=True),
        sa.Column("revision", sa.String(length=100), nullable=True),
        sa.Column("variant", sa.String(length=200), server_default="", nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ingested_at", Instant(), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("coverage_percentage", sa.Float(), nullable=True),
        sa.Column("branch_coverage_percentage", sa.Float(), nullable=True),
        sa.Column("lines_valid", sa.BigInteger(), nullable=True),
        sa.Column("lines_covered", sa.BigInteger(), nullable=True),
        sa.Column("tests", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("flaky_passes", sa.Integer(), nullable=False),
        sa.Column("not_run", sa.Integer(), nullable=False),
        sa.Column("suite_level", sa.Integer(), nullable=False),
        sa.Column("collection_errors", sa.Integer(), nullable=False),
        sa.Column("elements", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_run_suite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("suite_id", "key", name=op.f("uq_run_suite_id_key")),
    )
    op.create_index("ix_run_branch", "run", ["suite_id", "branch", "started_at"], unique=False)
    op.create_index("ix_run_line", "run", ["suite_id", "started_at", "id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", ID, nullable=False),
        sa.Column("suite_id", ID, nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("exception", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_signature_suite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("suite_id", "fingerprint", name=op.f("uq_signature_suite_id_fingerprint")),
    )
    op.create_table(
        "test_group",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("suite_id", ID, nullable=False),
        sa.Column("classname", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("file_derived", sa.Boolean(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_test_group_suite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_group")),
    )
    op.create_index(op.f("ix_test_group_suite_id"), "test_group", ["suite_id"], unique=False)
    op.create_table(
        "failure",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("test_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("type_name", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("signature_id", ID, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("matched", sa.Text(), nullable=False),
        sa.Column("runner_up", sa.String(length=40), nullable=True),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_failure_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_failure_signature_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure")),
    )
    op.create_index("ix_failure_run_id_test_id", "failure", ["run_id", "test_id"], unique=False)
    op.create_index("ix_failure_test_id_run_id", "failure", ["test_id", "run_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("suite_id", ID, nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("roster_id", ID, nullable=False),
        sa.Column("results", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_report_roster_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_report_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_report_suite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("suite_id", "identity", name=op.f("uq_report_suite_id_identity")),
    )
    op.create_index(op.f("ix_report_run_id"), "report", ["run_id"], unique=False)
    op.create_table(
        "sighting",
        sa.Column("signature_id", ID, autoincrement=False, nullable=False),
        sa.Column("run_id", ID, autoincrement=False, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_sighting_run_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["signature_id"], ["signature.id"], name=op.f("fk_sighting_signature_id")),
        sa.PrimaryKeyConstraint("signature_id", "run_id", name=op.f("pk_sighting")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sighting_run_id", "sighting", ["run_id"], unique=False)
