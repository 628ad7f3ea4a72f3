"""Label audits: cycles, results in three layers, audits, labels, members and auditors.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


RESULT_AGAIN = """(case_id = NEW.case_id AND criterion_id = NEW.criterion_id
    AND layer = NEW.layer AND revision = NEW.revision)"""
SQLITE_TRIGGERS = tuple(
    statement
    for table, same in (
        ("la_result", RESULT_AGAIN),
        ("la_snapshot", "id = NEW.id"),
    )
    for statement in (
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
        f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
        # INSERT OR REPLACE takes rows away without asking the triggers above.
        f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR rowid = NEW.rowid OR {same})
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    )
)
POSTGRESQL_TRIGGERS = tuple(
    statement
    for table in ("la_result", "la_snapshot")
    for statement in (
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    )
)


def upgrade() -> None:
    op.create_table(
        "la_certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_la_certificate_order")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_la_certificate_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_la_certificate_number")),
    )
    op.create_index(op.f("ix_la_certificate_user_id"), "la_certificate", ["user_id"], unique=False)

    op.create_table(
        "la_membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("share_from", sa.Date(), nullable=True),
        sa.Column("share_until", sa.Date(), nullable=True),
        sa.Column("charter_version", sa.String(length=20), nullable=False),
        sa.Column("charter_signed_on", sa.Date(), nullable=True),
        sa.Column("charter_signed_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_la_membership_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_membership")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_la_membership_organisation_id")),
    )
    op.create_table(
        "la_due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("exempted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["la_membership.id"],
            name=op.f("fk_la_due_membership_id_la_membership"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_due")),
        sa.UniqueConstraint("membership_id", "year", name=op.f("uq_la_due_membership_id_year")),
    )
    op.create_table(
        "la_appeal",
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_appeal_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_appeal")),
    )
    op.create_index(op.f("ix_la_appeal_case_id"), "la_appeal", ["case_id"], unique=False)

    op.create_table(
        "la_cycle",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("previous_case_id", sa.Uuid(), nullable=True),
        sa.Column("engaged_on", sa.Date(), nullable=False),
        sa.Column("team_proposed_on", sa.Date(), nullable=True),
        sa.Column("team_answer", sa.String(length=12), nullable=False),
        sa.Column("audited_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("next_audit_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_cycle_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["previous_case_id"],
            ["case_file.id"],
            name=op.f("fk_la_cycle_previous_case_id_case_file"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["referential_version.id"],
            name=op.f("fk_la_cycle_version_id_referential_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_cycle")),
    )
    op.create_index(op.f("ix_la_cycle_case_id"), "la_cycle", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_la_cycle_previous_case_id"), "la_cycle", ["previous_case_id"], unique=False
    )

    op.create_table(
        "la_declaration",
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("tie", sa.String(length=12), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_declaration_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_la_declaration_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_declaration")),
    )
    op.create_index(op.f("ix_la_declaration_case_id"), "la_declaration", ["case_id"], unique=False)

    op.create_table(
        "la_finding",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("text_nl", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("consent", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_finding_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_finding")),
    )
    op.create_index(op.f("ix_la_finding_case_id"), "la_finding", ["case_id"], unique=False)

    op.create_table(
        "la_label",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("restored", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending','active','suspended','withdrawn','expired','replaced')",
            name=op.f("ck_la_label_state"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_la_label_order")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_label_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_label")),
        sa.UniqueConstraint("number", name=op.f("uq_la_label_number")),
    )
    op.create_index(op.f("ix_la_label_case_id"), "la_label", ["case_id"], unique=False)

    op.create_table(
        "la_plan",
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_plan_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_plan")),
    )
    op.create_index(op.f("ix_la_plan_case_id"), "la_plan", ["case_id"], unique=False)

    op.create_table(
        "la_recommendation",
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=False),
        sa.Column("text_nl", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("progress", sa.String(length=12), nullable=False),
        sa.Column("replied_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("check_note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_recommendation_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["replied_by_id"],
            ["user_account.id"],
            name=op.f("fk_la_recommendation_replied_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_recommendation")),
    )
    op.create_index(
        op.f("ix_la_recommendation_case_id"), "la_recommendation", ["case_id"], unique=False
    )

    op.create_table(
        "la_reply",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_reply_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_reply")),
    )
    op.create_index(op.f("ix_la_reply_case_id"), "la_reply", ["case_id"], unique=False)

    op.create_table(
        "la_report",
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("no_good_practices", sa.Boolean(), nullable=False),
        sa.Column("no_recommendations", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_report_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_report")),
    )
    op.create_index(op.f("ix_la_report_case_id"), "la_report", ["case_id"], unique=False)

    op.create_table(
        "la_snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.String(length=40), nullable=False),
        sa.Column("favourable", sa.Boolean(), nullable=True),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_snapshot_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_snapshot")),
    )
    op.create_index(op.f("ix_la_snapshot_case_id"), "la_snapshot", ["case_id"], unique=False)

    op.create_table(
        "la_suspension",
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_suspension_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_suspension")),
    )
    op.create_index(op.f("ix_la_suspension_case_id"), "la_suspension", ["case_id"], unique=False)

    op.create_table(
        "la_team_member",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_team_member_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_la_team_member_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_team_member")),
    )
    op.create_index(op.f("ix_la_team_member_case_id"), "la_team_member", ["case_id"], unique=False)

    op.create_table(
        "la_visit",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_visit_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_visit")),
    )
    op.create_index(op.f("ix_la_visit_case_id"), "la_visit", ["case_id"], unique=False)

    op.create_table(
        "la_evidence",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_evidence_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_la_evidence_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_evidence")),
    )
    op.create_index(op.f("ix_la_evidence_case_id"), "la_evidence", ["case_id"], unique=False)

    op.create_table(
        "la_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "layer IN ('self','auditor','committee')", name=op.f("ck_la_result_layer")
        ),
        sa.CheckConstraint(
            "result IN ('met','partial','not_met','not_applicable','not_assessed')",
            name=op.f("ck_la_result_result"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_la_result_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_la_result_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name=op.f("fk_la_result_criterion_id_criterion")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_la_result")),
        sa.UniqueConstraint(
            "case_id",
            "criterion_id",
            "layer",
            "revision",
            name=op.f("uq_la_result_case_id_criterion_id_layer_revision"),
        ),
    )
    op.add_column(
        "scheme", sa.Column("computed", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column(
        "scheme",
        sa.Column(
            "charter_version", sa.String(length=20), server_default=sa.text("''"), nullable=False
        ),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_column("scheme", "charter_version")
    op.drop_column("scheme", "computed")
    op.drop_table("la_result")
    op.drop_table("la_evidence")
    op.drop_table("la_visit")
    op.drop_table("la_team_member")
    op.drop_table("la_suspension")
    op.drop_table("la_snapshot")
    op.drop_table("la_report")
    op.drop_table("la_reply")
    op.drop_table("la_recommendation")
    op.drop_table("la_plan")
    op.drop_table("la_label")
    op.drop_table("la_finding")
    op.drop_table("la_declaration")
    op.drop_table("la_cycle")
    op.drop_table("la_appeal")
    op.drop_table("la_due")
    op.drop_table("la_membership")
    op.drop_table("la_certificate")
