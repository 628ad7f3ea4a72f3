"""What the guards of label audits look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from casework.calendar import Length, Unit, add_months
from casework.labels.applicability import Condition, in_scope
from casework.labels.criteria import Assessment, Criterion, Result
from casework.labels.families import Rule
from casework.labels.outcome import Outcome
from casework.labels.terms import Terms
from casework.workflows.required_documents import HeldDocuments

USUAL = Terms()
LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
LEAD_CYCLES = 2
"""After how many cycles of one cooperative its lead auditor should change."""


@dataclass(frozen=True)
class Said:
    """The newest revision of a layer's result for a criterion, and what was written beside it."""

    result: Result = Result.NOT_ASSESSED
    note: str = ""
    revision: int = 0
    at: datetime = LONG_AGO
    by_id: UUID | None = None


NOTHING = Said()


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
        """Say whether it is closed: where a file is corrected, all but what is not met."""
        if state in {"deferred", "suspended"}:
            return self.result("auditor") is Result.MET or bool(self.computed)
        return state not in {"self_assessment", "audit_in_progress", "in_committee"}

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
        if result is Result.NOT_APPLICABLE and not (self.criterion.na_allowed and note.strip()):
            return Assessment(self.criterion, Result.NOT_ASSESSED)
        return Assessment(self.criterion, result, note, self.excused)


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


