"""A meeting as a whole: who sits on its day, who is there, who is recused from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa

from casework.committees.quorum import CollegeRule, Quorum, QuorumRule, Sitter, quorum
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import (
    Attendance,
    College,
    Committee,
    CommitteeRules,
    Grant,
    Mandate,
    Meeting,
    MeetingItem,
    Office,
    User,
)
from casework.policy import in_force
from casework.workflows.declaration import Reason

THERE = ("present", "remote")

NO_MANDATE = N_("%(name)s has no mandate on the day of the meeting.")
NO_VOTE = N_("%(name)s sits in a college that does not vote.")
RECUSED = N_("%(name)s is recused from this item.")
ABSENT = N_("%(name)s is absent.")
PROXY_RECUSED = N_("%(name)s is absent, and whoever speaks for them is recused from this item.")


@dataclass(frozen=True)
class Person:
    """Somebody with a mandate on the day of the meeting."""

    user_id: UUID
    name: str
    college_id: UUID
    announced: str = ""
    reason: str = ""
    presence: str = ""
    proxy_id: UUID | None = None

    @property
    def there(self) -> bool:
        """Whether this person takes part, in the room or from afar."""
        return self.presence in THERE


@dataclass(frozen=True)
class Room:
    """A meeting with its rules and everybody who sits, read in a fixed number of queries.

    ``denied`` holds, for each case on the agenda, who is recused from it.
    """

    meeting: Meeting
    committee: Committee
    rules: CommitteeRules
    colleges: tuple[College, ...]
    people: tuple[Person, ...]
    denied: Mapping[UUID, frozenset[UUID]]

    @cached_property
    def by_id(self) -> dict[UUID, Person]:
        """Everybody who sits, by identifier."""
        return {person.user_id: person for person in self.people}

    @cached_property
    def voting(self) -> frozenset[UUID]:
        """The colleges that vote."""
        return frozenset(college.id for college in self.colleges if college.votes)

    @property
    def day(self) -> date:
        """The civil day of the meeting."""
        return house_day(self.meeting.starts_at)

    def person(self, user_id: UUID | None) -> Person | None:
        """Return somebody who sits; None for whoever does not."""
        return self.by_id.get(user_id) if user_id is not None else None

    def recused(self, case_id: UUID | None) -> frozenset[UUID]:
        """Return who is recused from a case."""
        return self.denied.get(case_id, frozenset()) if case_id else frozenset()

    def quorum(self, case_id: UUID | None = None) -> Quorum:
        """Return how the quorum stands now, for an item about this case."""
        return self._quorum(case_id, {p.user_id for p in self.people if p.there})

    def forecast(self, case_id: UUID | None = None) -> tuple[Quorum, Quorum]:
        """Return the quorum if only those come who said so, and if all come who did not say no."""
        sure = {p.user_id for p in self.people if p.announced == "yes"}
        likely = {p.user_id for p in self.people if p.announced != "no"}
        return self._quorum(case_id, sure), self._quorum(case_id, likely)

    def voters(self, case_id: UUID | None) -> list[Person]:
        """Return those whose vote counts on an item about this case, proxies included."""
        return [p for p in self.people if self.against_vote(p.user_id, case_id) is None]

    def against_vote(self, user_id: UUID, case_id: UUID | None, name: str = "") -> Reason | None:
        """Return why somebody's vote would not count; None if it does."""
        person = self.by_id.get(user_id)
        if person is None:
            return Reason(NO_MANDATE, {"name": name})
        said = {"name": person.name}
        if person.college_id not in self.voting:
            return Reason(NO_VOTE, said)
        if user_id in self.recused(case_id):
            return Reason(RECUSED, said)
        if person.presence == "proxy" and person.proxy_id is not None:
            holder = self.by_id.get(person.proxy_id)
            if holder is not None and holder.user_id in self.recused(case_id):
                return Reason(PROXY_RECUSED, said)
            return None if holder is not None and holder.there else Reason(ABSENT, said)
        return None if person.there else Reason(ABSENT, said)

    def _quorum(self, case_id: UUID | None, there: set[UUID]) -> Quorum:
        out = self.recused(case_id)
        rules = self.rules
        return quorum(
            [
                Sitter(p.user_id, p.college_id, p.user_id in there, p.user_id in out)
                for p in self.people
            ],
            [CollegeRule(c.id, c.minimum, c.votes) for c in self.colleges],
            QuorumRule(rules.quorum_percent, rules.quorum_above, rules.college_minima),
        )


