"""The guards of the ethics committee: pure questions to the facts, with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casework.i18n import N_
from casework.workflows.declaration import Guard, Label, Question, Reason
from casework.workflows.ethics_case.facts import EthicsFacts, StartFacts

Check = Callable[[Question], Iterable[Reason]]

FRONTIERS = {
    "operational": N_("the operational teams"),
    "political": N_("the political bodies"),
    "representation": N_("the representation of the staff"),
    "members": N_("members among themselves"),
    "mediation": N_("arbitration or mediation"),
}


def blocks(check: Check) -> Guard:
    """Make a guard that blocks, named after the function."""
    return Guard(check.__name__, check)


@blocks
def somebody_keeps_it(question: Question) -> Iterable[Reason]:
    """A chair or a secretary is in office: nobody else could look at the case."""
    facts: StartFacts = question.facts
    if not facts.keepers:
        yield Reason(
            N_("The committee has no chair and no secretary now: nobody could look at it.")
        )


@blocks
def triage_done(question: Question) -> Iterable[Reason]:
    """The four frontier questions are answered."""
    if not question.facts.triaged:
        yield Reason(N_("Answer the questions on the scope first."), section="triage")


@blocks
def within_scope(question: Question) -> Iterable[Reason]:
    """It lies on our side of every frontier, and no other body fits better."""
    facts: EthicsFacts = question.facts
    for name in facts.beyond:
        yield Reason(
            N_("By the scope triage it is entirely for %(whom)s: redirect it."),
            {"whom": Label(FRONTIERS[name])},
            "triage",
        )
    if facts.better_body:
        yield Reason(
            N_("By the scope triage %(body)s fits better: redirect it."),
            {"body": facts.better_body},
            "triage",
        )


@blocks
def asked_or_taken_up(question: Question) -> Iterable[Reason]:
    """Somebody has formally asked, or the committee takes it up on its own initiative."""
    facts: EthicsFacts = question.facts
    if not facts.requests and not facts.own_initiative:
        yield Reason(
            N_("Nobody has formally asked, and the committee has not taken it up by itself."),
            section="requests",
        )


@blocks
def opinion_was_asked(question: Question) -> Iterable[Reason]:
    """An opinion is given only when it was formally asked for."""
    if not question.facts.requests:
        yield Reason(
            N_("An opinion answers a formal request, and there is none: recommend instead."),
            section="requests",
        )


@blocks
def opinion_written(question: Question) -> Iterable[Reason]:
    """The opinion has its text."""
    if not question.facts.opinion:
        yield Reason(N_("The opinion is not written yet."), section="opinion")


@blocks
def recommendation_written(question: Question) -> Iterable[Reason]:
    """The recommendation has its addressee and its items, each with a day for the answer."""
    facts: EthicsFacts = question.facts
    if not facts.recommendation:
        yield Reason(N_("The recommendation has no addressee yet."), section="recommendation")
    if not facts.items:
        yield Reason(N_("Nothing is recommended yet."), section="items")


@blocks
def addressee_not_recused(question: Question) -> Iterable[Reason]:
    """A text does not go to somebody who is recused from the case."""
    facts: EthicsFacts = question.facts
    if facts.addressee.casefold() in facts.recused:
        yield Reason(
            N_("%(name)s is recused from this case and cannot be its addressee."),
            {"name": facts.addressee},
            "recommendation",
        )


@blocks
def recommends_something(question: Question) -> Iterable[Reason]:
    """There is a recommendation to follow up."""
    if not question.facts.recommendation_number:
        yield Reason(N_("There is no recommendation to follow up: close the case."))


@blocks
def every_item_answered(question: Question) -> Iterable[Reason]:
    """The answer to every item is recorded, be it that there is none."""
    facts: EthicsFacts = question.facts
    if facts.recommendation_number and facts.items_unanswered:
        yield Reason(
            N_("Answers not recorded yet: %(number)s."),
            {"number": facts.items_unanswered},
            "answers",
        )


@blocks
def cause_given(question: Question) -> Iterable[Reason]:
    """The reason of a postponement is one of those declared."""
    if question.data is not None and not question.data.get("cause"):
        yield Reason(N_("Choose why it is put off."))
