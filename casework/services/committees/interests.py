"""Interests: declared, proposed by known ties, answered; a recusal takes the whole case away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import add_months
from casework.clock import now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import (
    Attendance,
    Case,
    Committee,
    Decision,
    Grant,
    Interest,
    MeetingItem,
    Poll,
)
from casework.policy import Actor
from casework.roles import PARTNER_ROLES, Role
from casework.services import cases, events, receipts
from casework.services.committees import sight
from casework.services.committees.common import find_item, is_keeper, lock_meeting, refuse
from casework.services.errors import ForbiddenError, NotFoundError
from casework.workflows.declaration import Agenda, Reason

DECIDED_ALREADY = N_("The committee has decided on this case already.")
RECUSED_ALREADY = N_("A recusal stands: it is not taken back.")

YEARS = 5
"""After how many years a tie is of former times, where the workflow says nothing else."""

TIES: dict[str, str] = {
    "organisation": N_("Belongs or belonged to the organisation"),
    "audits": N_("Audits or audited the case"),
    "decided": N_("Took part in the decision before this one"),
    "works_on": N_("Works or worked on the case"),
    "formerly": N_("Belonged to the organisation long ago"),
    "declared": N_("Declared by the member"),
}


def propose(
    committee: Committee,
    item: MeetingItem,
    case: Case,
    user_ids: Collection[UUID],
    moment: datetime,
) -> list[UUID]:
    """Note the known ties of members to a case, as questions to them; return who is asked.

    Ties that the workflow's agenda calls barring are no question: these members are recused.
    """
    known = set(
        db.session.scalars(
            sa.select(Interest.user_id).where(
                Interest.committee_id == committee.id, Interest.case_id == case.id
            )
        )
    )
    agenda = cases.workflow_of(case).agenda_in(case.state, committee.kind)
    told = ties(case, user_ids, moment, years_of(case, agenda))
    found = {w: tie for w, tie in told.items() if w not in known}
    barring = agenda.barring if agenda is not None else frozenset()
    asked = {who: tie for who, tie in found.items() if tie not in barring}
    db.session.add_all(
        Interest(
            committee_id=committee.id,
            case_id=case.id,
            user_id=who,
            tie=tie,
            state="proposed",
            at=moment,
        )
        for who, tie in asked.items()
    )
    db.session.flush()
    for who, tie in found.items():
        if who not in asked:
            _recuse(item, case, committee.id, who, None, tie, "")
    return list(asked)


def years_of(case: Case, agenda: Agenda | None) -> int:
    """Return for how many years after its end a tie to the organisation lasts."""
    if agenda is None or agenda.years_fact is None:
        return YEARS
    return int(getattr(cases.facts_of(case), agenda.years_fact))


def ties(
    case: Case, user_ids: Collection[UUID], moment: datetime, years: int = YEARS
) -> dict[UUID, str]:
    """Return which of these people have a known tie to a case, past ones included.

    One to the organisation that ended more than so many years ago is of former times.
    Of several ties of a person the gravest counts (in the order of ``TIES``).
    """
    partners = sa.and_(
        Grant.scope == "organisation",
        Grant.scope_id == case.organisation_id,
        Grant.role.in_(PARTNER_ROLES),
    )
    on_case = sa.and_(
        Grant.scope == "case",
        Grant.scope_id == case.id,
        Grant.role.in_((*PARTNER_ROLES, Role.PROGRAMME_OFFICER, Role.COACH, Role.AUDITOR)),
    )
    rows = db.session.execute(
        sa.select(Grant.user_id, Grant.scope, Grant.role, Grant.ends_at).where(
            Grant.user_id.in_(set(user_ids)),
            Grant.denies.is_(False),
            sa.or_(partners, on_case),
        )
    )
    found = [(row.user_id, _tie(row, moment, years)) for row in rows]
    found += [(who, "decided") for who in _decided_before(case, user_ids)]
    if case.owner_id in user_ids and case.owner_id is not None:
        found.append((case.owner_id, "works_on"))
    order = list(TIES)
    found.sort(key=lambda pair: order.index(pair[1]), reverse=True)
    return dict(found)


def _tie(row: Any, moment: datetime, years: int) -> str:
    if row.scope == "organisation":
        since = add_months(house_day(moment), -12 * years)
        lasts = row.ends_at is None or house_day(row.ends_at) > since
        return "organisation" if lasts else "formerly"
    return "audits" if row.role == Role.AUDITOR else "works_on"


def _decided_before(case: Case, user_ids: Collection[UUID]) -> list[UUID]:
    """Return who took part in a meeting that has decided on the case."""
    return list(
        db.session.scalars(
            sa.select(Attendance.user_id)
            .join(MeetingItem, MeetingItem.meeting_id == Attendance.meeting_id)
            .join(Decision, Decision.item_id == MeetingItem.id)
            .where(
                MeetingItem.case_id == case.id,
                Attendance.user_id.in_(set(user_ids)),
                Attendance.presence.in_(("present", "remote", "proxy")),
            )
            .distinct()
        )
    )


def declare(actor: Actor, item_id: UUID, text: str, key: str) -> None:
    """Declare one's own interest in an item's case: one is recused from it at once.

    Raises NotFoundError (nothing that this person could know of), RefusedError.
    """
    item, case, committee_id = _item(actor, item_id)
    if actor.id is None:
        raise ForbiddenError("interest")
    if receipts.find(key, actor.id) is not None:
        return
    _recuse(item, case, committee_id, actor.id, actor.id, "declared", text)
    receipts.keep(key, actor.id, {}, now())


def recuse(actor: Actor, item_id: UUID, user_id: UUID, text: str, key: str) -> None:
    """Recuse somebody from an item's case, as chair or secretary.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    item, case, committee_id = _item(actor, item_id)
    if not is_keeper(actor, committee_id):
        raise ForbiddenError("interest")
    if receipts.find(key, actor.id) is not None:
        return
    _recuse(item, case, committee_id, user_id, actor.id, "declared", text)
    receipts.keep(key, actor.id, {}, now())


