"""Labels as everybody may know them: number, name, town, days and status, never a score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db, house_day
from casework.folding import folded
from casework.labels.standing import bare_number, full_number
from casework.models import Case, Organisation
from casework.models.label_audit import Cycle, Label
from casework.models.referential import Referential, ReferentialVersion, Scheme
from casework.workflows.label_audit.fact_query import successors

DAY = timedelta(days=1)
GAP = "gap"
"""The status of a line of the register that stands for days without a label."""
PAGE = 40
"""How many organisations a page of the register shows."""
AT_ONCE = 200
"""How many rows of the whole register are in memory at a time."""


@dataclass(frozen=True)
class Entry:
    """A label, or a gap between two of them (then it has no number); days are both included.

    ``status`` is true on the day of reading; ``held`` is false for a label that was withdrawn
    before its first day; ``restored`` tells that it followed soon enough after the gap before it.
    """

    organisation_id: UUID
    name: str
    town: str
    number: str
    status: str
    first: date
    last: date
    version: str
    scheme: Scheme
    held: bool = True
    restored: bool = False

    @property
    def is_gap(self) -> bool:
        """Whether the line stands for days without a label."""
        return self.status == GAP


@dataclass(frozen=True)
class Page:
    """Some organisations with all their labels, and whether there are more."""

    rows: Sequence[Entry]
    number: int
    has_next: bool


def find(text: str) -> Entry | None:
    """Return the label of a number, with or without its version (one query).

    A number with the version of another referential is no number of a label.
    """
    row = db.session.execute(_labels().where(Label.number == bare_number(text))).first()
    if row is None:
        return None
    found, given = _entry(row, house_day()), text.strip().upper()
    return found if given in {found.number.upper(), row.Label.number} else None


def of_case(case_id: UUID) -> tuple[Entry, str] | None:
    """Return the newest label that a case has earned with the bare number it is stored under."""
    query = _labels().where(Label.case_id == case_id).order_by(Label.created_at.desc()).limit(1)
    row = db.session.execute(query).first()
    return (_entry(row, house_day()), row.Label.number) if row is not None else None


def page(number: int, sought: str = "", scheme: str = "") -> Page:
    """Return a page of the organisations that ever had a label, by name, with all their labels.

    ``sought`` is looked for in names, towns and numbers; two queries, whatever they find.
    """
    owners = (
        sa.select(Organisation.id)
        .where(Organisation.id.in_(_holders(sought, scheme)))
        .order_by(Organisation.folded_name, Organisation.id)
        .limit(PAGE + 1)
        .offset((number - 1) * PAGE)
    )
    ids = list(db.session.scalars(owners))
    query = _labels().where(Case.organisation_id.in_(ids[:PAGE]))
    return Page(list(_with_gaps(_narrowed(query, scheme))), number, len(ids) > PAGE)


def everything(scheme: str = "") -> Iterator[Entry]:
    """Yield the whole register, of which little is in memory at a time (one query)."""
    yield from _with_gaps(_narrowed(_labels(), scheme).execution_options(yield_per=AT_ONCE))


def is_kept() -> bool:
    """Say whether there is a register: a scheme of labels has been set up (one query)."""
    return bool(db.session.scalar(sa.select(sa.exists(sa.select(Scheme.id)))))


def schemes() -> list[Scheme]:
    """Return the schemes that ever gave a label (one query)."""
    given = _of_labels(sa.select(Referential.scheme_id).select_from(Label))
    return list(
        db.session.scalars(sa.select(Scheme).where(Scheme.id.in_(given)).order_by(Scheme.key))
    )


def _holders(sought: str, scheme: str) -> Any:
    query = _of_labels(sa.select(Case.organisation_id).select_from(Label))
    query = query.join(Organisation, Organisation.id == Case.organisation_id)
    query = _narrowed(query.join(Scheme, Scheme.id == Referential.scheme_id), scheme)
    if words := sought.strip():
        query = query.where(
            sa.or_(
                Organisation.folded_name.contains(folded(words), autoescape=True),
                Organisation.town.icontains(words, autoescape=True),
                Label.number == bare_number(words),
            )
        )
    return query


def _narrowed(query: Any, scheme: str) -> Any:
    return query.where(Scheme.key == scheme) if scheme else query


def _of_labels(query: Any) -> Any:
    """Join what a label hangs on; what is confidential is in no register."""
    return (
        query.join(Case, sa.and_(Case.id == Label.case_id, Case.restricted.is_(False)))
        .join(Cycle, Cycle.case_id == Case.id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
    )


def _labels() -> Any:
    """Return the query for labels and what is told of them, by organisation, scheme and day."""
    query = sa.select(
        Label,
        Organisation.id.label("organisation_id"),
        Organisation.name,
        Organisation.town,
        ReferentialVersion.label.label("version"),
        Scheme,
        sa.exists(successors()).label("followed"),
    )
    return (
        _of_labels(query)
        .join(Scheme, Scheme.id == Referential.scheme_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .order_by(
            Organisation.folded_name,
            Organisation.id,
            Scheme.key,
            Label.starts_on,
            Label.created_at,
        )
    )


def _entry(row: Any, today: date) -> Entry:
    label = row.Label
    held = label.ended_on is None or label.ended_on >= label.starts_on
    return Entry(
        organisation_id=row.organisation_id,
        name=row.name,
        town=row.town,
        number=full_number(label.number, row.version),
        status=label.standing(today, followed=row.followed),
        first=label.starts_on,
        last=min((held and label.ended_on) or label.ends_on, label.ends_on),
        version=row.version,
        scheme=row.Scheme,
        held=held,
        restored=label.restored,
    )


def _with_gaps(query: Any) -> Iterator[Entry]:
    """Yield the labels, and between two of one organisation and scheme the days without any."""
    today, holder, until = house_day(), None, None
    for row in db.session.execute(query):
        entry = _entry(row, today)
        if holder != (entry.organisation_id, entry.scheme.id):
            holder, until = (entry.organisation_id, entry.scheme.id), None
        if until is not None and entry.held and entry.first > until + DAY:
            yield _gap(until, entry)
        if entry.held:
            until = max(until or entry.last, entry.last)
        yield entry


def _gap(until: date, after: Entry) -> Entry:
    return Entry(
        organisation_id=after.organisation_id,
        name=after.name,
        town=after.town,
        number="",
        status=GAP,
        first=until + DAY,
        last=after.first - DAY,
        version="",
        scheme=after.scheme,
    )
