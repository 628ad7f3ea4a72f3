"""Acts on many cases at once: choose, say what, look at what will happen, say yes, look back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework import policy
from casework.clock import now
from casework.models import BulkAct
from casework.queries import bulk as found
from casework.queries import choices
from casework.queries.listing import asked, pages
from casework.queries.listing.asked import Wish
from casework.services import background_run, bulk, forms
from casework.services.bulk import reasons
from casework.web import asking
from casework.web.base import committing_once, go, guarded, lang, me, not_found, sent_id
from casework.workflows import registry
from casework.workflows.declaration import Transition
from casework.workflows.engine import Workflow

bp = Blueprint("bulk", __name__)

SHOWN = 100  # cases told one by one; of more, how many there are


@bp.post("/bulk/choose")
@guarded(policy.staff)
def choose() -> ResponseReturnValue:
    """Keep the cases that were ticked in a list, or all of the list, for an act on them."""
    wish, faults = asked.read(request.form)
    whole = bool(request.form.get("everything"))
    if whole and faults:  # what was left out would make it an act on more cases than were seen
        flash(asking.sentence(faults[0]), "wait")
        return _back_to_list(wish)
    try:
        with committing_once() as sent:
            act = bulk.choose(me(), _wanted(wish, whole=whole))
            sent.url = url_for("bulk.acts", act_id=act.id)
    except LookupError:
        flash(_("Tick at least one case first."), "wait")
        return _back_to_list(wish)
    except bulk.TooManyError:
        flash(
            _("These are more than %(most)s cases. Narrow the list first.", most=bulk.MOST), "bad"
        )
        return _back_to_list(wish)
    return go("bulk.acts", act_id=act.id)


@bp.get("/bulk/<act_id>")
@guarded(policy.staff)
def acts(act_id: str) -> ResponseReturnValue:
    """Show what can be done with the chosen cases; with an act already done, its result."""
    act = _find(act_id)
    if act.confirmed_at is not None:
        return go("bulk.result", act_id=act.id)
    cases = [case for _row, case in bulk.chosen_cases(act, me()) if case is not None]
    return render_template(
        "bulk/acts.html",
        act=act,
        cases=cases,
        shown=cases[:SHOWN],
        moves=bulk.moves_for(cases, me(), now()),
        assignable=sum(policy.may_assign(me(), case) for case in cases),
    )


@bp.route("/bulk/<act_id>/move/<workflow_key>/<name>", methods=["GET", "POST"])
@guarded(policy.staff)
def move(act_id: str, workflow_key: str, name: str) -> ResponseReturnValue:
    """Ask for what the move needs to be told; then on to the preview."""
    act = _open(act_id)
    workflow, transition = _move(workflow_key, name)
    form = None
    if transition.form is not None:
        typed = request.form if request.method == "POST" else act.data or None
        form = forms.bind(transition.form, typed, language=lang())
    if request.method == "GET" or (form is not None and not form.validate()):
        page = render_template(
            "bulk/move.html",
            act=act,
            workflow=workflow,
            transition=transition,
            form=form,
            override=request.form.get("override", act.override),
        )
        return page, 200 if request.method == "GET" else 422
    typed_texts = {k: v for k, v in request.form.items() if form is not None and k in form}
    with committing_once() as sent:
        bulk.prepare(
            act,
            "move",
            workflow_key=workflow.key,
            name=transition.name,
            data=typed_texts,
            override=request.form.get("override", "")[:2000],
        )
        sent.url = url_for("bulk.preview", act_id=act.id)
    return go("bulk.preview", act_id=act.id)


@bp.route("/bulk/<act_id>/assign", methods=["GET", "POST"])
@guarded(policy.staff)
def assign(act_id: str) -> ResponseReturnValue:
    """Ask who is to be in charge; then on to the preview."""
    act, officers = _open(act_id), choices.officers(lang())
    wanted = request.form.get("owner_id", "")
    if request.method == "GET" or wanted not in {key for key, _name in officers}:
        faulty = request.method == "POST"
        page = render_template("bulk/assign.html", act=act, officers=officers, faulty=faulty)
        return page, 422 if faulty else 200
    with committing_once() as sent:
        bulk.prepare(act, "assign", data={"owner_id": wanted})
        sent.url = url_for("bulk.preview", act_id=act.id)
    return go("bulk.preview", act_id=act.id)


@bp.get("/bulk/<act_id>/preview")
@guarded(policy.staff)
def preview(act_id: str) -> ResponseReturnValue:
    """Show what will happen with each case, who hears of it, and what is refused and why."""
    act = _open(act_id)
    if not act.kind:
        return go("bulk.acts", act_id=act.id)
    told = bulk.preview(act, me(), lang())
    return render_template(
        "bulk/preview.html", act=act, told=told, shown=told.will[:SHOWN], **_words(act)
    )


@bp.post("/bulk/<act_id>/confirm")
@guarded(policy.staff)
def confirm(act_id: str) -> ResponseReturnValue:
    """Do what was previewed: a few cases at once, more by a worker."""
    act = _find(act_id)
    act_key, work_id, short = act.id, None, True
    try:
        with committing_once() as sent:
            sent.url = url_for("bulk.result", act_id=act_key)
            begun = bulk.confirm(act, me(), request.form.get("seen", ""), lang())
            if begun is not None:
                work_id, short = begun[0].id, begun[1]
    except bulk.ChangedError:
        flash(_("What is to be done was changed meanwhile. Look at it once more."), "wait")
        return go("bulk.acts", act_id=act_key)
    if not short:
        return go("background.show", work_id=work_id)
    if work_id is not None:
        background_run.do_now(work_id)
    return go("bulk.result", act_id=act_key)


@bp.get("/bulk/<act_id>/result")
@guarded(policy.staff)
def result(act_id: str) -> ResponseReturnValue:
    """Show what became of each case."""
    act = _find(act_id)
    if act.confirmed_at is None:
        return go("bulk.acts", act_id=act.id)
    rows = bulk.chosen_cases(act, me())
    return render_template(
        "bulk/result.html",
        act=act,
        counts=found.counts(act),
        done=[case for row, case in rows if row.outcome == "done" and case],
        refused=[
            (case, reasons.read(row.reasons)) for row, case in rows if row.outcome == "refused"
        ],
        undone=found.undone_by(act),
        back=bulk.may_undo(act, rows, me()),
        **_words(act),
    )


@bp.get("/bulk/work/<work_id>")
@guarded(policy.staff)
def of_work(work_id: str) -> ResponseReturnValue:
    """Lead from long work to the result of the act that it carried out."""
    act = found.of_work(me(), sent_id(work_id))
    if act is None:
        not_found(work_id)
    return go("bulk.result", act_id=act.id)


@bp.post("/bulk/<act_id>/undo")
@guarded(policy.staff)
def undo(act_id: str) -> ResponseReturnValue:
    """Begin the act that takes this one back; it is previewed like any other."""
    act = _find(act_id)
    try:
        with committing_once() as sent:
            fresh, name = bulk.undo(act, me())
            sent.url = (
                url_for("bulk.move", act_id=fresh.id, workflow_key=act.workflow_key, name=name)
                if name
                else url_for("bulk.preview", act_id=fresh.id)
            )
    except bulk.NoWayBackError:
        flash(
            _("The workflow knows no way back from here that many cases can take at once."), "wait"
        )
        return go("bulk.result", act_id=act.id)
    return redirect(sent.url, code=303)


def _find(act_id: str) -> BulkAct:
    act = found.one(me(), sent_id(act_id))
    if act is None:
        not_found(act_id)
    return act


def _open(act_id: str) -> BulkAct:
    """Return an act that nobody has said yes to yet."""
    act = _find(act_id)
    if act.confirmed_at is not None:
        not_found(f"an act that is done: {act_id}")
    return act


def _move(workflow_key: str, name: str) -> tuple[Workflow, Transition]:
    known = (w for w in registry.current() if w.key == workflow_key)
    found_moves = ((w, w.transition_by_name.get(name)) for w in known)
    for workflow, transition in found_moves:
        if transition is not None and bulk.fits(transition):
            return workflow, transition
    return not_found(f"{workflow_key}/{name}")


def _words(act: BulkAct) -> dict[str, Any]:
    """Return what the act is called, and what was typed for it."""
    if act.kind != "move":
        owner = found.name_of(act.data["owner_id"]) if act.kind == "assign" else ""
        title = _("Put %(name)s in charge", name=owner) if owner else _("Put back in charge")
        return {"title": title, "typed": [], "transition": None}
    _workflow, transition = _move(act.workflow_key, act.name)
    form = forms.bind(transition.form, act.data, language=lang()) if transition.form else None
    typed = [(_(f.label.text), _typed(f)) for f in form] if form else []
    if act.override:
        typed.append((_("Why you go on all the same"), act.override))
    return {"title": _(transition.label), "typed": typed, "transition": transition}


def _typed(field: Any) -> Any:
    names = dict(getattr(field, "choices", None) or [])
    return names.get(field.data, field.data)


def _wanted(wish: Wish, *, whole: bool) -> Iterable[UUID]:
    if whole:
        return pages.first_ids(me(), wish, bulk.MOST + 1)
    return list(filter(None, map(_uuid, request.form.getlist("case_id"))))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _back_to_list(wish: Wish) -> Response:
    return redirect(asking.address("cases.index", wish), code=303)
