"""The guards of the team, of the audit and of its report: pure questions to the facts."""

from __future__ import annotations

from collections.abc import Iterable

from casework.i18n import N_
from casework.labels.criteria import Result
from casework.workflows.declaration import Question, Reason
from casework.workflows.label_audit.fact_parts import LEAD_CYCLES, Line
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.rules import blocks, named, warns


@blocks
def team_named(question: Question) -> Iterable[Reason]:
    """There is a team, and one of it leads."""
    facts: LabelFacts = question.facts
    if not any(auditor.leads for auditor in facts.team):
        yield Reason(N_("Name the auditors, one of them as lead."), section="team")


@blocks
def team_not_proposed(question: Question) -> Iterable[Reason]:
    """The team was not proposed yet, or has changed since: what was answered stays answered."""
    if question.facts.team_proposed_on is not None:
        yield Reason(N_("This team was proposed already. Name another one first."), section="team")


@blocks
def team_waits(question: Question) -> Iterable[Reason]:
    """A team was proposed and is not answered yet."""
    facts: LabelFacts = question.facts
    if facts.team_proposed_on is None or facts.team_answer:
        yield Reason(N_("No team waits for your answer."), section="team")


@blocks
def team_accepted(question: Question) -> Iterable[Reason]:
    """The cooperative has accepted the team, or its time to object is over."""
    facts: LabelFacts = question.facts
    if facts.team_proposed_on is None:
        yield Reason(N_("Propose the team to the cooperative first."))
    elif facts.team_answer == "contested":
        yield Reason(N_("The cooperative objects to the team: propose another."), section="team")
    elif not facts.team_answer:
        yield Reason(N_("The cooperative may still object to the team."))


@blocks
def plan_made(question: Question) -> Iterable[Reason]:
    """The audit has its days."""
    if question.facts.audit_starts_on is None:
        yield Reason(N_("Say in the audit plan when the audit is held."), section="plan")


@blocks
def certified_on_the_day(question: Question) -> Iterable[Reason]:
    """The lead, and so at least one auditor, is certified on the day of the audit."""
    facts: LabelFacts = question.facts
    if facts.team and not any(a.certified and a.leads for a in facts.team):
        yield Reason(N_("The lead auditor is not certified on the day of the audit."), {}, "team")


@blocks
def interests_declared(question: Question) -> Iterable[Reason]:
    """Every auditor has declared their ties to the cooperative, be it that there are none."""
    for auditor in question.facts.team:
        if not auditor.tie:
            yield Reason(
                N_("%(name)s has not declared their ties to the cooperative yet."),
                {"name": auditor.name},
                "declarations",
            )


@blocks
def no_conflict(question: Question) -> Iterable[Reason]:
    """Nobody audits a cooperative that they belong to, or did within the years of the scheme."""
    facts: LabelFacts = question.facts
    years = facts.terms.conflict_years
    for auditor in facts.team:
        if auditor.own:
            yield Reason(
                N_("%(name)s belongs to the cooperative, or did within %(years)s years."),
                {"name": auditor.name, "years": years},
                "team",
            )
        elif auditor.barred(facts.today, years):
            yield Reason(
                N_("%(name)s has declared a tie to the cooperative of the last %(years)s years."),
                {"name": auditor.name, "years": years},
                "team",
            )


@warns
def auditors_change(question: Question) -> Iterable[Reason]:
    """The lead has not led the last two cycles of the same cooperative."""
    for auditor in question.facts.team:
        if auditor.leads and auditor.led >= LEAD_CYCLES:
            yield Reason(
                N_("%(name)s has led the last two audits of this cooperative."),
                {"name": auditor.name},
                "team",
            )


@warns
def not_reciprocal(question: Question) -> Iterable[Reason]:
    """Nobody of the cooperative audits the auditor's own within twelve months."""
    for auditor in question.facts.team:
        if auditor.reciprocal:
            yield Reason(
                N_("Somebody of this cooperative audits that of %(name)s within the same year."),
                {"name": auditor.name},
                "team",
            )


@blocks
def all_audited(question: Question) -> Iterable[Reason]:
    """Every criterion has the auditors' result, with a word where it is not met or not applicable.

    A default of the house: no source says it.
    """
    facts: LabelFacts = question.facts
    missing = facts.missing("auditor")
    if missing:
        yield Reason(
            N_("Not assessed by the auditors yet (%(number)s): %(criteria)s."),
            named(missing),
            "grid",
        )
    silent = tuple(line.code for line in facts.applying("auditor") if _needs_words(line))
    if silent:
        yield Reason(
            N_("Not met or not applicable, without a word why (%(number)s): %(criteria)s."),
            named(silent),
            "grid",
        )


@blocks
def conflicts_settled(question: Question) -> Iterable[Reason]:
    """No result waits beside a newer one that its author had not seen.

    A default of the house: no source says it.
    """
    if question.facts.conflicts:
        yield Reason(
            N_("Results that still stand beside a newer one: %(number)s."),
            {"number": question.facts.conflicts},
            "grid",
        )


@blocks
def report_written(question: Question) -> Iterable[Reason]:
    """The report has its text."""
    if not question.facts.report:
        yield Reason(N_("The report is not written yet."), section="report")


@blocks
def practices_said(question: Question) -> Iterable[Reason]:
    """Good practices and recommendations are there, or it is confirmed that there are none.

    Whatever the outcome: every audited cooperative gets both (charter of CPE).
    """
    facts: LabelFacts = question.facts
    if facts.report and not facts.good_practices and not facts.no_good_practices:
        yield Reason(
            N_("Note a good practice, or confirm in the report that there is none."),
            section="findings",
        )
    if facts.report and not facts.recommendations and not facts.no_recommendations:
        yield Reason(
            N_("Note a recommendation, or confirm in the report that there is none."),
            section="recommendations",
        )


@blocks
def reply_given(question: Question) -> Iterable[Reason]:
    """The cooperative has replied; when its time is over, the report becomes final by itself."""
    if not question.facts.replied:
        yield Reason(N_("The cooperative may still reply to the draft."), section="reply")


@blocks
def in_their_language(question: Question) -> Iterable[Reason]:
    """Everything in the report is written in the cooperative's language.

    Asked from the draft on, which the cooperative replies to: a final report is not written in.
    """
    facts: LabelFacts = question.facts
    if facts.untranslated:
        yield Reason(
            N_("Findings and recommendations not in the cooperative's language: %(number)s."),
            {"number": facts.untranslated},
            "findings",
        )


def _needs_words(line: Line) -> bool:
    said = line.said("auditor")
    weighty = {Result.PARTIAL, Result.NOT_MET, Result.NOT_APPLICABLE}
    return not line.computed and said.result in weighty and not said.note.strip()
