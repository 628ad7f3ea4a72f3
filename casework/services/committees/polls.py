"""Votes on an item: opened on one verdict, cast or counted, closed with a result."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.committees.quorum import Quorum
from casework.committees.voting import CHOICES, Count, Result, result
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.models import Ballot, Meeting, MeetingItem, Poll
from casework.policy import Actor
from casework.queries.committees import room
from casework.queries.committees.room import Room
from casework.services import receipts
from casework.services.committees import choices
from casework.services.committees.common import (
    demand_open,
    demand_planned_item,
    find_item,
    is_keeper,
    item_of,
    lock_meeting,
    names_of,
    refuse,
)
from casework.services.errors import ForbiddenError, NotFoundError
from casework.workflows.declaration import Reason

NO_QUORUM = N_("There is no quorum: %(present)s of %(base)s take part, %(needed)s are needed.")
COLLEGE_SHORT = N_("There is no quorum: a college has fewer members here than its minimum.")
NO_VOTING = N_("The committee's rules decide by consensus.")
NO_SECRET = N_("The committee's rules allow no secret ballot.")
POLL_OPEN = N_("A vote on this item is open already.")
POLL_CLOSED = N_("This vote is closed.")
ONLY_SELF = N_("In a secret ballot everybody votes for themselves, or through their proxy.")
VOTED = N_("%(name)s has voted already.")
TOO_MANY = N_("More votes are counted than there are voters: %(voters)s.")
NOBODY_VOTED = N_("Nobody has voted yet.")
COUNTED = N_("Votes were cast one by one: they are not counted by hand as well.")


def begin(actor: Actor, item_id: UUID, verdict: str, key: str, *, secret: bool) -> UUID:
    """Open a vote on one verdict of an item; return the poll's identifier.

    Raises ForbiddenError, NotFoundError, RefusedError (no quorum, not by these rules …).
    """
    meeting, item = _locked(actor, item_id)
    if not is_keeper(actor, meeting.committee_id):
        raise ForbiddenError("poll")
    if (before := receipts.find(key, actor.id)) is not None:
        return UUID(before["poll_id"])
    seen = room.load(meeting, now())
    demand_open("vote", meeting)
    demand_planned_item("vote", item)
    choices.demand_verdict(item, seen.committee.kind, verdict)
    if seen.rules.method == "consensus":
        refuse("vote", Reason(NO_VOTING), item=item.id)
    if secret and not seen.rules.secret_allowed:
        refuse("vote", Reason(NO_SECRET), item=item.id)
    demand_quorum("vote", item, seen.quorum(item.case_id))
    if open_poll(item.id) is not None:
        refuse("vote", Reason(POLL_OPEN), item=item.id)
    poll = Poll(
        id=new_id(),
        item_id=item.id,
        verdict=verdict,
        secret=secret,
        yes=0,
        no=0,
        abstain=0,
        opened_at=now(),
    )
    db.session.add(poll)
    meeting.version += 1
    db.session.flush()
    receipts.keep(key, actor.id, {"poll_id": str(poll.id)}, now())
    return poll.id


def cast(actor: Actor, poll_id: UUID, votes: Mapping[UUID, str], key: str) -> None:
    """Cast votes: one's own, those one is proxy for, or, in an open vote, those one writes down.

    ``votes`` maps members to yes, no or abstain. Who keeps the meeting writes open votes down;
    a secret vote is everybody's own. Refused, each with its reason: a vote of somebody recused,
    absent, without a mandate on the day or without a vote. Raises NotFoundError, RefusedError,
    ValueError (another choice).
    """
    if set(votes.values()) - set(CHOICES):
        raise ValueError(f"no such choice: {sorted(set(votes.values()) - set(CHOICES))}")
    meeting, item, poll = _poll(actor, poll_id)
    if actor.id is None or receipts.find(key, actor.id) is not None:
        return
    demand_open("vote", meeting)
    if poll.closed_at is not None:
        refuse("vote", Reason(POLL_CLOSED), poll=poll.id)
    seen = room.load(meeting, now())
    given = {b.user_id: b for b in ballots(poll.id)}
    names = names_of(votes)
    for user_id, choice in votes.items():
        _demand_vote(actor, seen, item, poll, user_id, names.get(user_id, ""))
        before = given.get(user_id)
        if before is not None and poll.secret:
            refuse("vote", Reason(VOTED, {"name": names[user_id]}), poll=poll.id, user=user_id)
        if before is None:
            said = None if poll.secret else choice
            db.session.add(
                Ballot(poll_id=poll.id, user_id=user_id, cast_by_id=actor.id, choice=said)
            )
        elif before.choice:
            setattr(poll, before.choice, getattr(poll, before.choice) - 1)
            before.choice, before.cast_by_id = choice, actor.id
        setattr(poll, choice, getattr(poll, choice) + 1)
    db.session.flush()
    receipts.keep(key, actor.id, {}, now())


def count(actor: Actor, poll_id: UUID, counted: Count, key: str) -> None:
    """Write down the count of a secret ballot on paper. Raises ForbiddenError, RefusedError."""
    meeting, item, poll = _poll(actor, poll_id)
    if not is_keeper(actor, meeting.committee_id):
        raise ForbiddenError("poll")
    if receipts.find(key, actor.id) is not None:
        return
    demand_open("vote", meeting)
    if poll.closed_at is not None:
        refuse("vote", Reason(POLL_CLOSED), poll=poll.id)
    if ballots(poll.id):
        refuse("vote", Reason(COUNTED), poll=poll.id)
    voters = len(room.load(meeting, now()).voters(item.case_id))
    if counted.taken_part > voters or min(vars(counted).values()) < 0:
        refuse("vote", Reason(TOO_MANY, {"voters": voters}), poll=poll.id)
    poll.yes, poll.no, poll.abstain = counted.yes, counted.no, counted.abstain
    receipts.keep(key, actor.id, {}, now())


def close(actor: Actor, poll_id: UUID, key: str) -> Result:
    """Close a vote and return what it came to, by the rules of the meeting.

    Raises ForbiddenError, RefusedError: the quorum is gone, or nobody voted.
    """
    meeting, item, poll = _poll(actor, poll_id)
    if not is_keeper(actor, meeting.committee_id):
        raise ForbiddenError("poll")
    seen = room.load(meeting, now())
    found = outcome(poll, seen)
    if receipts.find(key, actor.id) is not None:
        return found
    demand_open("vote", meeting)
    if poll.closed_at is not None:
        refuse("vote", Reason(POLL_CLOSED), poll=poll.id)
    demand_quorum("vote", item, seen.quorum(item.case_id))
    if not tally(poll).taken_part:
        refuse("vote", Reason(NOBODY_VOTED), poll=poll.id)
    poll.closed_at, poll.carried = now(), found.carried
    meeting.version += 1
    db.session.flush()
    receipts.keep(key, actor.id, {}, now())
    return found


def outcome(poll: Poll, seen: Room) -> Result:
    """Return what the votes come to; the chair's own vote decides a tie if the rules say so."""
    casting = None
    if seen.rules.casting_vote and not poll.secret and seen.meeting.presiding_id is not None:
        chair = db.session.get(Ballot, (poll.id, seen.meeting.presiding_id))
        casting = chair.choice if chair is not None else None
    return result(tally(poll), seen.rules.majority, casting)


