"""What is due in the network of the label outside of any case, told every hour.

The monthly list of members to be audited, auditors' certificates that end, dues that nobody has
paid. When and to whom, the deadlines of label audits say, as they are tuned: dues of a cooperative
that holds a label are a deadline of its case and told there. What was told is written into its row
(the month: a mark) in the same transaction, so that the job may run twice, late, or be killed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework import calendar
from casework.calendar import WorkingCalendar
from casework.db import unit_of_work
from casework.extensions import db, house_day
from casework.models import Grant, User
from casework.models.label_audit import Certificate, Due
from casework.policy import Holder, in_force
from casework.queries.labels import network, watched
from casework.roles import Role
from casework.services import deadlines, house, marks, outbox
from casework.services.outbox.telling import Telling
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule, ReminderRule

KIND = "label"

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
    key = overdue_mark(house_day(now))
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
    rule = rules()["certificates"]
    query = watched.certificates(house_day(now)).order_by(Certificate.id)
    rows = db.session.execute(query.with_for_update(skip_locked=True, of=Certificate)).all()
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
    rule = rules()["dues"]
    query = watched.unpaid(house_day(now)).order_by(Due.id)
    rows = db.session.execute(query.with_for_update(skip_locked=True, of=Due)).all()
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


def _due(rule: DeadlineRule, row: Certificate | Due, now: datetime) -> Sequence[ReminderRule]:
    """Return the reminders of the last moment that has come, and note them; none if they were."""
    last = row.valid_until if isinstance(row, Certificate) else row.due_on
    known = (last, row.created_at, row.told)
    for _at, found in moments(rule, *known, now, now, house.calendar()):
        row.told = _told_as(last, found)
        return found
    return ()


def moments(
    rule: DeadlineRule,
    last: date,
    created_at: datetime,
    told: str,
    now: datetime,
    until: datetime,
    cal: WorkingCalendar,
) -> Iterator[tuple[datetime, Sequence[ReminderRule]]]:
    """Yield when something is told and to whom: the latest moment not told yet, those to come."""
    end = cal.end_of_day(last)
    planned: dict[datetime, list[ReminderRule]] = defaultdict(list)
    for reminder in rule.reminders:
        planned[calendar.when(reminder.offset, created_at, end, cal)].append(reminder)
    latest = max((at for at in planned if at <= now), default=None)
    if latest is not None and told != _told_as(last, planned[latest]):
        yield now, planned[latest]
    for at in sorted(at for at in planned if now < at <= until):
        yield at, planned[at]


def _told_as(last: date, reminders: Sequence[ReminderRule]) -> str:
    return f"{last} {reminders[0].key}"


def overdue_mark(day: date) -> str:
    """Return under which mark the month's list of members to be audited is remembered."""
    return f"label-overdue-{day:%Y-%m}"


def rules() -> Mapping[str, DeadlineRule]:
    """Return the rules that say when and to whom, as they are tuned."""
    return deadlines.effective_rules(registry.latest("label_audit"))


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
        Grant.role == role,
        Grant.scope.in_(watched.STAFF_SCOPES),
        Grant.denies.is_(False),
        in_force(now),
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
