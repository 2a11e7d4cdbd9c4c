"""Secrets that a source gave while it was read, such as a refresh token that rotates: sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_secret",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "name", name=op.f("pk_source_secret")),
    )


def downgrade() -> None:
    op.drop_table("source_secret")
