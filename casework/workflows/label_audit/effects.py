"""What the moves and the saved records of a label audit change beside the state.

Those of a decision are in :mod:`.effects_decision`, those of the label in :mod:`.effects_label`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from casework.db import new_id
from casework.i18n import N_
from casework.models.label_audit import (
    Appeal,
    Cycle,
    Declaration,
    FieldKey,
    Finding,
    PinnedModule,
    RecommendedAction,
    TeamMember,
)
from casework.models.label_audit.audit import TEXTS
from casework.workflows.declaration import Effect, Move, Reason
from casework.workflows.engine import RefusedError
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.people import AUDITOR, MEMBER
from casework.workflows.label_audit.starting import StartFacts

LABEL_LENGTH = 120


def begin_cycle(move: Move) -> None:
    """Write down the engagement, the version of the day, and the cycle that is renewed."""
    facts: StartFacts = move.facts
    new_record(
        move,
        Cycle,
        version_id=facts.version_id,
        previous_case_id=facts.previous_case_id,
        engaged_on=facts.today,
    )


def pin_version(move: Move) -> None:
    """Pin the version published now, and the modules that apply, to the end of the audit."""
    facts: LabelFacts = move.facts
    if facts.current_version_id is None:  # the guard has asked
        return
    cycle(move).version_id = facts.current_version_id
    for module in facts.current_modules:
        move.add(PinnedModule(id=new_id(), case_id=move.case.id, version_id=module.version_id))
    move.remember(
        version=facts.current_version_id,
        modules=[module.version_id for module in facts.current_modules],
    )


def hand_in(move: Move) -> None:
    """Write down that the self-assessment is finished, and let the officer's time run."""
    cycle(move).handed_in_on = move.facts.today
    move.schedule("admissibility")


def answer_file(move: Move) -> None:
    """End the officer's time to look at the file."""
    move.settle("admissibility")


def return_file(move: Move) -> None:
    """Give the self-assessment back to the cooperative, which hands it in again."""
    cycle(move).handed_in_on = None
    move.settle("admissibility")


def propose_team(move: Move) -> None:
    """Ask the cooperative about the team, and let its time to answer run."""
    mine = cycle(move)
    mine.team_proposed_on, mine.team_answer = move.facts.today, ""
    move.schedule("team_reply")


def answer_team(answer: str) -> Effect:
    """Return the effect that writes the cooperative's answer down."""

    def write(move: Move) -> None:
        cycle(move).team_answer = answer
        move.settle("team_reply")

    return write


def follow_team(move: Move) -> None:
    """Let an auditor onto the case, or off it; a team that has changed is proposed anew."""
    member: TeamMember = move.data["record"]
    before = (move.data["before"] or {}).get("user_id")
    if before not in (None, str(member.user_id)):
        move.dismiss(UUID(before))
        forget_keys(move, UUID(before))
    if member.removed_at is None:
        move.admit(member.user_id, AUDITOR)
    else:
        move.dismiss(member.user_id)
        forget_keys(move, member.user_id)
    mine = cycle(move)
    mine.team_proposed_on, mine.team_answer = None, ""
    move.settle("team_reply", cancel=True)


def forget_keys(move: Move, user_id: UUID | None = None) -> None:
    """Forget the keys with which the team's devices encrypt the audit: all, or a person's."""
    whose = {"user_id": user_id} if user_id else {}
    for key in move.rows(FieldKey, forgotten_at=None, **whose):
        key.sealed, key.forgotten_at = "", move.now


def sign_declaration(move: Move) -> None:
    """Note whose declaration it is: whoever makes it."""
    declaration: Declaration = move.data["record"]
    declaration.user_id = move.actor_id


def note_audit(move: Move) -> None:
    """Write down on which day the audit was closed, and let no device open it any more."""
    cycle(move).audited_on = move.facts.today
    forget_keys(move)


def ask_consent_again(move: Move) -> None:
    """Let no consent stand for words that the cooperative has not seen."""
    row: Finding = move.data["record"]
    before = move.data["before"]
    if before and any(before[name] != getattr(row, name) for name in ("kind", *TEXTS)):
        row.consent = ""


def sign_recommendation(move: Move) -> None:
    """Note who recommends it."""
    row: RecommendedAction = move.data["record"]
    row.made_by_id = row.made_by_id or move.actor_id


def follow_recommendation(move: Move) -> None:
    """Keep a recommendation's deadline in step with what was written and found."""
    row: RecommendedAction = move.data["record"]
    if row.removed_at is not None:
        move.settle("recommendation_due", subject=row, cancel=True)
    elif row.outcome == "closed":
        move.settle("recommendation_due", subject=row)
    elif move.case.state != "audit_in_progress":
        _send_out(move, row)


def open_recommendations(move: Move) -> None:
    """Give every recommendation its owner and let its clock run, whatever will be decided."""
    for row in move.rows(RecommendedAction):
        if row.outcome != "closed":
            _send_out(move, row)


def sign_follow_up(move: Move) -> None:
    """Note who says how it stands; what was closed and is spoken of again is looked at again."""
    row: RecommendedAction = move.data["record"]
    row.replied_by_id = move.actor_id


def check_by_another(move: Move) -> None:
    """See that somebody else looks again than who recommended it or says that it is done.

    Raises RefusedError.
    """
    row: RecommendedAction = move.data["record"]
    if move.actor_id in {row.made_by_id, row.replied_by_id}:
        raise RefusedError("rechecks", [Reason(N_("Somebody else than you must look again."))])
    if row.outcome == "reopened":
        row.progress = "open"


def settle(rule: str) -> Effect:
    """Return the effect that closes a deadline of the case: everybody has been told."""

    def close(move: Move) -> None:
        move.settle(rule)

    return close


def file_appeal(move: Move) -> None:
    """Write the appeal down; a label in force stays in force."""
    known = {"filed_on": move.facts.today, "reason": move.data["reason"]}
    new_record(move, Appeal, position=len(move.rows(Appeal)) + 1, **known)


def answer_appeal(outcome: str) -> Effect:
    """Return the effect that writes down what became of the appeal."""

    def write(move: Move) -> None:
        for row in move.rows(Appeal, outcome=""):
            row.outcome, row.decided_on = outcome, move.facts.today

    return write


def set_next_audit(move: Move) -> None:
    """Write down when the next audit is due, though this cycle is given up."""
    cycle(move).next_audit_on = move.data["next_audit_on"]


def set_no_audit(move: Move) -> None:
    """Forget when the next audit is due: whoever has left the network is not audited."""
    cycle(move).next_audit_on = None


def cycle(move: Move) -> Cycle:
    """Return the case's cycle."""
    found: Cycle = move.rows(Cycle)[0]
    return found


def _send_out(move: Move, row: RecommendedAction) -> None:
    """Let a recommendation's clock run: until the cooperative names another, its lead owns it."""
    row.owner = row.owner or move.name_of(MEMBER)
    words = row.text(getattr(move.facts, "language", "fr"))
    move.schedule("recommendation_due", row.due_on, subject=row, label=words[:LABEL_LENGTH])


def new_record(move: Move, model: type[Any], *, position: int = 0, **values: Any) -> Any:
    """Add a record of the case, and return it."""
    moment = {"created_at": move.now, "updated_at": move.now}
    row = model(id=new_id(), case_id=move.case.id, position=position, **moment, **values)
    move.add(row)
    return row
