"""What the papers of a label audit are made of: blocks of plain words, typeset by one sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.adapters import pdf as typesetting
from casework.clock import now
from casework.extensions import db, house_day, settings
from casework.forms.label_audit.choices import PARTS
from casework.i18n import written_day
from casework.models import Case, Organisation
from casework.models.label_audit import AuditPlan, Cycle, Visit
from casework.models.referential import Referential, ReferentialVersion, Scheme
from casework.queries import timeline
from casework.services.outbox.tongue import gettext as _

Block = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A sheet that was typeset, and the name of its file."""

    content: bytes
    name: str


@dataclass(frozen=True)
class Subject:
    """Whom a paper is about, and under which scheme; ``language`` is the cooperative's own."""

    name: str
    town: str
    language: str
    scheme: Scheme
    referential: str

    @property
    def remark(self) -> str:
        """What stands on all that a scheme brings forth which is not official, as it is spoken."""
        return "" if self.scheme.official else _("Fictional referential, not official")


def subject_of(case: Case) -> Subject:
    """Return whom the papers of a case are about (one query)."""
    query = (
        sa.select(Organisation, Referential, ReferentialVersion.label, Scheme)
        .select_from(Cycle)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .join(Scheme, Scheme.id == Referential.scheme_id)
        .join(Case, Case.id == Cycle.case_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(Cycle.case_id == case.id)
    )
    row = db.session.execute(query).one()
    owner, language = row.Organisation, row.Organisation.language
    name = f"{row.Referential.name(language)} · {row.label}"
    return Subject(owner.name, owner.town, language, row.Scheme, name)


def heading(text: str, level: int = 2) -> Block:
    """Return a heading; the paper's own title is of level 1."""
    return {"is": "heading", "level": level, "text": text}


def text(words: str) -> Block:
    """Return a paragraph; lines stay lines."""
    return {"is": "text", "text": words}


def note(words: str) -> Block:
    """Return words in a frame."""
    return {"is": "note", "text": words}


def items(found: Sequence[str]) -> Block:
    """Return a list."""
    return {"is": "items", "items": list(found)}


def pairs(rows: Sequence[tuple[str, str]]) -> Block:
    """Return names with what they stand for."""
    return {"is": "pairs", "rows": [list(row) for row in rows]}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Block:
    """Return a table; ``widths`` are shares of the line, 0: as wide as what stands in it."""
    return {
        "is": "table",
        "head": list(head),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
    }


def rows(case: Case, model: type[Any]) -> list[Any]:
    """Return the records of a kind of a case, in their order."""
    query = sa.select(model).where(model.case_id == case.id, model.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(model.position, model.id)))


def day_of(case: Case, state: str) -> date:
    """Return the day on which a case last came into a state, or today where it has not yet."""
    moments = [at for entered, at in timeline.entries_into(case.id) if entered == state]
    return house_day(moments[-1] if moments else None)


def part(*, leads: bool) -> str:
    """Return what somebody of the team is called, in the language that is spoken."""
    key = "lead" if leads else "member"
    label = dict(PARTS)[key]
    return _(label)


def method(case: Case, subject: Subject) -> Iterator[Block]:
    """Yield how the audit is held, and its visits."""
    for plan in rows(case, AuditPlan):
        yield text(plan.method)
    if visits := rows(case, Visit):
        yield table(
            (_("Day"), _("Place"), _("What is looked at")),
            [[written_day(v.on, "long", subject.language), v.place, v.agenda] for v in visits],
            (2, 2, 4),
        )


def typeset(
    subject: Subject,
    kind: str,
    day: date,
    blocks: Sequence[Block],
    *,
    addressed: bool = False,
    mark: str = "",
) -> bytes:
    """Return a paper as a PDF in the subject's language, which must be spoken. Raises PdfError."""
    data = {
        "house": settings().house_name,
        "kind": kind,
        "to": [subject.name, *filter(None, [subject.town])] if addressed else [],
        "about": written_day(day, "long", subject.language),
        "mark": " · ".join(filter(None, [mark, subject.remark])),
        "blocks": list(blocks),
    }
    title = f"{kind} – {subject.name}"
    return typesetting.render(
        "paper.typ", data, title=title, language=subject.language, made_at=now()
    )
