"""Mergers of organisations, imports.

Revision ID: 0004
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

# What these columns hold is whatever the present code makes of a name.
from casework.folding import folded
from casework.naming import host_of, twin_key

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

FOUND_BY = ("folded_name", "twin_key", "website_host")


def upgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        for name in FOUND_BY:
            table.add_column(sa.Column(name, sa.Text(), server_default="", nullable=False))
            table.create_index(op.f(f"ix_organisation_{name}"), [name])
        table.add_column(sa.Column("merged_into_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_organisation_merged_into_id_organisation"),
            "organisation",
            ["merged_into_id"],
            ["id"],
        )
        table.create_index(op.f("ix_organisation_merged_into_id"), ["merged_into_id"])
    with op.batch_alter_table("organisation") as table:
        for name in FOUND_BY:
            table.alter_column(name, existing_type=sa.Text(), server_default=None)
    _fold_names()
    op.create_table(
        "organisation_former_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("registry_number", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_former_number_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_former_number")),
        sa.UniqueConstraint(
            "country",
            "registry_number",
            name=op.f("uq_organisation_former_number_country_registry_number"),
        ),
    )
    op.create_index(
        op.f("ix_organisation_former_number_organisation_id"),
        "organisation_former_number",
        ["organisation_id"],
    )
    op.create_table(
        "organisation_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.Column("left", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["kept_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_merge_kept_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_merge_merged_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["user_account.id"],
            name=op.f("fk_organisation_merge_actor_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"],
            ["user_account.id"],
            name=op.f("fk_organisation_merge_undone_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_merge")),
    )
    for name in ("kept_id", "merged_id"):
        op.create_index(op.f(f"ix_organisation_merge_{name}"), "organisation_merge", [name])
    _imports()


def _fold_names() -> None:
    bind = op.get_bind()
    table = sa.table(
        "organisation",
        sa.column("id", sa.Uuid()),
        *(sa.column(n, sa.Text()) for n in ("name", "website", *FOUND_BY)),
    )
    for row in bind.execute(sa.select(table.c.id, table.c.name, table.c.website)).all():
        bind.execute(
            sa.update(table)
            .where(table.c.id == row.id)
            .values(
                folded_name=folded(row.name),
                twin_key=twin_key(row.name),
                website_host=host_of(row.website),
            )
        )


def _imports() -> None:
    op.create_table(
        "import_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('organisations','people')", name=op.f("ck_import_file_kind")),
        sa.CheckConstraint(
            "state IN ('reading','refused','checked','writing','done')",
            name=op.f("ck_import_file_state"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_import_file_owner_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    op.create_index(op.f("ix_import_file_owner_id"), "import_file", ["owner_id"])
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("found_id", sa.Uuid(), nullable=True),
        sa.Column("found_version", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('new','change','same','twin','fault')",
            name=op.f("ck_import_row_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_file.id"], name=op.f("fk_import_row_import_id_import_file")
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_outcome", "import_row", ["import_id", "outcome", "line"])


def downgrade() -> None:
    op.drop_table("import_row")
    op.drop_table("import_file")
    op.drop_table("organisation_merge")
    op.drop_table("organisation_former_number")
    with op.batch_alter_table("organisation") as table:
        table.drop_index(op.f("ix_organisation_merged_into_id"))
        table.drop_constraint(
            op.f("fk_organisation_merged_into_id_organisation"), type_="foreignkey"
        )
        table.drop_column("merged_into_id")
        for name in FOUND_BY:
            table.drop_index(op.f(f"ix_organisation_{name}"))
            table.drop_column(name)
