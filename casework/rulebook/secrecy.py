"""Cases that are seen person by person."""

from __future__ import annotations

from dataclasses import dataclass

from casework.roles import Role


@dataclass(frozen=True)
class Secrecy:
    """That the cases of a workflow are restricted: each is seen person by person.

    ``keepers`` give access to a case and end it, and look, with a reason, who brought it;
    ``admits`` are the roles in which somebody can be given access.
    """

    keepers: frozenset[Role]
    admits: tuple[Role, ...]
