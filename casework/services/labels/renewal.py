"""Evidence of the last cycle, re-confirmed or dropped piece by piece or several at once."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.forms.label_audit.records import LOCKED
from casework.i18n import N_
from casework.models import Case, Document, DocumentVersion
from casework.models.label_audit import CarriedEvidence, Evidence
from casework.models.label_audit.renewal import ANSWERS
from casework.policy import Actor, may_see, roles_on
from casework.queries.labels import last_cycle
from casework.queries.labels.last_cycle import Carried
from casework.services import cases, events, receipts
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.labels import results
from casework.workflows.declaration import Reason
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.people import COOPERATIVE

ACT = "carry"
KIND = "evidence"
NONE_CHOSEN = N_("Choose one piece of evidence at least.")
NO_LAST_CYCLE = N_("This is a first cycle: there is no evidence to carry over.")


def may_answer(case: Case, actor: Actor) -> bool:
    """Say whether somebody may answer now: the cooperative, while it may add evidence."""
    section = cases.workflow_of(case).section_by_key["evidence"]
    held = roles_on(actor, case)
    return bool(held & COOPERATIVE) and policy.may_edit(section, held, case.state)


def answer(case_id: UUID, actor: Actor, chosen: Collection[UUID], said: str, key: str) -> int:
    """Confirm or drop pieces of evidence of the last cycle, all of them or none; return how many.

    What was confirmed stays so (it is taken away where evidence is kept); what was dropped may be
    confirmed after all. Raises NotFoundError, ForbiddenError, RefusedError.
    """
    case = cases.lock(case_id)
    if not may_see(actor, case) or said not in ANSWERS:
        raise NotFoundError(str(case_id))
    if (before := receipts.find(key, actor.id)) is not None:
        return int(before["changed"])
    facts = results.facts_for(case)
    if not may_answer(case, actor):
        raise ForbiddenError(ACT)
    last = last_cycle.find(facts)
    if last is None:
        raise RefusedError(ACT, [Reason(NO_LAST_CYCLE)])
    if not chosen:
        raise RefusedError(ACT, [Reason(NONE_CHOSEN)])
    held = {each.id: each for each in last_cycle.evidence(last, case.id)}
    if unknown := set(chosen) - set(held):
        raise NotFoundError(str(min(unknown)))
    open_ones = [held[each] for each in held if each in chosen and held[each].answer != said]
    changed = [each for each in open_ones if each.answer != "confirmed"]
    if said == "confirmed":
        _demand_open(facts, changed)
    told = [_write(case, actor, each, said, last.case.reference) for each in changed]
    if told:
        events.append(case, "evidence_carried", actor.id, name=said, payload={"evidence": told})
        cases.touch(case, actor.id)
    receipts.keep(key, actor.id, {"changed": len(told)}, now())
    return len(told)


def _demand_open(facts: LabelFacts, chosen: Collection[Carried]) -> None:
    """See that no evidence is added for a closed criterion, as where it is written by hand."""
    closed = sorted({code for each in chosen for code in each.serves if facts.locked(code)})
    if closed:
        raise RefusedError(ACT, [Reason(LOCKED, {"criteria": ", ".join(closed)})])


def _write(case: Case, actor: Actor, each: Carried, said: str, reference: str) -> dict[str, object]:
    made = _confirm(case, actor, each) if said == "confirmed" else None
    row = db.session.scalar(
        sa.select(CarriedEvidence).where(
            CarriedEvidence.case_id == case.id, CarriedEvidence.source_id == each.id
        )
    )
    if row is None:
        row = CarriedEvidence(id=new_id(), case_id=case.id, source_id=each.id)
        db.session.add(row)
    row.answer, row.evidence_id, row.at, row.by_id = said, made, now(), actor.id
    db.session.flush()
    return {
        "title": each.title,
        "from": reference,
        "source_id": str(each.id),
        "criteria": list(each.serves),
        "sha256": each.sha256,
    }


def _confirm(case: Case, actor: Actor, each: Carried) -> UUID:
    """Add the evidence to this case: a document whose first version names the same stored bytes."""
    moment = now()
    document = Document(
        id=new_id(), case_id=case.id, kind=KIND, title=each.title, created_at=moment
    )
    db.session.add(document)
    db.session.flush()
    file = each.version
    db.session.add(
        DocumentVersion(
            document_id=document.id,
            number=1,
            filename=file.filename,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            uploaded_at=moment,
            uploaded_by_id=actor.id,
        )
    )
    last = sa.select(sa.func.max(Evidence.position)).where(Evidence.case_id == case.id)
    row = Evidence(
        id=new_id(),
        case_id=case.id,
        position=(db.session.scalar(last) or 0) + 1,
        document_id=document.id,
        criteria=list(each.serves),
        effective_on=each.effective_on,
        note=each.note,
        created_at=moment,
        updated_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    return row.id
