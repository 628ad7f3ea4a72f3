"""A year of a label's network, counted by the database: seven queries, however large it is.

Restricted cases are left out, as of all figures. Days are those of the house; a year that is not
over is counted as of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import add_months
from casework.extensions import db
from casework.labels.outcome import Tally
from casework.models import Case
from casework.models.label_audit import (
    Cycle,
    Label,
    Membership,
    RecommendedAction,
    Suspension,
)
from casework.models.referential import (
    ReferentialField,
    Scheme,
)
from casework.queries.labels import counting

YEARS = 10
"""How many years are shown beside one another."""
CLOSING_MONTHS = 12
"""After how many months recommendations are expected to be closed."""


@dataclass(frozen=True)
class Standing:
    """The network on one day: counts of members."""

    day: date
    active: int = 0
    audited: int = 0
    ever: int = 0
    labelled: int = 0
    suspended: int = 0

    @property
    def coverage(self) -> Tally:
        """Members audited within 36 months, of the active ones."""
        return Tally(self.audited, self.active)

    @property
    def share(self) -> Tally:
        """Members with a label in force, of the active ones."""
        return Tally(self.labelled, self.active)

    @property
    def never(self) -> int:
        """Active members that were never audited."""
        return self.active - self.ever


@dataclass(frozen=True)
class Network:
    """A year of a network, and how it stood at the end of the years before."""

    scheme: Scheme
    year: int
    standings: Sequence[Standing]
    passed: Sequence[counting.Passed]
    audits: int
    closed: Tally
    days: Sequence[int]
    practices: Sequence[tuple[ReferentialField | None, int]]
    compared: Mapping[tuple[int, int], int]

    @property
    def now(self) -> Standing:
        """The network at the end of the year, or today."""
        return self.standings[-1]


def schemes() -> list[Scheme]:
    """Return all schemes, the first one first."""
    return list(db.session.scalars(sa.select(Scheme).order_by(Scheme.created_at, Scheme.key)))


def read(scheme: Scheme, year: int, today: date) -> Network:
    """Count a year of a scheme's network, in six queries."""
    days = [min(date(y, 12, 31), today) for y in range(year - YEARS + 1, year + 1)]
    cycles = counting.cycles(scheme.id)
    held = cycles.where(Cycle.audited_on.between(date(year, 1, 1), days[-1]))
    passed = counting.passed(held)
    closed, spent = _times(cycles, year, days[-1])
    return Network(
        scheme,
        year,
        _standings(scheme.id, days),
        passed,
        db.session.scalar(sa.select(sa.func.count()).select_from(held.subquery())) or 0,
        closed,
        spent,
        counting.practices(held),
        counting.compared(scheme.id, days[-1]),
    )


def _standings(scheme_id: UUID, days: Sequence[date]) -> list[Standing]:
    """Count members on each of these days: active, audited, labelled (one query)."""
    values = sa.values(sa.column("day", sa.Date), sa.column("since", sa.Date), name="days")
    days_ = values.data([(day, add_months(day, -counting.COVERED_MONTHS)) for day in days]).cte(
        "days"
    )
    day, since = days_.c.day, days_.c.since
    active = Membership.active_on(day)
    member, case = sa.func.count(sa.distinct(Membership.id)), Cycle.case_id
    of_member = Case.organisation_id == Membership.organisation_id
    mine = case.in_(counting.cycles(scheme_id))
    held = sa.and_(
        Label.starts_on <= day,
        Label.ends_on >= day,
        sa.or_(Label.ended_on.is_(None), Label.ended_on > day, Label.ended_on == Label.ends_on),
    )
    stopped = sa.exists().where(
        Suspension.case_id == Label.case_id,
        Suspension.removed_at.is_(None),
        Suspension.since <= day,
        sa.or_(Suspension.lifted_on.is_(None), Suspension.lifted_on > day),
    )
    lately = sa.case((Cycle.audited_on >= since, Membership.id))
    free, barred = sa.case((sa.not_(stopped), Membership.id)), sa.case((stopped, Membership.id))
    nothing = sa.literal(0)
    members = sa.select(sa.literal("active"), day, member, nothing).join_from(
        days_, Membership, active
    )
    audits = (
        sa.select(
            sa.literal("audited"),
            day,
            sa.func.count(sa.distinct(lately)),
            sa.func.count(sa.distinct(Membership.id)),
        )
        .join_from(days_, Membership, active)
        .join(Case, of_member)
        .join(Cycle, sa.and_(case == Case.id, Cycle.audited_on <= day))
        .where(mine)
    )
    labels = (
        sa.select(
            sa.literal("labelled"),
            day,
            sa.func.count(sa.distinct(free)),
            sa.func.count(sa.distinct(barred)),
        )
        .join_from(days_, Membership, active)
        .join(Case, of_member)
        .join(Label, sa.and_(Label.case_id == Case.id, held))
        .join(Cycle, case == Case.id)
        .where(mine)
    )
    found: dict[tuple[str, date], tuple[int, int]] = {}
    parts = (part.group_by(day) for part in (members, audits, labels))
    for what, at, first, second in db.session.execute(sa.union_all(*parts)):
        found[what, at] = (first, second)
    none = (0, 0)
    return [
        Standing(
            at,
            found.get(("active", at), none)[0],
            *found.get(("audited", at), none),
            *found.get(("labelled", at), none),
        )
        for at in days
    ]


def _times(cycles: Any, year: int, day: date) -> tuple[Tally, list[int]]:
    """Return what was closed of the year's due recommendations, and days until decisions.

    Of recommendations, those count whose twelve months since the draft report ended in the year
    (one query for both).
    """
    first, last = date(year, 1, 1), day
    recommended = (
        sa.select(
            sa.literal("closed").label("what"),
            Cycle.audited_on.label("since"),
            sa.case((RecommendedAction.outcome == "closed", RecommendedAction.checked_on)).label(
                "until"
            ),
            sa.func.count().label("number"),
        )
        .join(Cycle, Cycle.case_id == RecommendedAction.case_id)
        .where(
            Cycle.case_id.in_(cycles),
            RecommendedAction.removed_at.is_(None),
            Cycle.audited_on.between(add_months(first, -CLOSING_MONTHS - 1), last),
        )
        .group_by(sa.text("2"), sa.text("3"))
    )
    decided = (
        sa.select(sa.literal("decided"), Cycle.engaged_on, Cycle.decided_on, sa.func.count())
        .where(Cycle.case_id.in_(cycles), Cycle.decided_on.between(first, last))
        .group_by(Cycle.engaged_on, Cycle.decided_on)
    )
    closed, total, days = 0, 0, []
    for what, since, until, number in db.session.execute(sa.union_all(recommended, decided)):
        if what == "decided":
            days += [(until - since).days] * number
            continue
        by = add_months(since, CLOSING_MONTHS)
        if first <= by <= last:
            total += number
            closed += number if until is not None and until <= by else 0
    return Tally(closed, total), sorted(days)
