"""Schemes: set up by leads, their rule checked before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.i18n import N_
from casework.labels.families import rule
from casework.labels.parameters import ParameterError
from casework.labels.terms import Terms
from casework.models import Referential, ReferentialVersion, Scheme
from casework.policy import Actor, lead
from casework.queries import referentials as queries
from casework.services import changes
from casework.services.errors import ForbiddenError
from casework.services.referentials.common import refuse
from casework.workflows.declaration import Reason

TAKEN = N_("Another scheme has this key or these letters already.")
FAMILY_STAYS = N_("Versions are published under this family of rules: it cannot change any more.")
NAMES = ("name_fr", "name_nl", "name_en")
VALUES = ("key", "prefix", "family", "parameters", "official", "validity_years", "start_rule")


def save(actor: Actor, scheme: Scheme | None, values: Mapping[str, Any]) -> Scheme:
    """Write a scheme; ``values`` has its columns, ``parameters`` and ``terms`` as plain numbers.

    ``computed`` and ``charter_version`` stay what they are where ``values`` do not say them: no
    page asks for the former.

    Raises ForbiddenError, RefusedError (a key that is taken, a rule that cannot be, a rule under
    which what is published could not have been).
    """
    if not lead(actor):
        raise ForbiddenError("scheme")
    try:
        kept = rule(values["family"], values["parameters"])
        terms = Terms.read(values["terms"])
    except ParameterError as error:
        refuse("scheme", Reason(error.message, error.params))
    _demand_free(scheme, values)
    if scheme is not None:
        _demand_fitting(scheme, values)
    clean = {name: values[name] for name in (*VALUES, *NAMES)}
    clean |= {"parameters": kept.parameters(), "terms": terms.stored()}
    clean |= {
        "computed": values.get("computed", scheme.computed if scheme else {}),
        "charter_version": values.get("charter_version", scheme.charter_version if scheme else ""),
    }
    before = changes.values_of(scheme, clean)
    if scheme is None:
        scheme = Scheme(id=new_id(), created_at=now(), version=0)
        db.session.add(scheme)
    for name, value in clean.items():
        setattr(scheme, name, value)
    scheme.version += 1
    db.session.flush()
    changes.record(scheme, before, changes.values_of(scheme, clean), actor.id)
    return scheme


def faults() -> list[str]:
    """Return the schemes whose rule or times this version of the code cannot read."""
    found = []
    for scheme in queries.schemes():
        try:
            scheme.rule()
            scheme.times()
        except ParameterError as error:
            found.append(f"the scheme {scheme.key} cannot be read: {error}")
    return found


def _demand_free(scheme: Scheme | None, values: Mapping[str, Any]) -> None:
    taken = sa.select(Scheme.id).where(
        sa.or_(Scheme.key == values["key"], Scheme.prefix == values["prefix"])
    )
    others = set(db.session.scalars(taken)) - ({scheme.id} if scheme is not None else set())
    if others:
        refuse("scheme", Reason(TAKEN))


def _demand_fitting(scheme: Scheme, values: Mapping[str, Any]) -> None:
    """Refuse a rule under which a current version could not have been published."""
    published = (
        sa.select(ReferentialVersion.id)
        .join(Referential)
        .where(Referential.scheme_id == scheme.id, ReferentialVersion.state != "draft")
    )
    if values["family"] != scheme.family and db.session.scalar(published.limit(1)):
        refuse("scheme", Reason(FAMILY_STAYS), scheme=scheme.id)
    wanted = rule(values["family"], values["parameters"])
    current = queries.current_of_scheme(scheme.id, now())
    rows = queries.criteria([each.version.id for each in current])
    if rows and (faults := wanted.faults([row.for_rules() for row in rows])):
        refuse("scheme", *(Reason(f.message, f.params) for f in faults), scheme=scheme.id)
