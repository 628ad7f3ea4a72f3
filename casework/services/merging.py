"""Two records of the same organisation become one, and two again when that was a mistake.

Everything happens in one transaction: the record that stays takes over cases, people, extensions
and numbers; the other keeps its row and says where it went. What was moved is written down by
identifier, so that undoing puts back what has not changed since and names what it leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import (
    CallExtension,
    Case,
    FormerNumber,
    Organisation,
    OrganisationInvitation,
    OrganisationMerge,
)
from casework.models.label_audit import Membership
from casework.policy import Actor, keeper
from casework.services import changes, deadlines, events
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.events import plain
from casework.services.merging_moves import give_back, take_over
from casework.workflows.declaration import Reason

FIELDS = ("name", "registry_number", "sector", "town", "language", "website")
KEPT, MERGED = "kept", "merged"

SAME = N_("Choose two different organisations.")
GONE = N_("One of these records has been joined with another one already.")
JOINED_SINCE = N_(
    "The record that stayed was itself joined with “%(name)s” later. Undo that first."
)
UNDONE = N_("This has been undone already.")


def merge(
    actor: Actor, kept_id: UUID, merged_id: UUID, wins: Mapping[str, str]
) -> OrganisationMerge:
    """Let one record take over all that belongs to another.

    ``wins`` says for each of FIELDS whose value stays: that of ``kept`` or of ``merged``. A
    registry number goes with its country. Raises ForbiddenError, NotFoundError, RefusedError.
    """
    if not keeper(actor) or actor.id is None:
        raise ForbiddenError("organisation")
    if kept_id == merged_id:
        raise RefusedError("merge", [Reason(SAME)])
    kept, merged = _locked(kept_id, merged_id)
    if kept.merged_into_id is not None or merged.merged_into_id is not None:
        raise RefusedError("merge", [Reason(GONE)])
    moment = now()
    cases = _locked_cases(kept.id, merged.id)
    names = ("country", *FIELDS)
    before = {KEPT: changes.values_of(kept, names), MERGED: changes.values_of(merged, names)}
    moved = take_over(kept, merged, moment)
    moved["cases"] = _move_cases(actor, [c for c in cases if c.organisation_id == merged.id], kept)
    moved["numbers"] = _numbers(kept, merged, wins.get("registry_number") == MERGED)
    for name in FIELDS:
        if name != "registry_number" and wins.get(name) == MERGED:
            setattr(kept, name, before[MERGED][name])
    merged.merged_into_id = kept.id
    for row in (kept, merged):
        row.version += 1
    done = OrganisationMerge(
        kept_id=kept.id,
        merged_id=merged.id,
        at=moment,
        actor_id=actor.id,
        before=before,
        written=changes.values_of(kept, names),
        moved=moved,
    )
    db.session.add(done)
    db.session.flush()
    changes.record(
        kept,
        {**before[KEPT], "merged": None},
        {**done.written, "merged": before[MERGED]["name"]},
        actor.id,
    )
    changes.record(merged, {"merged_into": None}, {"merged_into": kept.name}, actor.id)
    deadlines.follow_dates(Case.organisation_id == kept.id, moment)
    return done


def undo(actor: Actor, merge_id: UUID) -> OrganisationMerge:
    """Make two records of one again, as far as nothing has changed since; see its ``left``.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    if not keeper(actor):
        raise ForbiddenError("organisation")
    done = db.session.get(OrganisationMerge, merge_id, with_for_update=True)
    if done is None:
        raise NotFoundError(str(merge_id))
    if done.undone_at is not None:
        raise RefusedError("merge", [Reason(UNDONE)])
    kept, merged = _locked(done.kept_id, done.merged_id)
    if kept.merged_into_id is not None:
        later = db.session.get_one(Organisation, kept.merged_into_id)
        raise RefusedError("merge", [Reason(JOINED_SINCE, {"name": later.name})])
    moment = now()
    before = changes.values_of(kept, ("country", *FIELDS))
    wanted = {UUID(text) for text in done.moved["cases"]}
    cases = _locked_cases(kept.id, merged.id, *wanted)
    back = [c for c in cases if c.id in wanted and c.organisation_id == kept.id]
    left: dict[str, Any] = {"cases": plain(sorted(wanted - {c.id for c in back}))}
    _move_cases(actor, back, merged, undone=True)
    left |= give_back(kept, merged, done.moved)
    left["fields"] = _fields_back(kept, merged, done)
    merged.merged_into_id = None
    for row in (kept, merged):
        row.version += 1
    done.undone_at, done.undone_by_id, done.left = moment, actor.id, left
    db.session.flush()
    after = changes.values_of(kept, ("country", *FIELDS))
    name = merged.name
    changes.record(kept, {**before, "merged": name}, {**after, "merged": None}, actor.id)
    changes.record(merged, {"merged_into": kept.name}, {"merged_into": None}, actor.id)
    touched = Case.organisation_id.in_([kept.id, merged.id])
    deadlines.follow_dates(touched, moment)
    return done


