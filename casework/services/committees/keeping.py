"""Who keeps the open restricted cases: they go with the offices of the committee.

Whoever is named by a keeper gets access at once, and so does the first of a committee that has no
such case yet. Whoever is named from outside (by those who found committees) waits until a keeper
says yes; when no keeper is left, until two administrators have reset the access together. None of
them sees anything of the cases by it, and each case's history says who did it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case, Committee, Grant, Office, User
from casework.policy import Actor, in_force
from casework.services import cases, changes, receipts
from casework.services.committees.common import (
    OFFICE_ROLES,
    day_ends,
    lock_committee,
    names_of,
    refuse,
)
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.secrecy import granting
from casework.workflows import registry
from casework.workflows.declaration import Reason

SHORTEST_REASON = 10
STILL_KEPT = N_("Somebody still keeps the cases of this committee: they decide on it.")
REASON_NEEDED = N_("Give a reason of ten characters or more: it stays in the history.")


def admits_at_once(actor: Actor, committee: Committee, moment: datetime) -> bool:
    """Say whether whom the actor names gets access to the open cases without asking further."""
    if actor.is_system or actor.id in keepers(committee.id, moment):
        return True
    return db.session.scalar(sa.select(Case.id).where(*_open(committee.kind)).limit(1)) is None


def keepers(committee_id: UUID, moment: datetime) -> set[UUID]:
    """Return who keeps the committee's cases: in office, admitted, with an account in use."""
    query = (
        sa.select(Office.user_id)
        .join(User, User.id == Office.user_id)
        .where(
            Office.committee_id == committee_id,
            Office.admitted_at.is_not(None),
            User.active.is_(True),
            _running(moment),
        )
    )
    return set(db.session.scalars(query))


def waiting(committee_id: UUID) -> list[tuple[Office, str]]:
    """Return the offices whose holders wait for the open cases, with their names."""
    rows = db.session.execute(
        sa.select(Office, User.name)
        .join(User, User.id == Office.user_id)
        .where(
            Office.committee_id == committee_id,
            Office.admitted_at.is_(None),
            sa.or_(Office.ends_on.is_(None), Office.ends_on >= house_day()),
        )
        .order_by(Office.starts_on, Office.id)
    )
    return [(row[0], row[1]) for row in rows]


def may_admit(actor: Actor, office: Office, kept_by: Iterable[UUID]) -> bool:
    """Say whether somebody has a word on an office: a keeper, or an administrator without any."""
    if actor.id is None or actor.id == office.user_id:
        return False
    people = set(kept_by)
    return actor.id in people or (not people and policy.administrator(actor))


def admit(actor: Actor, office_id: UUID, reason: str, key: str) -> bool:
    """Let a new chair or secretary have the open restricted cases; say whether that is now done.

    A keeper of the committee does it alone. Where none is left, an administrator asks for it with
    a reason and another one agrees. Raises NotFoundError, ForbiddenError, RefusedError.
    """
    office = db.session.get(Office, office_id)
    if office is None:
        raise NotFoundError(str(office_id))
    committee = lock_committee(office.committee_id)
    db.session.refresh(office)
    moment = now()
    kept_by = keepers(committee.id, moment)
    if policy.administrator(actor) and kept_by and actor.id not in kept_by:
        refuse("admit", Reason(STILL_KEPT), office=office.id)
    if not may_admit(actor, office, kept_by):
        raise ForbiddenError("committee")
    if office.admitted_at is not None or receipts.find(key, actor.id) is not None:
        return office.admitted_at is not None
    if len(reason.strip()) < SHORTEST_REASON:
        refuse("admit", Reason(REASON_NEEDED), office=office.id)
    alone = actor.id in kept_by
    done = alone or office.reset_asked_by_id not in {None, actor.id}
    if done:
        office.admitted_at, office.admitted_by_id = moment, actor.id
    elif office.reset_asked_by_id is None:
        office.reset_asked_by_id, office.reset_reason = actor.id, reason.strip()
    said = {"admitted": f"{names_of([office.user_id])[office.user_id]}: {reason.strip()}"}
    changes.record(committee, {}, said if done else {"reset_asked": said["admitted"]}, actor.id)
    if done:
        follow(moment)
    receipts.keep(key, actor.id, {}, moment)
    return done


def follow(moment: datetime) -> int:
    """Bring the grants on open restricted cases in step with the offices; return how many cases.

    Asked with two queries; only cases that differ are locked, in the order of their ids.
    """
    db.session.flush()
    differing = {row.case_id for row in (*_missing(moment), *_former(moment))}
    for case_id in sorted(differing):
        case = cases.lock(case_id)
        for row in _missing(moment, case_id):
            _let_in(case, row, moment)
        for row in _former(moment, case_id):
            _let_go(case, row, moment)
    return len(differing)


