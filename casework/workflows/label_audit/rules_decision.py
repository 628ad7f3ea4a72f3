"""The guards of decisions, appeals and of the label: pure questions to the facts, with reasons."""

from __future__ import annotations

from collections.abc import Iterable

from casework.i18n import N_
from casework.labels.criteria import Kind
from casework.labels.outcome import CONFIRMATION_REQUIRED, Outcome
from casework.workflows.declaration import Question, Reason
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.people import COMMITTEE
from casework.workflows.label_audit.rules import blocks


@blocks
def committee_sits(question: Question) -> Iterable[Reason]:
    """There is a committee that decides."""
    if COMMITTEE not in question.facts.committees:
        yield Reason(N_("No label committee is founded that could decide."))


@blocks
def auditors_do_not_vote(question: Question) -> Iterable[Reason]:
    """Whoever audited is absent from the vote."""
    for auditor in question.facts.team:
        if auditor.votes:
            yield Reason(
                N_("%(name)s has audited and sits in the committee: recuse them first."),
                {"name": auditor.name},
            )


@blocks
def computes_favourable(question: Question) -> Iterable[Reason]:
    """The rule computes a label from the results as they are now; the committee grants no other."""
    outcome = _outcome(question)
    if outcome is None:
        yield Reason(N_("No version of the referential is pinned."))
        return
    if outcome.favourable is not True:
        yield Reason(N_("The results do not give a label, and the committee cannot grant one."))
        yield from (Reason(r.message, r.params) for r in outcome.reasons)
    elif _unconfirmed(question, outcome):
        yield Reason(N_("Confirm that so many criteria do not apply: the minutes say so."))


@blocks
def grid_is_decided(question: Question) -> Iterable[Reason]:
    """Nothing is decided on an unfinished grid."""
    outcome = _outcome(question)
    if outcome is None or outcome.favourable is None:
        yield Reason(N_("Nothing can be decided yet: the grid is not finished."))
        if outcome is not None:
            yield from (Reason(r.message, r.params) for r in outcome.reasons)


@blocks
def appeal_in_time(question: Question) -> Iterable[Reason]:
    """An appeal comes within so many days of the letter (30; a default of the house)."""
    facts: LabelFacts = question.facts
    last = facts.last_to_appeal
    if last and facts.today > last:
        yield Reason(N_("Appeals were possible until %(day)s."), {"day": last}, past=True)


@blocks
def not_appealed_before(question: Question) -> Iterable[Reason]:
    """What was decided on an appeal is not appealed against."""
    if question.facts.appealed:
        yield Reason(
            N_("This decision was taken on your appeal: there is no other one."), past=True
        )


@blocks
def not_labelled_before(question: Question) -> Iterable[Reason]:
    """The decision appealed against gave no label."""
    if question.facts.previous_state == "labelled":
        yield Reason(N_("The decision appealed against has given the label already."))


@blocks
def labelled_before(question: Question) -> Iterable[Reason]:
    """The decision appealed against gave the label."""
    if question.facts.previous_state != "labelled":
        yield Reason(N_("The decision appealed against has given no label."))


@blocks
def cause_cleared(question: Question) -> Iterable[Reason]:
    """What the label was suspended for is put right."""
    facts: LabelFacts = question.facts
    if facts.cause == "dues" and not facts.dues_paid:
        yield Reason(N_("The dues are still unpaid."))
    if facts.cause == "mandatory":
        if not _looked_again(facts):
            yield Reason(
                N_("No auditor has looked at a mandatory criterion since the suspension."),
                {},
                "grid",
            )
        if facts.outcome is None or not facts.outcome.favourable:
            yield Reason(N_("A mandatory criterion is still not met."))


@blocks
def dues_owed(question: Question) -> Iterable[Reason]:
    """Dues that were due are still unpaid."""
    if question.facts.dues_paid:
        yield Reason(N_("The dues are paid."))


@blocks
def nothing_left(question: Question) -> Iterable[Reason]:
    """No appeal is possible any more; recommendations are followed up beside the states."""
    facts: LabelFacts = question.facts
    if facts.closes_on is None or facts.today <= facts.closes_on:
        yield Reason(N_("An appeal is still possible."))


@blocks
def a_cycle_took_over(question: Question) -> Iterable[Reason]:
    """A later cycle has earned the label that follows."""
    if not question.facts.succeeded:
        yield Reason(N_("No later cycle has earned a label."))


@blocks
def no_cycle_took_over(question: Question) -> Iterable[Reason]:
    """No later cycle has earned the label that follows."""
    if question.facts.succeeded:
        yield Reason(N_("A later cycle has taken over."))


def _looked_again(facts: LabelFacts) -> bool:
    """Say whether the auditors wrote of a mandatory criterion since the label was suspended."""
    since = facts.suspended_at
    mandatory = (line for line in facts.lines if line.criterion.kind is Kind.MANDATORY)
    return since is not None and any(line.said("auditor").at > since for line in mandatory)


def _outcome(question: Question) -> Outcome | None:
    """Return what is computed, as the committee's form confirms or, unfilled, as it could."""
    facts: LabelFacts = question.facts
    confirmed = True if question.data is None else bool(question.data.get("confirmed"))
    return facts.outcome_if(confirmed=confirmed) if facts.lines else None


def _unconfirmed(question: Question, outcome: Outcome) -> bool:
    if question.data is None or question.data.get("confirmed"):
        return False
    return CONFIRMATION_REQUIRED in outcome.flags
