"""Which word of a watcher elsewhere was heard last."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("live_run", sa.Column("number", sa.BigInteger(), nullable=False, server_default="0"))
