"""What T12 posts by itself, and which events were reacted to."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "posting",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", Instant(), nullable=True),
        sa.Column("is_ambiguous", sa.Boolean(), nullable=False),
        sa.Column("lease_owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("channel", "subject", name=op.f("uq_posting_channel_subject")),
    )
    due = sa.text("sent < wanted AND ended IS NULL")
    op.create_index(
        "ix_posting_due", "posting", ["channel", "id"], unique=False, sqlite_where=due, postgresql_where=due
    )
    # What happened before anybody reacted is history: it gets no reaction now.
    op.add_column("event", sa.Column("is_handled", sa.Boolean(), nullable=False, server_default=sa.true()))
    open_events = sa.text("NOT is_handled")
    op.create_index(
        "ix_event_open", "event", ["id"], unique=False, sqlite_where=open_events, postgresql_where=open_events
    )
