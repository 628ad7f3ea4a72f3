"""The catalogue of good practices: those that the cooperatives concerned let be published.

Each list is one query, and so is each set of choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from casework.extensions import db
from casework.folding import folded, words
from casework.i18n import LANGUAGES
from casework.models import Case, Organisation
from casework.models.label_audit import Cycle, Finding, PinnedModule
from casework.models.referential import (
    Criterion,
    Referential,
    ReferentialField,
    ReferentialVersion,
    Scheme,
)
from casework.workflows.label_audit.states import PUBLISHED

PAGE = 20
MOST_WORDS = 10
GIVEN = ("named", "unnamed")


@dataclass(frozen=True)
class Practice:
    """A good practice as everybody reads it; ``organisation`` is empty where it is not named.

    ``spoken`` is the language of ``text``.
    """

    text: str
    spoken: str
    organisation: str
    field: ReferentialField | None
    criterion: Criterion | None
    scheme: Scheme
    audited_on: date | None


@dataclass(frozen=True)
class Page:
    """Some practices, and whether there are more."""

    rows: Sequence[Practice]
    number: int
    has_next: bool


@dataclass(frozen=True)
class Wish:
    """What the catalogue is narrowed to: a field (scheme and code), a criterion, words.

    A criterion is named by words of its code or of what it asks, in any language.
    """

    field: str = ""
    criterion: str = ""
    text: str = ""


def published(wish: Wish, number: int, language: str, known: Sequence[Criterion]) -> Page:
    """Return a page of the catalogue, the newest audits first (one query).

    ``known`` are the criteria that it has something of (:func:`criteria`).
    """
    query = (
        _published(
            Finding,
            sa.case((Finding.consent == "named", Organisation.name), else_=""),
            ReferentialField,
            Criterion,
            Scheme,
            Cycle.audited_on,
        )
        .join(Organisation, Organisation.id == Case.organisation_id)
        .order_by(Cycle.audited_on.desc(), Finding.id.desc())
    )
    if wish.field:
        scheme, _dot, code = wish.field.partition(".")
        query = query.where(Scheme.key == scheme, ReferentialField.code == code)
    if wanted := words(wish.criterion)[:MOST_WORDS]:
        meant = [each.id for each in known if all(word in _said(each) for word in wanted)]
        query = query.where(Criterion.id.in_(meant))
    for word in words(wish.text)[:MOST_WORDS]:
        query = query.where(Finding.folded.contains(word, autoescape=True))
    rows = db.session.execute(query.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    return Page([_practice(row, language) for row in rows[:PAGE]], number, len(rows) > PAGE)


def criteria() -> Sequence[Criterion]:
    """Return the criteria that the catalogue has something of, by code (one query)."""
    shown = _published(Criterion.id).where(Criterion.id.is_not(None))
    query = sa.select(Criterion).where(Criterion.id.in_(shown.correlate(None)))
    return db.session.scalars(query.order_by(Criterion.code, Criterion.id)).all()


def _said(criterion: Criterion) -> str:
    return folded(" ".join((criterion.code, *(criterion.text(each) for each in LANGUAGES))))


def fields(language: str) -> list[tuple[str, str]]:
    """Return the fields that the catalogue has something of, by scheme (one query)."""
    shown = _published(ReferentialField.id).where(ReferentialField.id.is_not(None))
    rows = db.session.execute(
        sa.select(Scheme, ReferentialField)
        .join(Referential, Referential.scheme_id == Scheme.id)
        .join(ReferentialVersion, ReferentialVersion.referential_id == Referential.id)
        .join(ReferentialField, ReferentialField.version_id == ReferentialVersion.id)
        .where(ReferentialField.id.in_(shown.correlate(None)))
        .order_by(Scheme.created_at, Scheme.key, ReferentialField.position, ReferentialField.id)
    ).all()
    several = len({scheme.id for scheme, _field in rows}) > 1
    found: dict[str, str] = {}
    for scheme, field in rows:
        name = field.name(language)
        name = f"{scheme.name(language)} · {name}" if several else name
        found.setdefault(f"{scheme.key}.{field.code}", name)
    return list(found.items())


def _published(*what: Any) -> Any:
    """Return the query for what is published, with its criterion, field and scheme."""
    modules = sa.select(PinnedModule.version_id).where(PinnedModule.case_id == Cycle.case_id)
    pinned = sa.or_(
        Criterion.version_id == Cycle.version_id, Criterion.version_id.in_(modules.correlate(Cycle))
    )
    return (
        sa.select(*what)
        .select_from(Finding)
        .join(Case, Case.id == Finding.case_id)
        .join(Cycle, Cycle.case_id == Case.id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .join(Scheme, Scheme.id == Referential.scheme_id)
        .outerjoin(Criterion, sa.and_(pinned, Criterion.code == Finding.criterion))
        .outerjoin(ReferentialField, ReferentialField.id == Criterion.field_id)
        .where(
            Finding.kind == "good_practice",
            Finding.consent.in_(GIVEN),
            Finding.removed_at.is_(None),
            Case.restricted.is_(False),
            Case.state.in_(PUBLISHED),
        )
    )


def _practice(row: Any, language: str) -> Practice:
    finding, organisation, field, criterion, scheme, audited_on = row
    spoken = next(c for c in (language, *LANGUAGES) if getattr(finding, f"text_{c}"))
    text = getattr(finding, f"text_{spoken}")
    return Practice(text, spoken, organisation, field, criterion, scheme, audited_on)
