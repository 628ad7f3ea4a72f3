"""Schemes of labels, their referentials, and the mapping between them.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# What is published never changes, and the database itself sees to it: a published version may only
# be retired, and nothing is added to its parts, changed in them or taken away. Whoever rebuilds
# these tables in a later migration (SQLite's batch mode does) must call protect_published() again.
PARTS = ("referential_field", "criterion")
REFUSE = "BEGIN SELECT RAISE(ABORT, 'a published referential never changes'); END"
SQLITE_PART_TRIGGERS = (
    # INSERT OR REPLACE and UPDATE OR REPLACE take rows away without asking the other triggers.
    """CREATE TRIGGER {part}_published_no_insert BEFORE INSERT ON {part}
    WHEN EXISTS (SELECT 1 FROM referential_version WHERE state <> 'draft' AND (id = NEW.version_id
    OR id IN (SELECT version_id FROM {part} WHERE id = NEW.id OR rowid = NEW.rowid)))
    {refuse}""",
    """CREATE TRIGGER {part}_published_no_update BEFORE UPDATE ON {part}
    WHEN EXISTS (SELECT 1 FROM referential_version WHERE state <> 'draft'
    AND (id IN (OLD.version_id, NEW.version_id)
    OR id IN (SELECT version_id FROM {part} WHERE id = NEW.id OR rowid = NEW.rowid)))
    {refuse}""",
    """CREATE TRIGGER {part}_published_no_delete BEFORE DELETE ON {part}
    WHEN EXISTS (SELECT 1 FROM referential_version
    WHERE state <> 'draft' AND id = OLD.version_id)
    {refuse}""",
)
SAME = " AND ".join(
    f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}"
    for column in (
        "id",
        "referential_id",
        "label",
        "stamp",
        "copied_from_id",
        "created_at",
        "created_by_id",
        "published_at",
        "published_by_id",
    )
)
RETIRED = f"OLD.state = 'published' AND NEW.state = 'retired' AND {SAME}"
SQLITE_VERSION_TRIGGERS = (
    """CREATE TRIGGER referential_version_published_no_insert BEFORE INSERT ON referential_version
    WHEN EXISTS (SELECT 1 FROM referential_version WHERE state <> 'draft'
    AND (id = NEW.id OR rowid = NEW.rowid
    OR (referential_id = NEW.referential_id AND label = NEW.label)))
    {refuse}""",
    """CREATE TRIGGER referential_version_published_no_update BEFORE UPDATE ON referential_version
    WHEN (OLD.state <> 'draft' AND NOT ({retired}))
    OR EXISTS (SELECT 1 FROM referential_version WHERE state <> 'draft' AND rowid <> OLD.rowid
    AND (id = NEW.id OR rowid = NEW.rowid
    OR (referential_id = NEW.referential_id AND label = NEW.label)))
    {refuse}""",
    """CREATE TRIGGER referential_version_published_no_delete BEFORE DELETE ON referential_version
    WHEN OLD.state <> 'draft'
    {refuse}""",
)
POSTGRESQL_FUNCTIONS = (
    # The lock makes a writer wait for a publication that is under way, and see it.
    """CREATE FUNCTION refuse_published_part() RETURNS trigger LANGUAGE plpgsql AS
    $$ DECLARE found text;
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            SELECT state INTO found FROM referential_version WHERE id = OLD.version_id FOR SHARE;
            IF found <> 'draft' THEN RAISE EXCEPTION 'a published referential never changes';
            END IF;
        END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        SELECT state INTO found FROM referential_version WHERE id = NEW.version_id FOR SHARE;
        IF found <> 'draft' THEN RAISE EXCEPTION 'a published referential never changes';
        END IF;
        RETURN NEW;
    END $$""",
    f"""CREATE FUNCTION refuse_published_version() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF OLD.state = 'draft' THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF TG_OP = 'UPDATE' AND {RETIRED} THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'a published referential never changes';
    END $$""",
)
POSTGRESQL_PART_TRIGGERS = (
    """CREATE TRIGGER {part}_published_no_change BEFORE INSERT OR UPDATE OR DELETE ON {part}
    FOR EACH ROW EXECUTE FUNCTION refuse_published_part()""",
    """CREATE TRIGGER {part}_no_truncate BEFORE TRUNCATE ON {part}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)
