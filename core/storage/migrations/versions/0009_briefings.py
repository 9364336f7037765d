"""Morning checks and reports."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "briefing",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("lease_owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing")),
        sa.UniqueConstraint("kind", "on_day", name=op.f("uq_briefing_kind_on_day")),
    )
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("ix_briefing_unfinished", "briefing", ["id"], sqlite_where=unfinished, postgresql_where=unfinished)
    op.create_index("ix_briefing_kind_finished_at", "briefing", ["kind", "finished_at"])
