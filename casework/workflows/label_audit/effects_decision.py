"""What a decision writes down: what it was taken on, every result that counted, the day."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from casework.db import new_id
from casework.labels.outcome import Outcome
from casework.models.label_audit import CriterionResult, Snapshot
from casework.workflows.declaration import Effect, Move
from casework.workflows.label_audit.effects import cycle
from casework.workflows.label_audit.facts import LabelFacts


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


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "favourable": outcome.favourable,
        "mandatory": [outcome.mandatory.met, outcome.mandatory.applicable],
        "recommended": [outcome.recommended.met, outcome.recommended.applicable],
        "flags": list(outcome.flags),
        "reasons": [[reason.code, reason.criterion] for reason in outcome.reasons],
        **({} if outcome.level is None else {"level": outcome.level}),
    }
