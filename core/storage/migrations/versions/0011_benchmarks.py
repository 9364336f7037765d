"""Files of pytest-benchmark."""

import sqlalchemy as sa
from alembic import op

from core.storage.tables import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "benchmark_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("suite_id", ID, nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("branch", sa.String(length=300), nullable=True),
        sa.Column("revision", sa.String(length=100), nullable=True),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("machine", sa.String(length=300), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("benchmarks", sa.Integer(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["suite_id"], ["suite.id"], name=op.f("fk_benchmark_file_suite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark_file")),
        sa.UniqueConstraint("suite_id", "identity", name=op.f("uq_benchmark_file_suite_id_identity")),
    )
    op.create_index("ix_benchmark_file_line", "benchmark_file", ["suite_id", "started_at", "id"], unique=False)
