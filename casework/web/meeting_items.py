"""One item of a meeting: interests, opinions, votes, the decision, a postponement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.committees.voting import CHOICES, Count
from casework.extensions import db
from casework.models import Case, Decision, Meeting, MeetingItem, Poll
from casework.queries.committees import lists, room
from casework.queries.committees.room import Room
from casework.services import cases, forms
from casework.services.committees import (
    agenda,
    choices,
    common,
    deciding,
    interests,
    opinions,
    polls,
)
from casework.services.errors import ForbiddenError, InvalidError, RefusedError
from casework.web import kept
from casework.web.base import (
    committing,
    guarded,
    lang,
    me,
    not_found,
    sent_id,
    sent_key,
    typed,
    whole,
)
from casework.web.meetings import acting, find_meeting
from casework.workflows.declaration import Verdict

bp = Blueprint("meeting_items", __name__)

LEANINGS = ("for", "against", "undecided")
METHODS = ("consensus", "vote")


@bp.get("/meetings/<meeting_number>/items/<item_id>")
@guarded(policy.committee)
def show(meeting_number: str, item_id: str) -> ResponseReturnValue:
    """Show an item: what a member does before the meeting, what is done in it."""
    meeting, item, case = _find(meeting_number, item_id)
    return _page(meeting, item, case)


@bp.post("/meetings/<meeting_number>/items/<item_id>/opinion")
@guarded(policy.committee)
def opinion(meeting_number: str, item_id: str) -> ResponseReturnValue:
    """Write one's opinion."""
    meeting, item, _case = _find(meeting_number, item_id)
    leaning = request.form.get("leaning", "")
    if leaning not in LEANINGS:
        flash(_("Choose one of the answers offered."), "bad")
        return _back(meeting, item)
    text = request.form.get("text", "").strip()[:5000]
    with acting():
        opinions.give(me(), item.id, leaning, text, sent_key())
        flash(_("Your opinion is kept."), "good")
    return _back(meeting, item)


