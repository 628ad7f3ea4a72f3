"""The day on which a cooperative has handed its self-assessment in.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("la_cycle", sa.Column("handed_in_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("la_cycle", "handed_in_on")
