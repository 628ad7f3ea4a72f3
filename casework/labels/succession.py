"""From which criteria of the last version those of the next one come; pure.

A criterion that was mapped comes from those that it was mapped to, whatever their codes: criteria
may have been renumbered. One that nobody has mapped comes from the one with its own code. Where
somebody has looked and found nothing in common (``none``), it does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

SAME = "same"
"""The relation of a criterion to the one that had its code before, unless it was mapped."""
NOTHING = "none"


@dataclass(frozen=True, order=True)
class Ancestor:
    """A criterion of the last version; what is asked now is ``relation`` to what it asked."""

    code: str
    relation: str = SAME


def ancestors(
    before: Collection[str], after: Iterable[str], related: Iterable[tuple[str, str, str]]
) -> dict[str, tuple[Ancestor, ...]]:
    """Return where each code of ``after`` comes from; nothing for what is new.

    ``related`` has what was mapped: a code of ``after``, the relation, a code of ``before``.
    """
    mapped: dict[str, set[Ancestor]] = defaultdict(set)
    refused: set[tuple[str, str]] = set()
    for code, relation, other in related:
        if relation == NOTHING:
            refused.add((code, other))
        else:
            mapped[code].add(Ancestor(other, relation))
    found = {}
    for code in after:
        same = code in before and (code, code) not in refused
        found[code] = tuple(sorted(mapped[code])) or ((Ancestor(code),) if same else ())
    return found


def descendants(
    where_from: Mapping[str, Sequence[Ancestor]], codes: Collection[str]
) -> tuple[str, ...]:
    """Return the codes of the next version that come from any of these of the last one."""
    return tuple(code for code, found in where_from.items() if any(a.code in codes for a in found))
