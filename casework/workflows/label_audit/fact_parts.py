"""What the facts of a label audit are made of: criteria with their results, auditors, modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from casework.calendar import add_months
from casework.labels.applicability import Condition
from casework.labels.criteria import Assessment, Criterion, Result, impossible

LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """The newest revision of a layer's result for a criterion, and what was written beside it."""

    result: Result = Result.NOT_ASSESSED
    note: str = ""
    revision: int = 0
    at: datetime = LONG_AGO
    by_id: UUID | None = None


NOTHING = Said()
OPEN_IN = frozenset({"self_assessment", "audit_in_progress", "in_committee", "suspended"})
"""Where results of every criterion are written, each layer by whom and where it may."""


@dataclass(frozen=True)
class Line:
    """One criterion of the pinned version with the newest result of each layer.

    ``computed`` names what gives the result without anybody writing it (``dues``), or is empty.
    """

    criterion: Criterion
    id: UUID
    title: str
    computed: str = ""
    condition: Condition = field(default_factory=dict)
    layers: Mapping[str, Said] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The criterion's code."""
        return self.criterion.code

    def said(self, layer: str) -> Said:
        """Return what a layer says."""
        return self.layers.get(layer, NOTHING)

    def result(self, layer: str) -> Result:
        """Return the newest result of a layer."""
        return self.said(layer).result

    def locked(self, state: str) -> bool:
        """Say whether it is closed: where a file is corrected, all but what is not met.

        Under suspension none is: the auditors say first what is no longer met, and then that it is.
        """
        if state == "deferred":
            return self.result("auditor") is Result.MET or bool(self.computed)
        return state not in OPEN_IN

    @property
    def layer(self) -> str:
        """The layer whose result counts: the committee's unless the auditors looked again since."""
        committee = self.said("committee")
        later = committee.revision and committee.at >= self.said("auditor").at
        return "committee" if later else "auditor"

    @property
    def excused(self) -> bool:
        """Whether the committee has approved that the criterion does not apply."""
        return self.layer == "committee" and self.result("committee") is Result.NOT_APPLICABLE

    def assessment(self, *, dues_paid: bool) -> Assessment:
        """Return what the rule is to count, with what is computed as it is now."""
        if self.computed == "dues":
            return Assessment(self.criterion, Result.MET if dues_paid else Result.NOT_MET)
        result = self.result(self.layer)
        note = self.said(self.layer).note or self.said("auditor").note
        if impossible(result, na_allowed=self.criterion.na_allowed, na_reason=note):
            return Assessment(self.criterion, Result.NOT_ASSESSED)
        return Assessment(self.criterion, result, note, self.excused)


LEAD_CYCLES = 2
"""After how many cycles of one cooperative its lead auditor should change."""


@dataclass(frozen=True)
class Auditor:
    """One of the team: certified on the day of the audit or not, and what ties there are.

    ``tie`` is what was declared (empty: nothing yet), ``tie_until`` when it ended. ``own`` tells
    that they hold, or held within five years, a role in the cooperative; ``reciprocal`` that
    somebody of it audits theirs; ``led`` how often they led its last cycles. ``votes`` tells that
    they sit in a committee on the case.
    """

    user_id: UUID
    name: str
    leads: bool
    certified: bool
    tie: str = ""
    tie_until: date | None = None
    own: bool = False
    reciprocal: bool = False
    led: int = 0
    votes: bool = False

    def barred(self, today: date, years: int) -> bool:
        """Say whether a tie bars them: one that lasts, or ended less than so many years ago."""
        if self.own:
            return True
        if self.tie in ("", "none"):
            return False
        return self.tie_until is None or add_months(self.tie_until, 12 * years) > today


@dataclass(frozen=True, order=True)
class Module:
    """The version of a sector's module, with its name in the cooperative's language."""

    version_id: UUID
    name: str