def tally(poll: Poll) -> Count:
    """Return how the votes of a poll stand."""
    return Count(poll.yes, poll.no, poll.abstain)


def ballots(poll_id: UUID) -> list[Ballot]:
    """Return who has voted, as rows."""
    return list(
        db.session.scalars(
            sa.select(Ballot)
            .where(Ballot.poll_id == poll_id)
            .execution_options(populate_existing=True)
        )
    )


def open_poll(item_id: UUID) -> Poll | None:
    """Return the vote on an item that is open, if any."""
    return db.session.scalar(
        sa.select(Poll).where(Poll.item_id == item_id, Poll.closed_at.is_(None))
    )


def demand_quorum(act: str, item: MeetingItem, found: Quorum) -> None:
    """Refuse an act on an item for which there is no quorum, saying what is missing."""
    if found.reached:
        return
    said = {"present": found.present, "base": found.base, "needed": max(1, found.needed)}
    reason = Reason(COLLEGE_SHORT) if found.short else Reason(NO_QUORUM, said)
    refuse(act, reason, item=item.id)


def _demand_vote(
    actor: Actor, seen: Room, item: MeetingItem, poll: Poll, user_id: UUID, name: str
) -> None:
    against = seen.against_vote(user_id, item.case_id, name)
    if against is not None:
        refuse("vote", against, poll=poll.id, user=user_id)
    person = seen.by_id[user_id]
    own = user_id == actor.id or (person.presence == "proxy" and person.proxy_id == actor.id)
    if not own and poll.secret:
        refuse("vote", Reason(ONLY_SELF), poll=poll.id, user=user_id)
    if not own and not is_keeper(actor, seen.meeting.committee_id):
        raise ForbiddenError("vote")


def _locked(actor: Actor, item_id: UUID) -> tuple[Meeting, MeetingItem]:
    meeting_id, _case_id = find_item(item_id)
    meeting = lock_meeting(meeting_id)
    if meeting.committee_id not in actor.scoped("committee"):
        raise NotFoundError(str(item_id))
    return meeting, item_of(meeting, item_id)


def _poll(actor: Actor, poll_id: UUID) -> tuple[Meeting, MeetingItem, Poll]:
    found = db.session.get(Poll, poll_id)
    if found is None:
        raise NotFoundError(str(poll_id))
    meeting, item = _locked(actor, found.item_id)
    return meeting, item, db.session.get_one(Poll, poll_id, populate_existing=True)
