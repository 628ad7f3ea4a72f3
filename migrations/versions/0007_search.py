"""The search index, private calendar feeds, and the dashboard's figures.

Over ``search_entry.folded`` stands the database's own index of words: on SQLite the FTS5 table
``search_text``, which triggers keep in step; on PostgreSQL a GIN index of that name over the words
as they are, without a dictionary. SQLAlchemy's models know neither.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")
LIVE = sa.text("revoked_at IS NULL")

SQLITE_WORDS = (
    """CREATE VIRTUAL TABLE search_text USING fts5(
        folded, content='search_entry', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0', prefix='2 3')""",
    """CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_text (rowid, folded) VALUES (new.id, new.folded); END""",
    """CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_text (search_text, rowid, folded)
        VALUES ('delete', old.id, old.folded); END""",
    """CREATE TRIGGER search_entry_changed AFTER UPDATE OF folded ON search_entry BEGIN
        INSERT INTO search_text (search_text, rowid, folded)
        VALUES ('delete', old.id, old.folded);
        INSERT INTO search_text (rowid, folded) VALUES (new.id, new.folded); END""",
)
POSTGRESQL_WORDS = """CREATE INDEX search_text ON search_entry
    USING gin (array_to_tsvector(string_to_array(folded, ' ')))"""


def upgrade() -> None:
    _search()
    _feeds()
    _figures()
    _visits()
    op.create_index("ix_case_file_owner_due", "case_file", ["owner_id", "next_due_at", "id"])
    op.create_index("ix_case_file_owner_updated", "case_file", ["owner_id", "updated_at"])
    op.create_index(
        "ix_deadline_rule_due",
        "deadline",
        ["rule", "due_at", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_deadline_rule_due", "deadline")
    op.drop_index("ix_case_file_owner_updated", "case_file")
    op.drop_index("ix_case_file_owner_due", "case_file")
    for table in ("statistics_run", "deadline_outcome", "stage_visit", "case_figure"):
        op.drop_table(table)
    op.drop_table("calendar_feed")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text")
    op.drop_table("search_entry")


def _search() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid()),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("house_only", sa.Boolean(), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('case','organisation','person','document')",
            name=op.f("ck_search_entry_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_search_entry_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_search_entry_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    op.create_index("ix_search_entry_case", "search_entry", ["case_id"])
    op.create_index("ix_search_entry_number", "search_entry", ["number"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_WORDS if sqlite else (POSTGRESQL_WORDS,):
        op.execute(statement)


def _feeds() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.String(43), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_calendar_feed_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(
        "uq_calendar_feed_live",
        "calendar_feed",
        ["user_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def _of_a_case(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("workflow_key", sa.String(40), nullable=False),
        sa.Column("programme_id", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f(f"fk_{table}_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f(f"fk_{table}_programme_id_programme")
        ),
    )


def _figures() -> None:
    op.create_table(
        "case_figure",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *_of_a_case("case_figure"),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("waits_for", sa.String(12), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("asked_cents", sa.BigInteger()),
        sa.Column("granted_cents", sa.BigInteger()),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_figure")),
    )
    columns = {
        "stage": ["workflow_key", "final", "stage", "programme_id"],
        "waiting": ["workflow_key", "waits_for", "since", "programme_id"],
        "portfolio": ["workflow_key", "programme_id", "final", "asked_cents", "granted_cents"],
    }
    for name, indexed in columns.items():
        op.create_index(f"ix_case_figure_{name}", "case_figure", indexed)
    op.create_table(
        "statistics_run",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_statistics_run")),
    )


def _visits() -> None:
    op.create_table(
        "stage_visit",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_of_a_case("stage_visit"),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("entered_month", sa.Integer(), nullable=False),
        sa.Column("left_month", sa.Integer()),
        sa.Column("days", sa.Integer()),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_stage_visit")),
    )
    entered = ["workflow_key", "entered_month", "stage", "programme_id"]
    op.create_index("ix_stage_visit_entered", "stage_visit", entered)
    left = ["workflow_key", "left_month", "stage", "days", "programme_id"]
    op.create_index("ix_stage_visit_left", "stage_visit", left)
    op.create_table(
        "deadline_outcome",
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *_of_a_case("deadline_outcome"),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("closed_month", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('kept','late','missed')", name=op.f("ck_deadline_outcome_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["deadline_id"],
            ["deadline.id"],
            name=op.f("fk_deadline_outcome_deadline_id_deadline"),
        ),
        sa.PrimaryKeyConstraint("deadline_id", name=op.f("pk_deadline_outcome")),
    )
    op.create_index(op.f("ix_deadline_outcome_case_id"), "deadline_outcome", ["case_id"])
    closed = ["workflow_key", "closed_month", "rule", "outcome", "programme_id"]
    op.create_index("ix_deadline_outcome_closed", "deadline_outcome", closed)
