"""A label for tests: its scheme, and versions of its referential, made by the services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from casework.labels.criteria import Kind
from casework.models import Referential
from casework.policy import Actor
from casework.roles import Role
from casework.services.referentials import drafting, publishing, schemes
from tests.support.world import World

NAMES = {"fr": "Référentiel", "nl": "Referentiekader", "en": "Referential"}


def scheme_values(key: str = "test", **values: Any) -> dict[str, Any]:
    """Return what a scheme is written with."""
    return {
        "key": key,
        "prefix": key.upper()[:12],
        "family": "threshold",
        "parameters": {},
        "official": True,
        "validity_years": 3,
        "start_rule": "decision",
        "terms": {},
        "name_fr": f"Label {key}",
        "name_nl": f"Label {key}",
        "name_en": f"Label {key}",
        **values,
    }


def criterion_values(field_id: UUID, code: str, **values: Any) -> dict[str, Any]:
    """Return what a criterion is written with."""
    return {
        **dict.fromkeys(drafting.CRITERION, ""),
        "field_id": field_id,
        "code": code,
        "position": 1,
        "kind": Kind.MANDATORY,
        "weight": 1,
        "na_allowed": False,
        "level": 1,
        "text_fr": f"Texte de {code}",
        **values,
    }


def field_values(code: str = "A", **values: Any) -> dict[str, Any]:
    """Return what a field is written with."""
    return {
        "code": code,
        "position": 1,
        "name_fr": "Champ",
        "name_nl": "Veld",
        "name_en": "Field",
        **values,
    }


def referential(
    actor: Actor, key: str = "test", base: UUID | None = None, **values: Any
) -> Referential:
    """Add a scheme with a referential, or a module to a base (in the caller's transaction)."""
    from casework.services.referentials.common import find_referential

    if base is not None:
        return drafting.create(actor, find_referential(base).scheme_id, key, NAMES, base)
    scheme = schemes.save(actor, None, scheme_values(key, **values))
    return drafting.create(actor, scheme.id, key, NAMES)


def draft(actor: Actor, referential_id: UUID, label: str = "v1", **criteria: Any) -> UUID:
    """Begin a draft with a field and criteria: code → kind, or all the values that matter."""
    version = drafting.begin(actor, referential_id, label, None, uuid4().hex)
    place = drafting.save_field(actor, version, None, field_values())
    for number, (code, said) in enumerate(criteria.items(), start=1):
        values = said if isinstance(said, dict) else {"kind": said}
        written = criterion_values(place, code, position=number, **values)
        drafting.save_criterion(actor, version, None, written)
    return version


@dataclass(frozen=True)
class Shelf:
    """A scheme with a referential, its published version and a draft copied from it."""

    scheme_id: UUID
    referential_id: UUID
    published_id: UUID
    draft_id: UUID


def shelf(world: World) -> Shelf:
    """Set up a scheme with a referential in two versions."""
    lead = world.actor(world.person(Role.PROGRAMME_LEAD))
    with world.writing():
        row = referential(lead)
        first = draft(lead, row.id, A1="mandatory", A2="recommended")
        publishing.publish(lead, first)
        second = drafting.begin(lead, row.id, "v2", first, uuid4().hex)
        return Shelf(row.scheme_id, row.id, first, second)


def published(world: World, actor: Actor, key: str = "test", **criteria: Any) -> UUID:
    """Return a published version in a scheme of its own, in a transaction of its own."""
    with world.writing():
        version = draft(actor, referential(actor, key).id, **criteria)
        publishing.publish(actor, version)
    return version
