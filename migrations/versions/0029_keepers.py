"""Whether the open restricted cases go with an office, and who said so.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

PEOPLE = ("admitted_by_id", "reset_asked_by_id")


def upgrade() -> None:
    with op.batch_alter_table("committee_office") as batch_op:
        batch_op.add_column(sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("reset_reason", sa.Text(), server_default=sa.text("''"), nullable=False)
        )
        for name in PEOPLE:
            batch_op.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            batch_op.create_foreign_key(
                batch_op.f(f"fk_committee_office_{name}_user_account"),
                "user_account",
                [name],
                ["id"],
            )
        batch_op.create_check_constraint(
            batch_op.f("ck_committee_office_two"),
            "reset_asked_by_id IS NULL OR admitted_by_id <> reset_asked_by_id",
        )
    op.execute(
        "UPDATE committee_office SET admitted_at = created_at, admitted_by_id = created_by_id"
    )


def downgrade() -> None:
    with op.batch_alter_table("committee_office") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_committee_office_two"), type_="check")
        for name in PEOPLE:
            batch_op.drop_constraint(
                batch_op.f(f"fk_committee_office_{name}_user_account"), type_="foreignkey"
            )
            batch_op.drop_column(name)
        batch_op.drop_column("reset_reason")
        batch_op.drop_column("admitted_at")
