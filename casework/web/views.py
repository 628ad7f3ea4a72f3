"""Saved views of the list of cases, and the columns that a person wants to see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.forms.view import ViewForm
from casework.i18n import N_
from casework.models import SavedView
from casework.queries.listing import asked as wishes
from casework.queries.listing import columns, names, pages
from casework.queries.listing import views as found
from casework.queries.listing.asked import Wish
from casework.queries.listing.filters import FILTERS, id_of
from casework.services import forms
from casework.services import views as saved
from casework.web import asking, kept
from casework.web.base import (
    committing,
    committing_once,
    demand_unchanged,
    go,
    guarded,
    lang,
    me,
    sent_id,
)
from casework.workflows import registry

bp = Blueprint("views", __name__)

TAKEN = N_("You have a view of this name already. Choose another name, or change that view.")
TOO_MANY = N_("There are %(most)d views already: take one away first.")


@bp.get("/views")
@guarded(policy.staff)
def index() -> ResponseReturnValue:
    """Show the views that a person may open, and what each asks for."""
    shelf = found.shelf(me())
    lines = [
        {
            "view": view,
            "own": view.owner_id == me().id,
            "may_change": policy.may_change_view(me(), view),
            "asks": [_(FILTERS[key].label) for key, _value in found.wish_of(view)[0].chosen],
        }
        for view in shelf.views
    ]
    return render_template("views/index.html", lines=lines, start=shelf.start)


@bp.route("/views/new", methods=["GET", "POST"])
@guarded(policy.staff)
def new() -> ResponseReturnValue:
    """Keep the list that the address or the form asks for under a name."""
    wish, _faults = wishes.read(request.values)
    form = _form(None)
    if request.method == "POST" and form.validate():
        try:
            with committing_once() as sent:
                view = saved.save(me(), form["name"].data, wish, _roles(form))
                if form["start"].data:
                    saved.begin_with(me(), view.id)
                sent.url = url_for("cases.index", view=view.id)
                kept.forget()
            return redirect(sent.url, code=303)
        except (saved.NameTakenError, saved.TooManyViewsError) as error:
            _blame(form, error)
    return _page(form, wish, None), 422 if request.method == "POST" else 200


@bp.route("/views/<view_id>", methods=["GET", "POST"])
@guarded(policy.staff)
def edit(view_id: str) -> ResponseReturnValue:
    """Rename a view, or share it otherwise."""
    view = saved.find(me(), sent_id(view_id))
    wish, _faults = found.wish_of(view)
    form = _form(view)
    if request.method == "POST" and form.validate():
        try:
            with committing():
                demand_unchanged(view, "version")
                saved.change(me(), view, name=form["name"].data, roles=_roles(form))
                _begin(view.id, chosen=form["start"].data)
                kept.forget()
        except (saved.NameTakenError, saved.TooManyViewsError) as error:
            _blame(form, error)
        else:
            flash(_("Saved."), "good")
            return go("cases.index", view=view.id)
    return _page(form, wish, view), 422 if request.method == "POST" else 200


@bp.post("/views/<view_id>/update")
@guarded(policy.staff)
def update(view_id: str) -> ResponseReturnValue:
    """Have a view ask for what the list shows now."""
    view = saved.find(me(), sent_id(view_id))
    wish, _faults = wishes.read(request.form)
    with committing():
        demand_unchanged(view, "version")
        saved.change(me(), view, wish=wish)
    flash(_("The view now shows this list."), "good")
    return go("cases.index", view=view.id)


@bp.post("/views/<view_id>/delete")
@guarded(policy.staff)
def delete(view_id: str) -> ResponseReturnValue:
    """Take a view away."""
    with committing_once() as sent:
        sent.url = url_for("views.index")
        view = saved.find(me(), sent_id(view_id))
        name = view.name
        saved.delete(view)
    flash(_("The view “%(name)s” is gone; the cases are as they were.", name=name), "good")
    return go("views.index")


@bp.post("/views/start")
@guarded(policy.staff)
def start() -> ResponseReturnValue:
    """Choose with which view the list begins; with none, all cases."""
    text = request.form.get("view_id", "")
    with committing():
        saved.begin_with(me(), sent_id(text) if text else None)
    return go("views.index")


@bp.get("/views/columns")
@guarded(policy.staff)
def choose_columns() -> ResponseReturnValue:
    """Show the columns of the list and those that it may have, to be put into order."""
    asked = asking.read(request.args)
    chosen = [column.key for column in asked.columns]
    groups: dict[str, list[dict[str, Any]]] = {}
    for column in columns.known().values():
        if column.key not in chosen:
            groups.setdefault(column.workflow, []).append(_choice(asked, column.key, chosen))
    return render_template(
        "views/columns.html",
        asked=asked,
        chosen=[_choice(asked, key, chosen) for key in chosen],
        groups=groups,
        workflows={workflow.key: workflow.label for workflow in registry.current()},
        room=len(chosen) < wishes.MOST_COLUMNS,
    )


@bp.post("/views/columns")
@guarded(policy.staff)
def keep_columns() -> ResponseReturnValue:
    """Keep the columns for every list of this person; none of them means the usual ones."""
    wish, _faults = wishes.read(request.form)
    view = found.shelf(me()).find(id_of(request.form.get("view", "")))
    with committing():
        saved.choose_columns(me(), wish.columns)
    flash(_("Your lists show these columns from now on."), "good")
    return redirect(
        asking.address("cases.index", wish if view else wish.showing(()), view), code=303
    )


def _choice(asked: asking.Asked, key: str, chosen: list[str]) -> dict[str, Any]:
    """Return a column with the addresses at which it stands elsewhere, or not at all."""
    column = columns.known()[key]
    rest = [other for other in chosen if other != key]
    at = chosen.index(key) if key in chosen else -1

    def with_it(place: int) -> str:
        return asked.at(
            "views.choose_columns", asked.wish.showing([*rest[:place], key, *rest[place:]])
        )

    return {
        "key": key,
        "label": _(column.label),
        "add": with_it(len(rest)),
        "up": with_it(at - 1) if at > 0 else "",
        "down": with_it(at + 1) if 0 <= at < len(rest) else "",
        "drop": asked.at("views.choose_columns", asked.wish.showing(rest)) if rest else "",
    }


def _form(view: SavedView | None) -> Any:
    shelf = found.shelf(me())
    values = (
        {"name": view.name, "roles": view.roles, "start": shelf.start == view.id} if view else {}
    )
    data = kept.form_data()
    form = forms.bind(ViewForm, data if data is not None else values)
    if not policy.may_share_views(me()):
        del form["roles"]
    return form


def _roles(form: Any) -> list[str]:
    return list(form["roles"].data or ()) if "roles" in form else []


def _begin(view_id: UUID, *, chosen: bool) -> None:
    """Have the list begin with a view, or no longer with it."""
    if chosen or found.shelf(me()).start == view_id:
        saved.begin_with(me(), view_id if chosen else None)


def _blame(form: Any, error: Exception) -> None:
    if isinstance(error, saved.TooManyViewsError):
        form.form_errors.append(_(TOO_MANY, most=error.most))
    else:
        form["name"].errors = [*form["name"].errors, TAKEN]


def _page(form: Any, wish: Wish, view: SavedView | None) -> str:
    shown = [_(column.label) for column in pages.columns_of(wish)]
    pairs = [*names.in_words(wish, lang()), (_("Columns"), ", ".join(shown))]
    return render_template("views/form.html", form=form, wish=wish, view=view, pairs=pairs)
