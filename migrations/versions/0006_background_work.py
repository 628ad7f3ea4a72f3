"""Long work, done by a worker.

Revision ID: 0006
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "background_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_type", sa.Text(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_params", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("takeovers", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting','running','done','failed','cancelled')",
            name=op.f("ck_background_work_state"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user_account.id"],
            name=op.f("fk_background_work_owner_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_work")),
        sa.UniqueConstraint("owner_id", "key", name=op.f("uq_background_work_owner_id_key")),
    )
    op.create_index("ix_background_work_owner", "background_work", ["owner_id", "created_at"])
    op.create_index("ix_background_work_state", "background_work", ["state", "created_at"])
    op.create_index("ix_background_work_file", "background_work", ["file_sha256"])
    op.create_table(
        "bulk_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("workflow_key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("override", sa.Text(), nullable=False),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("work_id", sa.Uuid(), nullable=True),
        sa.Column("undo_of", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_bulk_act_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["undo_of"], ["bulk_act.id"], name=op.f("fk_bulk_act_undo_of_bulk_act")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
    )
    op.create_index(op.f("ix_bulk_act_actor_id"), "bulk_act", ["actor_id"])
    op.create_index(op.f("ix_bulk_act_created_at"), "bulk_act", ["created_at"])
    op.create_index(op.f("ix_bulk_act_work_id"), "bulk_act", ["work_id"])
    op.create_table(
        "bulk_case",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome IN ('','done','refused')", name=op.f("ck_bulk_case_outcome")),
        sa.ForeignKeyConstraint(
            ["bulk_id"],
            ["bulk_act.id"],
            name=op.f("fk_bulk_case_bulk_id_bulk_act"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_bulk_case_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("bulk_id", "position", name=op.f("pk_bulk_case")),
        sa.UniqueConstraint("bulk_id", "case_id", name=op.f("uq_bulk_case_bulk_id_case_id")),
    )
    op.create_index(op.f("ix_bulk_case_case_id"), "bulk_case", ["case_id"])
    op.create_index("ix_event_at", "event", ["at", "id"])
    op.create_index("ix_event_actor", "event", ["actor_id", "at"])
    op.create_index("ix_change_at", "change", ["at"])


def downgrade() -> None:
    op.drop_index("ix_change_at", table_name="change")
    op.drop_index("ix_event_actor", table_name="event")
    op.drop_index("ix_event_at", table_name="event")
    op.drop_table("bulk_case")
    op.drop_table("bulk_act")
    op.drop_table("background_work")
