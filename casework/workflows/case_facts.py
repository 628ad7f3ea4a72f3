"""Facts for a workflow without records of its own: what the case row itself says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.models.case import Case


@dataclass(frozen=True)
class CaseFacts:
    """What any case knows of itself."""

    state: str
    previous_state: str | None
    title: str
    organisation_id: UUID | None
    programme_id: UUID | None
    owner_id: UUID | None


def load_case_facts(session: Any, case_ids: Sequence[UUID]) -> Mapping[UUID, CaseFacts]:
    """Return the facts of the cases, in one query."""
    rows = session.execute(
        sa.select(
            Case.id,
            Case.state,
            Case.previous_state,
            Case.title,
            Case.organisation_id,
            Case.programme_id,
            Case.owner_id,
        ).where(Case.id.in_(case_ids))
    )
    return {row.id: CaseFacts(*row[1:]) for row in rows}
