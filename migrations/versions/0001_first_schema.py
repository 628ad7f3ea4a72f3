"""First schema.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Events are append-only, and the database itself sees to it. Whoever rebuilds the table in a later
# migration (SQLite's batch mode does) must call protect_events() again; a test looks.
SQLITE_TRIGGERS = (
    """CREATE TRIGGER event_no_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER event_no_delete BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    # INSERT OR REPLACE takes rows away without asking the triggers above.
    """CREATE TRIGGER event_no_replace BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR rowid = NEW.rowid
    OR (case_id = NEW.case_id AND seq = NEW.seq))
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER event_payload_no_replace BEFORE INSERT ON event_payload
    WHEN EXISTS (SELECT 1 FROM event_payload
    WHERE event_id = NEW.event_id OR rowid = NEW.rowid)
    BEGIN SELECT RAISE(ABORT, 'payloads may be destroyed, never changed'); END""",
    """CREATE TRIGGER event_payload_no_update BEFORE UPDATE ON event_payload
    BEGIN SELECT RAISE(ABORT, 'payloads may be destroyed, never changed'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER event_payload_no_update BEFORE UPDATE ON event_payload
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER event_payload_no_truncate BEFORE TRUNCATE ON event_payload
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)


def protect_events() -> None:
    """Create the triggers that keep the event log append-only."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def release_events() -> None:
    """Let go of the event log, so that its tables can be dropped."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP FUNCTION refuse_change() CASCADE")


def upgrade() -> None:
    op.create_table(
        "ambition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ambition")),
        sa.UniqueConstraint("number", name=op.f("uq_ambition_number")),
    )
    op.create_table(
        "closing_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closing_day")),
    )
    op.create_table(
        "counter",
        sa.Column("series", sa.String(length=30), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_counter")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("registry_number", sa.String(length=20), nullable=True),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint(
            "country", "registry_number", name=op.f("uq_organisation_country_registry_number")
        ),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_name"), ["name"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("address_bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("desk_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "access_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("denies", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(scope = 'house') = (scope_id IS NULL)", name=op.f("ck_access_grant_scope_id")
        ),
        sa.CheckConstraint(
            "scope IN ('house','programme','organisation','case')",
            name=op.f("ck_access_grant_scope"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["user_account.id"],
            name=op.f("fk_access_grant_granted_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_access_grant_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
    )
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.create_index("ix_access_grant_scope", ["scope", "scope_id", "role"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_grant_user_id"), ["user_id"], unique=False)

    op.create_table(
        "change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_change_actor_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_change_subject", ["subject_kind", "subject_id", "at"], unique=False
        )

    op.create_table(
        "deadline_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workflow_key", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("length", sa.String(length=30), nullable=True),
        sa.Column("reminders", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user_account.id"],
            name=op.f("fk_deadline_setting_changed_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_setting")),
        sa.UniqueConstraint(
            "workflow_key",
            "rule",
            "version",
            name=op.f("uq_deadline_setting_workflow_key_rule_version"),
        ),
    )
    op.create_table(
        "draft",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_draft_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", "place", name=op.f("pk_draft")),
    )
    op.create_table(
        "notification_choice",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "choice IN ('now','daily','none')", name=op.f("ck_notification_choice_choice")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_choice_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ambition_id", sa.Uuid(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_nl", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ambition_id"], ["ambition.id"], name=op.f("fk_programme_ambition_id_ambition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("number", name=op.f("uq_programme_number")),
    )
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_ambition_id"), ["ambition_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_receipt_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_receipt")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=False),
        sa.Column("title_nl", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("always_open OR closes_on IS NOT NULL", name=op.f("ck_call_closes")),
        sa.CheckConstraint(
            "closes_on IS NULL OR closes_on >= opens_on", name=op.f("ck_call_order")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_call_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workflow_key", sa.String(length=40), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=30), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("previous_state", sa.String(length=40), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("partner_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_count", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_case_file_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_case_file_owner_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_case_file_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_file_reference")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index("ix_case_file_due", ["next_due_at", "id"], unique=False)
        batch_op.create_index("ix_case_file_organisation", ["organisation_id"], unique=False)
        batch_op.create_index("ix_case_file_owner", ["owner_id", "state"], unique=False)
        batch_op.create_index("ix_case_file_programme", ["programme_id"], unique=False)
        batch_op.create_index("ix_case_file_state", ["workflow_key", "state"], unique=False)
        batch_op.create_index("ix_case_file_updated", ["updated_at", "id"], unique=False)

    op.create_table(
        "call_extension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_extension_call_id_call")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["user_account.id"],
            name=op.f("fk_call_extension_granted_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_call_extension_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_extension")),
        sa.UniqueConstraint(
            "call_id", "organisation_id", name=op.f("uq_call_extension_call_id_organisation_id")
        ),
    )
    with op.batch_alter_table("call_extension", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_call_extension_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "deadline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("length", sa.String(length=30), nullable=True),
        sa.Column("anchor_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("running", sa.String(length=30), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remaining", sa.String(length=30), nullable=True),
        sa.Column("stopped_seconds", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'stopped') = (stopped_at IS NOT NULL)", name=op.f("ck_deadline_stopped")
        ),
        sa.CheckConstraint(
            "state IN ('open','stopped','met','cancelled','missed')", name=op.f("ck_deadline_state")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_deadline_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "rule",
            "occurrence",
            name=op.f("uq_deadline_subject_kind_subject_id_rule_occurrence"),
        ),
    )
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadline_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_deadline_due", ["state", "due_at"], unique=False)
        batch_op.create_index(
            "uq_deadline_running",
            ["subject_kind", "subject_id", "rule"],
            unique=True,
            sqlite_where=sa.text("state IN ('open','stopped')"),
            postgresql_where=sa.text("state IN ('open','stopped')"),
        )

    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("house_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_document_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_case_id"), ["case_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=True),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_event_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_event_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_event_case_id_seq")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("template", sa.String(length=120), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("compulsory", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_state", sa.String(length=12), nullable=False),
        sa.Column("mail_message_id", sa.String(length=120), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "mail_state IN ('pending','sending','sent','failed','none','digest','digested')",
            name=op.f("ck_message_mail_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_message_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["message.id"], name=op.f("fk_message_digest_id_message")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["user_account.id"], name=op.f("fk_message_recipient_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("mail_message_id", name=op.f("uq_message_mail_message_id")),
        sa.UniqueConstraint(
            "recipient_id", "occasion", name=op.f("uq_message_recipient_id_occasion")
        ),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_message_digest", ["digest_id"], unique=False)
        batch_op.create_index(
            "ix_message_inbox", ["recipient_id", "in_inbox", "created_at"], unique=False
        )
        batch_op.create_index("ix_message_outbox", ["mail_state", "next_attempt_at"], unique=False)

    op.create_table(
        "pp_agenda_item",
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_agenda_item_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_agenda_item")),
    )
    with op.batch_alter_table("pp_agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_agenda_item_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_anchoring_plan",
        sa.Column("edition", sa.String(length=10), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "edition IN ('idea','v1','v2','final')", name=op.f("ck_pp_anchoring_plan_edition")
        ),
        sa.CheckConstraint(
            "route IN ('','integration','new_structure','broad_seeding')",
            name=op.f("ck_pp_anchoring_plan_route"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_anchoring_plan_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_anchoring_plan")),
    )
    with op.batch_alter_table("pp_anchoring_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_anchoring_plan_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_bridge",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_bridge_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_bridge")),
    )
    with op.batch_alter_table("pp_bridge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_bridge_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_budget_line",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_pp_budget_line_amount")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_budget_line_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_budget_line")),
    )
    with op.batch_alter_table("pp_budget_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_budget_line_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_change",
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_change_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_change")),
    )
    with op.batch_alter_table("pp_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_change_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_check_in",
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_check_in_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_check_in")),
    )
    with op.batch_alter_table("pp_check_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_check_in_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_check_up",
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "standing IN ('','yes','partly','no')", name=op.f("ck_pp_check_up_standing")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_check_up_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_check_up")),
    )
    with op.batch_alter_table("pp_check_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_check_up_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_closing_letter",
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_closing_letter_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_closing_letter")),
    )
    with op.batch_alter_table("pp_closing_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_closing_letter_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_completeness",
        sa.Column("proposal_complete", sa.Boolean(), nullable=False),
        sa.Column("budget_checked", sa.Boolean(), nullable=False),
        sa.Column("risks_considered", sa.Boolean(), nullable=False),
        sa.Column("anchoring_checked", sa.Boolean(), nullable=False),
        sa.Column("signed_off", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_completeness_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_completeness")),
    )
    with op.batch_alter_table("pp_completeness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_completeness_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_condition",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("lifted", sa.Boolean(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_condition_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_condition")),
    )
    with op.batch_alter_table("pp_condition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_condition_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_consortium_member",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_consortium_member_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_consortium_member")),
    )
    with op.batch_alter_table("pp_consortium_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pp_consortium_member_case_id"), ["case_id"], unique=False
        )

    op.create_table(
        "pp_final_report",
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("publishable", sa.String(length=3), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "publishable IN ('','yes','no')", name=op.f("ck_pp_final_report_publishable")
        ),
        sa.CheckConstraint(
            "status IN ('submitted','validated','sent_back')",
            name=op.f("ck_pp_final_report_status"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_final_report_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_final_report")),
    )
    with op.batch_alter_table("pp_final_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_final_report_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_funding_source",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_pp_funding_source_amount")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_funding_source_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_funding_source")),
    )
    with op.batch_alter_table("pp_funding_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_funding_source_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_idea",
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("target_group", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("anchoring_thought", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_pp_idea_call_id_call")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_idea_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_pp_idea_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_idea")),
    )
    with op.batch_alter_table("pp_idea", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_idea_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pp_idea_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pp_idea_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "pp_indicator",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("actual", sa.Text(), nullable=False),
        sa.Column("missing_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_indicator_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_indicator")),
    )
    with op.batch_alter_table("pp_indicator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_indicator_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_info_item",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_in", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("refusal_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_info_item_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_info_item")),
    )
    with op.batch_alter_table("pp_info_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_info_item_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_learning_note",
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("observation", sa.Text(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_learning_note_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_learning_note")),
    )
    with op.batch_alter_table("pp_learning_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_learning_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_learning_synthesis",
        sa.Column("worked", sa.Text(), nullable=False),
        sa.Column("did_not_work", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_learning_synthesis_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_learning_synthesis")),
    )
    with op.batch_alter_table("pp_learning_synthesis", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pp_learning_synthesis_case_id"), ["case_id"], unique=False
        )

    op.create_table(
        "pp_milestone",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_milestone_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_milestone")),
    )
    with op.batch_alter_table("pp_milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_milestone_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_pilot_sheet",
        sa.Column("hypothesis", sa.Text(), nullable=False),
        sa.Column("scale", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_pp_pilot_sheet_order")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_pilot_sheet_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_pilot_sheet")),
    )
    with op.batch_alter_table("pp_pilot_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_pilot_sheet_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_pilot_view",
        sa.Column("party", sa.String(length=20), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("advice", sa.String(length=10), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "party IN ('officer','partner','target_group')", name=op.f("ck_pp_pilot_view_party")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_pilot_view_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_pilot_view")),
    )
    with op.batch_alter_table("pp_pilot_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_pilot_view_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_pledge",
        sa.Column("investor", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status = 'sounded' OR amount_cents IS NOT NULL", name=op.f("ck_pp_pledge_amount")
        ),
        sa.CheckConstraint(
            "status IN ('sounded','pledged','signed','paid')", name=op.f("ck_pp_pledge_status")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_pledge_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_pledge")),
    )
    with op.batch_alter_table("pp_pledge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_pledge_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_portfolio_share",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("share BETWEEN 1 AND 100", name=op.f("ck_pp_portfolio_share_share")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_portfolio_share_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programme.id"],
            name=op.f("fk_pp_portfolio_share_programme_id_programme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_portfolio_share")),
    )
    with op.batch_alter_table("pp_portfolio_share", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pp_portfolio_share_case_id"), ["case_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_pp_portfolio_share_programme_id"), ["programme_id"], unique=False
        )

    op.create_table(
        "pp_quarterly_report",
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("difficulties", sa.Text(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('submitted','validated','sent_back')",
            name=op.f("ck_pp_quarterly_report_status"),
        ),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_pp_quarterly_report_order")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_quarterly_report_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_quarterly_report")),
    )
    with op.batch_alter_table("pp_quarterly_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pp_quarterly_report_case_id"), ["case_id"], unique=False
        )

    op.create_table(
        "pp_risk",
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("likelihood", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "likelihood IN ('low','medium','high')", name=op.f("ck_pp_risk_likelihood")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_risk_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_risk")),
    )
    with op.batch_alter_table("pp_risk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_risk_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_scale_plan",
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("funding_cents", sa.BigInteger(), nullable=False),
        sa.Column("funded_by", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "budget_cents >= 0 AND funding_cents >= 0", name=op.f("ck_pp_scale_plan_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_scale_plan_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_scale_plan")),
    )
    with op.batch_alter_table("pp_scale_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_scale_plan_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_session",
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('planned','held')", name=op.f("ck_pp_session_status")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_session_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_session")),
    )
    with op.batch_alter_table("pp_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_session_case_id"), ["case_id"], unique=False)

    op.create_table(
        "pp_team",
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("coach_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_pp_team_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["user_account.id"], name=op.f("fk_pp_team_coach_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["user_account.id"], name=op.f("fk_pp_team_officer_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pp_team")),
    )
    with op.batch_alter_table("pp_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pp_team_case_id"), ["case_id"], unique=False)

    op.create_table(
        "waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.String(length=60), nullable=False),
        sa.Column("guard", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_waiver_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_waiver_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_case_id"), ["case_id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_approval_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_approval_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_approval_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_case_id"), ["case_id"], unique=False)

    op.create_table(
        "document_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_version_document_id_document")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["user_account.id"],
            name=op.f("fk_document_version_uploaded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
        sa.UniqueConstraint(
            "document_id", "number", name=op.f("uq_document_version_document_id_number")
        ),
    )
    op.create_table(
        "event_payload",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_payload_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_payload")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("escalates", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending','done','superseded','cancelled')", name=op.f("ck_reminder_state")
        ),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_reminder_deadline_id_deadline")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "deadline_id", "rule", "audience", name=op.f("uq_reminder_deadline_id_rule_audience")
        ),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reminder_pending",
            ["at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
    protect_events()


def downgrade() -> None:
    release_events()
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reminder_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.drop_table("reminder")
    op.drop_table("event_payload")
    op.drop_table("document_version")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_case_id"))

    op.drop_table("approval")
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_case_id"))

    op.drop_table("waiver")
    with op.batch_alter_table("pp_team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_team_case_id"))

    op.drop_table("pp_team")
    with op.batch_alter_table("pp_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_session_case_id"))

    op.drop_table("pp_session")
    with op.batch_alter_table("pp_scale_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_scale_plan_case_id"))

    op.drop_table("pp_scale_plan")
    with op.batch_alter_table("pp_risk", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_risk_case_id"))

    op.drop_table("pp_risk")
    with op.batch_alter_table("pp_quarterly_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_quarterly_report_case_id"))

    op.drop_table("pp_quarterly_report")
    with op.batch_alter_table("pp_portfolio_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_portfolio_share_programme_id"))
        batch_op.drop_index(batch_op.f("ix_pp_portfolio_share_case_id"))

    op.drop_table("pp_portfolio_share")
    with op.batch_alter_table("pp_pledge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_pledge_case_id"))

    op.drop_table("pp_pledge")
    with op.batch_alter_table("pp_pilot_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_pilot_view_case_id"))

    op.drop_table("pp_pilot_view")
    with op.batch_alter_table("pp_pilot_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_pilot_sheet_case_id"))

    op.drop_table("pp_pilot_sheet")
    with op.batch_alter_table("pp_milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_milestone_case_id"))

    op.drop_table("pp_milestone")
    with op.batch_alter_table("pp_learning_synthesis", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_learning_synthesis_case_id"))

    op.drop_table("pp_learning_synthesis")
    with op.batch_alter_table("pp_learning_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_learning_note_case_id"))

    op.drop_table("pp_learning_note")
    with op.batch_alter_table("pp_info_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_info_item_case_id"))

    op.drop_table("pp_info_item")
    with op.batch_alter_table("pp_indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_indicator_case_id"))

    op.drop_table("pp_indicator")
    with op.batch_alter_table("pp_idea", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_idea_programme_id"))
        batch_op.drop_index(batch_op.f("ix_pp_idea_case_id"))
        batch_op.drop_index(batch_op.f("ix_pp_idea_call_id"))

    op.drop_table("pp_idea")
    with op.batch_alter_table("pp_funding_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_funding_source_case_id"))

    op.drop_table("pp_funding_source")
    with op.batch_alter_table("pp_final_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_final_report_case_id"))

    op.drop_table("pp_final_report")
    with op.batch_alter_table("pp_consortium_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_consortium_member_case_id"))

    op.drop_table("pp_consortium_member")
    with op.batch_alter_table("pp_condition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_condition_case_id"))

    op.drop_table("pp_condition")
    with op.batch_alter_table("pp_completeness", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_completeness_case_id"))

    op.drop_table("pp_completeness")
    with op.batch_alter_table("pp_closing_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_closing_letter_case_id"))

    op.drop_table("pp_closing_letter")
    with op.batch_alter_table("pp_check_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_check_up_case_id"))

    op.drop_table("pp_check_up")
    with op.batch_alter_table("pp_check_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_check_in_case_id"))

    op.drop_table("pp_check_in")
    with op.batch_alter_table("pp_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_change_case_id"))

    op.drop_table("pp_change")
    with op.batch_alter_table("pp_budget_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_budget_line_case_id"))

    op.drop_table("pp_budget_line")
    with op.batch_alter_table("pp_bridge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_bridge_case_id"))

    op.drop_table("pp_bridge")
    with op.batch_alter_table("pp_anchoring_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_anchoring_plan_case_id"))

    op.drop_table("pp_anchoring_plan")
    with op.batch_alter_table("pp_agenda_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pp_agenda_item_case_id"))

    op.drop_table("pp_agenda_item")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_outbox")
        batch_op.drop_index("ix_message_inbox")
        batch_op.drop_index("ix_message_digest")
        batch_op.drop_index(batch_op.f("ix_message_case_id"))

    op.drop_table("message")
    op.drop_table("event")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_case_id"))

    op.drop_table("document")
    with op.batch_alter_table("deadline", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_deadline_running",
            sqlite_where=sa.text("state IN ('open','stopped')"),
            postgresql_where=sa.text("state IN ('open','stopped')"),
        )
        batch_op.drop_index("ix_deadline_due")
        batch_op.drop_index(batch_op.f("ix_deadline_case_id"))

    op.drop_table("deadline")
    with op.batch_alter_table("call_extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_extension_organisation_id"))

    op.drop_table("call_extension")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_updated")
        batch_op.drop_index("ix_case_file_state")
        batch_op.drop_index("ix_case_file_programme")
        batch_op.drop_index("ix_case_file_owner")
        batch_op.drop_index("ix_case_file_organisation")
        batch_op.drop_index("ix_case_file_due")

    op.drop_table("case_file")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_programme_id"))

    op.drop_table("call")
    op.drop_table("receipt")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_ambition_id"))

    op.drop_table("programme")
    op.drop_table("notification_choice")
    op.drop_table("draft")
    op.drop_table("deadline_setting")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_subject")

    op.drop_table("change")
    with op.batch_alter_table("access_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_grant_user_id"))
        batch_op.drop_index("ix_access_grant_scope")

    op.drop_table("access_grant")
    op.drop_table("user_account")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_name"))

    op.drop_table("organisation")
    op.drop_table("heartbeat")
    op.drop_table("counter")
    op.drop_table("closing_day")
    op.drop_table("ambition")
