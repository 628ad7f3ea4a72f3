"""Handing over what somebody was in charge of, and closing their account with a day.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closes_after", sa.Date(), nullable=True),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name=op.f("fk_hand_over_person_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_hand_over_actor_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("work_id", name=op.f("uq_hand_over_work_id")),
    )
    op.create_index(op.f("ix_hand_over_person_id"), "hand_over", ["person_id"])
    op.create_index(op.f("ix_hand_over_closes_after"), "hand_over", ["closes_after"])


def downgrade() -> None:
    op.drop_table("hand_over")
