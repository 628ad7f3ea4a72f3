"""What a result and a key that waits are tied to: the rights, the session.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("background_work", sa.Column("sight", sa.JSON(), nullable=True))
    op.add_column("second_factor", sa.Column("begun_in", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("second_factor", "begun_in")
    op.drop_column("background_work", "sight")
