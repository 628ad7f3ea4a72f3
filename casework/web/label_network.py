"""Members of the union with their dues, and certified auditors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.extensions import house_day
from casework.forms.label_audit.network import (
    CertificateForm,
    DueForm,
    MembershipForm,
    NewMembershipForm,
)
from casework.queries.labels import network as lists
from casework.services import forms
from casework.services.labels import network
from casework.web import kept
from casework.web.base import (
    asked_page,
    committing_once,
    demand_unchanged,
    go,
    guarded,
    lang,
    me,
    sent_id,
)

bp = Blueprint("label_network", __name__)


@bp.get("/labels/members")
@guarded(policy.staff)
def members() -> ResponseReturnValue:
    """Show the members with their dues, their last audit and their label."""
    overdue = request.args.get("audit") == "overdue"
    return render_template(
        "labels/members.html",
        found=lists.members(asked_page(), overdue=overdue),
        overdue=overdue,
        today=house_day(),
        may_edit=policy.keeper(me()),
    )


@bp.route("/labels/members/new", methods=["GET", "POST"])
@guarded(policy.keeper)
def new_member() -> ResponseReturnValue:
    """Write an organisation down as a member."""
    form: Any = forms.bind(NewMembershipForm, kept.form_data(), language=lang())
    if request.method == "POST" and form.validate():
        if not network.taken(form.organisation_id.data):
            with committing_once() as sent:
                row = network.save_membership(me(), None, forms.clean(form))
                sent.url = url_for("label_network.member", membership_id=row.id)
                kept.forget()
            flash(_("Saved."), "good")
            return go("label_network.member", membership_id=row.id)
        form.organisation_id.errors = [_("This organisation is a member already.")]
    return _form(_("A new member"), form, url_for("label_network.members"))


@bp.get("/labels/members/<membership_id>")
@guarded(policy.staff)
def member(membership_id: str) -> ResponseReturnValue:
    """Show one member with what it owes."""
    row = network.membership(sent_id(membership_id))
    return render_template(
        "labels/member.html",
        row=row,
        name=lists.name_of(row),
        dues=lists.dues(row.id),
        today=house_day(),
        may_edit=policy.keeper(me()),
        may_note=policy.treasurer(me()),
    )


@bp.route("/labels/members/<membership_id>/edit", methods=["GET", "POST"])
@guarded(policy.keeper)
def edit_member(membership_id: str) -> ResponseReturnValue:
    """Change a membership."""
    row = network.membership(sent_id(membership_id))
    form = forms.bind(MembershipForm, kept.form_data(), obj=row, language=lang())
    back = url_for("label_network.member", membership_id=row.id)
    if request.method == "POST" and form.validate():
        with committing_once() as sent:
            demand_unchanged(row, "version")
            network.save_membership(me(), row, forms.clean(form))
            sent.url = back
            kept.forget()
        flash(_("Saved."), "good")
        return go("label_network.member", membership_id=membership_id)
    return _form(f"{_('Membership')} · {lists.name_of(row)}", form, back, row.version)


@bp.route("/labels/members/<membership_id>/dues/new", methods=["GET", "POST"])
@guarded(policy.treasurer)
def new_due(membership_id: str) -> ResponseReturnValue:
    """Write down what is due for a year."""
    return _due(membership_id, None)


@bp.route("/labels/members/<membership_id>/dues/<due_id>", methods=["GET", "POST"])
@guarded(policy.treasurer)
def edit_due(membership_id: str, due_id: str) -> ResponseReturnValue:
    """Write down that it is paid, or change it."""
    return _due(membership_id, due_id)


@bp.get("/labels/auditors")
@guarded(policy.staff)
def auditors() -> ResponseReturnValue:
    """Show who is certified as auditor."""
    return render_template(
        "labels/auditors.html",
        found=lists.auditors(asked_page()),
        today=house_day(),
        may_edit=policy.keeper(me()),
    )


@bp.route("/labels/auditors/new", methods=["GET", "POST"])
@guarded(policy.keeper)
def new_auditor() -> ResponseReturnValue:
    """Write down that somebody is certified."""
    form: Any = forms.bind(CertificateForm, kept.form_data(), language=lang())
    if request.method == "POST" and form.validate():
        if not network.number_taken(form.number.data):
            with committing_once() as sent:
                network.certify(me(), forms.clean(form))
                sent.url = url_for("label_network.auditors")
                kept.forget()
            flash(_("Saved."), "good")
            return go("label_network.auditors")
        form.number.errors = [_("There is a certificate of this number already.")]
    return _form(_("A new certificate"), form, url_for("label_network.auditors"))


def _due(membership_id: str, due_id: str | None) -> ResponseReturnValue:
    owner = network.membership(sent_id(membership_id))
    row = network.due(owner.id, sent_id(due_id)) if due_id else None
    form: Any = forms.bind(DueForm, kept.form_data(), obj=row, language=lang())
    back = url_for("label_network.member", membership_id=owner.id)
    if request.method == "POST" and form.validate():
        if not network.year_taken(owner.id, form.year.data, row.id if row else None):
            with committing_once() as sent:
                demand_unchanged(row, "version")
                network.save_due(me(), row, owner, forms.clean(form))
                sent.url = back
                kept.forget()
            flash(_("Saved."), "good")
            return go("label_network.member", membership_id=membership_id)
        form.year.errors = [_("This year is written down already.")]
    what = f"{_('Dues')} {row.year}" if row else _("Note the dues of a year")
    return _form(f"{what} · {lists.name_of(owner)}", form, back, row.version if row else 0)


def _form(heading: str, form: Any, back: str, seen: int = 0) -> ResponseReturnValue:
    page = render_template(
        "labels/form.html", heading=heading, form=form, back=back, seen=seen or None
    )
    return page, 422 if request.method == "POST" else 200
