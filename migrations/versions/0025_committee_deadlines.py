"""Deadlines of committees: papers, minutes, mandates, yearly reports.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deadline") as batch_op:
        batch_op.alter_column("case_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.add_column(sa.Column("committee_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_deadline_committee_id_committee"), "committee", ["committee_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_deadline_whose"), "(case_id IS NULL) <> (committee_id IS NULL)"
        )
        batch_op.create_index(batch_op.f("ix_deadline_committee_id"), ["committee_id"])
    with op.batch_alter_table("committee_rules") as batch_op:
        batch_op.add_column(
            sa.Column("report_month", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_committee_rules_report_month"), "report_month BETWEEN 0 AND 12"
        )


def downgrade() -> None:
    op.execute(
        "DELETE FROM reminder WHERE deadline_id IN (SELECT id FROM deadline WHERE case_id IS NULL)"
    )
    op.execute("DELETE FROM deadline WHERE case_id IS NULL")
    with op.batch_alter_table("committee_rules") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_committee_rules_report_month"), type_="check")
        batch_op.drop_column("report_month")
    with op.batch_alter_table("deadline") as batch_op:
        batch_op.drop_index(batch_op.f("ix_deadline_committee_id"))
        batch_op.drop_constraint(batch_op.f("ck_deadline_whose"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_deadline_committee_id_committee"), type_="foreignkey"
        )
        batch_op.drop_column("committee_id")
        batch_op.alter_column("case_id", existing_type=sa.Uuid(), nullable=False)