def dismiss(
    actor: Actor, item_id: UUID, user_id: UUID, text: str, key: str
) -> tuple[MeetingItem, Case]:
    """Say that somebody's known tie is no interest, and why; return the item and its case.

    The chair or the secretary says it, of anybody but themselves. Raises ForbiddenError,
    NotFoundError, RefusedError.
    """
    item, case, committee_id = _item(actor, item_id)
    if not is_keeper(actor, committee_id) or user_id == actor.id:
        raise ForbiddenError("interest")
    if receipts.find(key, actor.id) is not None:
        return item, case
    row = _interest(committee_id, case.id, user_id)
    if row is None:
        raise NotFoundError(str(user_id))
    if row.state == "recused":
        refuse("dismiss", Reason(RECUSED_ALREADY), item=item.id, user=user_id)
    moment = now()
    row.state, row.text = "dismissed", text
    row.answered_at, row.answered_by_id = moment, actor.id
    payload = {"person": user_id, "reason": text, "item": item.id}
    events.append(case, "interest_dismissed", actor.id, payload=payload, at=moment)
    receipts.keep(key, actor.id, {}, moment)
    return item, case


def _recuse(
    item: MeetingItem,
    case: Case,
    committee_id: UUID,
    user_id: UUID,
    by_id: UUID | None,
    tie: str,
    text: str,
) -> None:
    if item.state == "decided":
        refuse("recuse", Reason(DECIDED_ALREADY), item=item.id, user=user_id)
    moment = now()
    row = _interest(committee_id, case.id, user_id)
    if row is None:
        row = Interest(
            committee_id=committee_id, case_id=case.id, user_id=user_id, tie=tie, at=moment
        )
        db.session.add(row)
    elif row.state == "recused":
        return
    row.state, row.text = "recused", text
    row.answered_at, row.answered_by_id = moment, by_id
    row.grant_id = sight.deny(case, user_id, by_id, moment)
    _annul_polls(item, moment)
    payload = {"person": user_id, "item": item.id}
    events.append(case, "recused", by_id, payload=payload, at=moment)
    db.session.flush()


def _annul_polls(item: MeetingItem, moment: datetime) -> None:
    """Have votes count no more in which the recused person may have taken part."""
    polls = db.session.scalars(sa.select(Poll).where(Poll.item_id == item.id))
    for poll in polls:
        poll.closed_at, poll.carried = poll.closed_at or moment, None


def _interest(committee_id: UUID, case_id: UUID, user_id: UUID) -> Interest | None:
    return db.session.scalar(
        sa.select(Interest)
        .where(
            Interest.committee_id == committee_id,
            Interest.case_id == case_id,
            Interest.user_id == user_id,
        )
        .execution_options(populate_existing=True)
    )


def _item(actor: Actor, item_id: UUID) -> tuple[MeetingItem, Case, UUID]:
    """Lock an item's case and meeting, for somebody of the committee. Raises NotFoundError."""
    meeting_id, case_id = find_item(item_id)
    if case_id is None:
        raise NotFoundError(str(item_id))
    case = cases.lock(case_id)
    meeting = lock_meeting(meeting_id)
    if meeting.committee_id not in actor.scoped("committee"):
        raise NotFoundError(str(item_id))
    item = db.session.get_one(MeetingItem, item_id, populate_existing=True)
    return item, case, meeting.committee_id
