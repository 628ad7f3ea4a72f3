"""The cases that a file made by long work tells of.

Of files made before nobody knows: they are taken back when their owner asks for them.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "background_work_case",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["background_work.id"],
            name=op.f("fk_background_work_case_work_id_background_work"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("work_id", "case_id", name=op.f("pk_background_work_case")),
    )
    op.execute("UPDATE background_work SET sight = NULL WHERE kind = 'export_cases'")


def downgrade() -> None:
    op.drop_table("background_work_case")
