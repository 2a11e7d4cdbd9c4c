"""What is pushed to us, by SCIM or by a webhook, and tokens that open one source."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = sa.text("alias IS NOT NULL AND NOT is_deleted")


def upgrade() -> None:
    op.create_table(
        "pushed_record",
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("resource", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tie", sa.String(length=200), nullable=False),
        sa.Column("body", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("alias", sa.String(length=64), nullable=True),
        sa.Column("outside", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_pushed_record_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushed_record")),
        sa.UniqueConstraint("source_id", "resource", "key", name=op.f("uq_pushed_record_source_id_resource_key")),
    )
    with op.batch_alter_table("pushed_record", schema=None) as batch_op:
        batch_op.create_index("ix_pushed_record_outside", ["source_id", "resource", "outside"], unique=False)
        batch_op.create_index(
            "uq_pushed_record_alias",
            ["source_id", "resource", "alias"],
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        )

    op.create_table(
        "received_event",
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("event", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_received_event_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_event")),
        sa.UniqueConstraint("source_id", "event", name=op.f("uq_received_event_source_id_event")),
    )
    with op.batch_alter_table("received_event", schema=None) as batch_op:
        batch_op.create_index("ix_received_event_received_at", ["received_at"], unique=False)

    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=60), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_column("source")
    op.drop_table("received_event")
    op.drop_table("pushed_record")
