"""Good practices in a catalogue: consent with or without the name, words; who recommended what.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

from casework.folding import folded

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

finding = sa.table(
    "la_finding",
    sa.column("id", sa.Uuid()),
    *(sa.column(name, sa.Text()) for name in ("text_fr", "text_nl", "text_en", "folded")),
    sa.column("consent", sa.String()),
)


def upgrade() -> None:
    op.add_column(
        "la_finding", sa.Column("folded", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    with op.batch_alter_table("la_recommendation") as table:
        table.add_column(sa.Column("made_by_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_la_recommendation_made_by_id_user_account"),
            "user_account",
            ["made_by_id"],
            ["id"],
        )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(finding.c.id, finding.c.text_fr, finding.c.text_nl, finding.c.text_en)
    ).all()
    for row in rows:
        words = folded(f"{row.text_fr} {row.text_nl} {row.text_en}")
        connection.execute(sa.update(finding).where(finding.c.id == row.id).values(folded=words))
    # whoever had said yes was never asked about the name
    yes = sa.update(finding).where(finding.c.consent == "yes")
    connection.execute(yes.values(consent="unnamed"))


def downgrade() -> None:
    connection = op.get_bind()
    given = finding.c.consent.in_(("named", "unnamed"))
    connection.execute(sa.update(finding).where(given).values(consent="yes"))
    with op.batch_alter_table("la_recommendation") as table:
        table.drop_constraint(
            op.f("fk_la_recommendation_made_by_id_user_account"), type_="foreignkey"
        )
        table.drop_column("made_by_id")
    op.drop_column("la_finding", "folded")
