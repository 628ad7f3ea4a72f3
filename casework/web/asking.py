"""What an address asks of the list of cases: read, said in words, written again as addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from casework.i18n import N_
from casework.models import SavedView
from casework.queries.listing import asked, names, pages, views
from casework.queries.listing.asked import Fault, Wish
from casework.queries.listing.columns import Column
from casework.queries.listing.filters import id_of
from casework.queries.listing.names import Namesakes, Said
from casework.queries.listing.views import Shelf
from casework.web.addresses import url_for
from casework.web.base import lang, me
from casework.web.catalogue import gettext as _

LINK = Markup('<a href="{}">{}</a>')
TABS = 7
VIEW_GONE = N_("This view no longer exists, or it is no longer shared with you.")


@dataclass(frozen=True)
class Asked:
    """A wish as it can be granted, in words, and sentences on what of it cannot.

    ``view`` is the saved view that it began with, ``changed`` whether it asks for something else
    by now. ``endpoint`` is the page that shows it; ``opened`` that its form of filters is open.
    """

    wish: Wish
    said: list[Said]
    faults: list[str]
    shelf: Shelf
    view: SavedView | None = None
    changed: bool = False
    endpoint: str = "cases.index"
    opened: bool = False

    @property
    def full(self) -> Wish:
        """The wish with the columns that the page shows, for files and views."""
        return self.wish.showing(column.key for column in self.columns)

    @property
    def columns(self) -> list[Column]:
        """The columns that the page shows."""
        return pages.columns_of(
            self.wish if self.wish.columns else self.wish.showing(self.shelf.columns)
        )

    def url(self, wish: Wish | None = None, **more: Any) -> str:
        """Return the address of a page with this wish, or with another one."""
        return self.at(self.endpoint, wish, **{"filters": "open" if self.opened else "", **more})

    def at(self, endpoint: str, wish: Wish | None = None, **more: Any) -> str:
        """Return the address of another page about this wish, or about another one."""
        return address(endpoint, wish or self.wish, self.view, **more)

    def bare(self) -> Wish:
        """Return the wish without any filter."""
        return replace(self.wish, chosen=())

    def beside(self) -> dict[str, str]:
        """Return what a form of filters has to carry along: everything but the filters."""
        return query_of(self.bare(), self.view)

    def chips(self) -> list[dict[str, Any]]:
        """Return the chosen filters as chips; following one takes it away."""
        return [
            {
                "label": _("%(label)s: ", label=each.label) + each.value,
                "url": self.url(self.wish.with_(**{each.key: ""})),
            }
            for each in self.said
        ]

    def heads(self) -> list[dict[str, str]]:
        """Return the heads of the columns, with the addresses that sort by them."""
        return [
            {
                "key": column.key,
                "label": _(column.label),
                "url": self.url(self.wish.sorted_by(self._turned(column))) if column.sort else "",
                "sorted": self._direction(column),
            }
            for column in self.columns
        ]

    def tabs(self) -> list[dict[str, Any]]:
        """Return the views as tabs: all cases first, the present one always among them."""
        if not self.shelf.views:
            return []
        shown = list(self.shelf.views[:TABS])
        if self.view is not None and self.view not in shown:
            shown[-1] = self.view
        found = [
            {
                "label": view.name,
                "url": url_for(self.endpoint, view=view.id),
                "current": view is self.view,
            }
            for view in shown
        ]
        every = {
            "label": _("All cases"),
            "url": url_for(self.endpoint, sort="due"),
            "current": False,
        }
        every["current"] = self.view is None and self.wish == Wish()
        return [every, *found]

    def _turned(self, column: Column) -> str:
        return f"-{column.key}" if self.wish.sort == column.key else column.key

    def _direction(self, column: Column) -> str:
        if self.wish.sort.removeprefix("-") != column.key:
            return ""
        return "descending" if self.wish.sort.startswith("-") else "ascending"


def query_of(wish: Wish, view: SavedView | None) -> dict[str, str]:
    """Return the query of an address for a wish that began with a view.

    The order stands in it then, even the usual one: that tells the wish from the view as it is.
    """
    return {**wish.query(), "view": str(view.id), "sort": wish.sort} if view else wish.query()


def address(endpoint: str, wish: Wish, view: SavedView | None = None, **more: Any) -> str:
    """Return the address of a page that shows a wish."""
    query = urlencode({**query_of(wish, view), **{k: v for k, v in more.items() if v}})
    return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)


def read(query: Mapping[str, Any], endpoint: str = "cases.index", *, first: bool = False) -> Asked:
    """Return what a query asks for; what is nonsense in it is left out, with a sentence on it.

    A query with a view and nothing else asks for that view; with ``first``, an empty one for the
    view with which the person begins.
    """
    shelf = views.shelf(me())
    view, faults = _view_of(query, shelf, first=first)
    plain, namesakes = names.organisation_named(query)
    wish, wrong = asked.read(plain)
    changed = False
    if view is not None:
        saved, gone = views.wish_of(view)
        if "sort" not in query:
            wish, wrong = saved, gone
        changed = wish != saved or bool(gone)
    wish, said, missing = names.said(wish, lang())
    faults += [sentence(fault) for fault in (*wrong, *missing)]
    opened = query.get("filters") == "open"
    found = Asked(wish, said, faults, shelf, view, changed or bool(missing), endpoint, opened)
    if namesakes is not None:
        found.faults.append(_unknown_organisation(found, namesakes))
    return found


def _view_of(
    query: Mapping[str, Any], shelf: Shelf, *, first: bool
) -> tuple[SavedView | None, list[str]]:
    if text := str(query.get("view") or ""):
        view = shelf.find(id_of(text))
        return view, [] if view else [_(VIEW_GONE)]
    return (shelf.find(shelf.start), []) if first and not query and shelf.start else (None, [])


def sentence(fault: Fault) -> str:
    """Return in the reader's words what could not be granted."""
    values = {k: _(v) if k == "name" else v for k, v in fault.params.items()}
    return _(fault.message, **values)


def _unknown_organisation(found: Asked, namesakes: Namesakes) -> Markup:
    if not namesakes.found:
        return Markup("{}").format(_("No organisation is called “%(name)s”.", name=namesakes.typed))
    links = Markup(", ").join(
        LINK.format(found.url(found.wish.with_(organisation=key)), name)
        for key, name in namesakes.found
    )
    said = _("Several organisations are called like “%(name)s”. Choose one:", name=namesakes.typed)
    return Markup("{} {}").format(said, links)
