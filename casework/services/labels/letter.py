"""The letter that tells a cooperative what was decided on its label, why, and how to appeal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from casework import policy
from casework.extensions import house_day, settings
from casework.i18n import written_day
from casework.labels.criteria import RESULT_LABELS, Result
from casework.labels.standing import full_number
from casework.models import Case
from casework.policy import Actor
from casework.queries.labels import decisions
from casework.queries.labels.decisions import CONFIRMED, DECISIONS, FIRST, Decision, Unmet
from casework.services.errors import NotFoundError
from casework.services.labels import paper
from casework.services.labels.paper import Block, Sheet, Subject
from casework.services.outbox.tongue import gettext as _
from casework.services.outbox.tongue import spoken
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.people import APPEAL_BODY


def decision(actor: Actor, case: Case, facts: LabelFacts, seq: int) -> Sheet:
    """Return the letter of one decision on a case, in the cooperative's language.

    It says what was decided on then: the results and the fraction are those that were frozen.
    Raises NotFoundError, PdfError.
    """
    all_of_them = decisions.of_case(case.id)
    found = next((d for d in all_of_them if d.seq == seq), None)
    if found is None or not policy.may_see(actor, case):
        raise NotFoundError(case.reference)
    earlier = (d for d in all_of_them if d.seq < seq and d.name != CONFIRMED)
    standing = next(earlier, found) if found.name == CONFIRMED else found
    subject = paper.subject_of(case)
    day = house_day(found.at)
    with spoken(subject.language):
        blocks = [
            *_decided(found, standing, facts, subject),
            *_follows(found, standing, facts, day),
            *_appeal(found, case, facts, day),
            paper.text(settings().house_name),
        ]
        first = found.name in FIRST
        title = _("Decision on your label") if first else _("Decision on your appeal")
        content = paper.typeset(subject, title, day, blocks, addressed=True)
    return Sheet(content, f"{case.reference}-decision-{day.isoformat()}.pdf")


def _decided(
    found: Decision, standing: Decision, facts: LabelFacts, subject: Subject
) -> Iterator[Block]:
    """Tell what was decided, on what, and why; ``standing`` is what an appeal has confirmed."""
    yield paper.text(_("Dear members of the cooperative,"))
    yield paper.note(_(DECISIONS[found.name]))
    if standing is not found:
        day = written_day(house_day(standing.at), "long", subject.language)
        what = _(DECISIONS[standing.name])
        yield paper.text(_("What was decided on %(day)s stands: %(what)s", day=day, what=what))
    yield paper.pairs(
        [
            (_("Label"), subject.scheme.name(subject.language)),
            (_("Referential"), subject.referential),
            *_given(found, facts, subject.language),
            *_fractions(standing, subject.language),
        ]
    )
    yield from _rule(standing)
    yield paper.heading(_("Reasons"))
    yield paper.text(found.motive or "–")
    for kind, title in (
        ("mandatory", _("Mandatory criteria that are not met")),
        ("recommended", _("Recommended criteria that are not met")),
    ):
        if unmet := [each for each in standing.unmet if each.kind == kind]:
            yield paper.heading(title, 3)
            yield paper.items(_named(unmet, facts))


def _rule(found: Decision) -> Iterator[Block]:
    """Tell in words by which rule the label is given; of a ladder, from which level on."""
    said = found.parameters or {}
    if {"num", "den"} <= said.keys():
        yield paper.text(
            _(
                "The label is given where all mandatory criteria are met and at least"
                " %(num)s/%(den)s of the recommended ones, by their weights.",
                num=said["num"],
                den=said["den"],
            )
        )
    if "required" in said:
        yield paper.text(
            _(
                "That is asked of each level by itself; the label is given from level %(level)s on,"
                " with all of the lower ones.",
                level=said["required"],
            )
        )


def _given(found: Decision, facts: LabelFacts, language: str) -> Iterator[tuple[str, str]]:
    """Tell number and days of the label that was given, or when the next audit is."""
    if found.label is not None:
        days = (found.label.first, found.label.last)
        yield _("Number of the label"), full_number(found.label.number, facts.version_label)
        yield _("Period"), " – ".join(written_day(day, "long", language) for day in days)
    elif next_on := found.said.get("next_audit_on"):
        yield _("Next audit by"), written_day(date.fromisoformat(next_on), "long", language)


def _fractions(found: Decision, language: str) -> Iterator[tuple[str, str]]:
    if found.mandatory is not None and found.recommended is not None:
        yield _("Mandatory criteria met"), found.mandatory.display(language)
        yield _("Recommended criteria met"), found.recommended.display(language)
    if found.level is not None:
        yield _("Level reached"), str(found.level)


def _named(unmet: Sequence[Unmet], facts: LabelFacts) -> list[str]:
    titles = {line.code: line.title for line in facts.lines}
    return [
        f"{each.code} – {titles.get(each.code, '')} ({_(RESULT_LABELS[Result(each.result)])})"
        for each in unmet
    ]


def _follows(found: Decision, standing: Decision, facts: LabelFacts, day: date) -> Iterator[Block]:
    """Tell what the cooperative has to do by when after a deferral, and what follows an appeal."""
    if standing.name == "defer":
        last = day + timedelta(days=facts.terms.correction_days)
        yield paper.heading(_("What you have to do"))
        yield paper.text(
            _(
                "Correct what is not met by %(day)s, and add the evidence to your case. The"
                " auditors look at it again, and the case comes back before the committee.",
                day=written_day(last, "long", facts.language),
            )
        )
    elif found.name == "send_back":
        yield paper.text(
            _("A new decision follows the audit, and you may appeal against that one too.")
        )


def _appeal(found: Decision, case: Case, facts: LabelFacts, day: date) -> Iterator[Block]:
    """Tell how to appeal; a decision on appeal was taken by others than the first."""
    if found.name in FIRST:
        yield paper.heading(_("If you do not agree"))
        last = day + timedelta(days=facts.terms.appeal_days)
        body = decisions.body(APPEAL_BODY)
        yield paper.text(
            _(
                "You may appeal until %(day)s, within %(number)s days of this letter, with your"
                " reasons. An appeal goes to: %(body)s. People who did not take this decision"
                " decide on it. A label that is in force stays in force meanwhile.",
                day=written_day(last, "long", facts.language),
                number=facts.terms.appeal_days,
                body=body.name(facts.language) if body else settings().house_name,
            )
        )
        yield paper.text(
            _(
                "Appeal on the page of your case, %(address)s, or write to %(mail)s.",
                address=f"{settings().base_url}/cases/{case.reference}",
                mail=settings().contact,
            )
        )
    elif found.name != "send_back":
        yield paper.text(
            _(
                "This decision was taken on your appeal, by others than the first one. There is no"
                " further appeal to us."
            )
        )
