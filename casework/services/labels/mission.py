"""What a cycle begins with: the engagement agreement, and the auditors' mission with its plan."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from casework import policy
from casework.extensions import db, settings
from casework.i18n import written_day
from casework.models import Case
from casework.models.label_audit import Cycle, Membership
from casework.policy import Actor
from casework.services.errors import NotFoundError
from casework.services.labels import paper
from casework.services.labels.paper import Block, Sheet, Subject
from casework.services.outbox.tongue import gettext as _
from casework.services.outbox.tongue import ngettext, spoken
from casework.workflows.label_audit.facts import LabelFacts


def agreement(actor: Actor, case: Case, facts: LabelFacts) -> Sheet:
    """Return the engagement agreement in the cooperative's language, to be signed by both sides.

    Raises NotFoundError, PdfError.
    """
    if not policy.may_see(actor, case):
        raise NotFoundError(case.reference)
    subject = paper.subject_of(case)
    cycle = db.session.scalars(sa.select(Cycle).where(Cycle.case_id == case.id)).one()
    with spoken(subject.language):
        blocks = [*_engaged(case, facts, subject), *_undertaken(facts), *_signed()]
        content = paper.typeset(subject, _("Engagement agreement"), cycle.engaged_on, blocks)
    return Sheet(content, f"{case.reference}-agreement.pdf")


def may_have_mission(facts: LabelFacts) -> bool:
    """Say whether the audit has its team and its days, which a mission letter tells."""
    return bool(facts.team) and facts.audit_starts_on is not None


def mission(actor: Actor, case: Case, facts: LabelFacts) -> Sheet:
    """Return the auditors' mission letter with the audit plan. Raises NotFoundError, PdfError."""
    if not policy.may_see(actor, case) or not may_have_mission(facts):
        raise NotFoundError(case.reference)
    subject = paper.subject_of(case)
    with spoken(subject.language):
        blocks = [*_mission(facts, subject), *_plan(case, facts, subject), *_duties()]
        day = paper.day_of(case, "audit_scheduled")
        content = paper.typeset(subject, _("Mission letter and audit plan"), day, blocks)
    return Sheet(content, f"{case.reference}-mission.pdf")


def _engaged(case: Case, facts: LabelFacts, subject: Subject) -> Iterator[Block]:
    member = db.session.scalars(
        sa.select(Membership).where(Membership.organisation_id == case.organisation_id)
    ).first()
    rows = [
        (_("Between"), settings().house_name),
        (_("And"), ", ".join(filter(None, [subject.name, subject.town]))),
        (_("Label"), subject.scheme.name(subject.language)),
        (_("Referential"), subject.referential),
    ]
    if member is not None and member.charter_signed_on is not None:
        signed = written_day(member.charter_signed_on, "long", subject.language)
        rows.append((_("Charter"), f"{member.charter_version} · {signed}"))
    years = ngettext("%(num)d year", "%(num)d years", facts.years)
    rows.append((_("How long a label holds"), years))
    yield paper.pairs(rows)


def _undertaken(facts: LabelFacts) -> Iterator[Block]:
    """Tell what each side undertakes: the rules of the cycle, with the scheme's own terms."""
    yield paper.heading(_("The cooperative undertakes"))
    yield paper.items(
        [
            _("to assess itself by every criterion and to show its evidence;"),
            _("to receive the auditors, and to give them access to what they ask to see;"),
            _("to answer the recommendations and to say what it does about them;"),
            _("to use the mark only while a label is in force, and as its rules say;"),
            _("to remain a member of the network, with its dues paid."),
        ]
    )
    yield paper.heading(_("The network undertakes"))
    yield paper.items(
        [
            _("to send certified peers who have declared that no tie binds them to it;"),
            _(
                "to send the draft report and to wait %(number)s days for a reply;",
                number=facts.terms.reply_days,
            ),
            _("to give good practices and recommendations whatever is decided;"),
            _("to decide by the rule of the label alone, in a committee without the auditors;"),
            _(
                "to have an appeal that comes within %(number)s days decided by others;",
                number=facts.terms.appeal_days,
            ),
            _("to keep to itself what it learns, and to publish nothing of it without consent."),
        ]
    )


def _signed() -> Iterator[Block]:
    yield paper.heading(_("Signatures"))
    head = (_("For the cooperative"), _("For the network"))
    blank = "\n\n" + _("Name, day, signature:") + "\n\n\n"
    yield paper.table(head, [[blank, blank]], (1, 1))


def _mission(facts: LabelFacts, subject: Subject) -> Iterator[Block]:
    yield paper.text(
        _("%(house)s entrusts the audit below to these auditors.", house=settings().house_name)
    )
    yield paper.table(
        (_("Auditor"), _("Role")),
        [[a.name, paper.part(leads=a.leads)] for a in facts.team],
        (3, 2),
    )
    yield paper.pairs(
        [
            (_("Cooperative"), ", ".join(filter(None, [subject.name, subject.town]))),
            (_("Label"), subject.scheme.name(subject.language)),
            (_("Referential"), subject.referential),
            (_("Criteria"), str(len(facts.lines))),
        ]
    )


def _plan(case: Case, facts: LabelFacts, subject: Subject) -> Iterator[Block]:
    yield paper.heading(_("Audit plan"))
    days = (day for day in (facts.audit_starts_on, facts.audit_ends_on) if day is not None)
    said = dict.fromkeys(written_day(day, "long", subject.language) for day in days)
    yield paper.pairs([(_("Audit"), " – ".join(said))])
    yield from paper.method(case, subject)


def _duties() -> Iterator[Block]:
    yield paper.heading(_("The auditors"))
    yield paper.items(
        [
            _("declare their ties to the cooperative before the audit, and any that arises;"),
            _("find a result for every criterion, with a word where it is not met;"),
            _("note good practices and recommendations, or confirm that there are none;"),
            _("keep to themselves what they learn, and take no part in the decision."),
        ]
    )
    yield paper.text(settings().house_name)
