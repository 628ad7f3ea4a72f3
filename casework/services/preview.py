"""What will be sent, to whom, and why: asked of the same rows and the same rules as the sweep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.calendar import WorkingCalendar
from casework.clock import now as clock_now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case, Committee, Deadline, Meeting, Reminder
from casework.policy import Actor, Holder
from casework.queries import absences
from casework.queries.absences import Planned
from casework.roles import Role
from casework.services import house, timed_moves
from casework.services.committees.due import PAPERS, RULES
from casework.services.committees.telling import audiences
from casework.services.deadlines.sharing import Due, Share, roles_needed, share_out
from casework.services.labels import foretelling, lapsing
from casework.services.sweep import rule_of

LABEL_ENDS = N_("The label ends")


@dataclass(frozen=True)
class Upcoming:
    """One reminder that will go out (``kind`` is ``reminder``), or one move (``move``).

    ``why`` is the label of the deadline's rule and ``own_label`` the name of this one deadline;
    ``what`` is the reminder's offset, or the label of the move. All labels are English texts to
    be translated. Of a restricted case only the reference is told. ``stands_in`` says that the
    recipients are told because nobody holds the role of the ``audience``; ``superseded`` that
    everybody gets a later reminder instead. What is a committee's names the ``committee`` and no
    case; its reference is the number of the meeting, or the committee's letters. What concerns the
    network of a label names the ``place``, the list that it is about, and whom of it as its title.
    """

    kind: str
    at: datetime
    case_id: UUID | None
    reference: str
    title: str
    masked: bool
    why: str
    own_label: str
    what: str
    due_at: datetime
    audience: Role | None
    escalates: bool
    recipients: tuple[str, ...]
    stands_in: bool = False
    superseded: bool = False
    committee: Committee | None = None
    place: str = ""


def upcoming(until: date | datetime, actor: Actor | None = None) -> list[Upcoming]:
    """Return what goes out by ``until`` (a date: its end included), earliest first.

    Only what the actor may see; without an actor (on the command line) all of it. The number of
    queries does not depend on how much there is.
    """
    now, cal = clock_now(), house.calendar()
    end = until if isinstance(until, datetime) else cal.end_of_day(until)
    scope = policy.visible_to(actor) if actor is not None else sa.true()
    found = [
        *_reminders(now, end, scope),
        *_moves(end, scope),
        *_committees(now, end, actor),
        *_ending_labels(now, end, scope, cal),
        *_network(now, end, cal),
    ]
    return sorted(found, key=lambda u: (u.at, u.reference, u.what))


def _reminders(now: datetime, end: datetime, scope: sa.ColumnElement[bool]) -> Iterable[Upcoming]:
    rows = db.session.execute(
        sa.select(Reminder, Deadline, Case)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(Reminder.state == "pending", Reminder.at <= end, Deadline.state == "open", scope)
    )
    # what is late goes out together, with the next sweep; the rest each at its moment
    together: dict[datetime, list[Due]] = {}
    for reminder, deadline, case in rows:
        rule = rule_of(case, deadline)
        if rule is not None:
            moment = max(now, reminder.at)
            together.setdefault(moment, []).append(Due(reminder, deadline, case, rule))
    due = [d for group in together.values() for d in group]
    if not due:
        return
    cases = list({d.case.id: d.case for d in due}.values())
    people = policy.holders(db.session, cases, roles_needed(due), now)
    away = absences.between(house_day(now), house_day(end))
    for moment, group in together.items():
        for share in share_out(group, people):
            yield _reminder(share, moment, away)


def _reminder(share: Share, moment: datetime, away: Sequence[Planned]) -> Upcoming:
    due = share.due
    masked = due.case.restricted
    return Upcoming(
        kind="reminder",
        at=moment,
        case_id=due.case.id,
        reference=due.case.reference,
        title="" if masked else due.case.title,
        masked=masked,
        why=due.rule.label,
        own_label="" if masked else due.deadline.label,
        what=due.reminder.rule,
        due_at=due.deadline.due_at,
        audience=Role(due.reminder.audience),
        escalates=due.reminder.escalates,
        recipients=() if masked else tuple(_name(h, moment, away) for h in share.recipients),
        stands_in=share.stands_in,
        superseded=share.superseded,
    )


def _name(holder: Holder, moment: datetime, away: Sequence[Planned]) -> str:
    """Return who will be told; whoever is away then, with an arrow to their substitute."""
    day = house_day(moment)
    for each in away:
        absence = each.absence
        if absence.user_id == holder.user_id and absence.first <= day <= absence.last:
            return f"{holder.name} → {each.substitute}"
    return holder.name


def _moves(end: datetime, scope: sa.ColumnElement[bool]) -> Iterable[Upcoming]:
    for candidate in timed_moves.candidates(end, scope, again=True):
        deadline, case, rule = candidate.deadline, candidate.case, candidate.rule
        if candidate.expected_at > end:
            continue
        masked = case.restricted
        yield Upcoming(
            kind="move",
            at=candidate.expected_at,
            case_id=case.id,
            reference=case.reference,
            title="" if masked else case.title,
            masked=masked,
            why=rule.label,
            own_label="" if masked else deadline.label,
            what=timed_moves.transition_of(candidate).label,
            due_at=deadline.due_at,
            audience=None,
            escalates=False,
            recipients=(),
        )


def _committees(now: datetime, end: datetime, actor: Actor | None) -> Iterable[Upcoming]:
    """Yield what committees' deadlines will bring: reminders, and papers that go out."""
    ours: sa.ColumnElement[bool] = sa.true()
    if actor is not None and not policy.founder(actor):
        ours = Committee.id.in_(actor.scoped("committee"))
    pending = sa.and_(Reminder.state == "pending", Reminder.at <= end)
    papers = sa.and_(Deadline.rule == PAPERS, Deadline.due_at <= end)
    rows = db.session.execute(
        sa.select(Deadline, Committee, Meeting.number, Reminder)
        .join(Committee, Committee.id == Deadline.committee_id)
        .outerjoin(Meeting, Meeting.id == Deadline.subject_id)
        .outerjoin(Reminder, sa.and_(Reminder.deadline_id == Deadline.id, pending))
        .where(Committee.active.is_(True), Deadline.state == "open", ours)
        .where(sa.or_(Reminder.id.is_not(None), papers))
    ).all()
    people = audiences([row.Deadline for row in rows], house_day(now)) if rows else {}
    for deadline, committee, number, reminder in rows:
        if deadline.rule == PAPERS:
            at = max(now, deadline.due_at)
            yield replace(_of_committee(deadline, committee, number, at), kind="move")
        else:
            told = people.get((deadline.id, reminder.audience), ())
            yield replace(
                _of_committee(deadline, committee, number, max(now, reminder.at)),
                what=reminder.rule,
                audience=Role(reminder.audience),
                recipients=tuple(holder.name for holder in told),
            )