def load(meeting: Meeting, now: datetime) -> Room:
    """Return a meeting's room, in five queries. A meeting not yet open has the newest rules."""
    committee = db.session.get_one(Committee, meeting.committee_id)
    return Room(
        meeting,
        committee,
        rules_of(committee.id, meeting.rules_id),
        colleges(committee.id),
        _people(meeting),
        _denied(meeting.id, now),
    )


def rules_of(committee_id: UUID, rules_id: UUID | None = None) -> CommitteeRules:
    """Return a version of a committee's rules: the newest, or the one named."""
    query = sa.select(CommitteeRules).where(CommitteeRules.committee_id == committee_id)
    if rules_id is not None:
        query = query.where(CommitteeRules.id == rules_id)
    return db.session.scalars(query.order_by(CommitteeRules.version.desc()).limit(1)).one()


def colleges(committee_id: UUID) -> tuple[College, ...]:
    """Return a committee's colleges in their order."""
    query = sa.select(College).where(College.committee_id == committee_id)
    return tuple(db.session.scalars(query.order_by(College.position, College.id)))


def officer(committee_id: UUID, office: str, day: date) -> UUID | None:
    """Return who holds an office on a day."""
    return db.session.scalar(
        sa.select(Office.user_id)
        .where(
            Office.committee_id == committee_id,
            Office.office == office,
            Office.starts_on <= day,
            sa.or_(Office.ends_on.is_(None), Office.ends_on >= day),
        )
        .order_by(Office.starts_on.desc(), Office.id.desc())
        .limit(1)
    )


def _people(meeting: Meeting) -> tuple[Person, ...]:
    day = house_day(meeting.starts_at)
    rows = db.session.execute(
        sa.select(Mandate.user_id, User.name, Mandate.college_id, Attendance)
        .join(User, User.id == Mandate.user_id)
        .outerjoin(
            Attendance,
            sa.and_(Attendance.user_id == Mandate.user_id, Attendance.meeting_id == meeting.id),
        )
        .where(
            Mandate.committee_id == meeting.committee_id,
            Mandate.starts_on <= day,
            Mandate.ends_on >= day,
        )
        .order_by(User.name, User.id)
        .execution_options(populate_existing=True)
    )
    return tuple(_person(user_id, name, college, noted) for user_id, name, college, noted in rows)


def _person(user_id: UUID, name: str, college_id: UUID, noted: Attendance | None) -> Person:
    if noted is None:
        return Person(user_id, name, college_id)
    return Person(
        user_id,
        name,
        college_id,
        noted.announced,
        noted.announced_reason,
        noted.presence,
        noted.proxy_id,
    )


def _denied(meeting_id: UUID, now: datetime) -> dict[UUID, frozenset[UUID]]:
    rows = db.session.execute(
        sa.select(Grant.scope_id, Grant.user_id)
        .join(MeetingItem, MeetingItem.case_id == Grant.scope_id)
        .where(
            MeetingItem.meeting_id == meeting_id,
            Grant.scope == "case",
            Grant.denies.is_(True),
            in_force(now),
        )
    )
    found: dict[UUID, frozenset[UUID]] = {}
    for case_id, user_id in rows:
        if case_id is not None:
            found[case_id] = found.get(case_id, frozenset()) | {user_id}
    return found