def _locked(first: UUID, second: UUID) -> tuple[Organisation, Organisation]:
    """Lock both records, in the order of their ids. Raises NotFoundError."""
    rows = db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.id.in_([first, second]))
        .order_by(Organisation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    if len(found) < 2:  # noqa: PLR2004 - the two
        raise NotFoundError(f"{first}, {second}")
    return found[first], found[second]


def _locked_cases(kept: UUID, merged: UUID, *others: UUID) -> Sequence[Case]:
    """Lock every case of both, in the order of their ids: nobody waits for us in a circle."""
    return db.session.scalars(
        sa.select(Case)
        .where(sa.or_(Case.organisation_id.in_([kept, merged]), Case.id.in_(others)))
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _move_cases(
    actor: Actor, cases: Sequence[Case], to: Organisation, *, undone: bool = False
) -> list[str]:
    for case in cases:
        before = case.organisation_id
        case.organisation_id = to.id
        events.append(
            case,
            "organisation",
            actor.id,
            name="parted" if undone else "joined",
            payload={"from": before, "to": to.id, "organisation": to.name},
        )
    return [str(case.id) for case in cases]


def _numbers(kept: Organisation, merged: Organisation, takes: bool) -> dict[str, Any]:  # noqa: FBT001 - a private helper
    """Let one number stay and keep the other as a former one; a number goes with its country."""
    wins, loses = (merged, kept) if takes and merged.registry_number else (kept, merged)
    if kept.registry_number is None and merged.registry_number is not None:
        wins, loses = merged, kept
    number, country = wins.registry_number, wins.country
    former = (loses.country, loses.registry_number)
    theirs = db.session.scalars(
        sa.select(FormerNumber).where(FormerNumber.organisation_id == merged.id)
    ).all()
    for row in theirs:
        row.organisation_id = kept.id
    merged.registry_number = kept.registry_number = None
    db.session.flush()  # a number is nobody's before it is somebody else's
    kept.registry_number, kept.country = number, country
    if former[1] is not None:
        db.session.add(
            FormerNumber(organisation_id=kept.id, country=former[0], registry_number=former[1])
        )
    return {"former": list(former) if former[1] else None, "taken": [str(row.id) for row in theirs]}


def _fields_back(kept: Organisation, merged: Organisation, done: OrganisationMerge) -> list[str]:
    """Put back the values that nobody has changed since; return the names of those somebody did."""
    old, written = done.before[KEPT], done.written
    numbers = ("country", "registry_number")
    left = [
        name
        for name in FIELDS
        if name not in numbers
        and old[name] != written[name]
        and getattr(kept, name) != written[name]
    ]
    for name in FIELDS:
        if name not in numbers and old[name] != written[name] and name not in left:
            setattr(kept, name, old[name])
    if any(getattr(kept, name) != written[name] for name in numbers):
        return [*left, "registry_number"]
    _numbers_back(kept, merged, done)
    return left


def _numbers_back(kept: Organisation, merged: Organisation, done: OrganisationMerge) -> None:
    if former := done.moved["numbers"]["former"]:
        db.session.execute(
            sa.delete(FormerNumber).where(
                FormerNumber.organisation_id == kept.id,
                FormerNumber.country == former[0],
                FormerNumber.registry_number == former[1],
            )
        )
    taken = [UUID(text) for text in done.moved["numbers"]["taken"]]
    db.session.execute(
        sa.update(FormerNumber)
        .where(FormerNumber.id.in_(taken), FormerNumber.organisation_id == kept.id)
        .values(organisation_id=merged.id)
    )
    kept.registry_number = None
    db.session.flush()
    kept.country = done.before[KEPT]["country"]
    kept.registry_number = done.before[KEPT]["registry_number"]
    merged.registry_number = done.before[MERGED]["registry_number"]


def known_references() -> frozenset[str]:
    """Return the columns that name an organisation and that a merger sees to (for a test)."""
    own = {"organisation.merged_into_id"}
    own |= {f"{OrganisationMerge.__tablename__}.{n}" for n in ("kept_id", "merged_id")}
    models = (Case, CallExtension, FormerNumber, Membership, OrganisationInvitation)
    moved = {f"{model.__tablename__}.organisation_id" for model in models}
    follows = {"search_entry.organisation_id"}  # the index follows what it was made of
    return frozenset(own | moved | follows)
