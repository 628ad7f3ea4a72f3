"""Committees themselves: founded, given colleges and rules, their chair and secretary named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.models import College, Committee, CommitteeRules, Grant, Office
from casework.policy import Actor, founder
from casework.queries.committees import room
from casework.services import changes, receipts
from casework.services.committees import due, keeping
from casework.services.committees.common import (
    OFFICE_ROLES,
    day_begins,
    day_ends,
    demand_manager,
    lock_committee,
    names_of,
    refuse,
)
from casework.services.errors import ForbiddenError
from casework.workflows import registry
from casework.workflows.declaration import Reason

UNKNOWN_KIND = N_("No workflow lets a committee of this kind decide.")
TAKEN_PREFIX = N_("Another committee has these letters for its meetings already.")

Names = Mapping[str, str]


@dataclass(frozen=True)
class Rules:
    """What a committee's rules say; see :class:`casework.models.CommitteeRules`."""

    quorum_percent: int = 50
    quorum_above: bool = True
    college_minima: bool = True
    majority: str = "simple"
    method: str = "either"
    casting_vote: bool = True
    secret_allowed: bool = True
    remote_allowed: bool = True
    proxies_each: int = 1
    papers_days: int = 7
    minutes_days: int = 10
    sight_days: int = 30
    report_month: int = 0


def kinds() -> frozenset[str]:
    """Return the kinds of committee that the workflows of the house declare."""
    return frozenset(a.kind for workflow in registry.every() for a in workflow.agendas)


def _report_month(kind: str) -> int:
    """Return the month by whose end committees of a kind owe a report, as workflows declare it."""
    agendas = [a for workflow in registry.every() for a in workflow.agendas if a.kind == kind]
    return max(agenda.report_month for agenda in agendas)


def found(actor: Actor, kind: str, prefix: str, names: Names, key: str) -> UUID:
    """Found a committee with the usual rules, and return its identifier.

    ``names`` has a name for fr, nl and en. Raises ForbiddenError, RefusedError.
    """
    if not founder(actor):
        raise ForbiddenError("committee")
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["committee_id"])
    if kind not in kinds():
        refuse("found", Reason(UNKNOWN_KIND))
    letters = prefix.strip().upper()
    if db.session.scalar(sa.select(sa.exists().where(Committee.prefix == letters))):
        refuse("found", Reason(TAKEN_PREFIX))
    row = Committee(
        id=new_id(),
        kind=kind,
        prefix=letters,
        created_at=now(),
        active=True,
        **{f"name_{code}": text for code, text in names.items()},
    )
    db.session.add(row)
    db.session.flush()
    _new_version(row.id, Rules(report_month=_report_month(kind)), actor)
    due.follow(row.id, now())
    changes.record(row, {}, {"kind": kind, "name_en": row.name_en}, actor.id)
    receipts.keep(key, actor.id, {"committee_id": str(row.id)}, now())
    return row.id


def add_college(
    actor: Actor,
    committee_id: UUID,
    names: Names,
    target: int,
    minimum: int,
    key: str,
    *,
    votes: bool,
) -> UUID:
    """Give a committee another college and return its identifier. Raises ForbiddenError."""
    demand_manager(actor, committee_id)
    committee = lock_committee(committee_id)
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["college_id"])
    row = College(
        id=new_id(),
        committee_id=committee_id,
        position=len(room.colleges(committee_id)) + 1,
        target=target,
        minimum=minimum,
        votes=votes,
        **{f"name_{code}": text for code, text in names.items()},
    )
    db.session.add(row)
    db.session.flush()
    changes.record(committee, {}, {row.name_en: f"{target} ({minimum})"}, actor.id)
    receipts.keep(key, actor.id, {"college_id": str(row.id)}, now())
    return row.id


def current_rules(committee_id: UUID) -> Rules:
    """Return what a committee's newest rules say."""
    row = room.rules_of(committee_id)
    return Rules(**{f.name: getattr(row, f.name) for f in fields(Rules)})


