"""The renewals to come, by the quarter in which their audits are due, and whom that takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from casework.calendar import add_months
from casework.extensions import db
from casework.i18n import written_day
from casework.models import Case
from casework.models.label_audit import Cycle, Label, Membership
from casework.models.referential import Referential, ReferentialVersion, Scheme
from casework.queries.dashboard.figures import Figure

QUARTER = 3
"""Months of a quarter."""
SHOWN = 8
"""How many quarters are shown at least."""
LIVING = ("pending", "active", "suspended", "expired")
OUT = ("abandoned", "left_network")


@dataclass(frozen=True)
class Renewal:
    """The last label of a member whose next audit was not held yet."""

    audit_by: date
    opened: bool


def renewals(scheme: Scheme, today: date) -> list[Renewal]:
    """Return the renewals whose audit is still to be held, the earliest first (one query).

    Of each member that holds a share, its last label counts, be it that it has expired.
    """
    place = sa.func.row_number().over(
        partition_by=Case.organisation_id, order_by=(Label.ends_on.desc(), Label.id.desc())
    )
    last = (
        sa.select(Label.case_id, Label.ends_on, Label.state, place.label("place"))
        .join(Case, Case.id == Label.case_id)
        .join(Cycle, Cycle.case_id == Case.id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .join(Membership, Membership.organisation_id == Case.organisation_id)
        .where(
            Referential.scheme_id == scheme.id,
            Case.restricted.is_(False),
            Membership.share_from <= today,
            sa.or_(Membership.share_until.is_(None), Membership.share_until >= today),
        )
        .subquery()
    )
    cycle = (
        sa.select(Cycle.previous_case_id, sa.func.max(Cycle.audited_on).label("audited_on"))
        .join(Case, Case.id == Cycle.case_id)
        .where(Cycle.previous_case_id.is_not(None), Case.state.not_in(OUT))
        .group_by(Cycle.previous_case_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(last.c.ends_on, cycle.c.previous_case_id)
        .outerjoin(cycle, cycle.c.previous_case_id == last.c.case_id)
        .where(last.c.place == 1, last.c.state.in_(LIVING), cycle.c.audited_on.is_(None))
        .order_by(last.c.ends_on)
    )
    months = scheme.times().audit_months
    return [Renewal(add_months(ends, -months), opened is not None) for ends, opened in rows]


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
