"""People, a case and a small workflow for tests about messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import Length, Offset
from casework.db import new_id, unit_of_work
from casework.extensions import db
from casework.models import Case, Grant, Message, NotificationChoice, Organisation, User
from casework.policy import Holder
from casework.roles import Role
from casework.services import outbox
from casework.workflows import registry
from casework.workflows.declaration import (
    DeadlineRule,
    Notice,
    Party,
    ReminderRule,
    Stage,
    State,
    Transition,
)
from casework.workflows.engine import Workflow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Brussels
DUE = "2026-11-26T22:59:59+00:00"  # the end of Thursday in Brussels

QUESTION = Notice(
    (Role.PARTNER_LEAD,),
    "A question about %(title)s",
    "%(actor)s has a question about %(title)s of %(organisation)s (%(state)s).",
)
ANSWER = Notice(
    (Role.PROGRAMME_OFFICER,),
    "%(reference)s is answered",
    "%(title)s is now %(state)s; look at it by %(due)s, in %(days)s days: %(link)s",
)


@dataclass(frozen=True)
class _Facts:
    state: str
    previous_state: str | None


def _facts(session: Any, case_ids: Sequence[UUID]) -> Mapping[UUID, _Facts]:
    rows = session.execute(
        sa.select(Case.id, Case.state, Case.previous_state).where(Case.id.in_(case_ids))
    )
    return {row.id: _Facts(row.state, row.previous_state) for row in rows}


WORKFLOW = Workflow(
    key="told",
    version=1,
    label="Told",
    prefix="TD",
    stages=(Stage("all", "All"),),
    states=(
        State("asked", "Waiting for the partner", "Waiting for you", "all", Party.PARTNER),
        State("answered", "To be looked at", "With us", "all", Party.US),
        State("done", "Done", "Done", "all", Party.NOBODY, final=True),
    ),
    transitions=(
        Transition(
            "begin",
            "Begin",
            "Begun",
            (),
            "asked",
            frozenset({Role.PARTNER_LEAD}),
            notices=(QUESTION,),
        ),
        Transition(
            "answer",
            "Answer",
            "Answered",
            ("asked",),
            "answered",
            frozenset({Role.PARTNER_LEAD}),
            notices=(ANSWER,),
        ),
        Transition(
            "end", "End", "Ended", ("answered",), "done", frozenset({Role.PROGRAMME_OFFICER})
        ),
    ),
    load_facts=_facts,
    deadlines=(
        DeadlineRule(
            "reply",
            "The partner's answer",
            Role.PARTNER_LEAD,
            "Answer our question.",
            states=("asked",),
            length=Length.parse("10 wd"),
            reminders=(ReminderRule(Offset.parse("-3 wd"), Role.PARTNER_LEAD),),
        ),
    ),
)


@contextmanager
def registered() -> Iterator[None]:
    """Have the workflow registered inside a ``with`` block, and nowhere else."""
    registry.register(WORKFLOW)
    try:
        yield
    finally:
        registry._workflows.pop((WORKFLOW.key, WORKFLOW.version))


def person(
    name: str = "Nora Vandenberghe",
    email: str | None = None,
    language: str = "en",
    **values: Any,
) -> Holder:
    """Add a person and return them as the policy gives them; does not commit."""
    email = email or f"{new_id().hex}@people.example"
    user = User(id=new_id(), email=email, name=name, language=language, created_at=NOW, **values)
    db.session.add(user)
    db.session.flush()
    return Holder(user.id, email, name, language)


def grant(holder: Holder, role: Role, case: Case | None = None) -> None:
    """Give a role in the house, in the case's organisation (partners), or on a restricted case."""
    scope, scope_id = "house", None
    if case is not None and case.restricted:
        scope, scope_id = "case", case.id
    elif case is not None and role.startswith("partner"):
        scope, scope_id = "organisation", case.organisation_id
    db.session.add(
        Grant(user_id=holder.user_id, role=role, scope=scope, scope_id=scope_id, starts_at=NOW)
    )


def case(*, restricted: bool = False, title: str = "Potagers d’entraide", **values: Any) -> Case:
    """Add a case of an organisation; does not commit."""
    organisation = Organisation(id=new_id(), name="Les Jardins ASBL", country="BE", created_at=NOW)
    db.session.add(organisation)
    db.session.flush()
    made = Case(
        id=new_id(),
        workflow_key=WORKFLOW.key,
        workflow_version=WORKFLOW.version,
        reference=f"TD-2026-{new_id().hex[-6:]}",
        title=title,
        state="asked",
        state_since=NOW,
        organisation_id=organisation.id,
        restricted=restricted,
        created_at=NOW,
        updated_at=NOW,
        **values,
    )
    db.session.add(made)
    db.session.flush()
    return made


def choose(holder: Holder, kind: str, choice: str) -> None:
    """Let a person have chosen; does not commit."""
    db.session.add(NotificationChoice(user_id=holder.user_id, kind=kind, choice=choice))


def tell(
    people: Iterable[Holder],
    about: Case | None,
    *,
    now: datetime = NOW,
    occasion: str | None = None,
    template: str = "transition/begin/0",
    kind: str = "case_moved",
    params: Mapping[str, Any] | None = None,
    compulsory: bool = False,
) -> None:
    """Queue a message to these people; does not commit."""
    outbox.queue(
        people,
        occasion=occasion or f"test:{new_id()}",
        kind=kind,
        template=template,
        params=params or {},
        case=about,
        now=now,
        compulsory=compulsory,
    )


def partner_told(**values: Any) -> tuple[Holder, Case, UUID]:
    """Commit a partner, a case of theirs and one message to them; return the message's id too."""
    with unit_of_work(db.session):
        about = case()
        nora = person()
        grant(nora, Role.PARTNER_LEAD, about)
        tell([nora], about, **values)
    return nora, about, messages_of(nora)[0].id


def messages_of(holder: Holder) -> list[Message]:
    """Return a person's messages, oldest first, as they are in the database now.

    They belong to no session, and no transaction is left open.
    """
    db.session.rollback()
    found = list(
        db.session.scalars(
            sa.select(Message)
            .where(Message.recipient_id == holder.user_id)
            .order_by(Message.created_at, Message.id)
            .execution_options(populate_existing=True)
        )
    )
    for message in found:
        db.session.expunge(message)
    db.session.rollback()
    return found


def message_of(holder: Holder) -> Message:
    """Return a person's only message."""
    (found,) = messages_of(holder)
    return found


WORKFLOWS = (WORKFLOW,)
