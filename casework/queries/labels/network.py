"""Lists of members with their dues and their label, and of certified auditors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.calendar import add_months
from casework.extensions import db, house_day
from casework.models import Case, Organisation, User
from casework.models.label_audit import Certificate, Cycle, Due, Label, Membership
from casework.queries.labels.counting import COVERED_MONTHS

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and whether there are more."""

    rows: Sequence[Any]
    number: int
    has_next: bool


def members(number: int, *, overdue: bool = False) -> Page:
    """Return a page of the members by name: share, charter, dues unpaid, audit, label (one query).

    ``overdue`` leaves the active ones that were never audited, or not within three years: every
    member must be audited (charter of CPE).
    """
    audited = audited_on()
    unpaid = (
        sa.select(sa.func.count())
        .where(
            Due.membership_id == Membership.id,
            Due.due_on < house_day(),
            Due.paid_on.is_(None),
            Due.exempted.is_(False),
        )
        .correlate(Membership)
        .scalar_subquery()
    )
    other, case = aliased(Label), aliased(Case)
    newest = (
        sa.select(other.id)
        .join(case, case.id == other.case_id)
        .where(case.organisation_id == Membership.organisation_id, other.starts_on <= house_day())
        .order_by(other.starts_on.desc(), other.created_at.desc())
        .limit(1)
        .correlate(Membership)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Membership,
            Organisation.name,
            Organisation.town,
            Label,
            unpaid.label("unpaid"),
            audited.label("audited_on"),
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Label, Label.id == newest)
        .order_by(Organisation.folded_name, Membership.id)
    )
    if overdue:
        query = query.where(_to_be_audited(audited))
    return _page(query, number)


def overdue() -> int:
    """Return how many active members were never audited, or not within three years."""
    query = sa.select(sa.func.count()).select_from(Membership).where(_to_be_audited(audited_on()))
    return db.session.scalar(query) or 0


def audited_on() -> Any:
    """Return the column, on a query over members, that says when each was audited last."""
    return (
        sa.select(sa.func.max(Cycle.audited_on))
        .join(Case, Case.id == Cycle.case_id)
        .where(Case.organisation_id == Membership.organisation_id)
        .correlate(Membership)
        .scalar_subquery()
    )


def is_overdue(audited: date | None, day: date) -> bool:
    """Say whether a member was, on a day, never audited, or not within three years."""
    return audited is None or audited < add_months(day, -COVERED_MONTHS)


def _to_be_audited(audited: Any) -> Any:
    today = house_day()
    late = sa.or_(audited.is_(None), audited < add_months(today, -COVERED_MONTHS))
    return sa.and_(Membership.active_on(today), late)


def auditors(number: int) -> Page:
    """Return a page of certificates by the auditor's name, the newest first (one query)."""
    query = (
        sa.select(Certificate, User.name)
        .join(User, User.id == Certificate.user_id)
        .order_by(User.folded, Certificate.valid_until.desc())
    )
    return _page(query, number)


def dues(membership_id: UUID) -> list[Due]:
    """Return what a member owes, the newest year first."""
    query = sa.select(Due).where(Due.membership_id == membership_id).order_by(Due.year.desc())
    return list(db.session.scalars(query))


def name_of(membership: Membership) -> str:
    """Return the name of a member."""
    query = sa.select(Organisation.name).where(Organisation.id == membership.organisation_id)
    return db.session.scalar(query) or ""


def _page(query: Any, number: int) -> Page:
    rows = db.session.execute(query.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    return Page(rows[:PAGE], number, len(rows) > PAGE)
