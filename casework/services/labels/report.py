"""The audit report as a PDF: context, method, results by field, what was found, the reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from casework import policy
from casework.extensions import house_day
from casework.forms.label_audit.choices import FINDINGS, PRIORITIES
from casework.i18n import written_day
from casework.labels.criteria import RESULT_LABELS, Result
from casework.models import Case
from casework.models.label_audit import (
    AuditReport,
    Finding,
    RecommendedAction,
    Reply,
)
from casework.models.referential.referential import in_language
from casework.policy import Actor
from casework.queries.labels import audited, grid
from casework.queries.labels.audited import Audited
from casework.queries.labels.grid import Group
from casework.services import cases
from casework.services.errors import NotFoundError
from casework.services.labels import paper
from casework.services.labels.paper import Block, Sheet, Subject
from casework.services.outbox.tongue import gettext as _
from casework.services.outbox.tongue import spoken
from casework.workflows.label_audit.facts import LabelFacts

DRAFT_IN = ("audit_in_progress", "right_of_reply")
NONCONFORMITIES = ("major", "minor", "observation")


def may_have(actor: Actor, case: Case, facts: LabelFacts) -> bool:
    """Say whether there is a report that a person may read: its section says who and when."""
    section = cases.workflow_of(case).section_by_key["report"]
    held = policy.roles_on(actor, case)
    return facts.report and bool(held) and policy.may_read(section, held, case.state)


def of_case(actor: Actor, case: Case, facts: LabelFacts) -> Sheet:
    """Return the report of a case in the cooperative's language. Raises NotFoundError, PdfError."""
    if not may_have(actor, case, facts):
        raise NotFoundError(case.reference)
    subject, written = paper.subject_of(case), paper.rows(case, AuditReport)[0]
    draft = case.state in DRAFT_IN
    found = audited.so_far(facts) if draft else audited.when_final(case, facts)
    with spoken(subject.language):
        blocks = [
            *_head(facts, subject),
            paper.heading(_("Context")),
            paper.text(written.context),
            paper.heading(_("Method")),
            *paper.method(case, subject),
            *_results(grid.groups(facts, case.id), found, subject),
            *_found(case, written, subject),
            *_reply(case, draft=draft),
            paper.heading(_("Conclusion")),
            paper.text(written.conclusion),
        ]
        content = paper.typeset(
            subject,
            _("Audit report"),
            _written_on(case),
            blocks,
            mark=_("Draft report") if draft else "",
        )
    return Sheet(content, f"{case.reference}-report.pdf")


def _written_on(case: Case) -> date:
    """Return the day of a report: when it became final, or its draft was issued."""
    if case.state == "audit_in_progress":
        return house_day()
    return paper.day_of(case, "right_of_reply" if case.state in DRAFT_IN else "final_report")


def _head(facts: LabelFacts, subject: Subject) -> Iterator[Block]:
    team = [f"{a.name} ({paper.part(leads=a.leads)})" for a in facts.team]
    rows = [
        (_("Cooperative"), ", ".join(filter(None, [subject.name, subject.town]))),
        (_("Label"), subject.scheme.name(subject.language)),
        (_("Referential"), subject.referential),
        (_("Auditors"), "\n".join(team)),
    ]
    if facts.audit_starts_on and facts.audit_ends_on:
        days = (facts.audit_starts_on, facts.audit_ends_on)
        said = dict.fromkeys(written_day(day, "long", subject.language) for day in days)
        rows.append((_("Audit"), " – ".join(said)))
    yield paper.pairs(rows)


def _results(groups: Sequence[Group], found: Audited, subject: Subject) -> Iterator[Block]:
    yield paper.heading(_("Results by field"))
    yield paper.table(
        (_("Field"), _("Met"), _("Not met"), _("Not applicable")),
        [[g.heading.name(subject.language), *_counts(g, found)] for g in groups],
        (5, 1, 1, 2),
    )
    for group in groups:
        yield paper.heading(group.heading.name(subject.language), 3)
        yield paper.table(
            (_("Code"), _("Criterion"), _("Result"), _("Observation of the auditors")),
            [
                [
                    row.line.code,
                    row.criterion.text(subject.language),
                    _(RESULT_LABELS[found.said(row.line).result]),
                    found.said(row.line).note,
                ]
                for row in group.rows
            ],
            (0, 4, 0, 3),
        )


def _counts(group: Group, found: Audited) -> Sequence[str]:
    said = [found.said(row.line).result for row in group.rows]
    unmet = sum(r in {Result.NOT_MET, Result.PARTIAL} for r in said)
    counts = (said.count(Result.MET), unmet, said.count(Result.NOT_APPLICABLE))
    return [str(number) for number in counts]


def _found(case: Case, written: AuditReport, subject: Subject) -> Iterator[Block]:
    """Tell good practices, nonconformities and recommendations, or that there are none."""
    findings = paper.rows(case, Finding)
    yield paper.heading(_("Good practices"))
    practices = [_said(f, subject) for f in findings if f.kind == "good_practice"]
    yield paper.items(practices) if practices else paper.text(_("The auditors noted none."))
    yield paper.heading(_("Nonconformities and observations"))
    weighty = sorted(
        (f for f in findings if f.kind in NONCONFORMITIES),
        key=lambda f: NONCONFORMITIES.index(f.kind),
    )
    kinds, priorities = dict(FINDINGS), dict(PRIORITIES)
    if weighty:
        yield paper.table(
            (_("What it is"), _("Criterion"), _("What was found")),
            [
                [_(kinds[f.kind]), f.criterion, in_language(f, "text", subject.language)]
                for f in weighty
            ],
            (2, 1, 5),
        )
    else:
        yield paper.text(_("The auditors noted none."))
    yield paper.heading(_("Recommendations"))
    if advice := paper.rows(case, RecommendedAction):
        yield paper.table(
            (_("Recommendation"), _("Criterion"), _("Priority"), _("Due on")),
            [
                [
                    in_language(row, "text", subject.language),
                    row.criterion,
                    _(priorities[row.priority]),
                    written_day(row.due_on, "long", subject.language),
                ]
                for row in advice
            ],
            (5, 1, 1, 2),
        )
    else:
        yield paper.text(_("The auditors noted none."))


def _said(finding: Finding, subject: Subject) -> str:
    words = in_language(finding, "text", subject.language)
    return f"{finding.criterion} – {words}" if finding.criterion else words


def _reply(case: Case, *, draft: bool) -> Iterator[Block]:
    yield paper.heading(_("Reply of the cooperative"))
    given = paper.rows(case, Reply)
    if given:
        yield paper.text(given[0].text)
    elif draft:
        yield paper.text(_("The cooperative may still reply to this draft."))
    else:
        yield paper.text(_("The cooperative gave no reply within the time."))
