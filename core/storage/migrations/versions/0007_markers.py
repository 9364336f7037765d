"""The markers that a report tells of a failing case."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("failure", sa.Column("markers", sa.String(length=200), nullable=True))
