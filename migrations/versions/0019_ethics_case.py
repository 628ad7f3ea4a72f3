"""The records of the ethics committee.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ec_matter",
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("sensitivity", sa.String(length=12), nullable=False),
        sa.Column("own_initiative_on", sa.Date(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("resolved_how", sa.Text(), nullable=False),
        sa.Column("resolved_confirmed", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_matter_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_matter")),
    )
    op.create_index(op.f("ix_ec_matter_case_id"), "ec_matter", ["case_id"], unique=False)
    op.create_index(op.f("ix_ec_matter_noticed_on"), "ec_matter", ["noticed_on"], unique=False)
    op.create_table(
        "ec_formal_request",
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_formal_request_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_formal_request")),
    )
    op.create_index(
        op.f("ix_ec_formal_request_case_id"), "ec_formal_request", ["case_id"], unique=False
    )
    op.create_index(
        op.f("ix_ec_formal_request_requested_on"),
        "ec_formal_request",
        ["requested_on"],
        unique=False,
    )
    op.create_table(
        "ec_triage",
        sa.Column("operational", sa.String(length=8), nullable=False),
        sa.Column("political", sa.String(length=8), nullable=False),
        sa.Column("representation", sa.String(length=8), nullable=False),
        sa.Column("members", sa.String(length=8), nullable=False),
        sa.Column("members_and_ours", sa.Boolean(), nullable=False),
        sa.Column("better_body", sa.String(length=8), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("mediation", sa.String(length=8), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_triage_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_triage")),
    )
    op.create_index(op.f("ix_ec_triage_case_id"), "ec_triage", ["case_id"], unique=False)
    op.create_table(
        "ec_redirection",
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("forwarded", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_redirection_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_redirection")),
    )
    op.create_index(op.f("ix_ec_redirection_case_id"), "ec_redirection", ["case_id"], unique=False)
    op.create_table(
        "ec_postponement",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_postponement_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_postponement")),
    )
    op.create_index(
        op.f("ix_ec_postponement_case_id"), "ec_postponement", ["case_id"], unique=False
    )
    op.create_index(op.f("ix_ec_postponement_on"), "ec_postponement", ["on"], unique=False)
    op.create_table(
        "ec_rapporteur",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_rapporteur_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_ec_rapporteur_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_rapporteur")),
    )
    op.create_index(op.f("ix_ec_rapporteur_case_id"), "ec_rapporteur", ["case_id"], unique=False)
    op.create_table(
        "ec_info_request",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_info_request_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_info_request")),
    )
    op.create_index(
        op.f("ix_ec_info_request_case_id"), "ec_info_request", ["case_id"], unique=False
    )
    op.create_table(
        "ec_exchange",
        sa.Column("from_reporter", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_exchange_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_exchange")),
    )
    op.create_index(op.f("ix_ec_exchange_case_id"), "ec_exchange", ["case_id"], unique=False)
    op.create_table(
        "ec_opinion",
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_opinion_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_opinion")),
        sa.UniqueConstraint("number", name=op.f("uq_ec_opinion_number")),
    )
    op.create_index(op.f("ix_ec_opinion_case_id"), "ec_opinion", ["case_id"], unique=False)
    op.create_table(
        "ec_recommendation",
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("addressee", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_recommendation_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_recommendation")),
        sa.UniqueConstraint("number", name=op.f("uq_ec_recommendation_number")),
    )
    op.create_index(
        op.f("ix_ec_recommendation_case_id"), "ec_recommendation", ["case_id"], unique=False
    )
    op.create_table(
        "ec_recommendation_item",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_recommendation_item_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_recommendation_item")),
    )
    op.create_index(
        op.f("ix_ec_recommendation_item_case_id"),
        "ec_recommendation_item",
        ["case_id"],
        unique=False,
    )
    op.create_table(
        "ec_review",
        sa.Column("month", sa.String(length=4), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("progress", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_review_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_review")),
    )
    op.create_index(op.f("ix_ec_review_case_id"), "ec_review", ["case_id"], unique=False)
    op.create_table(
        "ec_publication",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("consent", sa.String(length=12), nullable=False),
        sa.Column("reidentification", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("read_by_id", sa.Uuid(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_ec_publication_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["read_by_id"],
            ["user_account.id"],
            name=op.f("fk_ec_publication_read_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["user_account.id"],
            name=op.f("fk_ec_publication_written_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_publication")),
    )
    op.create_index(op.f("ix_ec_publication_case_id"), "ec_publication", ["case_id"], unique=False)
    op.create_table(
        "ec_training",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_ec_training_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_training")),
    )
    op.create_index(op.f("ix_ec_training_held_on"), "ec_training", ["held_on"], unique=False)
    op.create_table(
        "ec_public_debate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("together_with", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_ec_public_debate_created_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ec_public_debate")),
    )
    op.create_index(
        op.f("ix_ec_public_debate_held_on"), "ec_public_debate", ["held_on"], unique=False
    )


def downgrade() -> None:
    op.drop_table("ec_public_debate")
    op.drop_table("ec_training")
    op.drop_table("ec_publication")
    op.drop_table("ec_review")
    op.drop_table("ec_recommendation_item")
    op.drop_table("ec_recommendation")
    op.drop_table("ec_opinion")
    op.drop_table("ec_exchange")
    op.drop_table("ec_info_request")
    op.drop_table("ec_rapporteur")
    op.drop_table("ec_postponement")
    op.drop_table("ec_redirection")
    op.drop_table("ec_triage")
    op.drop_table("ec_formal_request")
    op.drop_table("ec_matter")