def _of_committee(
    deadline: Deadline, committee: Committee, number: str | None, at: datetime
) -> Upcoming:
    label = RULES[deadline.rule].label
    return Upcoming(
        kind="reminder",
        at=at,
        case_id=None,
        reference=number or committee.prefix,
        title="",
        masked=False,
        why=label,
        own_label="",
        what=label,
        due_at=deadline.due_at,
        audience=None,
        escalates=False,
        recipients=(),
        committee=committee,
    )


def _ending_labels(
    now: datetime, end: datetime, scope: sa.ColumnElement[bool], cal: WorkingCalendar
) -> Iterable[Upcoming]:
    """Yield the labels that end while their case is elsewhere, with the notice of it."""
    for label, case in lapsing.coming(end, scope):
        last = cal.end_of_day(label.ends_on)
        yield Upcoming(
            kind="move",
            at=max(now, last),
            case_id=case.id,
            reference=case.reference,
            title="" if case.restricted else case.title,
            masked=case.restricted,
            why=LABEL_ENDS,
            own_label="",
            what=LABEL_ENDS,
            due_at=last,
            audience=None,
            escalates=False,
            recipients=(),
        )


def _network(now: datetime, end: datetime, cal: WorkingCalendar) -> Iterable[Upcoming]:
    """Yield what the network of the label will be told beside all cases."""
    for each in foretelling.coming(now, end, cal):
        yield Upcoming(
            kind="reminder",
            at=each.at,
            case_id=None,
            reference="",
            title=each.about,
            masked=False,
            why=each.why,
            own_label="",
            what=each.offset,
            due_at=cal.end_of_day(each.last_day),
            audience=each.audience,
            escalates=False,
            recipients=tuple(each.recipients),
            place=each.place,
        )
