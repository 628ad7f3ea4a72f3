"""Referentials of labels: the list, a version with its criteria, drafts, publication."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from casework import policy
from casework.forms.choices import SECTORS
from casework.forms.referential import DraftForm, ReferentialForm, SectorsForm
from casework.i18n import N_
from casework.labels.criteria import KIND_LABELS
from casework.labels.families import FAMILIES
from casework.queries import referentials as queries
from casework.queries.referentials import Placed
from casework.services import changes, forms
from casework.services.errors import RefusedError
from casework.services.importing.columns import COLUMNS, CRITERIA
from casework.services.referentials import comparing, drafting, publishing
from casework.services.referentials.common import find_referential, find_version
from casework.web import kept
from casework.web.base import (
    committing,
    demand_unchanged,
    go,
    guarded,
    lang,
    me,
    sent_id,
    sent_key,
)
from casework.web.filters import reason_text

bp = Blueprint("referentials", __name__)

STATES = {
    "draft": (N_("draft"), "wait"),
    "published": (N_("published"), "good"),
    "retired": (N_("retired"), "neutral"),
}
SURE = N_("Tick that you are sure.")


@bp.get("/referentials")
@guarded(policy.label_office)
def index() -> ResponseReturnValue:
    """Show the schemes with their referentials and all versions."""
    return render_template(
        "referentials/index.html",
        schemes=queries.schemes(),
        referentials=queries.referentials(),
        versions=queries.versions(),
        families=FAMILIES,
        may_lead=policy.lead(me()),
        states=STATES,
        sectors=dict(SECTORS),
    )


@bp.route("/referentials/new", methods=["GET", "POST"])
@guarded(policy.label_office)
def new() -> ResponseReturnValue:
    """Add a referential to a scheme, or a module to a referential."""
    form: Any = forms.bind(ReferentialForm, kept.form_data())
    form.scheme_id.choices += [named(row) for row in queries.schemes()]
    bases = [named(row) for row in queries.referentials() if not row.is_module]
    form.base_id.choices = [("", _("No other: it is a base")), *bases]
    if request.method == "POST" and form.validate():
        values = forms.clean(form)
        names = {code: values[f"name_{code}"] for code in ("fr", "nl", "en")}
        base = sent_id(values["base_id"]) if values["base_id"] else None
        with acting(form.key) as done:
            place = sent_id(values["scheme_id"])
            sectors = values["sectors"]
            made = drafting.create(me(), place, values["key"], names, base, sectors)
            done(url_for("referentials.begin", referential_id=made.id))
        if done.url:
            return redirect(done.url, code=303)
    return form_page(form, _("Add a referential"), url_for("referentials.index"))


@bp.route("/referentials/<referential_id>/sectors", methods=["GET", "POST"])
@guarded(policy.label_office)
def sectors(referential_id: str) -> ResponseReturnValue:
    """Say to which sectors a module applies."""
    row = find_referential(sent_id(referential_id))
    form: Any = forms.bind(SectorsForm, kept.form_data(), obj=row)
    if request.method == "POST" and form.validate():
        with acting(form.sectors) as done:
            drafting.set_sectors(me(), row.id, forms.clean(form)["sectors"])
            done(url_for("referentials.index"))
        if done.url:
            return redirect(done.url, code=303)
    title = _("Sectors to which a module applies")
    return form_page(form, title, url_for("referentials.index"), row.name(lang()))


@bp.route("/referentials/<referential_id>/drafts/new", methods=["GET", "POST"])
@guarded(policy.label_office)
def begin(referential_id: str) -> ResponseReturnValue:
    """Begin a draft, empty or as a copy."""
    row = find_referential(sent_id(referential_id))
    form: Any = forms.bind(DraftForm, kept.form_data())
    known = [each.version for each in queries.versions().get(row.id, [])]
    copies = [(str(v.id), _("as a copy of %(label)s", label=v.label)) for v in known]
    form.copy_of.choices = [*copies, ("", _("empty"))]
    if request.method == "POST" and form.validate():
        source = sent_id(form.copy_of.data) if form.copy_of.data else None
        with acting(form.named) as done:
            made = drafting.begin(me(), row.id, form.named.data, source, sent_key())
            done(url_for("referentials.show", version_id=made))
        if done.url:
            return redirect(done.url, code=303)
    return form_page(form, _("Begin a draft"), url_for("referentials.index"), row.name(lang()))


@bp.get("/referentials/versions/<version_id>")
@guarded(policy.label_office)
def show(version_id: str) -> ResponseReturnValue:
    """Show a version: its fields and criteria, and what one can do with it."""
    found = find_version(sent_id(version_id))
    by_field: dict[Any, list[Any]] = {}
    for row in queries.criteria([found.version.id]):
        by_field.setdefault(row.field_id, []).append(row)
    return render_template(
        "referentials/version.html",
        **of_version(found),
        fields=queries.fields(found.version.id),
        by_field=by_field,
        kinds=KIND_LABELS,
        others=queries.published(),
        missing=len(comparing.untranslated(found.version.id)),
        history=changes.history(found.version),
        may_publish=policy.lead(me()),
    )


@bp.route("/referentials/versions/<version_id>/publish", methods=["GET", "POST"])
@guarded(policy.lead)
def publish(version_id: str) -> ResponseReturnValue:
    """Show what speaks against a publication, and publish."""
    found = find_version(sent_id(version_id))
    if request.method == "POST" and sure():
        with acting():
            demand_unchanged(found.version, "stamp")
            publishing.publish(me(), found.version.id)
            flash(_("Published. From now on nothing in it changes."), "good")
        return go("referentials.show", version_id=found.version.id)
    return render_template(
        "referentials/publish.html",
        **of_version(found),
        faults=[reason_text(reason) for reason in publishing.faults(found)],
        warnings=[reason_text(reason) for reason in publishing.warnings(found)],
    )


@bp.post("/referentials/versions/<version_id>/retire")
@guarded(policy.lead)
def retire(version_id: str) -> ResponseReturnValue:
    """Have a version used by no new audit."""
    found = find_version(sent_id(version_id))
    if sure():
        with acting():
            publishing.retire(me(), found.version.id)
            flash(_("Retired: no new audit uses this version."), "good")
    return go("referentials.show", version_id=found.version.id)


@bp.post("/referentials/versions/<version_id>/discard")
@guarded(policy.label_office)
def discard(version_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    found = find_version(sent_id(version_id))
    if not sure():
        return go("referentials.show", version_id=found.version.id)
    with acting():
        drafting.discard(me(), found.version.id)
        flash(_("The draft is thrown away."), "good")
    return go("referentials.index")


@bp.get("/referentials/versions/<version_id>/untranslated")
@guarded(policy.label_office)
def untranslated(version_id: str) -> ResponseReturnValue:
    """List the texts of a version that some language lacks."""
    found = find_version(sent_id(version_id))
    return render_template(
        "referentials/untranslated.html",
        **of_version(found),
        rows=comparing.untranslated(found.version.id),
        texts={
            "name": _("Name"),
            "text": _("Criterion"),
            "na_condition": _("Not applicable when"),
            "evidence": _("Expected evidence"),
        },
    )


@bp.get("/referentials/versions/<version_id>/compare")
@guarded(policy.label_office)
def compare(version_id: str) -> ResponseReturnValue:
    """Show what a version changes against another one."""
    found = find_version(sent_id(version_id))
    wanted = request.args.get("other", "") or str(found.version.copied_from_id or "")
    other = find_version(sent_id(wanted)) if wanted else None
    difference = comparing.compare(other.version.id, found.version.id) if other else None
    return render_template(
        "referentials/compare.html",
        **of_version(found),
        other=other,
        difference=difference,
        others=[each for each in queries.published() if each.version.id != found.version.id],
        columns=column_labels(),
    )


def column_labels() -> dict[str, str]:
    """Return what the columns of criteria are called, by key."""
    return {column.key: _(column.label) for column in COLUMNS[CRITERIA]}


def named(row: Any) -> tuple[str, Markup]:
    """Return a row as a choice of a form."""
    return str(row.id), Markup.escape(row.name(lang()))


def form_page(
    form: Any, title: str, back: str, intro: str = "", **values: Any
) -> ResponseReturnValue:
    """Return the page of one form; ``values`` may hold the scheme, and an address to remove."""
    page = render_template(
        "referentials/form.html", form=form, title=title, back=back, intro=intro, **values
    )
    return page, 422 if request.method == "POST" else 200


class Done:
    """Where an act leads; empty while it was not done."""

    url = ""

    def __call__(self, url: str) -> None:
        """Note where the act leads."""
        self.url = url


@contextmanager
def acting(field: Any = None) -> Iterator[Done]:
    """Do something in one transaction; what is refused is told beside a field, or on the page."""
    done = Done()
    try:
        with committing():
            yield done
            kept.forget()
    except RefusedError as error:
        done.url = ""
        said = [reason_text(reason) for reason in error.reasons]
        if field is not None:
            field.errors = said
        else:
            for text in said:
                flash(text, "bad")


def sure() -> bool:
    """Say whether the box was ticked without which nothing is done; else ask for it."""
    if request.form.get("sure"):
        return True
    flash(_(SURE), "bad")
    return False


def of_version(found: Placed) -> dict[str, Any]:
    """Return what every page of a version shows."""
    return {
        "version": found.version,
        "referential": found.referential,
        "scheme": found.scheme,
        "states": STATES,
    }
