"""Find an owner's cases in some states along an index, the first due first.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NAME = "ix_case_file_owner"


def upgrade() -> None:
    """Make the index longer."""
    op.drop_index(NAME, table_name="case_file")
    op.create_index(NAME, "case_file", ["owner_id", "state", "next_due_at", "id"])


def downgrade() -> None:
    """Make it as short as before."""
    op.drop_index(NAME, table_name="case_file")
    op.create_index(NAME, "case_file", ["owner_id", "state"])
