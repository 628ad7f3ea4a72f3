"""What auditors took without a network: taken over once, or kept beside what came before it.

Everything carries the identifier that the device gave it, so what is sent again is answered as
before. A result carries the revision that it was made on; where there is a newer one, both wait
side by side until somebody of the team has chosen, which is a revision too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from casework.clock import now
from casework.extensions import db, house_day
from casework.i18n import N_
from casework.models import Case
from casework.models.label_audit import FieldEntry, FieldPhoto
from casework.policy import Actor, may_see
from casework.services import cases, documents, events, receipts, records
from casework.services.errors import NotFoundError, RefusedError, StaleError
from casework.services.labels import results
from casework.services.labels.field_keys import ACT, LAYER
from casework.workflows.declaration import Reason
from casework.workflows.label_audit import one_line
from casework.workflows.label_audit.fact_parts import Line

FOREIGN_ID = N_("This was sent under an identifier that is in use already.")
UNKNOWN = N_("The referential of this audit has no criterion %(criterion)s.")
NO_PICTURE = N_("Only pictures are taken here. Add other files under Documents.")
AHEAD = timedelta(hours=1)
"""How far a device's clock may be ahead of ours before ours is written down."""


@dataclass(frozen=True)
class Sent:
    """A result as a device sends it.

    ``base`` is the revision that it was made on; ``follows`` the entry of the same device that the
    writer had before them, if that was not sent yet; ``settles`` a conflict that it ends.
    """

    id: UUID
    code: str
    base: int
    result: str
    note: str
    taken_at: datetime
    follows: UUID | None = None
    settles: UUID | None = None


@dataclass(frozen=True)
class Taken:
    """What became of it: ``saved``, ``same`` as what was there, or in ``conflict`` with it."""

    outcome: str
    revision: int | None


def take(case_id: UUID, actor: Actor, sent: Sent) -> Taken:
    """Take over a result. Raises NotFoundError, ForbiddenError, RefusedError."""
    case = _open(case_id, actor)
    row = db.session.get(FieldEntry, sent.id)
    if row is not None:
        _demand_own(case, actor, row)
        return Taken(row.outcome, row.revision)
    line = _line(case, sent.code, actor)
    results.demand_possible(line, sent.result, sent.note)
    moment, said = now(), line.said(LAYER)
    base = _base(case, line, actor, sent, moment)
    chosen = _settle(case, line, actor, sent.settles, moment)
    same = (said.result, said.note) == (sent.result, sent.note) and bool(said.revision)
    told = {"entry": sent.id, "taken_at": sent.taken_at, "settles": chosen}
    if said.revision != base and not same:
        done = Taken("conflict", None)
        words = {"criterion": line.code, "result": sent.result, "note": sent.note, **told}
        events.append(case, "result_conflict", actor.id, name=LAYER, payload=words, at=moment)
    elif same and chosen is None:
        done = Taken("same", said.revision)
    else:
        revision = results.write(case, line, LAYER, actor, sent.result, sent.note, **told)
        done = Taken("saved", revision)
    db.session.add(
        FieldEntry(
            id=sent.id,
            case_id=case.id,
            criterion_id=line.id,
            by_id=actor.id,
            base=sent.base,
            result=sent.result,
            note=sent.note,
            taken_at=min(sent.taken_at, moment + AHEAD),
            received_at=moment,
            outcome=done.outcome,
            revision=done.revision,
        )
    )
    db.session.flush()
    return done