def change_rules(actor: Actor, committee_id: UUID, rules: Rules, key: str) -> int:
    """Give a committee new rules and return their version; meetings that are open keep theirs.

    Raises ForbiddenError.
    """
    demand_manager(actor, committee_id)
    committee = lock_committee(committee_id)
    if (before := receipts.find(key, actor.id)) is not None:
        return int(before["version"])
    old = current_rules(committee_id)
    version = _new_version(committee_id, rules, actor)
    due.follow(committee_id, now())
    changes.record(committee, vars(old), vars(rules), actor.id)
    receipts.keep(key, actor.id, {"version": version}, now())
    return version


def set_active(actor: Actor, committee_id: UUID, *, active: bool) -> None:
    """Have a committee take cases up, or no longer. Raises ForbiddenError."""
    if not founder(actor):
        raise ForbiddenError("committee")
    committee = lock_committee(committee_id)
    changes.record(committee, {"active": committee.active}, {"active": active}, actor.id)
    committee.active = active
    due.follow(committee_id, now())


def name_officer(
    actor: Actor, committee_id: UUID, office: str, user_id: UUID, starts_on: date, key: str
) -> None:
    """Make somebody chair or secretary from a day on; whoever held the office ends the day before.

    With the office goes access to the open restricted cases, at once or once somebody has said so
    (:mod:`.keeping`).

    Raises ForbiddenError, ValueError (no such office).
    """
    if office not in OFFICE_ROLES:
        raise ValueError(f"no such office: {office}")
    demand_manager(actor, committee_id)
    committee = lock_committee(committee_id)
    if receipts.find(key, actor.id) is not None:
        return
    moment = now()
    at_once = keeping.admits_at_once(actor, committee, moment)
    before = _end_office(committee_id, office, starts_on)
    grant = Grant(
        id=new_id(),
        user_id=user_id,
        role=OFFICE_ROLES[office],
        scope="committee",
        scope_id=committee_id,
        starts_at=day_begins(starts_on),
        granted_by_id=actor.id,
    )
    db.session.add(grant)
    db.session.flush()
    db.session.add(
        Office(
            committee_id=committee_id,
            user_id=user_id,
            office=office,
            starts_on=starts_on,
            grant_id=grant.id,
            created_at=moment,
            created_by_id=actor.id,
            admitted_at=moment if at_once else None,
            admitted_by_id=actor.id if at_once else None,
        )
    )
    keeping.follow(moment)
    names = names_of([user_id, *before])
    former = ", ".join(names[each] for each in before) or None
    changes.record(committee, {office: former}, {office: names[user_id]}, actor.id)
    receipts.keep(key, actor.id, {}, now())


def _end_office(committee_id: UUID, office: str, starts_on: date) -> list[UUID]:
    """End what runs of an office before a day; one that would begin later never begins."""
    rows = db.session.scalars(
        sa.select(Office).where(
            Office.committee_id == committee_id,
            Office.office == office,
            sa.or_(Office.ends_on.is_(None), Office.ends_on >= starts_on),
        )
    ).all()
    for row in rows:
        grant = db.session.get_one(Grant, row.grant_id)
        if row.starts_on >= starts_on:
            db.session.delete(row)
            grant.ends_at = grant.starts_at
        else:
            row.ends_on = starts_on - timedelta(days=1)
            grant.ends_at = day_ends(row.ends_on)
    db.session.flush()
    return [row.user_id for row in rows]


def _new_version(committee_id: UUID, rules: Rules, actor: Actor) -> int:
    last = db.session.scalar(
        sa.select(sa.func.max(CommitteeRules.version)).where(
            CommitteeRules.committee_id == committee_id
        )
    )
    version = (last or 0) + 1
    db.session.add(
        CommitteeRules(
            committee_id=committee_id,
            version=version,
            changed_at=now(),
            changed_by_id=actor.id,
            **vars(rules),
        )
    )
    db.session.flush()
    return version
