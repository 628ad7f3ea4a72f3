"""The guards from the idea to the agreement: pure questions to the facts, with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from casework.forms.agreement import set_rows
from casework.forms.info_request import filled
from casework.i18n import N_
from casework.roles import Role
from casework.workflows.declaration import Guard, Money, Question, Reason
from casework.workflows.partner_project.facts import ProjectFacts, StartFacts

Check = Callable[[Question], Iterable[Reason]]

TWIN_WITHIN = timedelta(days=365)
GAPS = {
    "title": N_("The idea has no title yet."),
    "challenge": N_("Say which challenge the idea takes up."),
    "target_group": N_("Say whom the idea is for."),
    "programme": N_("Choose the programme that fits best."),
    "anchoring": N_("Write down a first thought on how it could last."),
}


def blocks(check: Check) -> Guard:
    """Make a guard that blocks, named after the function."""
    return Guard(check.__name__, check)


def warns(check: Check) -> Guard:
    """Make a guard that warns; a programme lead may go on with a written reason."""
    return Guard(check.__name__, check, overridable_by=frozenset({Role.PROGRAMME_LEAD}))


@blocks
def call_open(question: Question) -> Iterable[Reason]:
    """The call is open, or takes ideas at any time; an extension counts; no call, any time."""
    facts: StartFacts = question.facts
    if question.data is not None and facts.call_open is False:
        yield Reason(N_("This call takes no ideas today."))


@blocks
def idea_complete(question: Question) -> Iterable[Reason]:
    """Every question of the idea that must be answered is."""
    facts: ProjectFacts = question.facts
    for gap in facts.idea_gaps:
        yield Reason(GAPS[gap], section="idea")


@blocks
def call_still_open(question: Question) -> Iterable[Reason]:
    """The call that the idea answers has not closed for this organisation."""
    facts: ProjectFacts = question.facts
    last = facts.call_closes_on
    if last is not None and facts.today > last:
        yield Reason(
            N_("The call that this idea answers took ideas until %(day)s: ask us for more time."),
            {"day": last},
        )


@blocks
def organisation_identified(question: Question) -> Iterable[Reason]:
    """The organisation is known by its number in an official register."""
    if not question.facts.organisation_identified:
        yield Reason(N_("Your organisation's number in the official register is missing."))


@warns
def title_is_new(question: Question) -> Iterable[Reason]:
    """The organisation has not used the same title within twelve months."""
    facts: ProjectFacts = question.facts
    if facts.twin_created_at is not None and question.now - facts.twin_created_at < TWIN_WITHIN:
        yield Reason(
            N_("Your organisation has begun another case with the same title on %(day)s."),
            {"day": facts.twin_created_at.date()},
            "idea",
        )


def _items_reasoned(question: Question) -> Iterable[Reason]:
    if question.data is None:
        return
    rows = filled(question.data.get("items"))
    if not rows:
        yield Reason(N_("Ask for one thing at least."))
    for row in rows:
        if not row.get("reason"):
            yield Reason(N_("There is no reason for asking: %(item)s."), {"item": row.get("item")})


items_reasoned = Guard("items_reasoned", _items_reasoned, reads=("items",))


@blocks
def items_answered(question: Question) -> Iterable[Reason]:
    """Every item asked for is answered, or refused with a reason."""
    if question.facts.items_open:
        yield Reason(
            N_("Items neither answered nor refused with a reason: %(count)s."),
            {"count": question.facts.items_open},
            "info",
        )


@blocks
def programme_set(question: Question) -> Iterable[Reason]:
    """The project has a programme, and its shares (if any) add up to a hundred percent."""
    facts: ProjectFacts = question.facts
    if not facts.programme_set:
        yield Reason(N_("No programme is set."), section="shares")
    if facts.shares and facts.share_total != 100:  # noqa: PLR2004 - percent
        yield Reason(
            N_("The programmes' shares add up to %(total)s, not to 100."),
            {"total": facts.share_total},
            "shares",
        )


@blocks
def team_named(question: Question) -> Iterable[Reason]:
    """The lead programme officer and the coach are named."""
    if not question.facts.officer_name:
        yield Reason(N_("No lead programme officer is named."), section="team")
    if not question.facts.coach_name:
        yield Reason(N_("No coach is named."), section="team")


@warns
def target_group_named(question: Question) -> Iterable[Reason]:
    """The idea says whom it is for."""
    if not question.facts.target_group.strip():
        yield Reason(N_("No target group is named."), section="idea")


@blocks
def target_group_involved(question: Question) -> Iterable[Reason]:
    """A session with the target group was held, or one is planned on a day still to come."""
    facts: ProjectFacts = question.facts
    planned = facts.next_session_on is not None and facts.next_session_on >= facts.today
    if not facts.sessions_held and not planned:
        yield Reason(
            N_("No session with the target group was held, and none is planned on a coming day."),
            section="sessions",
        )


@blocks
def anchoring_planned(question: Question) -> Iterable[Reason]:
    """The first anchoring plan is written."""
    if not question.facts.editions & {"v1", "v2", "final"}:
        yield Reason(N_("The first anchoring plan (v1) is not written."), section="anchoring")


@blocks
def budget_balanced(question: Question) -> Iterable[Reason]:
    """The budget has lines, and the funding plan covers it to the cent."""
    facts: ProjectFacts = question.facts
    if not facts.budget_cents:
        yield Reason(N_("The budget is empty."), section="budget")
    if facts.balance_cents > 0:
        yield Reason(
            N_("The funding plan exceeds the budget by %(amount)s."),
            {"amount": Money(facts.balance_cents)},
            "budget",
        )
    if facts.balance_cents < 0:
        yield Reason(
            N_("The funding plan lacks %(amount)s to cover the budget."),
            {"amount": Money(-facts.balance_cents)},
            "funding",
        )


@warns
def sectors_bridged(question: Question) -> Iterable[Reason]:
    """More than one sector carries the project."""
    if len(question.facts.sectors) < 2:  # noqa: PLR2004 - more than one
        yield Reason(N_("Only one sector takes part in the consortium."), section="consortium")


@warns
def investor_sounded(question: Question) -> Iterable[Reason]:
    """At least one co-investor was asked."""
    if not question.facts.investors:
        yield Reason(N_("No co-investor was sounded."), section="pledges")


@blocks
def completeness_ticked(question: Question) -> Iterable[Reason]:
    """The checklist of completeness is ticked from top to bottom."""
    if not question.facts.completeness_ticked:
        yield Reason(N_("The checklist of completeness is not ticked."), section="completeness")


@blocks
def no_open_item(question: Question) -> Iterable[Reason]:
    """Nothing that was asked for is still open."""
    if question.facts.items_open:
        yield Reason(
            N_("Items asked for and still open: %(count)s."),
            {"count": question.facts.items_open},
            "info",
        )


def _conditions_set(question: Question) -> Iterable[Reason]:
    if question.facts.conditions or question.data is None:
        return
    if not set_rows(question.data):
        yield Reason(N_("No condition is written down."), section="conditions")


conditions_set = Guard("conditions_set", _conditions_set, reads=("conditions",))


@blocks
def no_condition_set(question: Question) -> Iterable[Reason]:
    """No condition is written down: nobody is approved past conditions that nobody sees."""
    if question.facts.conditions:
        yield Reason(
            N_("Conditions are written down: approve with them, or take them away."),
            section="conditions",
        )


@blocks
def conditions_lifted(question: Question) -> Iterable[Reason]:
    """Every blocking condition is lifted with evidence."""
    if question.facts.conditions_blocking:
        yield Reason(
            N_("Blocking conditions not lifted with evidence: %(count)s."),
            {"count": question.facts.conditions_blocking},
            "conditions",
        )


@warns
def letters_received(question: Question) -> Iterable[Reason]:
    """Every co-investor who promised has signed, and the letters are there."""
    facts: ProjectFacts = question.facts
    unsigned = facts.promised - facts.signed
    if unsigned:
        yield Reason(
            N_("Co-investors who promised and have not signed: %(count)s."),
            {"count": unsigned},
            "pledges",
        )
    missing = facts.promised - facts.letters
    if missing > 0:
        yield Reason(
            N_("Co-investors' letters missing among the documents: %(count)s."),
            {"count": missing},
            "documents",
        )


@warns
def pilot_dated(question: Question) -> Iterable[Reason]:
    """A pilot sheet says from which day to which day the pilot runs."""
    if question.facts.pilot_ends_on is None:
        yield Reason(N_("No pilot sheet says how long the pilot runs."), section="pilot")
