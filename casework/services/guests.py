"""Guests: invited to one case by a mailed link, for a purpose, until a day.

Guests are people of a case that have no account to sign in with. Each link works once and begins
a session that opens this one case; an old link has a new one mailed to the same address. What a
guest sees and writes are the sections that the workflow declares for the role.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db, settings
from casework.i18n import N_
from casework.models import Case, Grant, Guest, GuestDocument, MailedLink, User
from casework.policy import Actor
from casework.queries import guests as lists
from casework.roles import Role
from casework.services import cases, events, receipts, records
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.sign_in import links, security, sessions
from casework.workflows.declaration import Reason, Section
from casework.workflows.engine import Workflow

INVITED_ALREADY = N_("This person is a guest of this case in this role already.")
CLOSED = N_("The case is closed: nobody is invited to it any more.")
NO_SUCH_RECORD = N_("Choose one of the entries offered.")


def invite(case_id: UUID, actor: Actor, data: Mapping[str, Any], key: str) -> UUID:
    """Invite somebody to a case by mail and return the guest's identifier.

    ``data`` holds ``name``, ``email``, ``language``, ``role``, ``record`` (an identifier or
    nothing), ``until`` (a day of the house) and ``purpose``.
    Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case, workflow = _inviting(case_id, actor)
    if (found := receipts.find(key, actor.id)) is not None:
        return UUID(found["guest_id"])
    role, moment = Role(data["role"]), now()
    if workflow.state_by_key[case.state].final:
        raise RefusedError("guests", [Reason(CLOSED)])
    record_id = _record(case, workflow, role, data.get("record"))
    user = _user(data, moment)
    if any(
        line.guest.user_id == user.id and line.guest.role == role and in_force(line.guest, moment)
        for line in lists.of_case(case.id)
    ):
        raise RefusedError("guests", [Reason(INVITED_ALREADY)])
    guest = _add(case, actor, user, role, record_id, data, moment)
    links.issue(user, "guest", by=actor.id, guest=guest)
    security.note("guest_invited", user.id, actor=actor.id)
    _remember(case, "guest_invited", guest, user, actor)
    receipts.keep(key, actor.id, {"guest_id": str(guest.id)}, moment)
    return guest.id


def resend(case_id: UUID, guest_id: UUID, actor: Actor, key: str) -> None:
    """Mail a guest another link; the former one works no more.

    Raises NotFoundError, ForbiddenError.
    """
    case, _workflow = _inviting(case_id, actor)
    guest, user = _guest(case, guest_id)
    if receipts.find(key, actor.id) is not None or not in_force(guest, now()):
        return
    links.issue(user, "guest", by=actor.id, guest=guest)
    _remember(case, "guest_mailed", guest, user, actor)
    receipts.keep(key, actor.id, {}, now())


def revoke(case_id: UUID, guest_id: UUID, actor: Actor, key: str) -> None:
    """Send a guest away at once: right, links and sessions end; what they said stays.

    Raises NotFoundError, ForbiddenError.
    """
    case, _workflow = _inviting(case_id, actor)
    guest, user = _guest(case, guest_id)
    moment = now()
    if receipts.find(key, actor.id) is not None or not in_force(guest, moment):
        return
    guest.revoked_at = moment
    db.session.get_one(Grant, guest.grant_id).ends_at = moment
    links.withdraw_of_guest(guest.id)
    sessions.end_of_guest(guest.id)
    security.note("guest_revoked", user.id, actor=actor.id)
    _remember(case, "guest_revoked", guest, user, actor)
    receipts.keep(key, actor.id, {}, moment)


def show_documents(
    case_id: UUID, guest_id: UUID, document_ids: Collection[UUID], actor: Actor, key: str
) -> None:
    """Show a guest these documents of the case and no others.

    What is for the house alone, or was taken back, is shown to no guest.
    Raises NotFoundError, ForbiddenError.
    """
    case, workflow = _inviting(case_id, actor)
    if not policy.may_show_documents(actor, case, workflow):
        raise ForbiddenError("guests")
    guest, user = _guest(case, guest_id)
    titles = {document.id: document.title for document in lists.showable(case.id)}
    if unknown := set(document_ids) - titles.keys():
        raise NotFoundError(str(unknown.pop()))
    if receipts.find(key, actor.id) is not None or not in_force(guest, now()):
        return
    before = lists.shown_documents(case.id).get(guest.id, set())
    if before != set(document_ids):
        db.session.execute(sa.delete(GuestDocument).where(GuestDocument.guest_id == guest.id))
        for document_id in sorted(document_ids):
            db.session.add(GuestDocument(guest_id=guest.id, document_id=document_id))
        named = [titles[document_id] for document_id in titles if document_id in document_ids]
        _remember(case, "guest_documents", guest, user, actor, documents=named)
    receipts.keep(key, actor.id, {}, now())


