"""Indexes for lists by state and for the count of unread messages.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_case_file_state_due", "case_file", ["state", "next_due_at", "id"])
    op.create_index(
        "ix_message_unread",
        "message",
        ["recipient_id"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )


def downgrade() -> None:
    op.drop_index("ix_message_unread", table_name="message")
    op.drop_index("ix_case_file_state_due", table_name="case_file")
