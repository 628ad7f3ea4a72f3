"""What comes out of a label audit: certificate, brand kit, letters, report, agreement."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.models import Case
from casework.models.label_audit import KitFile
from casework.queries.labels import decisions, register
from casework.queries.labels.decisions import DECISIONS
from casework.queries.labels.register import Entry
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.labels import certificate, kit, letter, mission, paper, report, results
from casework.services.labels.paper import Sheet
from casework.web import casepage, label_kit, sending
from casework.web.base import find_case, go, guarded, me, sent_id
from casework.workflows.label_audit.facts import LabelFacts

bp = Blueprint("label_papers", __name__)


@bp.get("/cases/<reference>/label")
@guarded(policy.signed_in)
def show(reference: str) -> ResponseReturnValue:
    """Show what a cycle has brought forth: the label, and the papers that go with it."""
    case, facts = _audit(reference)
    found = register.of_case(case.id)
    entry = found[0] if found else None
    return render_template(
        "labels/papers.html",
        **casepage.frame(case, "label"),
        facts=facts,
        entry=entry,
        decisions=[(d, DECISIONS[d.name]) for d in decisions.of_case(case.id)],
        scheme=paper.subject_of(case).scheme,
        planned=mission.may_have_mission(facts),
        reported=report.may_have(me(), case, facts),
        kit=_kit(case, entry),
        certified=entry is not None and policy.may_have_certificate(me(), case, entry.status),
    )


@bp.get("/cases/<reference>/label/certificate")
@guarded(policy.signed_in)
def download(reference: str) -> ResponseReturnValue:
    """Send the certificate, while the right to the mark lasts."""
    case, _facts = _audit(reference)
    try:
        sheet = certificate.of_case(me(), case)
    except (ForbiddenError, NotFoundError):
        flash(_("There is no right to the mark now, and so no certificate."), "wait")
        return go("label_papers.show", reference=reference)
    return _sheet(sheet)


@bp.get("/cases/<reference>/label/decisions/<int(max=999999):number>")
@guarded(policy.signed_in)
def decision(reference: str, number: int) -> ResponseReturnValue:
    """Send the letter of a decision; ``number`` is its place in the case's log."""
    return _sheet(letter.decision(me(), *_audit(reference), number))


@bp.get("/cases/<reference>/label/report")
@guarded(policy.signed_in)
def audit_report(reference: str) -> ResponseReturnValue:
    """Send the audit report: its draft while the cooperative may reply."""
    case, facts = _audit(reference)
    if not report.may_have(me(), case, facts):
        flash(_("There is no report that you can read yet."), "wait")
        return go("label_papers.show", reference=reference)
    return _sheet(report.of_case(me(), case, facts))


@bp.get("/cases/<reference>/label/agreement")
@guarded(policy.signed_in)
def agreement(reference: str) -> ResponseReturnValue:
    """Send the engagement agreement."""
    return _sheet(mission.agreement(me(), *_audit(reference)))


@bp.get("/cases/<reference>/label/mission")
@guarded(policy.signed_in)
def mission_letter(reference: str) -> ResponseReturnValue:
    """Send the auditors' mission letter with the audit plan."""
    case, facts = _audit(reference)
    if not mission.may_have_mission(facts):
        flash(_("The audit has neither its team nor its days yet."), "wait")
        return go("label_papers.show", reference=reference)
    return _sheet(mission.mission(me(), case, facts))


@bp.get("/cases/<reference>/label/kit/<kit_file_id>")
@guarded(policy.signed_in)
def kit_file(reference: str, kit_file_id: str) -> ResponseReturnValue:
    """Send a file of the brand kit to the cooperative, while its right to the mark lasts."""
    case, _facts = _audit(reference)
    return label_kit.sent(kit.of_case(me(), case, sent_id(kit_file_id)))


def _kit(case: Case, entry: Entry | None) -> list[KitFile] | None:
    """Return the files that the reader may download; None where the mark may not be used."""
    if entry is None or not policy.may_have_kit(me(), case, entry.status):
        return None
    return [row for row, _name in kit.files(entry.scheme.id)]


def _audit(reference: str) -> tuple[Case, LabelFacts]:
    case = find_case(reference)
    return case, results.facts_for(case)


def _sheet(sheet: Sheet) -> ResponseReturnValue:
    return sending.made(sheet.content, sheet.name, "application/pdf")
