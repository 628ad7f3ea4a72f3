"""Renewals: modules pinned to a cycle, evidence of the last cycle, sectors of modules.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "la_module",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_module_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["referential_version.id"],
            name=op.f("fk_la_module_version_id_referential_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_module")),
        sa.UniqueConstraint("case_id", "version_id", name=op.f("uq_la_module_case_id_version_id")),
    )
    op.create_table(
        "la_carried",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("answer IN ('confirmed','dropped')", name=op.f("ck_la_carried_answer")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_la_carried_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_carried_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["la_evidence.id"], name=op.f("fk_la_carried_evidence_id_la_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["la_evidence.id"], name=op.f("fk_la_carried_source_id_la_evidence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_carried")),
        sa.UniqueConstraint("case_id", "source_id", name=op.f("uq_la_carried_case_id_source_id")),
    )
    op.add_column(
        "referential",
        sa.Column("sectors", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("referential", "sectors")
    op.drop_table("la_carried")
    op.drop_table("la_module")
