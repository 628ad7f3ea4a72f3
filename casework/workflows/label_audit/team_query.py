"""The question to the database about the teams of label audits: who bars, who warns."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.calendar import add_months
from casework.db import constants
from casework.extensions import house_day
from casework.labels.terms import Terms
from casework.models import Case, Grant, User
from casework.models.label_audit import AuditPlan, Certificate, Cycle, Declaration, TeamMember
from casework.models.referential import Referential, ReferentialVersion, Scheme
from casework.roles import PARTNER_ROLES, Role
from casework.workflows.label_audit.fact_parts import LEAD_CYCLES, Auditor
from casework.workflows.label_audit.fact_query import EVER, NOW, TODAY, YEAR_AGO, beside, of_case
from casework.workflows.label_audit.states import GIVEN_UP


@cache
def team() -> Any:
    """Return the query for the teams of ``cases``, with what bars or warns about each auditor.

    It asks for ``today``, ``now`` and ``year_ago`` too, and is built once.
    """
    held = aliased(Grant)
    user, case = TeamMember.user_id, TeamMember.case_id
    theirs = sa.and_(
        held.user_id == user, held.scope == "organisation", held.role.in_(sorted(PARTNER_ROLES))
    )
    day = sa.func.coalesce(AuditPlan.starts_on, TODAY)
    certificate = sa.select(sa.func.max(Certificate.valid_until)).where(
        Certificate.user_id == user, Certificate.valid_from <= day
    )
    own = sa.select(sa.func.max(sa.func.coalesce(held.ends_at, EVER))).where(
        theirs, held.scope_id == Case.organisation_id, held.denies.is_(False)
    )

    def declared(column: Any) -> Any:
        query = sa.select(column).where(
            Declaration.case_id == case,
            Declaration.user_id == user,
            Declaration.removed_at.is_(None),
        )
        newest = query.order_by(Declaration.created_at.desc(), Declaration.position.desc())
        return newest.limit(1).correlate(TeamMember).scalar_subquery()

    return (
        sa.select(
            case,
            user,
            User.name,
            TeamMember.part,
            day.label("day"),
            certificate.correlate(TeamMember, AuditPlan).scalar_subquery().label("valid_until"),
            declared(Declaration.tie).label("tie"),
            declared(Declaration.until).label("tie_until"),
            own.correlate(TeamMember, Case).scalar_subquery().label("own_until"),
            _reciprocal().label("reciprocal"),
            _led().label("led"),
            _votes().label("votes"),
        )
        .join(User, User.id == user)
        .join(Case, Case.id == case)
        .join(Cycle, Cycle.case_id == case)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .join(Scheme, Scheme.id == Referential.scheme_id)
        .outerjoin(AuditPlan, of_case(AuditPlan))
        .where(case.in_(sa.bindparam("cases", expanding=True)), TeamMember.removed_at.is_(None))
        .order_by(TeamMember.part, TeamMember.position)
    )


def _reciprocal() -> Any:
    """Count audits within a year, of the auditor's cooperative by somebody of the one audited."""
    home, peer = aliased(Grant), aliased(Grant)
    other, other_case = aliased(TeamMember), aliased(Case)
    return (
        sa.select(sa.func.count())
        .select_from(other)
        .join(other_case, other_case.id == other.case_id)
        .join(
            home,
            sa.and_(home.scope == "organisation", home.scope_id == other_case.organisation_id),
        )
        .join(peer, sa.and_(peer.scope == "organisation", peer.user_id == other.user_id))
        .where(
            home.user_id == TeamMember.user_id,
            peer.scope_id == Case.organisation_id,
            other.removed_at.is_(None),
            other.created_at > YEAR_AGO,
            other_case.id != Case.id,
        )
        .correlate(TeamMember, Case)
        .scalar_subquery()
    )


def _led() -> Any:
    """Count how many of the cooperative's last cycles before this one the auditor led."""
    case, led = aliased(Case), aliased(TeamMember)
    last = (
        beside(sa.select(case.id), case, later=False)
        .where(case.state.not_in(constants(GIVEN_UP)))
        .order_by(case.created_at.desc(), case.id.desc())
        .limit(LEAD_CYCLES)
    )
    return (
        sa.select(sa.func.count(sa.distinct(led.case_id)))
        .where(
            led.user_id == TeamMember.user_id,
            led.part == "lead",
            led.removed_at.is_(None),
            led.case_id.in_(last),
        )
        .correlate(TeamMember, Case, Scheme)
        .scalar_subquery()
    )


def _votes() -> Any:
    """Count the grants by which the auditor sits in a committee on the case, unless recused."""
    seat, out = aliased(Grant), aliased(Grant)
    recused = sa.exists().where(
        out.user_id == TeamMember.user_id,
        out.scope == "case",
        out.scope_id == TeamMember.case_id,
        out.denies.is_(True),
    )
    return (
        sa.select(sa.func.count())
        .where(
            seat.user_id == TeamMember.user_id,
            seat.scope == "case",
            seat.scope_id == TeamMember.case_id,
            seat.denies.is_(False),
            seat.role.in_((Role.COMMITTEE_MEMBER, Role.COMMITTEE_CHAIR)),
            seat.starts_at <= NOW,
            sa.or_(seat.ends_at.is_(None), seat.ends_at > NOW),
            sa.not_(recused),
        )
        .correlate(TeamMember)
        .scalar_subquery()
    )


def auditor(row: Any, terms: Terms, today: date) -> Auditor:
    """Return an auditor as guards see them."""
    since = add_months(today, -12 * terms.conflict_years)
    return Auditor(
        user_id=row.user_id,
        name=row.name,
        leads=row.part == "lead",
        certified=row.valid_until is not None and row.valid_until >= row.day,
        tie=row.tie or "",
        tie_until=row.tie_until,
        own=row.own_until is not None and house_day(row.own_until) > since,
        reciprocal=row.reciprocal > 0,
        led=row.led,
        votes=row.votes > 0,
    )
