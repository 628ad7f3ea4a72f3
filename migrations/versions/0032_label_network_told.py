"""What members and auditors were told of their dues and certificates.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("la_due", "la_certificate"):
        op.add_column(
            table,
            sa.Column("told", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        )


def downgrade() -> None:
    for table in ("la_certificate", "la_due"):
        op.drop_column(table, "told")
