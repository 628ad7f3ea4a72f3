"""What the guards of label audits look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from casework.calendar import Length, Unit, add_months
from casework.labels.applicability import in_scope
from casework.labels.criteria import Assessment, Result
from casework.labels.families import Rule
from casework.labels.outcome import Outcome
from casework.labels.terms import Terms
from casework.workflows.label_audit.fact_parts import Auditor, Line, Module
from casework.workflows.required_documents import HeldDocuments

USUAL = Terms()


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
    label_ended_on: date | None = None
    succeeded: bool = False
    cause: str = ""
    suspended_at: datetime | None = None
    appealed: bool = False
    dues_due_on: date | None = None
    certified_until: date | None = None
    years: int = 3
    start_rule: str = "decision"
    terms: Terms = USUAL
    prefix: str = ""
    previous_starts_on: date | None = None
    scheme: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version_ids(self) -> tuple[UUID, ...]:
        """The versions pinned: the base's, then those of its modules."""
        modules = tuple(module.version_id for module in self.modules)
        return (self.version_id, *modules) if self.version_id else ()

    @property
    def dues_paid(self) -> bool:
        """Whether nothing is unpaid whose last day is over."""
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

    def applying(self, layer: str) -> tuple[Line, ...]:
        """Return the criteria that apply by the results of a layer."""
        results = {line.code: line.result(layer) for line in self.lines}
        conditions = {line.code: line.condition for line in self.lines}
        return tuple(self.by_code[code] for code in in_scope(conditions, results))

    def missing(self, layer: str) -> tuple[str, ...]:
        """Return the codes that apply and have no result of a layer, but for what is computed."""
        return tuple(
            line.code
            for line in self.applying(layer)
            if not line.computed and line.result(layer) is Result.NOT_ASSESSED
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
        """The last day on which the decision may be appealed against; None: it was, already."""
        return None if self.appealed else self.closes_on

    @property
    def closes_on(self) -> date | None:
        """The last day of a cycle without a label: the one to appeal, whatever is followed up."""
        return self.decided_on and self.decided_on + timedelta(days=self.terms.appeal_days)

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
