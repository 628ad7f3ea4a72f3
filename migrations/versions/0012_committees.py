"""Committees.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OLD_SCOPES = "scope IN ('house','programme','organisation','case')"
NEW_SCOPES = "scope IN ('house','programme','organisation','committee','case')"


def upgrade() -> None:
    with op.batch_alter_table("access_grant") as batch:
        batch.drop_constraint(op.f("ck_access_grant_scope"), type_="check")
        batch.create_check_constraint("scope", sa.text(NEW_SCOPES))
    op.create_table(
        "committee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
        sa.UniqueConstraint("prefix", name=op.f("uq_committee_prefix")),
    )
    op.create_index("ix_committee_kind", "committee", ["kind"])
    op.create_table(
        "college",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "target > 0 AND minimum >= 0 AND minimum <= target", name=op.f("ck_college_numbers")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_college_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_college")),
    )
    op.create_index("ix_college_committee_id", "college", ["committee_id"])
    op.create_table(
        "committee_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.Column("quorum_above", sa.Boolean(), nullable=False),
        sa.Column("college_minima", sa.Boolean(), nullable=False),
        sa.Column("majority", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("casting_vote", sa.Boolean(), nullable=False),
        sa.Column("secret_allowed", sa.Boolean(), nullable=False),
        sa.Column("remote_allowed", sa.Boolean(), nullable=False),
        sa.Column("proxies_each", sa.Integer(), nullable=False),
        sa.Column("papers_days", sa.Integer(), nullable=False),
        sa.Column("minutes_days", sa.Integer(), nullable=False),
        sa.Column("sight_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "majority IN ('simple','absolute','two_thirds')",
            name=op.f("ck_committee_rules_majority"),
        ),
        sa.CheckConstraint(
            "method IN ('vote','consensus','either')", name=op.f("ck_committee_rules_method")
        ),
        sa.CheckConstraint(
            "proxies_each >= 0 AND papers_days >= 0 AND minutes_days >= 0 AND sight_days >= 0",
            name=op.f("ck_committee_rules_counts"),
        ),
        sa.CheckConstraint(
            "quorum_percent BETWEEN 0 AND 100", name=op.f("ck_committee_rules_quorum")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user_account.id"],
            name=op.f("fk_committee_rules_changed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
            name=op.f("fk_committee_rules_committee_id_committee"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_rules")),
        sa.UniqueConstraint(
            "committee_id", "version", name=op.f("uq_committee_rules_committee_id_version")
        ),
    )
    op.create_table(
        "committee_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("college_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_committee_draw_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["college_id"], ["college.id"], name=op.f("fk_committee_draw_college_id_college")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
            name=op.f("fk_committee_draw_committee_id_committee"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_draw")),
    )
    op.create_index("ix_committee_draw_committee_id", "committee_draw", ["committee_id"])
    op.create_table(
        "committee_office",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "office IN ('chair','secretary')", name=op.f("ck_committee_office_office")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_committee_office_order")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
            name=op.f("fk_committee_office_committee_id_committee"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_committee_office_created_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["access_grant.id"],
            name=op.f("fk_committee_office_grant_id_access_grant"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_committee_office_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_office")),
    )
    op.create_index("ix_committee_office_committee_id", "committee_office", ["committee_id"])
    op.create_index("ix_committee_office_user_id", "committee_office", ["user_id"])
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules_id", sa.Uuid(), nullable=True),
        sa.Column("presiding_id", sa.Uuid(), nullable=True),
        sa.Column("papers_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned','open','held','cancelled')", name=op.f("ck_meeting_state")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meeting_order")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_meeting_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_meeting_created_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["presiding_id"], ["user_account.id"], name=op.f("fk_meeting_presiding_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["rules_id"], ["committee_rules.id"], name=op.f("fk_meeting_rules_id_committee_rules")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("number", name=op.f("uq_meeting_number")),
    )
    op.create_index("ix_meeting_committee", "meeting", ["committee_id", "starts_at"])
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("announced", sa.String(length=8), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_reason", sa.Text(), nullable=False),
        sa.Column("presence", sa.String(length=12), nullable=False),
        sa.Column("proxy_id", sa.Uuid(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(presence = 'proxy') = (proxy_id IS NOT NULL)", name=op.f("ck_attendance_proxy")
        ),
        sa.CheckConstraint("announced IN ('','yes','no')", name=op.f("ck_attendance_announced")),
        sa.CheckConstraint(
            "presence IN ('','present','remote','absent','proxy')",
            name=op.f("ck_attendance_presence"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["proxy_id"], ["user_account.id"], name=op.f("fk_attendance_proxy_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_attendance_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "committee_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("tie", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed','recused','dismissed')", name=op.f("ck_committee_interest_state")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user_account.id"],
            name=op.f("fk_committee_interest_answered_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_committee_interest_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
            name=op.f("fk_committee_interest_committee_id_committee"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"],
            ["access_grant.id"],
            name=op.f("fk_committee_interest_grant_id_access_grant"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_committee_interest_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_interest")),
        sa.UniqueConstraint(
            "committee_id",
            "case_id",
            "user_id",
            name=op.f("uq_committee_interest_committee_id_case_id_user_id"),
        ),
    )
    op.create_index("ix_committee_interest_case_id", "committee_interest", ["case_id"])
    op.create_index("ix_committee_interest_user_id", "committee_interest", ["user_id"])
    op.create_table(
        "mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("college_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('lot','election','candidature','appointment')",
            name=op.f("ck_mandate_origin"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_mandate_order")),
        sa.ForeignKeyConstraint(
            ["college_id"], ["college.id"], name=op.f("fk_mandate_college_id_college")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_mandate_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user_account.id"],
            name=op.f("fk_mandate_created_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["committee_draw.id"], name=op.f("fk_mandate_draw_id_committee_draw")
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["access_grant.id"], name=op.f("fk_mandate_grant_id_access_grant")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_mandate_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index("ix_mandate_college_id", "mandate", ["college_id"])
    op.create_index("ix_mandate_committee_id", "mandate", ["committee_id"])
    op.create_index("ix_mandate_user_id", "mandate", ["user_id"])
    op.create_table(
        "meeting_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_from_id", sa.Uuid(), nullable=True),
        sa.Column("rapporteur_id", sa.Uuid(), nullable=True),
        sa.Column("postponed_reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned','decided','postponed','noted','removed')",
            name=op.f("ck_meeting_item_state"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["user_account.id"],
            name=op.f("fk_meeting_item_added_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["carried_from_id"],
            ["meeting_item.id"],
            name=op.f("fk_meeting_item_carried_from_id_meeting_item"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_meeting_item_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_item_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["rapporteur_id"],
            ["user_account.id"],
            name=op.f("fk_meeting_item_rapporteur_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_item")),
    )
    op.create_index("ix_meeting_item_case_id", "meeting_item", ["case_id"])
    op.create_index(
        "uq_meeting_item_case",
        "meeting_item",
        ["meeting_id", "case_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'removed' AND case_id IS NOT NULL"),
        postgresql_where=sa.text("state <> 'removed' AND case_id IS NOT NULL"),
    )
    op.create_table(
        "minutes_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_in_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_in_id"],
            ["meeting.id"],
            name=op.f("fk_minutes_version_approved_in_id_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_version_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["user_account.id"],
            name=op.f("fk_minutes_version_written_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_version")),
        sa.UniqueConstraint(
            "meeting_id", "version", name=op.f("uq_minutes_version_meeting_id_version")
        ),
    )
    op.create_table(
        "committee_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "method IN ('vote','consensus')", name=op.f("ck_committee_decision_method")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_committee_decision_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["meeting_item.id"],
            name=op.f("fk_committee_decision_item_id_meeting_item"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_committee_decision_recorded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_decision")),
        sa.UniqueConstraint("item_id", name=op.f("uq_committee_decision_item_id")),
    )
    op.create_index("ix_committee_decision_case_id", "committee_decision", ["case_id"])
    op.create_table(
        "committee_opinion",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("leaning", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "leaning IN ('for','against','undecided')", name=op.f("ck_committee_opinion_leaning")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meeting_item.id"], name=op.f("fk_committee_opinion_item_id_meeting_item")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_committee_opinion_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_committee_opinion")),
    )
    op.create_table(
        "committee_sight",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["access_grant.id"], name=op.f("fk_committee_sight_grant_id_access_grant")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meeting_item.id"], name=op.f("fk_committee_sight_item_id_meeting_item")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_committee_sight_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_committee_sight")),
    )
    op.create_table(
        "poll",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meeting_item.id"], name=op.f("fk_poll_item_id_meeting_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
    )
    op.create_index("ix_poll_item_id", "poll", ["item_id"])
    op.create_index(
        "uq_poll_open",
        "poll",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "ballot",
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("cast_by_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=True),
        sa.CheckConstraint("choice IN ('yes','no','abstain')", name=op.f("ck_ballot_choice")),
        sa.ForeignKeyConstraint(
            ["cast_by_id"], ["user_account.id"], name=op.f("fk_ballot_cast_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_poll_id_poll")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_ballot_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("poll_id", "user_id", name=op.f("pk_ballot")),
    )


def downgrade() -> None:
    op.drop_table("ballot")
    op.drop_table("poll")
    op.drop_table("committee_sight")
    op.drop_table("committee_opinion")
    op.drop_table("committee_decision")
    op.drop_table("minutes_version")
    op.drop_table("meeting_item")
    op.drop_table("mandate")
    op.drop_table("committee_interest")
    op.drop_table("attendance")
    op.drop_table("meeting")
    op.drop_table("committee_office")
    op.drop_table("committee_draw")
    op.drop_table("committee_rules")
    op.drop_table("college")
    op.drop_table("committee")
    op.execute("DELETE FROM access_grant WHERE scope = 'committee'")
    with op.batch_alter_table("access_grant") as batch:
        batch.drop_constraint(op.f("ck_access_grant_scope"), type_="check")
        batch.create_check_constraint("scope", sa.text(OLD_SCOPES))
