"""The guards from engagement to an admissible file: pure questions to the facts, with reasons.

Those of the audit and its report are in :mod:`.rules_audit`, those of decisions, appeals and of the
label in :mod:`.rules_decision`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casework.i18n import N_
from casework.labels.criteria import Kind
from casework.workflows.declaration import Guard, Question, Reason
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.people import LEAD
from casework.workflows.label_audit.starting import StartFacts

Check = Callable[[Question], Iterable[Reason]]
MOST_NAMED = 8
"""How many criteria a reason names at most."""


def blocks(check: Check) -> Guard:
    """Make a guard that blocks, named after the function."""
    return Guard(check.__name__, check)


def warns(check: Check) -> Guard:
    """Make a guard that a programme lead may override with a reason."""
    return Guard(check.__name__, check, overridable_by=frozenset({LEAD}))


@blocks
def is_member(question: Question) -> Iterable[Reason]:
    """The cooperative is a member of the union: its share is active (charter of CPE)."""
    facts: StartFacts = question.facts
    if not facts.share_active:
        yield Reason(N_("The cooperative holds no active share of the union. Ask us to record it."))


@blocks
def charter_signed(question: Question) -> Iterable[Reason]:
    """The cooperative has signed the charter in its present version, where the label has one."""
    facts: StartFacts = question.facts
    if facts.charter_current and facts.charter_signed != facts.charter_current:
        yield Reason(
            N_(
                "The charter in its present version (%(version)s) is not signed. "
                "Sign it, and ask us to record it."
            ),
            {"version": facts.charter_current},
        )


@blocks
def referential_published(question: Question) -> Iterable[Reason]:
    """There is a published version to be audited against."""
    if question.facts.version_id is None:
        yield Reason(N_("No version of the referential is published yet."))


@blocks
def none_running(question: Question) -> Iterable[Reason]:
    """No other cycle of the cooperative is under way."""
    facts: StartFacts = question.facts
    if facts.running:
        yield Reason(N_("%(reference)s is under way already."), {"reference": facts.running})


@blocks
def not_too_early(question: Question) -> Iterable[Reason]:
    """A renewal begins so many months before the label ends, not earlier."""
    facts: StartFacts = question.facts
    if facts.renewal_from and facts.today < facts.renewal_from:
        yield Reason(
            N_("The label runs until %(until)s: its renewal can be opened from %(from)s."),
            {"until": facts.label_until, "from": facts.renewal_from},
        )


@blocks
def version_pinned(question: Question) -> Iterable[Reason]:
    """A published version of the referential is there to be pinned."""
    if question.facts.current_version_id is None:
        yield Reason(N_("No version of the referential is published yet."))


@blocks
def not_handed_in(question: Question) -> Iterable[Reason]:
    """The cooperative has not handed its self-assessment in, or was given it back."""
    if question.facts.handed_in_on is not None:
        yield Reason(
            N_("Your self-assessment is handed in: we look whether it is complete."), past=True
        )


@blocks
def handed_in(question: Question) -> Iterable[Reason]:
    """There is a self-assessment that can be given back."""
    if question.facts.handed_in_on is None:
        yield Reason(N_("The cooperative has not handed its self-assessment in."))


@blocks
def all_self_assessed(question: Question) -> Iterable[Reason]:
    """Every criterion has the cooperative's own result."""
    missing = question.facts.missing("self")
    if missing:
        yield Reason(
            N_("Not assessed by the cooperative yet (%(number)s): %(criteria)s."),
            named(missing),
            "grid",
        )


@blocks
def mandatory_evidenced(question: Question) -> Iterable[Reason]:
    """Each mandatory criterion that applies has evidence, or the gap is put into words."""
    facts: LabelFacts = question.facts
    bare = tuple(
        line.code
        for line in facts.applying("self")
        if line.criterion.kind is Kind.MANDATORY
        and not line.computed
        and line.code not in facts.evidenced
        and not line.said("self").note.strip()
    )
    if bare:
        yield Reason(
            N_("Neither evidence nor a word on the gap (%(number)s): %(criteria)s."),
            named(bare),
            "evidence",
        )


def named(codes: tuple[str, ...]) -> dict[str, str]:
    """Return what a reason says of criteria: how many, and the codes of the first ones."""
    more = " […]" if len(codes) > MOST_NAMED else ""
    return {"number": str(len(codes)), "criteria": ", ".join(codes[:MOST_NAMED]) + more}
