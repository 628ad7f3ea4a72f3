"""What is due in the network of the label outside of any case, told every hour.

The monthly list of members to be audited, auditors' certificates that end, dues that nobody has
paid. When and to whom, the deadlines of label audits say, as they are tuned: dues of a cooperative
that holds a label are a deadline of its case and told there. What was told is written into its row
(the month: a mark) in the same transaction, so that the job may run twice, late, or be killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import aliased

from casework import calendar
from casework.db import unit_of_work
from casework.extensions import db, house_day
from casework.models import Case, Grant, Organisation, User
from casework.models.label_audit import Certificate, Due, Membership
from casework.policy import Holder, in_force
from casework.queries.labels import network
from casework.roles import Role
from casework.services import deadlines, house, marks, outbox
from casework.services.outbox.telling import Telling
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule, ReminderRule
from casework.workflows.label_audit.states import HOLDING

KIND = "label"
STAFF_SCOPES = ("house", "programme")

log = structlog.get_logger(__name__)


def tell_due(now: datetime) -> int:
    """Write the messages that are due; return how many occasions there were.

    Owns its transaction; what another run has told in the meantime is left to it.
    """
    try:
        with unit_of_work(db.session):
            return _overdue_members(now) + _certificates(now) + _dues(now)
    except sa.exc.IntegrityError:  # another run was faster
        log.info("label.told_already")
        return 0


def _overdue_members(now: datetime) -> int:
    """Tell the officers once a month how many members are to be audited."""
    key = f"label-overdue-{house_day(now):%Y-%m}"
    if marks.find(key) is not None:
        return 0
    number = network.overdue()
    marks.leave(key, {"members": number}, now)
    if not number:
        return 0
    people = _staff(now, Role.PROGRAMME_OFFICER) or _staff(now, Role.PROGRAMME_LEAD)
    _tell(now, [_telling(key, "overdue", {"number": number}, people)])
    return 1


def _certificates(now: datetime) -> int:
    """Tell the officers, and whoever holds it, of a certificate that ends and has no successor."""
    rule = _rule("certificates")
    other = aliased(Certificate)
    followed = sa.exists().where(
        other.user_id == Certificate.user_id, other.valid_until > Certificate.valid_until
    )
    rows = db.session.execute(
        sa.select(Certificate, User)
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.valid_until >= house_day(now), sa.not_(followed), User.active.is_(True))
        .order_by(Certificate.id)
        .with_for_update(skip_locked=True, of=Certificate)
    ).all()
    due = [(row, person, found) for row, person in rows if (found := _due(rule, row, now))]
    if not due:
        return 0
    officers, tellings = _staff(now, Role.PROGRAMME_OFFICER), []
    for row, person, _reminders in due:
        said = {"name": person.name, "last_day": row.valid_until.isoformat()}
        occasion = f"label:certificate:{row.id}:{row.told}"
        tellings.append(_telling(occasion, "certificate", said, officers))
        tellings.append(_telling(occasion, "own_certificate", said, [_holder(person)]))
    _tell(now, tellings)
    return len(due)


def _dues(now: datetime) -> int:
    """Tell the member and the treasurer of unpaid dues, where no label is held."""
    rule = _rule("dues")
    labelled = sa.exists().where(
        Case.organisation_id == Membership.organisation_id,
        Case.workflow_key == "label_audit",
        Case.state.in_(HOLDING),
    )
    rows = db.session.execute(
        sa.select(Due, Membership.organisation_id, Organisation.name)
        .join(Membership, Membership.id == Due.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Due.due_on <= house_day(now),
            Due.paid_on.is_(None),
            Due.exempted.is_(False),
            sa.not_(labelled),
        )
        .order_by(Due.id)
        .with_for_update(skip_locked=True, of=Due)
    ).all()
    due = [(row, org, name, found) for row, org, name in rows if (found := _due(rule, row, now))]
    if not due:
        return 0
    leads = _partners(now, [org for _row, org, _name, _found in due])
    treasurers, tellings = _staff(now, Role.FINANCE), []
    for row, organisation_id, name, found in due:
        said = {
            "name": name,
            "year": row.year,
            "last_day": row.due_on.isoformat(),
            "membership_id": str(row.membership_id),
        }
        occasion = f"label:dues:{row.id}:{row.told}"
        roles = {reminder.to for reminder in found}
        if Role.FINANCE in roles:
            tellings.append(_telling(occasion, "dues", said, treasurers))
        if Role.PARTNER_LEAD in roles:
            people = leads.get(organisation_id, [])
            tellings.append(_telling(occasion, "own_dues", said, people))
    _tell(now, tellings)
    return len(due)


def _due(rule: DeadlineRule, row: Any, now: datetime) -> Sequence[ReminderRule]:
    """Return the reminders of the last moment that has come, and note them; none if they were."""
    cal = house.calendar()
    last: date = row.valid_until if isinstance(row, Certificate) else row.due_on
    end = cal.end_of_day(last)
    moments = [(calendar.when(r.offset, row.created_at, end, cal), r) for r in rule.reminders]
    latest = max((at for at, _reminder in moments if at <= now), default=None)
    found = [reminder for at, reminder in moments if at == latest]
    if not found or row.told == (key := f"{last} {found[0].key}"):
        return ()
    row.told = key
    return found


def _rule(key: str) -> DeadlineRule:
    return deadlines.effective_rules(registry.latest("label_audit"))[key]


def _telling(
    occasion: str, what: str, said: dict[str, Any], recipients: Sequence[Holder]
) -> Telling:
    return Telling(
        recipients=recipients,
        occasion=occasion,
        kind=KIND,
        template=f"label/{what}",
        params=said,
    )


def _tell(now: datetime, tellings: Iterable[Telling]) -> None:
    outbox.queue_many([each for each in tellings if each.recipients], now)


def _staff(now: datetime, role: Role) -> list[Holder]:
    """Return who holds a role in the house or in one of its programmes, everybody once."""
    held = sa.select(Grant.user_id).where(
        Grant.role == role, Grant.scope.in_(STAFF_SCOPES), Grant.denies.is_(False), in_force(now)
    )
    people = sa.select(User).where(User.id.in_(held), User.active.is_(True))
    return [_holder(person) for person in db.session.scalars(people.order_by(User.id))]


def _partners(now: datetime, organisation_ids: Sequence[UUID]) -> dict[UUID, list[Holder]]:
    rows = db.session.execute(
        sa.select(Grant.scope_id, User)
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.role == Role.PARTNER_LEAD,
            Grant.scope == "organisation",
            Grant.scope_id.in_(organisation_ids),
            Grant.denies.is_(False),
            User.active.is_(True),
            in_force(now),
        )
        .order_by(User.id)
    )
    found: dict[UUID, list[Holder]] = {}
    for organisation_id, person in rows:
        if organisation_id is not None:
            found.setdefault(organisation_id, []).append(_holder(person))
    return found


def _holder(person: User) -> Holder:
    return Holder(person.id, person.email, person.name, person.language)
