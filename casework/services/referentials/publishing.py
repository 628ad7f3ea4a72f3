"""A draft is published, for good; a version is retired."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.labels import applicability
from casework.models import Criterion
from casework.policy import Actor, lead
from casework.queries import referentials as queries
from casework.queries.referentials import Placed
from casework.services import changes
from casework.services.errors import ForbiddenError
from casework.services.referentials.common import edit, find_version, lock_version, refuse
from casework.workflows.declaration import Reason

NO_BASE = N_("Publish a version of the base first: a module is judged together with it.")
IN_THE_BASE = N_("The code %(code)s is in the base already.")
IN_A_MODULE = N_("The code %(code)s is in a module already that is used with this one.")
UNKNOWN_CODE = N_("%(criterion)s applies depending on %(other)s, which is not there.")
RING = N_("These criteria depend on one another in a ring: %(codes)s.")
UNREADABLE = N_("The condition of %(criterion)s cannot be read: %(condition)s")
NO_TEXT = N_("%(criterion)s has no text in any language.")
NOT_PUBLISHED = N_("Only a published version can be retired.")


def faults(placed: Placed) -> list[Reason]:
    """Return why a version cannot be published; a module is judged together with its base."""
    own = queries.criteria([placed.version.id])
    base: Sequence[Criterion] = ()
    modules = _modules_beside(placed)
    beside = {row.code for rows in modules for row in rows}
    if placed.referential.base_id is not None:
        current = queries.current(placed.referential.base_id, now())
        if current is None:
            return [Reason(NO_BASE)]
        base = queries.criteria([current.id])
    whole = [*base, *own]
    rule = placed.scheme.rule().faults([row.for_rules() for row in whole])
    return [
        *(Reason(fault.message, fault.params) for fault in rule),
        *_doubled(base, own),
        *(Reason(IN_A_MODULE, {"code": row.code}) for row in own if row.code in beside),
        *(Reason(NO_TEXT, {"criterion": row.code}) for row in own if not row.text("fr")),
        *_conditions(whole),
        *([] if placed.referential.is_module else _left_behind(own, modules)),
    ]


def warnings(placed: Placed) -> list[Reason]:
    """Return what whoever publishes a version should know."""
    if placed.referential.is_module:
        return []
    own = [row.for_rules() for row in queries.criteria([placed.version.id])]
    return [Reason(w.message, w.params) for w in placed.scheme.rule().warnings(own)]


def publish(actor: Actor, version_id: UUID) -> None:
    """Publish a draft; from then on nothing in it changes.

    Raises ForbiddenError, NotFoundError, RefusedError with everything that is wrong.
    """
    if not lead(actor):
        raise ForbiddenError("publish")
    version = edit(actor, version_id, "publish")
    if wrong := faults(find_version(version_id)):
        refuse("publish", *wrong, version=version_id)
    version.state, version.published_at, version.published_by_id = "published", now(), actor.id
    db.session.flush()
    changes.record(version, {"state": "draft"}, {"state": "published"}, actor.id)


def retire(actor: Actor, version_id: UUID) -> None:
    """Have a published version used by no new audit; again, it changes nothing.

    Raises ForbiddenError, NotFoundError, RefusedError.
    """
    if not lead(actor):
        raise ForbiddenError("retire")
    version = lock_version(version_id)
    if version.state == "retired":
        return
    if version.state != "published":
        refuse("retire", Reason(NOT_PUBLISHED), version=version_id)
    version.state, version.retired_at = "retired", now()
    db.session.flush()
    changes.record(version, {"state": "published"}, {"state": "retired"}, actor.id)


def _left_behind(own: Sequence[Criterion], modules: Sequence[Sequence[Criterion]]) -> list[Reason]:
    """Return what modules in force depend on and a new version of their base no longer has."""
    alone = _conditions(own)
    return [r for rows in modules for r in _conditions([*own, *rows]) if r not in alone]


def _modules_beside(placed: Placed) -> list[list[Criterion]]:
    """Return the criteria of each other module in force: a cycle may pin all of them together."""
    own, base_id = placed.referential.id, placed.referential.base_id or placed.referential.id
    in_force = queries.current_of_scheme(placed.scheme.id, now())
    modules = [
        each.version.id
        for each in in_force
        if each.referential.base_id == base_id and each.referential.id != own
    ]
    found: dict[UUID, list[Criterion]] = {version_id: [] for version_id in modules}
    for row in queries.criteria(modules):
        found[row.version_id].append(row)
    return list(found.values())


def _doubled(base: Sequence[Criterion], own: Sequence[Criterion]) -> list[Reason]:
    """Return the codes of a module that its base has too; within one the database sees to it."""
    known = {row.code for row in base}
    return [Reason(IN_THE_BASE, {"code": row.code}) for row in own if row.code in known]


def _conditions(rows: Sequence[Criterion]) -> list[Reason]:
    conditions: dict[str, applicability.Condition] = {}
    found: list[Reason] = []
    for row in rows:
        try:
            conditions[row.code] = applicability.read(row.applies_if)
        except applicability.ConditionError:
            said = {"criterion": row.code, "condition": row.applies_if}
            found.append(Reason(UNREADABLE, said))
            conditions[row.code] = {}
    for code, absent in applicability.unknown(conditions).items():
        found += [Reason(UNKNOWN_CODE, {"criterion": code, "other": other}) for other in absent]
    if ring := applicability.cycle(conditions):
        found.append(Reason(RING, {"codes": " → ".join(ring)}))
    return found
