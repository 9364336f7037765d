"""Emergency responses and their steps."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "emergency",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("started_by", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_emergency_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency")),
        sa.UniqueConstraint("number", name=op.f("uq_emergency_number")),
        sa.UniqueConstraint("occasion", name=op.f("uq_emergency_occasion")),
    )
    op.create_index("ix_emergency_incident_id", "emergency", ["incident_id"])
    unfinished = sa.text("finished_at IS NULL")
    op.create_index(
        "ix_emergency_unfinished", "emergency", ["id"], sqlite_where=unfinished, postgresql_where=unfinished
    )
    op.create_table(
        "emergency_step",
        sa.Column("emergency_id", ID, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["emergency_id"], ["emergency.id"], name=op.f("fk_emergency_step_emergency_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("emergency_id", "name", name=op.f("pk_emergency_step")),
    )
