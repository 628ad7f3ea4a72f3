"""What differs between two versions, and what of a version is not translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from casework.i18n import LANGUAGES
from casework.labels.succession import Ancestor
from casework.models import Criterion
from casework.models.referential.referential import TEXTS
from casework.queries import referentials as queries
from casework.services.referentials.drafting import CRITERION

Placed = tuple[Criterion, str]
LOOKED_AT = ("field", *(name for name in CRITERION if name not in {"field_id", "position"}))


@dataclass(frozen=True)
class Changed:
    """A criterion that is in both, and each value that differs: its column, before, after."""

    before: Criterion
    after: Criterion
    values: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Comparison:
    """What the later version adds, leaves out and changes; ``same`` counts the rest."""

    added: tuple[Criterion, ...]
    removed: tuple[Criterion, ...]
    changed: tuple[Changed, ...]
    same: int


@dataclass(frozen=True)
class Renumbered:
    """A criterion that comes from others: how what it asks relates to each, what differs.

    Differences are told where it comes from one alone.
    """

    after: Criterion
    before: tuple[tuple[str, Criterion], ...]
    values: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Succession:
    """What differs between what a cycle pins and what the last one pinned."""

    comparison: Comparison
    renumbered: tuple[Renumbered, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        found = self.comparison
        return not (self.renumbered or found.added or found.removed or found.changed)


@dataclass(frozen=True)
class Untranslated:
    """A text that some language lacks: of a field or a criterion, by code."""

    code: str
    name: str
    missing: tuple[str, ...]


def compare(before_id: UUID, after_id: UUID) -> Comparison:
    """Compare two versions, of one referential or of two; criteria are known by their codes."""
    return compare_rows(placed(before_id), placed(after_id))


def succession(
    before_ids: Sequence[UUID],
    after_ids: Sequence[UUID],
    where_from: Mapping[str, Sequence[Ancestor]],
) -> Succession:
    """Compare what two cycles pin; ``where_from`` says from which criteria each one comes."""
    before, after = placed(*before_ids), placed(*after_ids)
    gone = set(before) - {a.code for found in where_from.values() for a in found}
    kept = [code for code in after if [a.code for a in where_from[code]] == [code]]
    moved = [code for code in after if where_from[code] and code not in kept]
    same = compare_rows({c: before[c] for c in kept}, {c: after[c] for c in kept})
    renumbered = tuple(
        Renumbered(
            after[code][0],
            tuple((a.relation, before[a.code][0]) for a in where_from[code]),
            _but_for_the_code(before, after[code], where_from[code]),
        )
        for code in moved
    )
    added = tuple(after[code][0] for code in after if not where_from[code])
    removed = tuple(before[code][0] for code in before if code in gone)
    return Succession(Comparison(added, removed, same.changed, same.same), renumbered)


def compare_rows(before: Mapping[str, Placed], after: Mapping[str, Placed]) -> Comparison:
    """Compare criteria, by code, each with the code of its field."""
    pairs = [(before[code], row) for code, row in after.items() if code in before]
    changed = [Changed(*_rows(pair), _differences(*pair)) for pair in pairs]
    return Comparison(
        tuple(row for code, (row, _field) in after.items() if code not in before),
        tuple(row for code, (row, _field) in before.items() if code not in after),
        tuple(each for each in changed if each.values),
        sum(not each.values for each in changed),
    )


def untranslated(version_id: UUID) -> list[Untranslated]:
    """Return every text that is there in one of our languages and not in another.

    What a criterion asks for is needed in all of them, also where none has it.
    """
    rows = queries.fields(version_id)
    found = [_missing(row, row.code, "name", needed=True) for row in rows]
    for row in queries.criteria([version_id]):
        found += [_missing(row, row.code, name, needed=name == "text") for name in TEXTS]
    return [each for each in found if each.missing]


def placed(*version_ids: UUID) -> dict[str, Placed]:
    """Return the criteria of versions by their codes, each with the code of its field."""
    fields = {row.id: row.code for each in version_ids for row in queries.fields(each)}
    rows = queries.criteria(version_ids)
    return {row.code: (row, fields[row.field_id]) for row in rows}


def _rows(pair: tuple[Placed, Placed]) -> tuple[Criterion, Criterion]:
    return pair[0][0], pair[1][0]


def _but_for_the_code(
    before: Mapping[str, Placed], after: Placed, found: Sequence[Ancestor]
) -> tuple[tuple[str, Any, Any], ...]:
    if len(found) != 1:
        return ()
    differing = _differences(before[found[0].code], after)
    return tuple(value for value in differing if value[0] != "code")


def _differences(before: Placed, after: Placed) -> tuple[tuple[str, Any, Any], ...]:
    said = [
        {name: getattr(row, name, field) for name in LOOKED_AT} for row, field in (before, after)
    ]
    values = ((name, said[0][name], said[1][name]) for name in LOOKED_AT)
    return tuple(value for value in values if value[1] != value[2])


def _missing(row: Any, code: str, name: str, *, needed: bool) -> Untranslated:
    absent = [language for language in LANGUAGES if not getattr(row, f"{name}_{language}")]
    optional = not needed and len(absent) == len(LANGUAGES)
    return Untranslated(code, name, () if optional else tuple(absent))
