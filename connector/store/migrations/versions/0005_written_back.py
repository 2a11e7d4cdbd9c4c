"""What was written back to the systems that we read."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "written_back",
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("record", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("their_id", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.String(length=40), nullable=True),
        sa.Column("trying", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("busy_by", sa.String(length=40), nullable=True),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_written_back_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_back")),
        sa.UniqueConstraint("source_id", "object", "record", name=op.f("uq_written_back_source_id_object_record")),
    )


def downgrade() -> None:
    op.drop_table("written_back")
