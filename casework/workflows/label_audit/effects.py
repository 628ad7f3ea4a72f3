"""What the moves and the saved records of a label audit change beside the state."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from casework.db import new_id
from casework.extensions import house_day
from casework.i18n import N_
from casework.labels import periods
from casework.labels.outcome import Outcome
from casework.labels.standing import RUNNING
from casework.models.label_audit import (
    Appeal,
    CriterionResult,
    Cycle,
    Declaration,
    FieldKey,
    Finding,
    Label,
    PinnedModule,
    RecommendedAction,
    Snapshot,
    Suspension,
    TeamMember,
)
from casework.models.label_audit.audit import TEXTS
from casework.workflows.declaration import Effect, Move, Reason
from casework.workflows.engine import RefusedError
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.notices import END_OF_MARK
from casework.workflows.label_audit.people import AUDITOR, MEMBER
from casework.workflows.label_audit.starting import StartFacts

DAY = timedelta(days=1)
LABEL_LENGTH = 120


def begin_cycle(move: Move) -> None:
    """Write down the engagement, the version of the day, and the cycle that is renewed."""
    facts: StartFacts = move.facts
    _new(
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


def decide(verdict: str) -> Effect:
    """Return the effect that freezes what was decided on and writes the decision down."""

    def write(move: Move) -> None:
        take_snapshot(move, verdict)
        if verdict != "deferred":
            freeze_results(move)
        mine = cycle(move)
        mine.decided_on = move.facts.today
        mine.next_audit_on = move.data.get("next_audit_on") or mine.next_audit_on

    return write


def take_snapshot(move: Move, verdict: str) -> None:
    """Keep version, parameters, every layer's result and what the rule computed, with a hash."""
    facts: LabelFacts = move.facts
    outcome = facts.outcome_if(confirmed=bool(move.data.get("confirmed")))
    said = {
        "verdict": verdict,
        "version": str(facts.version_id),
        "modules": [str(module.version_id) for module in facts.modules],
        "scheme": dict(facts.scheme),
        "confirmed": bool(move.data.get("confirmed")),
        "dues_paid": facts.dues_paid,
        "results": [
            {
                "criterion": line.code,
                "kind": str(line.criterion.kind),
                "weight": line.criterion.weight,
                "result": str(assessment.result),
                "na_approved": assessment.na_approved,
                "layers": {
                    layer: [str(each.result), each.revision] for layer, each in line.layers.items()
                },
            }
            for line, assessment in facts.counted
        ],
        "outcome": _told(outcome) if outcome is not None else None,
    }
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = Snapshot(
        id=new_id(),
        case_id=move.case.id,
        transition=verdict,
        favourable=outcome.favourable if outcome is not None else None,
        canonical=canonical,
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
        taken_at=move.now,
    )
    move.add(row)
    move.remember(snapshot=row.hash, outcome=said["outcome"])


def freeze_results(move: Move) -> None:
    """Write every result that counted into the committee's layer, beside the others."""
    facts: LabelFacts = move.facts
    for line, assessment in facts.counted:
        said = line.said("committee")
        if line.layer == "committee" and said.result is assessment.result:
            continue
        move.add(
            CriterionResult(
                id=new_id(),
                case_id=move.case.id,
                criterion_id=line.id,
                layer="committee",
                revision=said.revision + 1,
                result=str(assessment.result),
                note=line.said(line.layer).note,
                at=move.now,
                by_id=move.actor_id,
            )
        )


def give_label(move: Move) -> None:
    """Number the label and let it run: after the last one, or from the day of the decision."""
    facts: LabelFacts = move.facts
    if any(row.standing(facts.today) in RUNNING for row in _running_labels(move)):
        return  # sent back to the audit and confirmed: the label goes on
    found = _period(facts)
    waits = found.period.first > facts.today
    series = f"{facts.prefix}-{facts.today.year}"
    row = Label(
        id=new_id(),
        case_id=move.case.id,
        number=f"{series}-{move.next_number(series):04d}",
        starts_on=found.period.first,
        ends_on=found.period.last,
        state="pending" if waits else "active",
        restored=found.restored,
        created_at=move.now,
    )
    move.add(row)
    cycle(move).next_audit_on = row.ends_on
    move.remember(number=row.number, starts_on=row.starts_on, ends_on=row.ends_on)
    if waits:
        move.schedule("label_begins", row.starts_on - DAY)


