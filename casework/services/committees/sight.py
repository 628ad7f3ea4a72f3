"""Who may see a case because it is before a committee: grants that begin and end with an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from casework.db import new_id
from casework.extensions import db
from casework.models import Case, Grant, MeetingItem, Sight
from casework.policy import in_force
from casework.roles import Role
from casework.services import events


def lock_cases(case_ids: Iterable[UUID | None]) -> list[Case]:
    """Return cases, locked in the order of their ids."""
    wanted = sorted({case_id for case_id in case_ids if case_id is not None})
    return list(
        db.session.scalars(
            sa.select(Case)
            .where(Case.id.in_(wanted))
            .order_by(Case.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def open_to(
    item: MeetingItem,
    case: Case,
    roles: Mapping[UUID, Role],
    actor_id: UUID | None,
    now: datetime,
) -> list[UUID]:
    """Let people see a case in a role, as long as the item says; return who newly does.

    Who is recused stays out, whatever is asked; who has a sight of this item keeps it. The case
    is locked; one event says who was let in.
    """
    has = set(db.session.scalars(sa.select(Sight.user_id).where(Sight.item_id == item.id)))
    out = recused_from(case.id, now)
    new = {who: role for who, role in roles.items() if who not in has | out}
    grants = {
        who: Grant(
            id=new_id(),
            user_id=who,
            role=role,
            scope="case",
            scope_id=case.id,
            starts_at=now,
            granted_by_id=actor_id,
        )
        for who, role in new.items()
    }
    if not grants:
        return []
    db.session.add_all(grants.values())
    db.session.flush()
    db.session.add_all(
        Sight(item_id=item.id, user_id=who, grant_id=grant.id) for who, grant in grants.items()
    )
    payload = {"people": sorted(str(who) for who in grants), "item": item.id}
    events.append(case, "sight_opened", actor_id, payload=payload, at=now)
    return list(grants)


def end(item: MeetingItem, now: datetime, days: int = 0) -> None:
    """Have the sights of an item end so many days from now (those that would end sooner stay)."""
    until = now + timedelta(days=days)
    grants = sa.select(Sight.grant_id).where(Sight.item_id == item.id)
    db.session.execute(
        sa.update(Grant)
        .where(Grant.id.in_(grants), sa.or_(Grant.ends_at.is_(None), Grant.ends_at > until))
        .values(ends_at=until)
        .execution_options(synchronize_session=False)
    )


def deny(case: Case, user_id: UUID, actor_id: UUID | None, now: datetime) -> UUID:
    """Take every right on a case from a person, for good; return the denial's identifier."""
    grant = Grant(
        id=new_id(),
        user_id=user_id,
        role=Role.COMMITTEE_MEMBER,
        scope="case",
        scope_id=case.id,
        denies=True,
        starts_at=now,
        granted_by_id=actor_id,
    )
    db.session.add(grant)
    db.session.flush()
    return grant.id


def recused_from(case_id: UUID, now: datetime) -> set[UUID]:
    """Return who is recused from a case."""
    return set(
        db.session.scalars(
            sa.select(Grant.user_id).where(
                Grant.scope == "case",
                Grant.scope_id == case_id,
                Grant.denies.is_(True),
                in_force(now),
            )
        )
    )
