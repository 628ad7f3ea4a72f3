"""What is watched in the network of the label beside all cases: members, certificates, dues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.extensions import db, house_day
from casework.models import Case, Grant, Mark, Organisation, User
from casework.models.label_audit import Certificate, Due, Membership
from casework.policy import in_force
from casework.queries.labels.network import audited_on
from casework.roles import Role
from casework.workflows.label_audit.states import HOLDING

STAFF_SCOPES = ("house", "programme")
STAFF = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.FINANCE)


def certificates(day: date, *columns: Any) -> Any:
    """Return the query for certificates in force on a day that have no successor."""
    other = aliased(Certificate)
    followed = sa.exists().where(
        other.user_id == Certificate.user_id, other.valid_until > Certificate.valid_until
    )
    return (
        sa.select(*(columns or (Certificate, User)))
        .select_from(Certificate)
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.valid_until >= day, sa.not_(followed), User.active.is_(True))
    )


def unpaid(day: date, *columns: Any) -> Any:
    """Return the query for dues that are due by a day and unpaid, where no label is held."""
    labelled = sa.exists().where(
        Case.organisation_id == Membership.organisation_id,
        Case.workflow_key == "label_audit",
        Case.state.in_(HOLDING),
    )
    return (
        sa.select(*(columns or (Due, Membership.organisation_id, Organisation.name)))
        .select_from(Due)
        .join(Membership, Membership.id == Due.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Due.due_on <= day,
            Due.paid_on.is_(None),
            Due.exempted.is_(False),
            sa.not_(labelled),
        )
    )


@dataclass(frozen=True)
class Row:
    """A certificate or dues: whose, their last day, since when they are known, what was told."""

    name: str
    last: date
    created_at: datetime
    told: str
    organisation: UUID | None


@dataclass
class Watched:
    """All that is watched, with the names of whom it is told.

    ``audits`` are the members' last audits; ``marked`` tells that the month's list was told.
    """

    audits: list[date | None] = field(default_factory=list)
    certificates: list[Row] = field(default_factory=list)
    dues: list[Row] = field(default_factory=list)
    people: dict[tuple[str, UUID | None], list[str]] = field(default_factory=dict)
    marked: bool = False

    def staff(self, *roles: Role) -> Sequence[str]:
        """Return who holds the first of these roles that anybody holds."""
        return next((self.people[role, None] for role in roles if (role, None) in self.people), ())


def read(now: datetime, until: date, mark: str) -> Watched:
    """Return what is watched now, with the dues until a day, in one query."""
    found = Watched()
    for row in db.session.execute(sa.union_all(*_parts(now, until, mark))):
        known = Row(row.name, row.day, row.at, row.told, row.organisation)
        match row.what:
            case "member":
                found.audits.append(row.day)
            case "certificate":
                found.certificates.append(known)
            case "due":
                found.dues.append(known)
            case "mark":
                found.marked = True
            case role:
                names = found.people.setdefault((role, row.organisation), [])
                if row.name not in names:
                    names.append(row.name)
    return found


def _parts(now: datetime, until: date, mark: str) -> Iterator[Any]:
    nobody = sa.cast(None, Organisation.id.type)
    never, no_day = sa.cast(None, Due.created_at.type), sa.cast(None, sa.Date)
    empty = sa.literal("")

    def columns(what: Any, *more: Any) -> tuple[Any, ...]:
        names = ("what", "name", "day", "at", "told", "organisation")
        return tuple(c.label(n) for n, c in zip(names, (what, *more), strict=True))

    whom = columns(
        sa.literal("member"), empty, audited_on(), never, empty, Membership.organisation_id
    )
    yield sa.select(*whom).where(Membership.active_on(house_day(now)))
    paper = (User.name, Certificate.valid_until, Certificate.created_at, Certificate.told, nobody)
    yield certificates(house_day(now), *columns(sa.literal("certificate"), *paper))
    owed = (Organisation.name, Due.due_on, Due.created_at, Due.told, Membership.organisation_id)
    yield unpaid(until, *columns(sa.literal("due"), *owed))
    yield sa.select(*columns(sa.literal("mark"), empty, no_day, never, empty, nobody)).where(
        sa.exists().where(Mark.key == mark)
    )
    members = sa.select(Membership.organisation_id)
    for roles, where, place in (
        (STAFF, Grant.scope.in_(STAFF_SCOPES), nobody),
        (
            (Role.PARTNER_LEAD,),
            sa.and_(Grant.scope == "organisation", Grant.scope_id.in_(members)),
            Grant.scope_id,
        ),
    ):
        yield (
            sa.select(*columns(Grant.role, User.name, no_day, never, empty, place))
            .join_from(Grant, User, User.id == Grant.user_id)
            .where(Grant.role.in_(roles), where, Grant.denies.is_(False))
            .where(User.active.is_(True), in_force(now))
        )
