"""An ethics committee that has met on the case of the stage, and everybody who sits in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Case, Meeting
from casework.roles import Role
from casework.services.committees import agenda, deciding, interests, meetings
from casework.services.committees.meetings import When
from tests.support.cast import ETHICS, Somebody, Stage

READS = frozenset({ETHICS})


@dataclass(frozen=True)
class Sitting:
    """A meeting that is over: its committee, its number, and its item on the case."""

    committee_id: UUID
    meeting_number: str
    item_id: UUID


def sit(stage: Stage) -> Sitting:
    """Hold a meeting on the ethics case, and let everybody of the committee take part in the walk.

    What each of them may see of that case is said here, beside what made it so.
    """
    committee = stage.committee
    assert committee is not None
    people, secretary = committee.people, committee.actor("secretary")
    begins = now() + timedelta(minutes=5)
    when = When(begins, begins + timedelta(hours=1), "Namur")
    with stage.world.writing():
        case_id = stage.cases[ETHICS]
        db.session.execute(sa.update(Case).where(Case.id == case_id).values(state="scheduled"))
        meeting_id = meetings.plan(secretary, committee.committee_id, when, uuid4().hex)
        item_id = agenda.add_case(secretary, meeting_id, case_id, uuid4().hex)
        interests.recuse(secretary, item_id, people["member"], "A cousin.", uuid4().hex)
        agenda.send_papers(secretary, meeting_id)
        meetings.begin(secretary, meeting_id, uuid4().hex)
        deciding.postpone(secretary, item_id, "other", "Not today.", uuid4().hex)
        meetings.hold(secretary, meeting_id, uuid4().hex)
    late = stage.world.person(None)
    with stage.world.writing():
        stage.world.grant(late, Role.COMMITTEE_MEMBER, committee=committee.committee_id)
    stage.people = [
        *(who for who in stage.people if not who.sits),
        Somebody("ethics chair", people["chair"], READS, sits=True, keeps=True),
        Somebody("ethics secretary", people["secretary"], READS, sits=True, keeps=True),
        Somebody("ethics member with the papers", people["other"], READS, sits=True),
        Somebody("recused ethics member", people["member"], sits=True),
        Somebody("ethics member without the papers", late, sits=True),
    ]
    number = db.session.get_one(Meeting, meeting_id).number
    return Sitting(committee.committee_id, number, item_id)
