"""Erasing a person's data: asked for by one, confirmed by another, done by a worker.

The person's row stays under another name, so that acts, documents and signatures keep somebody
to belong to. Chains of events still hold: words lie beside them (see ``services/events``).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import (
    BackgroundWork,
    CalendarFeed,
    Case,
    Change,
    Draft,
    Erasure,
    Event,
    EventPayload,
    Grant,
    Guest,
    MailedLink,
    Message,
    NotificationChoice,
    OrganisationInvitation,
    Receipt,
    RecoveryCode,
    SecondFactor,
    User,
)
from casework.models.label_audit import Certificate, Declaration, FieldKey, RecommendedAction
from casework.policy import Actor
from casework.roles import Role
from casework.services import background, background_files
from casework.services.background_run import Run, WorkFailed
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.personal_data import weighing
from casework.services.sign_in import security, sessions
from casework.workflows.declaration import Reason

ANOTHER_CONFIRMS = N_("You have asked for this yourself: another administrator must confirm it.")
NOT_YOURSELF = N_("Nobody confirms the erasure of their own data.")
NOTHING_ASKED = N_("Nobody asks for this any more.")
_OWN = (
    (Draft, Draft.user_id),
    (FieldKey, FieldKey.user_id),
    (CalendarFeed, CalendarFeed.user_id),
    (SecondFactor, SecondFactor.user_id),
    (RecoveryCode, RecoveryCode.user_id),
    (MailedLink, MailedLink.user_id),
    (NotificationChoice, NotificationChoice.user_id),
    (Receipt, Receipt.user_id),
    (OrganisationInvitation, OrganisationInvitation.user_id),
)
BATCH = 500


def waiting(user_id: UUID) -> Erasure | None:
    """Return the wish for erasure of a person that is neither taken back nor done."""
    return db.session.scalar(
        sa.select(Erasure)
        .where(
            Erasure.user_id == user_id, Erasure.withdrawn_at.is_(None), Erasure.done_at.is_(None)
        )
        .limit(1)
    )


def ask(user: User, actor: Actor) -> None:
    """Write down that a person's data are to be erased: by themselves, or by an administrator.

    Raises ForbiddenError, RefusedError (what must be done first).
    """
    if actor.id is None or (actor.id != user.id and not actor.has(Role.ADMINISTRATOR)):
        raise ForbiddenError("erasure")
    db.session.refresh(user, with_for_update=True)
    if waiting(user.id) is not None:
        return
    _demand_no_obstacle(user)
    db.session.add(Erasure(user_id=user.id, asked_at=now(), asked_by_id=actor.id))
    security.note("erasure_asked", user.id, actor=actor.id)


def take_back(user: User, actor: Actor) -> None:
    """Take a wish back, or turn it down, as long as nobody has confirmed it.

    Raises ForbiddenError.
    """
    if actor.id != user.id and not actor.has(Role.ADMINISTRATOR):
        raise ForbiddenError("erasure")
    db.session.refresh(user, with_for_update=True)
    wish = waiting(user.id)
    if wish is not None and wish.confirmed_at is None:
        wish.withdrawn_at = now()
        security.note("erasure_withdrawn", user.id, actor=actor.id)


def confirm(user: User, actor: Actor, key: str) -> BackgroundWork:
    """Confirm a wish as another than whoever had it, and have a worker carry it out.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    if not actor.has(Role.ADMINISTRATOR):
        raise ForbiddenError("erasure")
    db.session.refresh(user, with_for_update=True)
    wish = waiting(user.id)
    if wish is None:
        raise NotFoundError(str(user.id))
    if actor.id == user.id:
        raise RefusedError("erasure", [Reason(NOT_YOURSELF)])
    if actor.id == wish.asked_by_id:
        raise RefusedError("erasure", [Reason(ANOTHER_CONFIRMS)])
    _demand_no_obstacle(user)
    if wish.confirmed_at is None:
        wish.confirmed_at, wish.confirmed_by_id = now(), actor.id
    return background.begin(actor, "erase_person", {"erasure_id": str(wish.id)}, key)


def carry_out(run: Run) -> None:
    """Erase what one confirmed wish is about (a handler of long work): words first, then the rest.

    Words go some at a time, each time in a transaction of its own; what was cut off goes on.
    """
    wish = db.session.get(Erasure, UUID(run.params["erasure_id"]))
    if wish is None or wish.confirmed_at is None or wish.withdrawn_at is not None:
        raise WorkFailed(NOTHING_ASKED)
    user = db.session.get_one(User, wish.user_id)
    found, user_id, wish_id = list(weighing.obstacles(user)), user.id, wish.id
    db.session.rollback()
    if found:  # it has come up since: the wish waits to be confirmed once more
        with run.step(0, 1):
            again = db.session.get_one(Erasure, wish_id)
            again.confirmed_at = again.confirmed_by_id = None
        raise WorkFailed(found[0].message, **dict(found[0].params))
    done = 0
    while True:
        with run.step(done, done + 2):
            forgotten = _forget_words(user_id)
        done += 1
        if forgotten < BATCH:
            break
    with run.step(done, done + 1):
        files = _erase(user_id)
        _close(wish_id, run.actor)
    for sha256 in files:
        background_files.remove_unnamed(sha256)
    run.result({"lines": [{"text": N_("The data were erased."), "params": {}}]})


