"""What both sides write before a conversation: sealed, and shown only by its author."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preparation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_preparation_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_preparation_owner_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation")),
        sa.UniqueConstraint("conversation_id", "owner_id", name=op.f("uq_preparation_conversation_id_owner_id")),
    )
    op.create_index(op.f("ix_preparation_owner_id"), "preparation", ["owner_id"])
    op.create_table(
        "preparation_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("preparation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_preparation_answer_owner_id_account")),
        sa.ForeignKeyConstraint(
            ["preparation_id"],
            ["preparation.id"],
            name=op.f("fk_preparation_answer_preparation_id_preparation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation_answer")),
        sa.UniqueConstraint("preparation_id", "question", name=op.f("uq_preparation_answer_preparation_id_question")),
    )


def downgrade() -> None:
    op.drop_table("preparation_answer")
    op.drop_index(op.f("ix_preparation_owner_id"), table_name="preparation")
    op.drop_table("preparation")
