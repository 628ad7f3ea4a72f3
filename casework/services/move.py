"""What an effect gets to work with while ``fire`` moves a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Case, Grant
from casework.policy import Actor, actor_of, holders, roles_on
from casework.roles import Role
from casework.services import deadlines, numbers
from casework.services.secrecy import granting
from casework.workflows.declaration import Notice, Transition
from casework.workflows.engine import Workflow


class CaseMove:
    """The :class:`casework.workflows.declaration.Move` that ``fire`` and ``records`` hand out."""

    def __init__(
        self,
        case: Case,
        workflow: Workflow,
        transition: Transition | None,
        facts: Any,
        data: Mapping[str, Any],
        actor: Actor,
        now: datetime,
    ) -> None:
        self.case = case
        self.workflow = workflow
        self.transition = transition
        self.facts = facts
        self.data = data
        self.actor = actor
        self.now = now
        self.remembered: dict[str, Any] = {}
        self.extra_notices: list[Notice] = []
        self._later: list[Callable[[], None]] = []

    @property
    def actor_id(self) -> UUID | None:
        """Whoever makes the move; None for the system."""
        return self.actor.id

    def add(self, row: Any) -> None:
        """Add a row to the database."""
        db.session.add(row)

    def rows(self, model: type[Any], **equal: Any) -> list[Any]:
        """Return the case's rows of ``model`` whose attributes equal the given values."""
        query = sa.select(model).where(model.case_id == self.case.id)
        if hasattr(model, "removed_at"):
            query = query.where(model.removed_at.is_(None))
        for name, value in equal.items():
            query = query.where(getattr(model, name) == value)
        return list(db.session.scalars(query.order_by(model.id)))

    def name_of(self, role: Role) -> str:
        """Return who holds a role on the case, the first by name; empty: nobody."""
        found = holders(db.session, [self.case], [role], self.now).get((self.case.id, role), ())
        return next((holder.name for holder in found), "")

    def grant(self, user_id: UUID, role: Role) -> None:
        """Give a person a role on this case, taking it from whoever held it (recusals stay).

        A programme officer becomes the owner of the case, and needs a grant only where they do
        not hold the role there anyway (a programme lead, an officer of another programme).
        """
        ending = [
            Grant.scope == "case",
            Grant.scope_id == self.case.id,
            Grant.role == role,
            Grant.denies.is_(False),
            sa.or_(Grant.ends_at.is_(None), Grant.ends_at > self.now),
        ]
        if role is Role.PROGRAMME_OFFICER:
            ending.append(Grant.user_id == self.case.owner_id)
            self.case.owner_id = user_id
        db.session.execute(sa.update(Grant).where(*ending).values(ends_at=self.now))
        if role is Role.PROGRAMME_OFFICER and role in roles_on(self._person(user_id), self.case):
            return
        db.session.add(
            Grant(
                user_id=user_id,
                role=role,
                scope="case",
                scope_id=self.case.id,
                starts_at=self.now,
                granted_by_id=self.actor_id,
            )
        )

    def next_number(self, series: str) -> int:
        """Return the next number of a series (1, 2, …), without gaps."""
        return numbers.next_in(series)

    def admit(self, user_id: UUID, role: Role) -> None:
        """Let one more person onto the case, beside those who hold the role: an event too."""

        def do_it() -> None:
            granting.admit(self.case, user_id, role, self.actor_id, self.now)

        self._later.append(do_it)

    def dismiss(self, user_id: UUID) -> None:
        """End whatever a person holds on the case: an event too."""

        def do_it() -> None:
            granting.end(self.case, user_id, self.actor_id, self.now, "")

        self._later.append(do_it)

    def _person(self, user_id: UUID) -> Actor:
        return actor_of(db.session, user_id, self.now)

    def schedule(
        self,
        rule: str,
        due: datetime | date | None = None,
        *,
        subject: Any = None,
        label: str = "",
    ) -> None:
        """Open the deadline ``rule`` on the case or on ``subject``, once the move is made."""
        kind = subject.__tablename__ if subject is not None else "case"

        def open_it() -> None:
            subject_id = subject.id if subject is not None else None
            deadlines.schedule(
                self.case, self.workflow, rule, self.now, due, kind, subject_id, label
            )

        self._later.append(open_it)

    def settle(self, rule: str, *, subject: Any = None, cancel: bool = False) -> None:
        """Close the running deadline ``rule`` as met (or cancelled)."""
        deadlines.settle(
            self.case, rule, self.now, subject.id if subject is not None else None, cancel=cancel
        )

    def notify(self, notice: Notice) -> None:
        """Tell the notice's roles what has happened, beside the transition's own notices."""
        self.extra_notices.append(notice)

    def remember(self, **values: Any) -> None:
        """Write values into the event's payload, for the timeline."""
        self.remembered.update(values)

    def run_scheduled(self) -> None:
        """Open what the effects scheduled (after the state's own deadlines were followed)."""
        db.session.flush()
        for open_it in self._later:
            open_it()
        self._later.clear()