def _demand_no_obstacle(user: User) -> None:
    if found := list(weighing.obstacles(user)):
        raise RefusedError("erasure", found)


def _forget_words(user_id: UUID) -> int:
    """Delete a batch of the words that may be forgotten; return how many there were."""
    ids = db.session.scalars(
        sa.select(EventPayload.event_id)
        .join(Event, Event.id == EventPayload.event_id)
        .join(Case, Case.id == Event.case_id)
        .where(weighing.forgettable(user_id))
        .limit(BATCH)
    ).all()
    db.session.execute(
        sa.delete(EventPayload)
        .where(EventPayload.event_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def _erase(user_id: UUID) -> set[str]:
    """Erase all that is the person's own; return the files that have no row any more."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    moment, pseudonym = now(), _pseudonym(user)
    sessions.end_all(user.id, None, "erased")
    for model, owner in _OWN:
        _delete(model, owner == user.id)
    theirs = sa.select(Message.id).where(Message.recipient_id == user.id)
    db.session.execute(
        sa.update(Message)
        .where(Message.digest_id.in_(theirs))
        .values(digest_id=None)
        .execution_options(synchronize_session=False)
    )
    _delete(Message, Message.recipient_id == user.id)
    files = set(
        db.session.scalars(
            sa.select(BackgroundWork.file_sha256).where(BackgroundWork.owner_id == user.id)
        )
    ) - {""}
    _delete(BackgroundWork, BackgroundWork.owner_id == user.id)
    for grant in db.session.scalars(sa.select(Grant).where(Grant.user_id == user.id)):
        if grant.ends_at is None or grant.ends_at > moment:
            grant.ends_at = moment
    _forget_visits(user)
    _end_audits(user.id)
    _rename_in_changes(user, pseudonym)
    _rename_as_owner(user, pseudonym)
    user.name, user.email = pseudonym, f"{user.id.hex}@erased.invalid"
    user.password_hash = user.address_bounced_at = user.desk_seen_at = None
    user.active = False
    return files


def _pseudonym(user: User) -> str:
    return f"Former person {user.id.hex[-4:]}"


def _delete(model: Any, condition: sa.ColumnElement[bool]) -> None:
    db.session.execute(
        sa.delete(model).where(condition).execution_options(synchronize_session=False)
    )


def _forget_visits(user: User) -> None:
    """Forget what a guest was asked, and the words of the events that name them."""
    visits = list(db.session.scalars(sa.select(Guest).where(Guest.user_id == user.id)))
    for visit in visits:
        visit.purpose, visit.revoked_at = "", visit.revoked_at or now()
    named = (
        sa.select(Event.id)
        .where(Event.case_id.in_([visit.case_id for visit in visits]), Event.kind.like("guest_%"))
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(EventPayload.text.contains(user.name, autoescape=True))
    )
    _delete(EventPayload, EventPayload.event_id.in_(named))


def _end_audits(user_id: UUID) -> None:
    """End an auditor's certificates; forget the declarations that need not be kept any more."""
    today = house_day()
    _delete(Certificate, sa.and_(Certificate.user_id == user_id, Certificate.valid_from > today))
    held = sa.select(Certificate).where(
        Certificate.user_id == user_id, Certificate.valid_until > today
    )
    for certificate in db.session.scalars(held):
        certificate.valid_until = today
    _delete(Declaration, weighing.declarations_to_forget(user_id))


def _rename_in_changes(user: User, pseudonym: str) -> None:
    """Forget what the log of changes says of the person, and their name where they held a role."""
    held = sa.select(Grant.scope_id).where(Grant.user_id == user.id, Grant.scope == "organisation")
    for change in db.session.scalars(sa.select(Change).where(Change.subject_id == user.id)):
        change.before = change.after = dict.fromkeys(change.after)
    for change in db.session.scalars(sa.select(Change).where(Change.subject_id.in_(held))):
        change.before = _renamed(change.before, user.name, pseudonym)
        change.after = _renamed(change.after, user.name, pseudonym)


def _rename_as_owner(user: User, pseudonym: str) -> None:
    """Take their name off the recommendations to their organisation that they see to."""
    held = sa.select(Grant.scope_id).where(Grant.user_id == user.id, Grant.scope == "organisation")
    theirs = sa.select(Case.id).where(Case.organisation_id.in_(held))
    db.session.execute(
        sa.update(RecommendedAction)
        .where(RecommendedAction.case_id.in_(theirs), RecommendedAction.owner == user.name)
        .values(owner=pseudonym)
        .execution_options(synchronize_session=False)
    )


def _renamed(values: dict[str, Any], name: str, pseudonym: str) -> dict[str, Any]:
    return {key: pseudonym if value == name else value for key, value in values.items()}


def _close(wish_id: UUID, actor: Actor) -> None:
    wish = db.session.get_one(Erasure, wish_id)
    wish.done_at = now()
    security.note("erased", wish.user_id, actor=actor.id)
