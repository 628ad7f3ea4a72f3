"""Documents that are shown to guests.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest_document",
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guest_id"], ["guest.id"], name=op.f("fk_guest_document_guest_id_guest")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_guest_document_document_id_document")
        ),
        sa.PrimaryKeyConstraint("guest_id", "document_id", name=op.f("pk_guest_document")),
    )
    op.create_index(op.f("ix_guest_document_document_id"), "guest_document", ["document_id"])


def downgrade() -> None:
    op.drop_table("guest_document")
