"""People found by name or address without caring for accents; asked to join an organisation.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

# What this column holds is whatever the present code makes of a name.
from casework.folding import folded

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user_account") as table:
        table.add_column(sa.Column("folded", sa.Text(), server_default="", nullable=False))
        table.create_index(op.f("ix_user_account_folded"), ["folded"])
    with op.batch_alter_table("user_account") as table:
        table.alter_column("folded", existing_type=sa.Text(), server_default=None)
    _fold_people()
    op.create_table(
        "organisation_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting','accepted','declined','withdrawn')",
            name=op.f("ck_organisation_invitation_state"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_invitation_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_organisation_invitation_user_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["user_account.id"],
            name=op.f("fk_organisation_invitation_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_invitation")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "uq_organisation_invitation_waiting",
        "organisation_invitation",
        ["organisation_id", "user_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_organisation_invitation_user_id", "organisation_invitation", ["user_id"])


def _fold_people() -> None:
    people = sa.table(
        "user_account",
        sa.column("id", sa.Uuid()),
        sa.column("name", sa.Text()),
        sa.column("email", sa.Text()),
        sa.column("folded", sa.Text()),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(people.c.id, people.c.name, people.c.email)).all()
    if rows:
        connection.execute(
            sa.update(people)
            .where(people.c.id == sa.bindparam("key"))
            .values(folded=sa.bindparam("words")),
            [{"key": r.id, "words": folded(f"{r.name} {r.email}")} for r in rows],
        )


def downgrade() -> None:
    op.drop_table("organisation_invitation")
    with op.batch_alter_table("user_account") as table:
        table.drop_index(op.f("ix_user_account_folded"))
        table.drop_column("folded")
