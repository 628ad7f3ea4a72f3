"""The whole case on one page for paper, and its documents in one archive."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import Form

from casework import policy
from casework.clock import now
from casework.models import Case
from casework.queries import choices, deadlines, documents, file, notes, people, timeline
from casework.services import background, cases
from casework.web import casepage, filters
from casework.web.base import (
    audiences,
    case_url,
    committing_once,
    find_case,
    go,
    guarded,
    internal,
    lang,
    me,
    roles,
    sent_key,
    side,
)
from casework.workflows.declaration import Section

bp = Blueprint("casefile", __name__)

MOST_EVENTS = 1_000
MOST_NOTES = 1_000


@bp.get("/cases/<reference>/file")
@guarded(policy.signed_in)
def show(reference: str) -> ResponseReturnValue:
    """Show all that the reader may read of a case on one clean page."""
    case = find_case(reference)
    workflow, inside, moment = cases.workflow_of(case), internal(case), now()
    sections = _sections(case)
    rows = file.records_of(sections, case.id)
    return render_template(
        "case/file.html",
        case=case,
        workflow=workflow,
        internal=inside,
        back_url=case_url(reference),
        printed_on=filters.moment(moment),
        now=moment,
        parts=_parts(case, [s for s in sections if rows[s.key]], rows),
        deadlines=deadlines.of_case(case, workflow, internal=inside),
        documents=[a for a in documents.of_case(case, internal=inside) if _counts(a)],
        notes=notes.everything(case, audiences(case), MOST_NOTES),
        team=people.team(case, moment, internal=inside),
        entries=timeline.entries(
            case, workflow, internal=inside, audiences=audiences(case), limit=MOST_EVENTS
        ),
    )


@bp.get("/cases/<reference>/archive")
@guarded(policy.signed_in)
def archive(reference: str) -> ResponseReturnValue:
    """Say what the archive of the documents will hold, and offer to have it made."""
    case = find_case(reference)
    kept = [a for a in documents.of_case(case, internal=internal(case)) if _counts(a)]
    return render_template(
        "case/archive.html",
        side=side(case),
        case=case,
        documents=kept,
        size=sum(line.newest.size for line in kept),
    )


@bp.post("/cases/<reference>/archive")
@guarded(policy.signed_in)
def make_archive(reference: str) -> ResponseReturnValue:
    """Have a worker put the documents of a case into one archive."""
    case = find_case(reference)
    params = {"case_id": str(case.id)}
    with committing_once() as sent:
        work = background.begin(me(), "archive", params, sent_key(), lang())
        sent.url = url_for("background.show", work_id=work.id)
    return go("background.show", work_id=work.id)


def _sections(case: Case) -> list[Section]:
    """Return the sections that the reader may read, each kind of record once."""
    held, workflow = roles(case), cases.workflow_of(case)
    found = [s for s in workflow.sections if policy.may_read(s, held, case.state)]
    own = {s.model for s in found if s.house_only}
    return [s for s in found if s.house_only or s.model not in own]


def _parts(
    case: Case, sections: list[Section], rows: dict[str, list[Any]]
) -> list[tuple[Section, Form, list[Any]]]:
    """Return each section with the form that names what is shown of its records.

    Choices that several forms offer (people, programmes) are asked for once.
    """
    known: dict[str, choices.Choices] = {}
    parts = []
    for section in sections:
        form = (section.shown_in or section.form)()
        for name, source in getattr(form, "choice_sources", {}).items():
            if source not in known:
                known[source] = choices.SOURCES[source](lang())
            found = [(value, Markup.escape(label)) for value, label in known[source]]
            field: Any = form[name]
            field.choices = [*(field.choices or []), *found]
        casepage.name_documents(form, case)
        parts.append((section, form, rows[section.key]))
    return parts


def _counts(line: Any) -> bool:
    return line.document.withdrawn_at is None and bool(line.versions)
