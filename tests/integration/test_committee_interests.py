"""Ties and recusals: what they take away, and who answers them."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Grant, Message
from casework.roles import Role
from casework.services.committees import agenda, interests
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.outbox import inbox
from tests.support.council import Council, new
from tests.support.world import World


def test_a_recusal_takes_the_case_away_and_hides_what_was_said_of_it(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    meeting_id, item_id, case_id = held
    council.papers(meeting_id)
    member = council.members[3]
    with world.writing():
        world.case(case_id).title = "Unmistakable"
        db.session.add(_told(member, case_id))
    assert "Unmistakable" in _inbox(council, member)
    council.recuse(item_id, member)
    assert not council.sees(member, case_id)
    assert "Unmistakable" not in _inbox(council, member)
    assert council.room(meeting_id).quorum(case_id).base == 4
    assert member not in {p.user_id for p in council.room(meeting_id).voters(case_id)}


def _told(member: UUID, case_id: UUID) -> Message:
    return Message(
        recipient_id=member,
        case_id=case_id,
        occasion="a test",
        kind="case_moved",
        template="words",
        params={"subject": "News", "line": "News of “%(title)s”."},
        created_at=now(),
        mail_state="none",
        mail_message_id="<a-test@example.org>",
    )


def _inbox(council: Council, person: UUID) -> str:
    page = inbox.page(council.actor(person), "en", now())
    return " ".join(f"{e.words.subject} {e.words.line}" for e in page.entries)


def test_a_known_tie_asks_first_and_shows_nothing_until_it_is_answered(
    council: Council, world: World
) -> None:
    tied = council.members[2]
    with world.writing():
        world.grant(tied, Role.PARTNER_CONTRIBUTOR, council.organisation)
        db.session.execute(
            sa.update(Grant)
            .where(Grant.user_id == tied, Grant.scope == "organisation")
            .values(ends_at=now())
        )
    case_id, meeting_id = council.case(), council.plan(10)
    item_id = council.put(meeting_id, case_id)
    council.papers(meeting_id)
    assert not council.sees(tied, case_id)
    assert council.sees(council.members[1], case_id)
    with world.writing():
        agenda.dismiss_tie(
            council.actor(council.secretary), item_id, tied, "Left ten years ago.", new()
        )
    assert council.sees(tied, case_id)


def test_a_member_answers_no_tie_of_their_own(council: Council, world: World) -> None:
    case_id, meeting_id = council.case(), council.plan(10)
    item_id = council.put(meeting_id, case_id)
    with pytest.raises(ForbiddenError):
        interests.dismiss(council.actor(council.chair), item_id, council.chair, "Nothing.", new())
    outsider = world.actor(world.person(Role.PROGRAMME_OFFICER))
    with pytest.raises(NotFoundError):
        interests.declare(outsider, item_id, "Mine.", new())