def _let_in(case: Case, row: Any, moment: datetime) -> None:
    office: Office = row.Office
    by = [p for p in (office.reset_asked_by_id, office.admitted_by_id) if p is not None]
    kind = "keeper_reset" if office.reset_asked_by_id is not None else "keeper_given"
    names = ", ".join(sorted(names_of(by).values()))
    reason = f"{office.reset_reason} ({names})" if office.reset_reason else names
    role = OFFICE_ROLES[office.office]
    granting.admit(
        case, office.user_id, role, office.admitted_by_id, moment, reason=reason, kind=kind
    )


def _let_go(case: Case, row: Any, moment: datetime) -> None:
    """End what a former keeper holds by the office, unless nobody else would keep the case."""
    secrecy = cases.workflow_of(case).secrecy
    people = policy.holders(db.session, [case], secrecy.keepers if secrecy else (), moment)
    if any(h.user_id != row.user_id for holders in people.values() for h in holders):
        granting.end(case, row.user_id, None, moment, "", role=row.role, kind="keeper_ended")


def _open(kind: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for open restricted cases that committees of a kind may take up."""
    theirs = [
        sa.and_(Case.workflow_key == workflow.key, sa.literal(agenda.kind) == kind)
        for workflow in registry.current()
        if workflow.secrecy is not None
        for agenda in workflow.agendas
    ]
    return Case.restricted.is_(True), Case.closed_at.is_(None), sa.or_(sa.false(), *theirs)


def _missing(moment: datetime, case_id: UUID | None = None) -> list[Any]:
    """Return the offices whose holders were never given a case that goes with them."""
    given = sa.exists().where(
        Grant.scope == "case",
        Grant.scope_id == Case.id,
        Grant.user_id == Office.user_id,
        sa.or_(
            sa.and_(Grant.denies.is_(True), in_force(moment)),
            sa.and_(Grant.role == _role(), Grant.starts_at >= Office.created_at),
            sa.and_(Grant.role == _role(), in_force(moment)),
        ),
    )
    query = (
        sa.select(Case.id.label("case_id"), Office)
        .select_from(Office)
        .join(Committee, Committee.id == Office.committee_id)
        .join(User, User.id == Office.user_id)
        .join(Case, sa.and_(*_open(Committee.kind)))
        .where(
            Committee.active.is_(True),
            User.active.is_(True),
            Office.admitted_at.is_not(None),
            _running(moment),
            ~given,
        )
    )
    return _of(query, case_id)


def _former(moment: datetime, case_id: UUID | None = None) -> list[Any]:
    """Return who still holds a case by an office that they no longer hold."""
    again = aliased(Office)
    still = sa.exists().where(
        again.committee_id == Office.committee_id,
        again.user_id == Office.user_id,
        again.office == Office.office,
        sa.or_(again.ends_on.is_(None), again.ends_on >= house_day(moment)),
    )
    next_named = (
        sa.select(sa.func.max(again.created_at))
        .where(
            again.committee_id == Office.committee_id,
            again.office == Office.office,
            again.starts_on > Office.ends_on,
        )
        .correlate(Office)
        .scalar_subquery()
    )
    held = (Grant.user_id, Grant.role, Grant.starts_at)
    query = (
        sa.select(Case.id.label("case_id"), *held, Office.ends_on, next_named.label("next_named"))
        .select_from(Office)
        .join(Committee, Committee.id == Office.committee_id)
        .join(Grant, sa.and_(Grant.user_id == Office.user_id, Grant.role == _role()))
        .join(Case, sa.and_(Grant.scope_id == Case.id, *_open(Committee.kind)))
        .where(
            Grant.scope == "case",
            Grant.denies.is_(False),
            in_force(moment),
            Office.ends_on < house_day(moment),
            ~still,
        )
    )
    # what was given after the office had ended, and its next holder was named, is the person's own
    return [
        row
        for row in _of(query, case_id)
        if row.starts_at < max(day_ends(row.ends_on), row.next_named or day_ends(row.ends_on))
    ]


def _of(query: Any, case_id: UUID | None) -> list[Any]:
    if case_id is not None:
        query = query.where(Case.id == case_id)
    return list(db.session.execute(query.order_by(Case.id, Office.id)))


def _role() -> sa.ColumnElement[str]:
    return sa.literal("committee_") + Office.office


def _running(moment: datetime) -> sa.ColumnElement[bool]:
    day = house_day(moment)
    return sa.and_(Office.starts_on <= day, sa.or_(Office.ends_on.is_(None), Office.ends_on >= day))
