"""What is carried over is found without reading every item there ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("state = 'carried_over' AND carried_into IS NULL")
    op.create_index(
        "ix_occurrence_item_waiting", "occurrence_item", ["occurrence_id"], sqlite_where=waiting,
        postgresql_where=waiting,
    )  # fmt: skip
