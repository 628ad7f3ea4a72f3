"""What is known of a cooperative before its cycle begins, as its guards look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.calendar import add_months
from casework.clock import now
from casework.extensions import house_day
from casework.labels.terms import Terms
from casework.models import Case
from casework.models.label_audit import Cycle, Label, Membership
from casework.models.referential import Referential, ReferentialVersion, Scheme
from casework.workflows.label_audit import fact_query
from casework.workflows.label_audit.facts import USUAL
from casework.workflows.label_audit.states import BEFORE_DECISION, GIVEN_UP


@dataclass(frozen=True, kw_only=True)
class StartFacts:
    """What is known of a cooperative before its cycle begins.

    ``running`` is the reference of a cycle that is still under way, ``label_until`` the last day of
    the label it holds, ``previous_case_id`` its last cycle.
    """

    state: str = "new"
    previous_state: str | None = None
    today: date = date.min
    share_active: bool = False
    charter_signed: str = ""
    charter_current: str = ""
    version_id: UUID | None = None
    running: str = ""
    label_until: date | None = None
    previous_case_id: UUID | None = None
    terms: Terms = USUAL

    @property
    def renewal_from(self) -> date | None:
        """The first day on which a renewal may be opened; None without a label."""
        if self.label_until is None:
            return None
        return add_months(self.label_until, -self.terms.renewal_months)


def start_facts(
    session: Session, organisation_id: UUID | None, data: Mapping[str, Any]
) -> StartFacts:
    """Return what is known of a cooperative before its cycle begins."""
    today = house_day()
    scheme = _scheme(session, data.get("scheme_id"))
    if scheme is None:
        return StartFacts(today=today)
    member = session.scalar(
        sa.select(Membership).where(Membership.organisation_id == organisation_id)
    )
    cycles = session.execute(_cycles(organisation_id, scheme.id)).all()
    running = [
        c.reference for c in cycles if c.state in BEFORE_DECISION or c.state == "under_appeal"
    ]
    labels = session.scalars(
        sa.select(Label.ends_on).where(
            Label.case_id.in_([c.id for c in cycles]),
            Label.state.in_(("pending", "active", "suspended")),
        )
    )
    return StartFacts(
        today=today,
        share_active=member is not None and _active(member, today),
        charter_signed=member.charter_version if member and member.charter_signed_on else "",
        charter_current=scheme.charter_version,
        version_id=session.scalar(fact_query.current_version(scheme.id), {"now": now()}),
        running=running[0] if running else "",
        label_until=max(labels, default=None),
        previous_case_id=next((c.id for c in cycles if c.state not in GIVEN_UP), None),
        terms=scheme.times(),
    )


def _scheme(session: Session, chosen: Any) -> Scheme | None:
    """Return the scheme that was chosen, or the first of those that have a published version."""
    query = sa.select(Scheme).order_by(Scheme.created_at, Scheme.key).limit(1)
    if chosen:
        return session.scalar(query.where(Scheme.id == chosen))
    published = (
        sa.select(Referential.scheme_id)
        .join(ReferentialVersion, ReferentialVersion.referential_id == Referential.id)
        .where(ReferentialVersion.state == "published", Referential.base_id.is_(None))
    )
    return session.scalar(query.where(Scheme.id.in_(published)))


def _cycles(organisation_id: UUID | None, scheme_id: UUID) -> Any:
    """Return the query for the cycles of a cooperative under a scheme, the newest first."""
    return (
        sa.select(Case.id, Case.reference, Case.state)
        .join(Cycle, Cycle.case_id == Case.id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .where(Case.organisation_id == organisation_id, Referential.scheme_id == scheme_id)
        .order_by(Case.created_at.desc(), Case.id.desc())
    )


def _active(member: Membership, today: date) -> bool:
    if member.share_from is None or member.share_from > today:
        return False
    return member.share_until is None or member.share_until >= today
