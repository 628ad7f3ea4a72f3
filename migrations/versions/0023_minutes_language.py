"""The language that minutes are written in: until now that of who closed the meeting.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SPOKEN = """
UPDATE minutes_version SET language = COALESCE(
  (SELECT user_account.language FROM minutes_version AS first
   JOIN user_account ON user_account.id = first.written_by_id
   WHERE first.meeting_id = minutes_version.meeting_id AND first.version = 1),
  'fr')
"""


def upgrade() -> None:
    op.add_column("minutes_version", sa.Column("language", sa.String(length=2), nullable=True))
    op.execute(SPOKEN)
    with op.batch_alter_table("minutes_version") as table:
        table.alter_column("language", existing_type=sa.String(length=2), nullable=False)


def downgrade() -> None:
    op.drop_column("minutes_version", "language")