def of_link(link: MailedLink) -> Guest | None:
    """Return the guest whom a link lets in; None for a link of another purpose."""
    return db.session.get(Guest, link.guest_id) if link.guest_id is not None else None


def renew(link: MailedLink, user: User) -> bool:
    """Mail a guest another link in the place of an old one; False when they may not come (back)."""
    guest = of_link(link)
    if guest is None or not in_force(guest, now()):
        return False
    links.issue(user, "guest", by=guest.invited_by_id, guest=guest)
    security.note("link_sent", user.id)
    return True


def come_in(link: MailedLink, user: User, device: str) -> str | None:
    """Use a guest's link up and begin their session; return its token, None when it is too late."""
    guest = of_link(link)
    if guest is None or not in_force(guest, now()) or not links.use(link):
        return None
    guest.opened_at = guest.opened_at or now()
    return sessions.begin(user, "guest", device, guest=guest)


def in_force(guest: Guest, moment: datetime) -> bool:
    """Say whether a guest may come in at a moment: sent away by nobody, and the grant in force."""
    grant = db.session.get_one(Grant, guest.grant_id)
    over = grant.ends_at is not None and grant.ends_at <= moment
    return guest.revoked_at is None and not over


def find_record(guest: Guest, case: Case, section: Section, record_id: UUID | None) -> Any:
    """Return a record that concerns the guest; None for a new one. Raises NotFoundError."""
    if record_id is None:
        return None
    row = records.find(section, case.id, record_id)
    if not list(lists.concerning(guest, section, [row])):
        raise NotFoundError(str(record_id))
    return row


def _inviting(case_id: UUID, actor: Actor) -> tuple[Case, Workflow]:
    case = cases.lock(case_id)
    workflow = cases.workflow_of(case)
    if not policy.may_see(actor, case):
        raise NotFoundError(str(case_id))
    if not policy.may_invite(actor, case, workflow):
        raise ForbiddenError("guests")
    return case, workflow


def _guest(case: Case, guest_id: UUID) -> tuple[Guest, User]:
    guest = db.session.get(Guest, guest_id)
    if guest is None or guest.case_id != case.id:
        raise NotFoundError(str(guest_id))
    return guest, db.session.get_one(User, guest.user_id)


def _record(case: Case, workflow: Workflow, role: Role, wanted: Any) -> UUID | None:
    """Return the record that the guest is invited about. Raises RefusedError, ForbiddenError."""
    if role not in workflow.guest_roles:
        raise ForbiddenError(role)
    for section in workflow.sections_for_guest(role):
        if section.one_a_guest:
            try:
                return UUID(str(records.find(section, case.id, UUID(str(wanted))).id))
            except (ValueError, NotFoundError):
                raise RefusedError("guests", [Reason(NO_SUCH_RECORD)]) from None
    return None


def _user(data: Mapping[str, Any], moment: datetime) -> User:
    """Return the person with this address, known or new; what is known of them stays as it is."""
    address = str(data["email"]).strip().lower()
    user = db.session.scalar(sa.select(User).where(User.email == address))
    if user is None:
        name, language = str(data["name"]).strip(), str(data["language"])
        user = User(email=address, name=name, language=language, created_at=moment)
        db.session.add(user)
        db.session.flush()
    return user


def _add(
    case: Case,
    actor: Actor,
    user: User,
    role: Role,
    record_id: UUID | None,
    data: Mapping[str, Any],
    moment: datetime,
) -> Guest:
    ends_at = _end_of(data["until"])
    grant = Grant(
        id=new_id(),
        user_id=user.id,
        role=role,
        scope="case",
        scope_id=case.id,
        starts_at=moment,
        ends_at=ends_at,
        granted_by_id=actor.id,
    )
    guest = Guest(
        id=new_id(),
        case_id=case.id,
        user_id=user.id,
        grant_id=grant.id,
        role=role,
        record_id=record_id,
        purpose=str(data["purpose"]),
        invited_by_id=actor.id,
        invited_at=moment,
        ends_at=ends_at,
    )
    db.session.add(grant)
    db.session.flush()
    db.session.add(guest)
    db.session.flush()
    return guest


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), settings().zone)


def _remember(
    case: Case, kind: str, guest: Guest, user: User, actor: Actor, **more: list[str]
) -> None:
    words = {"guest_id": guest.id, "name": user.name, "role": guest.role, "until": guest.ends_at}
    words |= more
    events.append(case, kind, actor.id, name=guest.role, payload=words)