@dataclass(frozen=True, kw_only=True)
class LabelFacts:
    """A cycle of the label as its guards, its deadlines, its forms and its panel see it."""

    state: str
    previous_state: str | None = None
    today: date
    language: str = "fr"
    documents: HeldDocuments = field(default_factory=HeldDocuments)
    committees: frozenset[str] = frozenset()

    version_id: UUID | None = None
    version_label: str = ""
    current_version_id: UUID | None = None
    modules: tuple[Module, ...] = ()
    current_modules: tuple[Module, ...] = ()
    previous_case_id: UUID | None = None
    rule: Rule | None = None
    engaged_on: date | None = None
    handed_in_on: date | None = None
    previous_ends_on: date | None = None
    lines: tuple[Line, ...] = ()
    evidenced: frozenset[str] = frozenset()
    held: tuple[tuple[UUID, str], ...] = ()
    dues_unpaid: int = 0
    conflicts: int = 0

    team: tuple[Auditor, ...] = ()
    team_proposed_on: date | None = None
    team_answer: str = ""
    audit_starts_on: date | None = None
    audit_ends_on: date | None = None

    report: bool = False
    no_good_practices: bool = False
    no_recommendations: bool = False
    good_practices: int = 0
    recommendations: int = 0
    recommendations_open: int = 0
    untranslated: int = 0
    replied: bool = False

    meeting_on: date | None = None
    decided_on: date | None = None
    next_audit_on: date | None = None
    label_number: str = ""
    label_state: str = ""
    label_starts_on: date | None = None
    label_ends_on: date | None = None
    succeeded: bool = False
    cause: str = ""
    followed_by: str = ""
    dues_due_on: date | None = None
    certified_until: date | None = None
    years: int = 3
    start_rule: str = "decision"
    terms: Terms = USUAL
    prefix: str = "CPE"
    previous_starts_on: date | None = None
    scheme: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version_ids(self) -> tuple[UUID, ...]:
        """The versions pinned: the base's, then those of its modules."""
        modules = tuple(module.version_id for module in self.modules)
        return (self.version_id, *modules) if self.version_id else ()

    @property
    def dues_paid(self) -> bool:
        """Whether nothing that was due by today is unpaid."""
        return not self.dues_unpaid

    @cached_property
    def by_code(self) -> Mapping[str, Line]:
        """The criteria by code."""
        return {line.code: line for line in self.lines}

    @cached_property
    def counted(self) -> tuple[tuple[Line, Assessment], ...]:
        """Each criterion that applies, with what the rule counts of it as it is now."""
        all_of_them = {line.code: line.assessment(dues_paid=self.dues_paid) for line in self.lines}
        conditions = {line.code: line.condition for line in self.lines}
        applying = in_scope(conditions, {code: a.result for code, a in all_of_them.items()})
        return tuple((self.by_code[code], all_of_them[code]) for code in applying)

    @cached_property
    def grid(self) -> tuple[Assessment, ...]:
        """What the rule counts, as it is now."""
        return tuple(assessment for _line, assessment in self.counted)

    @cached_property
    def outcome(self) -> Outcome | None:
        """What the rule of the scheme computes from the grid; None before a version is pinned."""
        return self.rule.decide(self.grid) if self.rule and self.lines else None

    def outcome_if(self, *, confirmed: bool) -> Outcome | None:
        """Return what the rule computes once the committee has confirmed what it must."""
        return self.rule.decide(self.grid, confirmed=confirmed) if self.rule else None

    def missing(self, layer: str) -> tuple[str, ...]:
        """Return the codes that apply and have no result of a layer, but for what is computed."""
        results = {line.code: line.result(layer) for line in self.lines}
        applying = in_scope({line.code: line.condition for line in self.lines}, results)
        return tuple(
            code
            for code in applying
            if not self.by_code[code].computed and results[code] is Result.NOT_ASSESSED
        )

    @property
    def auditors(self) -> frozenset[UUID]:
        """Who is on the team."""
        return frozenset(each.user_id for each in self.team)

    def locked(self, code: str) -> bool:
        """Say whether a criterion is closed at this step; one that is not pinned is."""
        line = self.by_code.get(code)
        return line is None or line.locked(self.state)

    @property
    def renewal_on(self) -> date | None:
        """When a renewal may be opened, and everybody is told so."""
        if self.label_ends_on is None:
            return None
        return add_months(self.label_ends_on, -self.terms.renewal_months)

    @property
    def self_assessment_by(self) -> date | None:
        """When the self-assessment of a renewal is due, until it is handed in."""
        return (
            None
            if self.handed_in_on
            else self._before_previous_end(self.terms.self_assessment_months)
        )

    @property
    def schedule_by(self) -> date | None:
        """When the audit of a renewal must have its date."""
        return self._before_previous_end(self.terms.scheduling_months)

    @property
    def audit_by(self) -> date | None:
        """When the audit of a renewal is held."""
        return self._before_previous_end(self.terms.audit_months)

    @property
    def report_by(self) -> date | None:
        """When the report of a renewal is final."""
        return self._before_previous_end(self.terms.report_months)

    @property
    def committee_by(self) -> date | None:
        """When the committee decides: in the meeting that has the case, else by the scheme."""
        return self.meeting_on or self._before_previous_end(self.terms.committee_months)

    @property
    def reply_length(self) -> Length:
        """How long the cooperative may reply to the draft report."""
        return Length(self.terms.reply_days, Unit.DAYS)

    @property
    def correction_length(self) -> Length:
        """How long the cooperative has to correct what a deferral names."""
        return Length(self.terms.correction_days, Unit.DAYS)

    @property
    def conflict_years(self) -> int:
        """How long a tie to the cooperative bars after its end, from auditing and from deciding."""
        return self.terms.conflict_years

    @property
    def suspension_length(self) -> Length:
        """How long a suspension may last."""
        return Length(self.terms.suspension_months, Unit.MONTHS)

    @property
    def last_to_appeal(self) -> date | None:
        """The last day on which the decision may be appealed against, also once it is over."""
        return self.decided_on and self.decided_on + timedelta(days=self.terms.appeal_days)

    @property
    def closes_on(self) -> date | None:
        """The last day of a cycle without a label: to appeal, once nothing is followed up."""
        return None if self.recommendations_open else self.last_to_appeal

    @property
    def suspend_on(self) -> date | None:
        """When unpaid dues lead to the proposal to suspend the label."""
        due = self.dues_due_on
        return due and due + timedelta(days=self.terms.dues_days)

    @property
    def label_last_day(self) -> date | None:
        """The last day of the label that this cycle earned."""
        return self.label_ends_on

    def _before_previous_end(self, months: int) -> date | None:
        """Return a day before the last label's end; None if it was over when the cycle began."""
        end = self.previous_ends_on
        day = add_months(end, -months) if end else None
        return day if day and (self.engaged_on is None or day >= self.engaged_on) else None
