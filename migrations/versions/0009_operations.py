"""What operations watch: how long periodic things take; indexes for what is cleaned away.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("heartbeat", sa.Column("seconds", sa.Double()))
    op.create_index(op.f("ix_receipt_at"), "receipt", ["at"])
    op.create_index(op.f("ix_draft_saved_at"), "draft", ["saved_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_draft_saved_at"), "draft")
    op.drop_index(op.f("ix_receipt_at"), "receipt")
    op.drop_column("heartbeat", "seconds")
