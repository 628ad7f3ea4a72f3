"""The dashboard's pictures as plain tables: the page draws them, the CSV file holds them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from casework.models import Ambition, Programme
from casework.policy import Actor
from casework.queries.dashboard import counts
from casework.queries.dashboard.counts import AGES, Asked, Share
from casework.queries.dashboard.measures import HALF, MOST, within
from casework.workflows import registry
from casework.workflows.engine import Workflow

Value = str | int | float | None


@dataclass(frozen=True)
class Figure:
    """One picture and its table.

    The first ``labels`` columns of a row say what it is about. ``drawn`` are the columns in the
    picture, beside one another (``bars``) or as parts of a whole (``shares``); without any there
    is a table and no picture. Amounts of money stand in the columns ``money``, in cents, and words
    in the columns ``texts``.
    """

    key: str
    title: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    drawn: tuple[int, ...]
    kind: str = "bars"
    labels: int = 1
    money: tuple[int, ...] = ()
    texts: tuple[int, ...] = ()
    unit: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        if not self.drawn:
            return not self.rows
        return not any(row[column] for row in self.rows for column in self.drawn)

    @property
    def highest(self) -> tuple[Value, ...]:
        """The row with the largest number in the first drawn column."""
        return max(self.rows, key=lambda row: float(row[self.drawn[0]] or 0))


def everything(actor: Actor, asked: Asked, now: datetime, language: str) -> list[Figure]:
    """Return all figures of the dashboard, in a fixed number of queries."""
    workflow = registry.latest(asked.workflow)
    known = counts.programmes()
    shares = counts.portfolio(actor, asked)
    return [
        _stages(workflow, counts.by_stage(actor, asked)),
        _ages(counts.ages(actor, asked, now)),
        _flow(asked, counts.entered(actor, asked), counts.left(actor, asked)),
        _lengths(workflow, counts.stays(actor, asked)),
        _kept(workflow, counts.outcomes(actor, asked)),
        _ambitions(known, shares, language),
        _programmes(known, shares, language),
    ]


def _stages(workflow: Workflow, numbers: dict[str, int]) -> Figure:
    return Figure(
        "stages",
        _("Open cases by stage"),
        _("Where the cases stand now."),
        (_("Stage"), _("Cases")),
        tuple((_(s.label), numbers.get(s.key, 0)) for s in workflow.stages),
        (1,),
    )


def _ages(numbers: list[int]) -> Figure:
    names = [
        _("up to %(days)s days", days=AGES[0]),
        *(
            _("%(first)s to %(last)s days", first=a + 1, last=b)
            for a, b in itertools.pairwise(AGES)
        ),
        _("more than %(days)s days", days=AGES[-1]),
    ]
    return Figure(
        "waiting",
        _("How long cases have waited for us"),
        _("Cases in which we must act next, by how long they have stood in their state."),
        (_("Waiting for"), _("Cases")),
        tuple(zip(names, numbers, strict=True)),
        (1,),
    )


def _flow(
    asked: Asked, came: dict[tuple[int, str], int], went: dict[tuple[int, str], int]
) -> Figure:
    def total(numbers: dict[tuple[int, str], int], month: int) -> int:
        return sum(n for (m, _stage), n in numbers.items() if m == month)

    rows = tuple(
        (f"{month // 12}-{month % 12 + 1:02d}", total(came, month), total(went, month))
        for month in asked.months
    )
    return Figure(
        "flow",
        _("Flow by month"),
        _("How often cases entered a stage, and left one or ended."),
        (_("Month"), _("Entered"), _("Left")),
        rows,
        (1, 2),
    )


def _lengths(workflow: Workflow, stays: dict[str, dict[int, int]]) -> Figure:
    return Figure(
        "lengths",
        _("Time in a stage"),
        _(
            "Of the stays that ended in this period: in how many days half of them were over,"
            " and nine of ten."
        ),
        (_("Stage"), _("Stays that ended"), _("Half (days)"), _("Nine of ten (days)")),
        tuple(
            (
                _(s.label),
                sum(stays.get(s.key, {}).values()),
                within(stays.get(s.key, {}), HALF),
                within(stays.get(s.key, {}), MOST),
            )
            for s in workflow.stages
        ),
        (2, 3),
        unit=_("days"),
    )


def _kept(workflow: Workflow, outcomes: dict[str, dict[str, int]]) -> Figure:
    rows: list[tuple[Value, ...]] = []
    for rule in workflow.deadlines:
        ends = outcomes.get(rule.key, {})
        kept, late, missed = (ends.get(k, 0) for k in ("kept", "late", "missed"))
        total = kept + late + missed
        if total:
            rows.append((_(rule.label), kept, late, missed, round(100 * kept / total)))
    return Figure(
        "deadlines",
        _("Deadlines kept"),
        _("Deadlines that ended in this period: met in time, met late, or never met."),
        (_("Deadline"), _("In time"), _("Late"), _("Missed"), _("In time, percent")),
        tuple(rows),
        (1, 2, 3),
        kind="shares",
    )


Known = list[tuple[Programme, Ambition]]


def _ambitions(known: Known, shares: dict[UUID | None, Share], language: str) -> Figure:
    sums: dict[int, tuple[Ambition, Share]] = {}
    for programme, ambition in known:
        share = sums.get(ambition.number, (ambition, Share()))[1]
        sums[ambition.number] = (ambition, share.plus(shares.get(programme.id, Share())))
    rows = [_portfolio_row(a.name(language), share) for _n, (a, share) in sorted(sums.items())]
    return _portfolio("ambitions", _("Portfolio by ambition"), (_("Ambition"),), rows, shares)


def _programmes(known: Known, shares: dict[UUID | None, Share], language: str) -> Figure:
    rows = [
        _portfolio_row(f"{p.number} · {p.name(language)}", shares.get(p.id, Share()))
        for p, _ambition in known
        if p.active or p.id in shares
    ]
    return _portfolio("programmes", _("Portfolio by programme"), (_("Programme"),), rows, shares)


def _portfolio_row(name: str, share: Share) -> tuple[Value, ...]:
    return (name, share.open, share.ended, share.asked_cents, share.granted_cents)


def _portfolio(
    key: str,
    title: str,
    first: tuple[str, ...],
    rows: Iterable[tuple[Value, ...]],
    shares: dict[UUID | None, Share],
) -> Figure:
    without = shares.get(None, Share())
    rows = [*rows, _portfolio_row(_("none yet"), without)] if without != Share() else list(rows)
    return Figure(
        key,
        title,
        _("All cases, and the money that was asked for and granted."),
        (*first, _("Open cases"), _("Ended cases"), _("Asked for"), _("Granted")),
        tuple(rows),
        (1, 2),
        money=(3, 4),
    )
