"""Alerts and peaks of the databases that tests use."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "database_alert",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_database_alert")),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_database_alert_open", "database_alert", ["name"], unique=True, sqlite_where=is_open,
        postgresql_where=is_open,
    )  # fmt: skip
    op.create_table(
        "database_peak",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("hour", Instant(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "hour", name=op.f("pk_database_peak")),
    )
