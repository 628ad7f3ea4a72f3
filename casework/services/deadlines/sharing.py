"""Who gets which of the reminders that are due: of one deadline, each person only the latest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from casework.models import Case, Deadline, Reminder
from casework.policy import Holder
from casework.roles import Role
from casework.services.outbox import Telling
from casework.workflows.declaration import DeadlineRule

STAND_INS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD)
"""Who is told when nobody holds the role that was to be told."""

People = Mapping[tuple[UUID, Role], Sequence[Holder]]


@dataclass(frozen=True)
class Due:
    """A reminder whose moment has come (or is looked at as if it had)."""

    reminder: Reminder
    deadline: Deadline
    case: Case
    rule: DeadlineRule

    @property
    def order(self) -> tuple[datetime, bool]:
        """What makes one reminder of a deadline later than another."""
        return self.reminder.at, self.reminder.escalates


@dataclass(frozen=True)
class Share:
    """A reminder and who gets it; nobody, when all of them get a later one."""

    due: Due
    recipients: tuple[Holder, ...]
    stands_in: bool = False
    nobody: bool = False

    @property
    def superseded(self) -> bool:
        """Whether everybody who should get it gets a later one."""
        return not self.recipients and not self.nobody


def roles_needed(due: Iterable[Due]) -> set[Role]:
    """Return the roles whose holders :func:`share_out` wants to know."""
    return {Role(d.reminder.audience) for d in due} | set(STAND_INS)


def share_out(due: Iterable[Due], people: People) -> list[Share]:
    """Share out reminders that go out together, in the order in which they were due."""
    by_deadline: dict[UUID, list[Due]] = {}
    for one in due:
        by_deadline.setdefault(one.deadline.id, []).append(one)
    shares = [s for together in by_deadline.values() for s in _of_one_deadline(together, people)]
    return sorted(shares, key=lambda s: (s.due.reminder.at, s.due.reminder.id))


def telling(share: Share, now: datetime) -> Telling:
    """Return the message that a share becomes."""
    due = share.due
    return Telling(
        recipients=share.recipients,
        occasion=f"reminder:{due.reminder.id}",
        kind="escalation" if due.reminder.escalates else "reminder",
        template=f"reminder/{due.rule.key}/{due.reminder.rule}",
        case=due.case,
        params={
            "due": effective_end(due, now).isoformat(),
            "deadline_id": str(due.deadline.id),
            "label": due.deadline.label,
        },
        compulsory=due.rule.fires is not None,
    )


def effective_end(due: Due, now: datetime) -> datetime:
    """Return until when one can still act: a move made by itself waits for its last warning."""
    if due.rule.fires is None:
        return due.deadline.due_at
    return max(due.deadline.due_at, now + timedelta(days=due.rule.notice_days))


def _of_one_deadline(together: Sequence[Due], people: People) -> Iterable[Share]:
    in_order = sorted(together, key=lambda d: d.order)
    audiences = {d.reminder.id: _audience(d, people) for d in in_order}
    latest: dict[UUID, UUID] = {}
    for one in in_order:
        for holder in audiences[one.reminder.id][0]:
            latest[holder.user_id] = one.reminder.id
    for one in in_order:
        holders, stands_in = audiences[one.reminder.id]
        recipients = tuple(h for h in holders if latest[h.user_id] == one.reminder.id)
        yield Share(one, recipients, stands_in, nobody=not holders)


def _audience(due: Due, people: People) -> tuple[Sequence[Holder], bool]:
    asked = Role(due.reminder.audience)
    if found := people.get((due.case.id, asked)):
        return found, False
    for role in STAND_INS:
        if found := people.get((due.case.id, role)):
            return found, True
    return (), False