def take_photo(
    case_id: UUID,
    actor: Actor,
    photo_id: UUID,
    code: str,
    caption: str,
    taken_at: datetime,
    arrival: documents.Arrival,
) -> UUID:
    """Take over a photo as evidence for a criterion, and return its document.

    Raises NotFoundError, ForbiddenError, RefusedError, ClosedKindError, InvalidDocumentError.
    """
    case = _open(case_id, actor)
    row = db.session.get(FieldPhoto, photo_id)
    if row is not None:
        _demand_own(case, actor, row)
        return row.document_id
    line = _line(case, code, actor)
    if not arrival.media_type.startswith("image/"):
        raise RefusedError(ACT, [Reason(NO_PICTURE)])
    moment = now()
    taken = min(taken_at, moment)
    title = f"{line.code} · {caption}" if caption else f"{line.code} · {arrival.name}"
    added = documents.add(case.id, actor, "evidence", title, False, arrival, "")  # noqa: FBT003
    said = {
        "document_id": str(added.document_id),
        "criteria": [line.code],
        "effective_on": house_day(taken).isoformat(),
        "note": caption,
    }
    records.save(case.id, "evidence", None, actor, said, "", "")
    db.session.add(
        FieldPhoto(
            id=photo_id,
            case_id=case.id,
            by_id=actor.id,
            document_id=added.document_id,
            taken_at=taken,
            received_at=moment,
        )
    )
    db.session.flush()
    return added.document_id


def choose(
    case_id: UUID, actor: Actor, entry_id: UUID, *, standing: bool, seen: int, key: str
) -> int:
    """End a conflict by what stands or by what was taken offline; return the new revision.

    ``seen`` is the revision that stood beside it on the page. Raises NotFoundError,
    ForbiddenError, RefusedError, StaleError.
    """
    case = _open(case_id, actor)
    if (before := receipts.find(key, actor.id)) is not None:
        return int(before["revision"])
    facts = results.facts_for(case)
    entry = db.session.get(FieldEntry, entry_id)
    line = next((e for e in facts.lines if entry and e.id == entry.criterion_id), None)
    if entry is None or entry.case_id != case.id or entry.outcome != "conflict" or line is None:
        raise NotFoundError(str(entry_id))
    results.demand_right(case, facts.auditors, line, LAYER, actor)
    said = line.said(LAYER)
    if entry.settled_at is not None or said.revision != seen:
        raise StaleError(case, None)
    chosen = (str(said.result), said.note) if standing else (entry.result, entry.note)
    revision = results.write(case, line, LAYER, actor, *chosen, settles=entry.id)
    entry.settled_at, entry.settled_by_id = now(), actor.id
    receipts.keep(key, actor.id, {"revision": revision}, now())
    return revision


def _open(case_id: UUID, actor: Actor) -> Case:
    case = cases.lock(case_id)
    if not may_see(actor, case):
        raise NotFoundError(str(case_id))
    return case


def _demand_own(case: Case, actor: Actor, row: FieldEntry | FieldPhoto) -> None:
    if row.case_id != case.id or row.by_id != actor.id:
        raise RefusedError(ACT, [Reason(FOREIGN_ID)])


def _line(case: Case, code: str, actor: Actor) -> Line:
    found = one_line.load(db.session(), case.id, code)
    if found is None:
        raise RefusedError(ACT, [Reason(UNKNOWN, {"criterion": code})])
    line, team = found
    results.demand_right(case, team, line, LAYER, actor)
    return line


def _base(case: Case, line: Line, actor: Actor, sent: Sent, moment: datetime) -> int:
    """Return the revision that a result was made on, by what the entry before it became.

    One that follows an entry in conflict takes its place there.
    """
    before = db.session.get(FieldEntry, sent.follows) if sent.follows else None
    if before is None or before.by_id != actor.id or before.criterion_id != line.id:
        return sent.base
    if before.case_id != case.id:
        return sent.base
    if before.revision is not None:
        return before.revision
    _settle(case, line, actor, before.id, moment)
    return before.base


def _settle(
    case: Case, line: Line, actor: Actor, entry_id: UUID | None, moment: datetime
) -> UUID | None:
    """End a conflict about a criterion; None when there is no such conflict any more."""
    entry = db.session.get(FieldEntry, entry_id) if entry_id else None
    if entry is None or entry.case_id != case.id or entry.criterion_id != line.id:
        return None
    if entry.outcome != "conflict" or entry.settled_at is not None:
        return None
    entry.settled_at, entry.settled_by_id = moment, actor.id
    return entry.id
