"""Sessions of trainings with their seats, and what people have finished."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "training_session",
        sa.Column("record_id", _ID, nullable=False),
        sa.Column("training_id", _ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("seats_left", sa.Integer(), nullable=True),
        sa.Column("price", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_training_session_training_id_training")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
        sa.UniqueConstraint("record_id", name=op.f("uq_training_session_record_id")),
    )
    with op.batch_alter_table("training_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_session_training_id"), ["training_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_session_starts_on"), ["starts_on"], unique=False)

    op.create_table(
        "training_record",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("training_id", _ID, nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("progress", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", _ID, nullable=True),
        sa.Column("record_id", _ID, nullable=True),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_record_person_id_person")),
        sa.ForeignKeyConstraint(["training_id"], ["training.id"], name=op.f("fk_training_record_training_id_training")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_record")),
    )
    with op.batch_alter_table("training_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_record_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_record_training_id"), ["training_id"], unique=False)


def downgrade() -> None:
    op.drop_table("training_record")
    op.drop_table("training_session")
