"""Occurrences of checklists and their items."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "occurrence",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("moved_from", sa.Date(), nullable=True),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("carry_to", sa.String(length=60), nullable=False),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("nagged", sa.Integer(), nullable=False),
        sa.Column("nag_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("key", "on", name=op.f("uq_occurrence_key_on")),
    )
    under_way = sa.text("standing = 'open'")
    op.create_index(
        "ix_occurrence_open", "occurrence", ["closes_at"], sqlite_where=under_way, postgresql_where=under_way
    )
    op.create_index("ix_occurrence_due_at", "occurrence", ["due_at"])
    op.create_table(
        "occurrence_item",
        sa.Column("occurrence_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("check_name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=True),
        sa.Column("at", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("assignee", sa.String(length=60), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("carried_from", sa.Date(), nullable=True),
        sa.Column("carried_into", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_occurrence_item_occurrence_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "position", name=op.f("pk_occurrence_item")),
    )
    op.add_column("event", sa.Column("occurrence_id", ID, nullable=True))
    op.create_index("ix_event_occurrence_id", "event", ["occurrence_id", "id"])