@bp.post("/meetings/<meeting_number>/items/<item_id>/interest")
@guarded(policy.committee)
def declare(meeting_number: str, item_id: str) -> ResponseReturnValue:
    """Declare an interest of one's own: one stays out of the item."""
    meeting, item, _case = _find(meeting_number, item_id)
    if not request.form.get("sure"):
        flash(_("Tick that you stay out of this item."), "bad")
        return _back(meeting, item)
    with acting():
        interests.declare(me(), item.id, request.form.get("text", "").strip()[:2000], sent_key())
        flash(_("You are recused from this item."), "good")
    return redirect(url_for("meetings.show", meeting_number=meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/items/<item_id>/interests/<person_id>")
@guarded(policy.committee)
def answer(meeting_number: str, item_id: str, person_id: str) -> ResponseReturnValue:
    """Say of a member's known tie whether it is an interest."""
    meeting, item, _case = _kept(meeting_number, item_id)
    who, text = sent_id(person_id), request.form.get("text", "").strip()[:2000]
    with acting():
        if request.form.get("answer") == "recused":
            interests.recuse(me(), item.id, who, text, sent_key())
            flash(_("The member is recused from this item."), "good")
        else:
            agenda.dismiss_tie(me(), item.id, who, text, sent_key())
            flash(_("It is noted that this is no interest."), "good")
    return _back(meeting, item)


@bp.post("/meetings/<meeting_number>/items/<item_id>/polls")
@guarded(policy.committee)
def open_poll(meeting_number: str, item_id: str) -> ResponseReturnValue:
    """Open a vote on one verdict."""
    meeting, item, _case = _kept(meeting_number, item_id)
    secret = request.form.get("secret") == "1"
    with acting():
        polls.begin(me(), item.id, request.form.get("verdict", ""), sent_key(), secret=secret)
        flash(_("The vote is open."), "good")
    return _back(meeting, item)


@bp.post("/meetings/<meeting_number>/items/<item_id>/polls/<poll_id>/votes")
@guarded(policy.committee)
def vote(meeting_number: str, item_id: str, poll_id: str) -> ResponseReturnValue:
    """Cast one's vote, or write down those of an open vote."""
    meeting, item, _case = _find(meeting_number, item_id)
    votes: dict[UUID, str] = {
        sent_id(name.removeprefix("vote-")): value
        for name, value in request.form.items()
        if name.startswith("vote-") and value in CHOICES
    }
    with acting():
        polls.cast(me(), sent_id(poll_id), votes, sent_key())
        flash(_("The vote is kept."), "good")
    return _back(meeting, item)


@bp.post("/meetings/<meeting_number>/items/<item_id>/polls/<poll_id>/count")
@guarded(policy.committee)
def count(meeting_number: str, item_id: str, poll_id: str) -> ResponseReturnValue:
    """Write down the count of a secret ballot on paper."""
    meeting, item, _case = _kept(meeting_number, item_id)
    counted = Count(**{name: whole(request.form.get(name, "0") or "0", -1) for name in CHOICES})
    with acting():
        polls.count(me(), sent_id(poll_id), counted, sent_key())
        flash(_("The count is kept."), "good")
    return _back(meeting, item)


@bp.post("/meetings/<meeting_number>/items/<item_id>/polls/<poll_id>/close")
@guarded(policy.committee)
def close_poll(meeting_number: str, item_id: str, poll_id: str) -> ResponseReturnValue:
    """Close a vote."""
    meeting, item, _case = _kept(meeting_number, item_id)
    with acting():
        found = polls.close(me(), sent_id(poll_id), sent_key())
        flash(_("Carried.") if found.carried else _("Not carried."), "good")
    return _back(meeting, item)


@bp.route(
    "/meetings/<meeting_number>/items/<item_id>/decide/<verdict_key>", methods=["GET", "POST"]
)
@guarded(policy.committee)
def decide(meeting_number: str, item_id: str, verdict_key: str) -> ResponseReturnValue:
    """Decide: the form of the verdict's own move, and how it was decided."""
    meeting, item, case = _kept(meeting_number, item_id)
    if case is None or not policy.may_see_in_committee(me(), case):
        not_found(item_id)
    form = _form(case, verdict_key, room.load(meeting, now()))
    if request.method == "GET" or (form is not None and forms.changed_rows(form, request.form)):
        return _decide_page(meeting, item, case, verdict_key, form, [])
    method = request.form.get("method", "")
    version = whole(request.form.get("version", ""), -1)
    try:
        with committing():
            deciding.decide(
                me(),
                item.id,
                verdict_key,
                method if method in METHODS else "vote",
                typed(),
                version,
                sent_key(),
                lang(),
            )
            kept.forget()
    except InvalidError as error:
        return _decide_page(meeting, item, case, verdict_key, error.form, []), 422
    except RefusedError as error:
        return _decide_page(meeting, item, case, verdict_key, form, [*error.reasons]), 422
    flash(_("The decision is taken and carried out."), "good")
    return _back(meeting, item)


@bp.post("/meetings/<meeting_number>/items/<item_id>/postpone")
@guarded(policy.committee)
def postpone(meeting_number: str, item_id: str) -> ResponseReturnValue:
    """Put the item off."""
    meeting, item, _case = _kept(meeting_number, item_id)
    reason, note = request.form.get("reason", ""), request.form.get("note", "").strip()[:2000]
    with acting():
        deciding.postpone(me(), item.id, reason, note, sent_key(), lang())
        flash(_("The item is put off."), "good")
    return redirect(url_for("meetings.show", meeting_number=meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/items/<item_id>/note")
@guarded(policy.committee)
def note(meeting_number: str, item_id: str) -> ResponseReturnValue:
    """Close a subject that is no case, with what was said."""
    meeting, item, _case = _kept(meeting_number, item_id)
    with acting():
        text = request.form.get("note", "").strip()[:5000]
        deciding.note_subject(me(), item.id, text, sent_key())
        flash(_("Saved."), "good")
    return redirect(url_for("meetings.show", meeting_number=meeting.number), code=303)


@bp.post("/meetings/<meeting_number>/items/<item_id>/remove")
@guarded(policy.committee)
def remove(meeting_number: str, item_id: str) -> ResponseReturnValue:
    """Take the item off the agenda."""
    meeting, item, _case = _kept(meeting_number, item_id)
    with acting():
        agenda.remove(me(), item.id, sent_key())
        flash(_("The agenda is changed."), "good")
    return redirect(url_for("meetings.show", meeting_number=meeting.number), code=303)


def _find(meeting_number: str, item_id: str) -> tuple[Meeting, MeetingItem, Case | None]:
    meeting = find_meeting(meeting_number)
    item = db.session.get(MeetingItem, sent_id(item_id))
    if item is None or item.meeting_id != meeting.id or item.state == "removed":
        not_found(item_id)
    return meeting, item, db.session.get(Case, item.case_id) if item.case_id else None


def _kept(meeting_number: str, item_id: str) -> tuple[Meeting, MeetingItem, Case | None]:
    meeting, item, case = _find(meeting_number, item_id)
    if not common.is_keeper(me(), meeting.committee_id):
        raise ForbiddenError("meeting")
    return meeting, item, case


def _back(meeting: Meeting, item: MeetingItem) -> ResponseReturnValue:
    place = url_for("meeting_items.show", meeting_number=meeting.number, item_id=item.id)
    return redirect(place, code=303)


def _page(meeting: Meeting, item: MeetingItem, case: Case | None) -> str:
    """Return an item's page: nothing of its case for who may not see it."""
    seen = room.load(meeting, now())
    sees = case is None or policy.may_see_in_committee(me(), case)
    keeps = common.is_keeper(me(), meeting.committee_id)
    case_id = case.id if case is not None else None
    held = _polls(item) if sees else []
    decision = db.session.scalar(sa.select(Decision).where(Decision.item_id == item.id))
    current = next((poll for poll in held if poll.closed_at is None), None)
    return render_template(
        "committees/item.html",
        meeting=meeting,
        item=item,
        case=case,
        sees=sees,
        keeps=keeps,
        room=seen,
        quorum=seen.quorum(case_id),
        recused=me().id in seen.recused(case_id),
        mine=seen.person(me().id),
        interests=lists.interests(seen.committee.id, case_id) if case_id else [],
        ties=interests.TIES,
        opinions=lists.opinions(item.id) if sees else {},
        polls=held,
        current=current,
        ballots={b.user_id: b for b in polls.ballots(current.id)} if current else {},
        voters=seen.voters(case_id),
        verdicts=_verdicts(case, seen) if sees else [],
        labels={key: verdict.label for key, verdict in _known(case, seen).items()},
        postponements=choices.postponements(case, seen.committee.kind),
        decision=decision,
        said=_said(_known(case, seen), decision) if decision is not None and sees else None,
        now=now(),
    )


def _decide_page(
    meeting: Meeting,
    item: MeetingItem,
    case: Case,
    verdict_key: str,
    form: Any,
    reasons: list[Any],
) -> str:
    seen = room.load(meeting, now())
    found = next((pair for pair in _verdicts(case, seen) if pair[0].key == verdict_key), None)
    if found is None:
        not_found(verdict_key)
    verdict, move = found
    carried = next((p for p in _polls(item) if p.carried and p.verdict == verdict.key), None)
    return render_template(
        "committees/decide.html",
        meeting=meeting,
        item=item,
        case=case,
        verdict=verdict,
        move=move,
        form=form,
        reasons=reasons,
        quorum=seen.quorum(case.id),
        carried=carried,
        methods=[m for m in METHODS if seen.rules.method in {"either", m}],
        method=request.form.get("method") or ("vote" if carried else "consensus"),
    )


def _form(case: Case, verdict_key: str, seen: Room) -> Any:
    """Return the form of the move that a verdict makes; None where it has none."""
    workflow = cases.workflow_of(case)
    verdict = _known(case, seen).get(verdict_key)
    move = workflow.transition_by_name.get(verdict.transition) if verdict else None
    if move is None or move.form is None:
        return None
    facts = cases.facts_of(case)
    return forms.bind(move.form, kept.form_data(), facts=facts, language=lang())


def _verdicts(case: Case | None, seen: Room) -> list[Any]:
    return choices.verdicts(case, seen.committee.kind) if case is not None else []


def _known(case: Case | None, seen: Room) -> dict[str, Verdict]:
    """Return all verdicts that this committee may ever have voted on, by their keys."""
    return cases.workflow_of(case).verdicts_of(seen.committee.kind) if case is not None else {}


def _said(known: Mapping[str, Verdict], decision: Decision) -> dict[str, Any]:
    """Return the motive and the conditions of a decision, by the fields its verdict names."""
    verdict = known[decision.verdict]
    words = lists.decision_words(decision)
    rows = words.get(verdict.conditions, []) if verdict.conditions else []
    return {
        "motive": words.get(verdict.motive, ""),
        "conditions": [row for row in rows if row.get("text")],
    }


def _polls(item: MeetingItem) -> list[Poll]:
    query = sa.select(Poll).where(Poll.item_id == item.id)
    return list(db.session.scalars(query.order_by(Poll.opened_at.desc(), Poll.id.desc())))