def begin_label(move: Move) -> None:
    """Let a label that was given early begin on its day."""
    for row in move.rows(Label, state="pending"):
        row.state = "active"
    move.settle("label_begins")


def settle(rule: str) -> Effect:
    """Return the effect that closes a deadline of the case: everybody has been told."""

    def close(move: Move) -> None:
        move.settle(rule)

    return close


def end_label(state: str, *, tell: bool = False) -> Effect:
    """Return the effect that ends the label: withdrawn, expired or replaced.

    ``tell``: the move itself says nothing of the mark, so who has a label that ends is told here.
    """

    def write(move: Move) -> None:
        running = _running_labels(move)
        for row in running:
            row.state, row.ended_on = state, min(house_day(), row.ends_on)
        move.settle("label_begins", cancel=True)
        if running:
            move.remember(number=running[-1].number, ended_on=running[-1].ended_on)
        if running and tell:
            move.notify(END_OF_MARK)

    return write


def suspend(move: Move) -> None:
    """Suspend the label, and write down why."""
    for row in _running_labels(move):
        row.state = "suspended"
    known = {"cause": move.data["cause"], "reason": move.data["reason"], "since": move.facts.today}
    _new(move, Suspension, position=len(move.rows(Suspension)) + 1, **known)


def lift(move: Move) -> None:
    """Let the label be in force again."""
    for row in move.rows(Label, state="suspended"):
        row.state = "pending" if row.starts_on > move.facts.today else "active"
    for row in move.rows(Suspension, lifted_on=None):
        row.lifted_on = move.facts.today


def file_appeal(move: Move) -> None:
    """Write the appeal down; a label in force stays in force."""
    known = {"filed_on": move.facts.today, "reason": move.data["reason"]}
    _new(move, Appeal, position=len(move.rows(Appeal)) + 1, **known)


def answer_appeal(outcome: str) -> Effect:
    """Return the effect that writes down what became of the appeal."""

    def write(move: Move) -> None:
        for row in move.rows(Appeal, outcome=""):
            row.outcome, row.decided_on = outcome, move.facts.today

    return write


def set_next_audit(move: Move) -> None:
    """Write down when the next audit is due, though this cycle is given up."""
    cycle(move).next_audit_on = move.data["next_audit_on"]


def cycle(move: Move) -> Cycle:
    """Return the case's cycle."""
    found: Cycle = move.rows(Cycle)[0]
    return found


def _running_labels(move: Move) -> list[Label]:
    return [row for row in move.rows(Label) if row.state in RUNNING]


def _period(facts: LabelFacts) -> periods.Renewal:
    if facts.previous_starts_on is None or facts.previous_ends_on is None:
        first = periods.first_day(facts.today, facts.start_rule)
        return periods.Renewal(periods.period(first, facts.years))
    return periods.renewal(
        periods.Period(facts.previous_starts_on, facts.previous_ends_on),
        facts.today,
        facts.years,
        start_rule=facts.start_rule,
        restore_months=facts.terms.restore_months,
    )


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "favourable": outcome.favourable,
        "mandatory": [outcome.mandatory.met, outcome.mandatory.applicable],
        "recommended": [outcome.recommended.met, outcome.recommended.applicable],
        "flags": list(outcome.flags),
        "reasons": [[reason.code, reason.criterion] for reason in outcome.reasons],
    }


def _send_out(move: Move, row: RecommendedAction) -> None:
    """Let a recommendation's clock run: until the cooperative names another, its lead owns it."""
    row.owner = row.owner or move.name_of(MEMBER)
    words = row.text(getattr(move.facts, "language", "fr"))
    move.schedule("recommendation_due", row.due_on, subject=row, label=words[:LABEL_LENGTH])


def _new(move: Move, model: type[Any], *, position: int = 0, **values: Any) -> Any:
    moment = {"created_at": move.now, "updated_at": move.now}
    row = model(id=new_id(), case_id=move.case.id, position=position, **moment, **values)
    move.add(row)
    return row