POSTGRESQL_VERSION_TRIGGERS = (
    """CREATE TRIGGER referential_version_published_no_change
    BEFORE UPDATE OR DELETE ON referential_version
    FOR EACH ROW EXECUTE FUNCTION refuse_published_version()""",
    """CREATE TRIGGER referential_version_no_truncate BEFORE TRUNCATE ON referential_version
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)


def protect_published() -> None:
    """Create the triggers that keep published versions as they are."""
    retired = RETIRED
    if op.get_bind().dialect.name == "sqlite":
        retired = RETIRED.replace("IS NOT DISTINCT FROM", "IS")  # older ones know no other word
        statements = [*SQLITE_VERSION_TRIGGERS]
        statements += [s.replace("{part}", p) for p in PARTS for s in SQLITE_PART_TRIGGERS]
    else:
        statements = [*POSTGRESQL_FUNCTIONS, *POSTGRESQL_VERSION_TRIGGERS]
        statements += [s.replace("{part}", p) for p in PARTS for s in POSTGRESQL_PART_TRIGGERS]
    for statement in statements:
        op.execute(statement.replace("{refuse}", REFUSE).replace("{retired}", retired))


def upgrade() -> None:
    op.create_table(
        "scheme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("family", sa.String(length=20), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("validity_years", sa.Integer(), nullable=False),
        sa.Column("start_rule", sa.String(length=20), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "start_rule IN ('decision','next_month')", name=op.f("ck_scheme_start_rule")
        ),
        sa.CheckConstraint("validity_years BETWEEN 1 AND 20", name=op.f("ck_scheme_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("key", name=op.f("uq_scheme_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_scheme_prefix")),
    )
    op.create_table(
        "referential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["referential.id"], name=op.f("fk_referential_base_id_referential")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["scheme.id"], name=op.f("fk_referential_scheme_id_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referential")),
        sa.UniqueConstraint("key", name=op.f("uq_referential_key")),
    )
    op.create_index(op.f("ix_referential_base_id"), "referential", ["base_id"])
    op.create_index(op.f("ix_referential_scheme_id"), "referential", ["scheme_id"])

    op.create_table(
        "referential_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referential_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.Column("copied_from_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (published_at IS NULL)",
            name=op.f("ck_referential_version_published"),
        ),
        sa.CheckConstraint(
            "state IN ('draft','published','retired')", name=op.f("ck_referential_version_state")
        ),
        sa.ForeignKeyConstraint(
            ["copied_from_id"],
            ["referential_version.id"],
            name=op.f("fk_referential_version_copied_from_id_referential_version"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_referential_version_created_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["user_account.id"],
            name=op.f("fk_referential_version_published_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["referential_id"],
            ["referential.id"],
            name=op.f("fk_referential_version_referential_id_referential"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referential_version")),
        sa.UniqueConstraint(
            "referential_id", "label", name=op.f("uq_referential_version_referential_id_label")
        ),
    )
    op.create_table(
        "referential_field",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["referential_version.id"],
            name=op.f("fk_referential_field_version_id_referential_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referential_field")),
        sa.UniqueConstraint(
            "version_id", "code", name=op.f("uq_referential_field_version_id_code")
        ),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("na_allowed", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("applies_if", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("text_nl", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("na_condition_fr", sa.Text(), nullable=False),
        sa.Column("na_condition_nl", sa.Text(), nullable=False),
        sa.Column("na_condition_en", sa.Text(), nullable=False),
        sa.Column("evidence_fr", sa.Text(), nullable=False),
        sa.Column("evidence_nl", sa.Text(), nullable=False),
        sa.Column("evidence_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('mandatory','recommended','informative')", name=op.f("ck_criterion_kind")
        ),
        sa.CheckConstraint("weight >= 1 AND level >= 1", name=op.f("ck_criterion_numbers")),
        sa.ForeignKeyConstraint(
            ["field_id"],
            ["referential_field.id"],
            name=op.f("fk_criterion_field_id_referential_field"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["referential_version.id"],
            name=op.f("fk_criterion_version_id_referential_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_criterion_version_id_code")),
    )
    op.create_index(op.f("ix_criterion_field_id"), "criterion", ["field_id"])

    op.create_table(
        "criterion_mapping",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "relation IN ('equal','subset','superset','intersects','none')",
            name=op.f("ck_criterion_mapping_relation"),
        ),
        sa.CheckConstraint("criterion_id < other_id", name=op.f("ck_criterion_mapping_order")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user_account.id"],
            name=op.f("fk_criterion_mapping_changed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["criterion.id"],
            name=op.f("fk_criterion_mapping_criterion_id_criterion"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["criterion.id"], name=op.f("fk_criterion_mapping_other_id_criterion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_mapping")),
        sa.UniqueConstraint(
            "criterion_id", "other_id", name=op.f("uq_criterion_mapping_criterion_id_other_id")
        ),
    )
    op.create_index(op.f("ix_criterion_mapping_other_id"), "criterion_mapping", ["other_id"])
    protect_published()


def downgrade() -> None:
    for table in (
        "criterion_mapping",
        "criterion",
        "referential_field",
        "referential_version",
        "referential",
        "scheme",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_published_part()")
        op.execute("DROP FUNCTION refuse_published_version()")
