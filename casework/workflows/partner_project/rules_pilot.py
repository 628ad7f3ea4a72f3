"""The guards from the pilot to the end: pure questions to the facts, with their reasons."""

from __future__ import annotations

from collections.abc import Iterable

from casework.i18n import N_
from casework.workflows.declaration import Guard, Money, Question, Reason
from casework.workflows.partner_project.facts import ProjectFacts
from casework.workflows.partner_project.rules import blocks

LEARNING_NOTES = 3
FREE_ADJUSTMENTS = 2
SENTENCE = 20
PARTIES = {
    "officer": N_("The programme officer's view on the pilot is missing."),
    "partner": N_("The partner's view on the pilot is missing."),
    "target_group": N_("The target group's voice on the pilot is missing."),
}


@blocks
def learning_noted(question: Question) -> Iterable[Reason]:
    """There are at least three learning notes."""
    missing = LEARNING_NOTES - question.facts.learning_notes
    if missing > 0:
        yield Reason(
            N_("At least three learning notes are needed; still missing: %(count)s."),
            {"count": missing},
            "learning",
        )


@blocks
def indicators_measured(question: Question) -> Iterable[Reason]:
    """There are indicators, and each has its actual value or a reason for none."""
    facts: ProjectFacts = question.facts
    if not facts.indicators:
        yield Reason(N_("No indicator is set."), section="indicators")
    if facts.indicators_open:
        yield Reason(
            N_("Indicators with neither a value nor a reason for none: %(count)s."),
            {"count": facts.indicators_open},
            "indicators",
        )


@blocks
def synthesis_written(question: Question) -> Iterable[Reason]:
    """The learning synthesis is written."""
    if not question.facts.synthesis:
        yield Reason(N_("The learning synthesis is not written."), section="synthesis")


@blocks
def views_heard(question: Question) -> Iterable[Reason]:
    """Officer, partner and target group have all given their view."""
    for party, message in PARTIES.items():
        if party not in question.facts.views:
            yield Reason(message, section="views")


def _third_adjustment_reasoned(question: Question) -> Iterable[Reason]:
    facts: ProjectFacts = question.facts
    if question.data is None or facts.adjustments < FREE_ADJUSTMENTS:
        return
    if len(str(question.data.get("reason") or "").strip()) < SENTENCE:
        yield Reason(
            N_("The pilot was adjusted %(count)s times: give the reason for once more."),
            {"count": facts.adjustments},
        )


third_adjustment_reasoned = Guard(
    "third_adjustment_reasoned", _third_adjustment_reasoned, reads=("reason",)
)


@blocks
def second_plan_written(question: Question) -> Iterable[Reason]:
    """The second anchoring plan is written."""
    if not question.facts.editions & {"v2", "final"}:
        yield Reason(N_("The second anchoring plan (v2) is not written."), section="anchoring")


@blocks
def scale_funded(question: Question) -> Iterable[Reason]:
    """The scale plan is written, and what it costs is funded."""
    facts: ProjectFacts = question.facts
    if facts.scale_budget_cents is None:
        yield Reason(N_("The scale plan is not written."), section="scale")
        return
    lacking = facts.scale_budget_cents - (facts.scale_funding_cents or 0)
    if lacking > 0:
        yield Reason(
            N_("The scale plan lacks %(amount)s of funding."), {"amount": Money(lacking)}, "scale"
        )


@blocks
def lesson_kept(question: Question) -> Iterable[Reason]:
    """There is a learning note: what is stopped has taught something."""
    if not question.facts.learning_notes:
        yield Reason(N_("There is no learning note."), section="learning")


@blocks
def change_logged(question: Question) -> Iterable[Reason]:
    """A change was written down since the adjusting began."""
    if not question.facts.changes:
        yield Reason(N_("No change was written down since the adjusting began."), section="changes")


@blocks
def route_chosen(question: Question) -> Iterable[Reason]:
    """The anchoring plan names its route."""
    if not question.facts.route:
        yield Reason(N_("The anchoring plan names no route."), section="anchoring")


@blocks
def host_agreed(question: Question) -> Iterable[Reason]:
    """The final plan names a host that agreed in writing, with evidence."""
    facts: ProjectFacts = question.facts
    if "final" not in facts.editions:
        yield Reason(N_("The final anchoring plan is not written."), section="anchoring")
    if not facts.host:
        yield Reason(
            N_("The anchoring plan does not yet name a host organisation."), section="anchoring"
        )
    elif not facts.host_agreed:
        yield Reason(
            N_("The final plan does not show that the host agreed in writing: day and evidence."),
            section="anchoring",
        )


@blocks
def final_report_validated(question: Question) -> Iterable[Reason]:
    """The final report is there and validated."""
    status = question.facts.final_status
    if not status:
        yield Reason(N_("There is no final report."), section="final_report")
    elif status != "validated":
        yield Reason(N_("The final report is not validated."), section="final_report")


@blocks
def publication_chosen(question: Question) -> Iterable[Reason]:
    """The partner said whether the knowledge sheet may be published, and in which languages."""
    facts: ProjectFacts = question.facts
    if not facts.publishable:
        yield Reason(
            N_("Nobody has said whether the knowledge sheet may be published."),
            section="final_report",
        )
    elif facts.publishable == "yes" and not facts.languages:
        yield Reason(
            N_("The languages of the knowledge sheet are not chosen."), section="final_report"
        )
