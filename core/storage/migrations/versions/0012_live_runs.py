"""Runs while they run, what they used, and when their failing tests ran."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "live_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("suite", sa.String(length=200), nullable=False),
        sa.Column("branch", sa.String(length=300), nullable=True),
        sa.Column("revision", sa.String(length=100), nullable=True),
        sa.Column("run_key", sa.String(length=300), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("how", sa.String(length=20), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("exit_code", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_run")),
        sa.UniqueConstraint("key", name=op.f("uq_live_run_key")),
    )
    still = sa.text("ended_at IS NULL")
    op.create_index("ix_live_run_open", "live_run", ["heard_at"], sqlite_where=still, postgresql_where=still)
    op.create_table(
        "run_resources",
        sa.Column("run_id", ID, nullable=False, autoincrement=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("series", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_resources_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_resources")),
    )
    op.create_table(
        "run_moment",
        sa.Column("run_id", ID, nullable=False, autoincrement=False),
        sa.Column("test_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_moment_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "test_id", name=op.f("pk_run_moment")),
    )
    op.create_index("ix_run_moment_test_id", "run_moment", ["test_id"])
