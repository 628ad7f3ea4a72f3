"""Saved views, chosen columns, and the indexes by which lists and boards are put in order.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from casework.folding import folded

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_saved_view_owner_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "key", name=op.f("uq_saved_view_owner_id_key")),
    )
    op.create_index(op.f("ix_saved_view_shared"), "saved_view", ["shared"])
    op.create_table(
        "list_choice",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("view_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_list_choice_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["saved_view.id"],
            name=op.f("fk_list_choice_view_id_saved_view"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_list_choice")),
    )
    op.create_index(op.f("ix_list_choice_view_id"), "list_choice", ["view_id"])
    op.drop_index("ix_case_file_state", table_name="case_file")
    op.create_index(
        "ix_case_file_state",
        "case_file",
        ["workflow_key", "state", "next_due_at", "id", "restricted"],
    )
    op.create_index("ix_case_file_created", "case_file", ["created_at", "id"])
    title = sa.Column("folded_title", sa.Text(), server_default=sa.text("''"), nullable=False)
    op.add_column("case_file", title)
    _fold_titles()
    op.create_index("ix_case_file_folded_title", "case_file", ["folded_title", "id"])


def _fold_titles() -> None:
    cases = sa.table(
        "case_file",
        sa.column("id", sa.Uuid()),
        sa.column("title", sa.Text()),
        sa.column("folded_title", sa.Text()),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(cases.c.id, cases.c.title)).all()
    if rows:
        connection.execute(
            sa.update(cases)
            .where(cases.c.id == sa.bindparam("key"))
            .values(folded_title=sa.bindparam("words")),
            [{"key": row.id, "words": folded(row.title)} for row in rows],
        )


def downgrade() -> None:
    op.drop_index("ix_case_file_folded_title", table_name="case_file")
    op.drop_column("case_file", "folded_title")
    op.drop_index("ix_case_file_created", table_name="case_file")
    op.drop_index("ix_case_file_state", table_name="case_file")
    op.create_index("ix_case_file_state", "case_file", ["workflow_key", "state"])
    op.drop_table("list_choice")
    op.drop_table("saved_view")
