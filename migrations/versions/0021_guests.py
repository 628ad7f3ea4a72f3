"""Guests by link, and what they say: a pledge confirmed, a session attended.

Revision ID: 0021
Revises: 0020
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PURPOSES = "purpose IN ('sign_in','reset','invitation','address')"
WITH_GUESTS = "purpose IN ('sign_in','reset','invitation','address','guest')"
ONE_OF = "(purpose = 'guest') = (guest_id IS NOT NULL)"
SAID = (
    ("pp_pledge", "answer", "confirmation"),
    ("pp_session", "group_words", "group_attended"),
)


def upgrade() -> None:
    op.create_table(
        "guest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_guest_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_guest_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["access_grant.id"], name=op.f("fk_guest_grant_id_access_grant")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["user_account.id"], name=op.f("fk_guest_invited_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest")),
    )
    op.create_index(op.f("ix_guest_case_id"), "guest", ["case_id"])
    op.create_index(op.f("ix_guest_user_id"), "guest", ["user_id"])
    with op.batch_alter_table("user_session") as batch:
        batch.add_column(_guest("user_session"))
        batch.create_index(op.f("ix_user_session_guest_id"), ["guest_id"])
    _change_mailed_links(WITH_GUESTS, add=True)
    for table, words, choice in SAID:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {words} TEXT DEFAULT '' NOT NULL")
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {choice} VARCHAR(10) DEFAULT '' NOT NULL"
            f" CONSTRAINT ck_{table}_{choice} CHECK ({choice} IN ('','yes','no'))"
        )
        with op.batch_alter_table(table) as batch:
            batch.alter_column(words, server_default=None)
            batch.alter_column(choice, server_default=None)


def downgrade() -> None:
    for table, words, choice in SAID:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{choice}"), type_="check")
            batch.drop_column(choice)
            batch.drop_column(words)
    op.execute("DELETE FROM mailed_link WHERE purpose = 'guest'")
    op.execute("DELETE FROM user_session WHERE guest_id IS NOT NULL")
    _change_mailed_links(PURPOSES, add=False)
    with op.batch_alter_table("user_session") as batch:
        batch.drop_index(op.f("ix_user_session_guest_id"))
        batch.drop_column("guest_id")
    op.drop_table("guest")


def _guest(table: str) -> sa.Column[Any]:
    key = sa.ForeignKey("guest.id", name=op.f(f"fk_{table}_guest_id_guest"))
    return sa.Column("guest_id", sa.Uuid(), key, nullable=True)


def _change_mailed_links(purposes: str, *, add: bool) -> None:
    """Give the table other purposes, with or without guests."""
    purpose, one_of = op.f("ck_mailed_link_purpose"), op.f("ck_mailed_link_guest")
    with op.batch_alter_table("mailed_link") as batch:
        batch.drop_constraint(purpose, type_="check")
        batch.create_check_constraint(purpose, purposes)
        if add:
            batch.add_column(_guest("mailed_link"))
            batch.create_index(op.f("ix_mailed_link_guest_id"), ["guest_id"])
            batch.create_check_constraint(one_of, ONE_OF)
        else:
            batch.drop_constraint(one_of, type_="check")
            batch.drop_index(op.f("ix_mailed_link_guest_id"))
            batch.drop_column("guest_id")
