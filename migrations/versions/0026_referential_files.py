"""Files with criteria that wait for a yes.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referential_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["user_account.id"],
            name=op.f("fk_referential_file_owner_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["referential_version.id"],
            name=op.f("fk_referential_file_version_id_referential_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referential_file")),
    )
    op.create_index(op.f("ix_referential_file_version_id"), "referential_file", ["version_id"])


def downgrade() -> None:
    op.drop_table("referential_file")
