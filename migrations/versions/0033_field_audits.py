"""Audits in the field: keys of devices, results and photos that they have sent.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

IN_USE = sa.text("forgotten_at IS NULL")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target}"
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(name))


def upgrade() -> None:
    op.create_table(
        "la_field_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        _to("la_field_key", "case_id", "case_file"),
        _to("la_field_key", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_field_key")),
    )
    op.create_index(
        "uq_la_field_key_in_use",
        "la_field_key",
        ["user_id", "case_id"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )
    op.create_table(
        "la_field_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('saved','same','conflict')", name=op.f("ck_la_field_entry_outcome")
        ),
        sa.CheckConstraint(
            "result IN ('met','partial','not_met','not_applicable','not_assessed')",
            name=op.f("ck_la_field_entry_result"),
        ),
        _to("la_field_entry", "case_id", "case_file"),
        _to("la_field_entry", "criterion_id", "criterion"),
        _to("la_field_entry", "by_id", "user_account"),
        _to("la_field_entry", "settled_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_field_entry")),
    )
    op.create_table(
        "la_field_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        _to("la_field_photo", "case_id", "case_file"),
        _to("la_field_photo", "by_id", "user_account"),
        _to("la_field_photo", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_field_photo")),
    )
    for table in ("la_field_key", "la_field_entry", "la_field_photo"):
        op.create_index(op.f(f"ix_{table}_case_id"), table, ["case_id"], unique=False)


def downgrade() -> None:
    for table in ("la_field_photo", "la_field_entry", "la_field_key"):
        op.drop_table(table)
