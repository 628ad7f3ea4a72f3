"""A network of cooperatives with the audits of many years, written into the tables at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.calendar import add_months
from casework.db import new_id
from casework.folding import folded
from casework.models import Case, Organisation
from casework.models.label_audit import (
    CriterionResult,
    Cycle,
    Finding,
    Label,
    Membership,
    RecommendedAction,
)
from casework.models.referential import Criterion

BATCH = 5_000
DAY = timedelta(days=1)


@dataclass
class Network:
    """So many cooperatives of a version, each audited every three years until a day.

    The first is audited in the first year, the second in the next, and so on in turn. Of its
    criteria a cooperative misses every seventh, counted from its own number on; one in three audits
    gives no label. The last member is never audited.
    """

    version_id: UUID
    members: int
    years: int
    until: date
    _rows: dict[Any, list[dict[str, Any]]] = field(
        init=False, default_factory=lambda: defaultdict(list)
    )

    def write(self, session: Session) -> None:
        """Write it."""
        criteria = session.scalars(
            sa.select(Criterion)
            .where(Criterion.version_id == self.version_id)
            .order_by(Criterion.position)
        ).all()
        for number in range(self.members):
            self._member(number, criteria)
        for model in (
            Organisation,
            Membership,
            Case,
            Cycle,
            Label,
            CriterionResult,
            Finding,
            RecommendedAction,
        ):
            rows = self._rows[model]
            for start in range(0, len(rows), BATCH):
                session.execute(sa.insert(model), rows[start : start + BATCH])

    def _add(self, model: Any, **values: Any) -> UUID:
        key = new_id()
        self._rows[model].append({"id": key, **values})
        return key

    def _member(self, number: int, criteria: Any) -> None:
        at = datetime(self.until.year - self.years, 1, 1, tzinfo=UTC)
        name = f"Cooperative {number}"
        house = self._add(
            Organisation,
            name=name,
            folded_name=folded(name),
            country="FR",
            sector="cooperative",
            language="fr",
            created_at=at,
        )
        self._add(Membership, organisation_id=house, share_from=at.date(), version=1, created_at=at)
        previous, year = None, self.until.year - self.years + 1 + number % 3
        while year <= self.until.year and number < self.members - 1:
            audited = date(year, 1 + number % 12, 1 + number % 28)
            if audited <= self.until:
                previous = self._cycle(number, house, audited, previous, criteria)
            year += 3

    def _cycle(
        self, number: int, house: UUID, audited: date, previous: UUID | None, criteria: Any
    ) -> UUID:
        at = datetime.combine(audited, datetime.min.time(), UTC)
        given = (number + audited.year) % 3 != 0
        decided = audited + timedelta(days=40)
        case = self._add(
            Case,
            workflow_key="label_audit",
            workflow_version=1,
            reference=f"LA-N-{number}-{audited.year}",
            title="Label",
            state="labelled" if given else "not_labelled",
            state_since=at,
            organisation_id=house,
            created_at=at,
            updated_at=at,
        )
        own = {"case_id": case, "created_at": at, "updated_at": at, "position": 1}
        self._add(
            Cycle,
            **own,
            version_id=self.version_id,
            previous_case_id=previous,
            engaged_on=audited - timedelta(days=100 + number % 50),
            audited_on=audited,
            decided_on=decided,
        )
        if given:
            ends = add_months(decided, 36) - DAY
            self._add(
                Label,
                case_id=case,
                number=f"N-{number}-{audited.year}",
                starts_on=decided,
                ends_on=ends,
                state="active" if ends >= self.until else "expired",
                created_at=at,
            )
        for index, criterion in enumerate(criteria):
            for layer in ("self", "auditor"):
                self._add(
                    CriterionResult,
                    case_id=case,
                    criterion_id=criterion.id,
                    layer=layer,
                    revision=1,
                    result="not_met" if (number + index) % 7 == 0 else "met",
                    at=at,
                )
        self._add(Finding, **own, kind="good_practice", criterion=criteria[0].code, text_fr="Bien.")
        for count in range(2):
            closed = (number + count) % 2 == 0
            self._add(
                RecommendedAction,
                **own,
                text_fr="À faire.",
                priority="low",
                due_on=audited + timedelta(days=200),
                outcome="closed" if closed else "",
                checked_on=audited + timedelta(days=300) if closed else None,
            )
        return case
