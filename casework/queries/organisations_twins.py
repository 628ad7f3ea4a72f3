"""Records that may be of the same organisation: by name, by site, by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.extensions import db
from casework.i18n import N_
from casework.models import Organisation

NEAR = 85  # of 100; below it, names of different organisations begin to look alike
SHORTEST = 4  # letters; shorter keys are alike by chance
SIREN = 9
MOST = 200

NAME, SITE, NUMBER, ALIKE = "name", "site", "number", "alike"
WHY = {
    NUMBER: N_("the same SIREN number"),
    NAME: N_("the same name"),
    SITE: N_("the same website"),
    ALIKE: N_("a similar name"),
}


@dataclass(frozen=True)
class Twin:
    """Another record, and why it may be the same organisation."""

    organisation: Organisation
    why: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two records that may be one."""

    first: Organisation
    second: Organisation
    why: tuple[str, ...]


def sure(organisation: Organisation) -> list[Twin]:
    """Return the records with the same name, site or number, in one query."""
    other = Organisation
    rows = db.session.scalars(
        sa.select(other)
        .where(
            other.id != organisation.id,
            other.merged_into_id.is_(None),
            sa.or_(*_alike(organisation, other)),
        )
        .order_by(other.folded_name, other.id)
        .limit(MOST)
    )
    return [Twin(row, _why(organisation, row)) for row in rows]


def likely(organisation: Organisation, most: int = 10) -> list[Twin]:
    """Return the records that are surely or probably the same, in three queries at most."""
    found = sure(organisation)
    known = {twin.organisation.id for twin in found}
    near = [key for key in _near(organisation) if key not in known][:most]
    if near:
        rows = db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(near)))
        by_id = {row.id: row for row in rows}
        found += [Twin(by_id[key], (ALIKE,)) for key in near if key in by_id]
    return found[:most]


def pairs(most: int = MOST) -> list[Pair]:
    """Return the pairs of records with the same name, site or number, by name, in one query."""
    first, second = aliased(Organisation), aliased(Organisation)
    ways = [
        sa.and_(first.twin_key == second.twin_key, sa.func.length(first.twin_key) >= SHORTEST),
        sa.and_(first.website_host == second.website_host, first.website_host != ""),
        sa.and_(
            first.country == "FR",
            second.country == "FR",
            sa.func.substr(first.registry_number, 1, SIREN)
            == sa.func.substr(second.registry_number, 1, SIREN),
        ),
    ]
    # one select a way: each can use its index, which a condition with OR could not
    found = sa.union(
        *(
            sa.select(first.id.label("one"), second.id.label("other")).where(
                first.id < second.id,
                first.merged_into_id.is_(None),
                second.merged_into_id.is_(None),
                way,
            )
            for way in ways
        )
    ).subquery()
    rows = db.session.execute(
        sa.select(first, second)
        .join(found, found.c.one == first.id)
        .join(second, found.c.other == second.id)
        .order_by(first.folded_name, first.id, second.id)
        .limit(most)
    )
    return [Pair(row[0], row[1], _why(row[0], row[1])) for row in rows]


def _alike(organisation: Organisation, other: Any) -> list[sa.ColumnElement[bool]]:
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    if len(organisation.twin_key) >= SHORTEST:
        ways.append(other.twin_key == organisation.twin_key)
    if organisation.website_host:
        ways.append(other.website_host == organisation.website_host)
    if organisation.country == "FR" and organisation.registry_number:
        siren = organisation.registry_number[:SIREN]
        ways.append(sa.and_(other.country == "FR", other.registry_number.startswith(siren)))
    return ways


def _why(one: Organisation, other: Organisation) -> tuple[str, ...]:
    found = []
    if _siren(one) and _siren(one) == _siren(other):
        found.append(NUMBER)
    if one.twin_key == other.twin_key and len(one.twin_key) >= SHORTEST:
        found.append(NAME)
    if one.website_host and one.website_host == other.website_host:
        found.append(SITE)
    return tuple(found) or (ALIKE,)


def _siren(organisation: Organisation) -> str:
    number = organisation.registry_number or ""
    return number[:SIREN] if organisation.country == "FR" else ""


def _near(organisation: Organisation) -> list[UUID]:
    """Return the identifiers of records with a similar name, the most similar first."""
    from rapidfuzz import fuzz, process

    if len(organisation.twin_key) < SHORTEST:
        return []
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.twin_key).where(
            Organisation.id != organisation.id, Organisation.merged_into_id.is_(None)
        )
    )
    keys = {row.id: row.twin_key for row in rows if len(row.twin_key) >= SHORTEST}
    found = process.extract(
        organisation.twin_key, keys, scorer=fuzz.ratio, score_cutoff=NEAR, limit=20
    )
    return [key for _text, _score, key in found]
