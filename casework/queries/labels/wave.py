"""The renewals to come, by the quarter in which their audits are due, and whom that takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from casework.calendar import add_months
from casework.extensions import db
from casework.i18n import written_day
from casework.models import Case
from casework.models.label_audit import Cycle, Label, Membership
from casework.models.referential import Scheme
from casework.queries.dashboard.figures import Figure
from casework.queries.labels.counting import cycles as cycles_of
from casework.workflows.label_audit.states import GIVEN_UP

QUARTER = 3
"""Months of a quarter."""
SHOWN = 8
"""How many quarters are shown at least."""
LIVING = ("pending", "active", "suspended", "expired")


@dataclass(frozen=True)
class Renewal:
    """The last label of a member whose next audit was not held yet, be it in a third cycle."""

    audit_by: date
    opened: bool


def renewals(scheme: Scheme, today: date) -> list[Renewal]:
    """Return the renewals whose audit is still to be held, the earliest first (one query).

    Of each member that holds a share, its last label counts, be it that it has expired.
    """
    place = sa.func.row_number().over(
        partition_by=Case.organisation_id, order_by=(Label.ends_on.desc(), Label.id.desc())
    )
    cycles = cycles_of(scheme.id)
    last = (
        sa.select(
            *(Label.id, Label.ends_on, Label.state),
            *(Case.organisation_id, Case.created_at, place.label("place")),
        )
        .select_from(Label)
        .join(Case, Case.id == Label.case_id)
        .join(Membership, Membership.organisation_id == Case.organisation_id)
        .where(Case.id.in_(cycles), Membership.active_on(today))
        .subquery()
    )
    later, cycle = aliased(Case), aliased(Cycle)
    held = sa.func.count(cycle.audited_on)
    opened = sa.func.count(cycle.id) - held
    rows = db.session.execute(
        sa.select(last.c.ends_on, opened)
        .select_from(last)
        .outerjoin(
            later,
            sa.and_(
                later.organisation_id == last.c.organisation_id,
                later.created_at > last.c.created_at,
                later.state.not_in(GIVEN_UP),
                later.id.in_(cycles),
            ),
        )
        .outerjoin(cycle, cycle.case_id == later.id)
        .where(last.c.place == 1, last.c.state.in_(LIVING))
        .group_by(last.c.id, last.c.ends_on)
        .having(sa.or_(held == 0, opened > 0))
        .order_by(last.c.ends_on)
    )
    months = scheme.times().audit_months
    return [Renewal(add_months(ends, -months), number > 0) for ends, number in rows]


def figure(scheme: Scheme, today: date, language: str) -> Figure:
    """Return the wave by quarter: late ones first, then this quarter and those to come."""
    found, each = renewals(scheme, today), scheme.times().audit_days
    audits, opened = Counter[date | None](), Counter[date | None]()
    for one in found:
        begins = None if one.audit_by < today else quarter(one.audit_by)
        audits[begins] += 1
        opened[begins] += one.opened
    last = max([q for q in audits if q], default=quarter(today))
    quarters: list[date] = []
    begins = quarter(today)
    while len(quarters) < SHOWN or begins <= last:
        quarters.append(begins)
        begins = add_months(begins, QUARTER)
    named = [(_("late"), None), *((written_day(q, "QQQ y", language), q) for q in quarters)]
    return Figure(
        "wave",
        _("Renewals to come, by quarter"),
        _(
            "By the quarter in which the audit is due: %(months)s months before the last day of"
            " the member's label. Late are those whose day is past, those of expired labels"
            " among them. An audit takes %(days)s days of its auditors, added: the scheme says so.",
            months=scheme.times().audit_months,
            days=each,
        ),
        (_("Quarter"), _("Audits to hold"), _("Auditors' days"), _("Renewal opened already")),
        tuple((name, audits[q], audits[q] * each, opened[q]) for name, q in named),
        (1, 2),
    )


def quarter(day: date) -> date:
    """Return the first day of the quarter in which a day lies."""
    return date(day.year, day.month - (day.month - 1) % QUARTER, 1)
