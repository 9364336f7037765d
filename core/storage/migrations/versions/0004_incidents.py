"""Incidents, their tests, muted tests, and whose event an event is."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", ID, nullable=False),
        sa.Column("suite_id", ID, nullable=True),
        sa.Column("branch", sa.String(length=300), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("triggered_at", Instant(), nullable=False),
        sa.Column("opened_run_id", ID, nullable=True),
        sa.Column("last_run_id", ID, nullable=True),
        sa.Column("last_good_run_id", ID, nullable=True),
        sa.Column("families", sa.JSON(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("announced_at", Instant(), nullable=True),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=60), nullable=True),
        sa.Column("held_until", Instant(), nullable=True),
        sa.Column("held_for_run", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("snoozed_until", Instant(), nullable=True),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("resolved_by", sa.String(length=60), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("escalated_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("green_runs", sa.Integer(), nullable=False),
        sa.Column("failing", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_incident_suite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    is_open = sa.text("resolved_at IS NULL")
    op.create_index("ix_incident_open", "incident", ["suite_id"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_incident_due", "incident", ["due_at"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_incident_suite_resolved", "incident", ["suite_id", "resolved_at"])
    op.create_table(
        "incident_test",
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("test_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_test_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "test_id", name=op.f("pk_incident_test")),
    )
    op.create_index("ix_incident_test_test_id", "incident_test", ["test_id"])
    op.create_table(
        "mute",
        sa.Column("test_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("suite_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_mute_suite_id")),
        sa.PrimaryKeyConstraint("test_id", name=op.f("pk_mute")),
    )
    op.add_column("event", sa.Column("incident_id", ID, nullable=True))
    op.add_column("event", sa.Column("by", sa.String(length=60), nullable=True))
    op.add_column("event", sa.Column("request", sa.String(length=200), nullable=True))
    op.create_index("ix_event_incident_id", "event", ["incident_id", "id"])
    op.create_index("uq_event_request", "event", ["request"], unique=True)
    op.add_column("posting", sa.Column("parent", sa.String(length=200), nullable=True))
    op.add_column("posting", sa.Column("sent_at", Instant(), nullable=True))
