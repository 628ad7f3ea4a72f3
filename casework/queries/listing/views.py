"""The saved views that a person may open, and what they have chosen for good."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.models import ListChoice, SavedView
from casework.policy import Actor
from casework.queries.listing import asked, columns
from casework.queries.listing.asked import UNKNOWN_FILTER, Fault, Wish
from casework.queries.listing.filters import FILTERS

BESIDE = {"sort", "columns"}


@dataclass(frozen=True)
class Shelf:
    """What a person finds beside the list: their views, their columns, the view to begin with."""

    views: tuple[SavedView, ...]
    columns: tuple[str, ...]
    start: UUID | None

    def find(self, view_id: UUID | None) -> SavedView | None:
        """Return one of the views."""
        return next((view for view in self.views if view.id == view_id), None)


def shelf(actor: Actor) -> Shelf:
    """Return what a person finds beside the list, in two queries."""
    values = {"me": actor.id}
    views, choice = _queries()
    found = [v for v in db.session.scalars(views, values) if policy.may_open_view(actor, v)]
    own = db.session.execute(choice, values).one_or_none()
    known = columns.known()
    chosen = tuple(key for key in (own.columns if own else ()) if key in known)
    return Shelf(tuple(found), chosen, own.view_id if own else None)


@cache
def _queries() -> tuple[Any, Any]:
    me = sa.bindparam("me", type_=sa.Uuid())
    views = (
        sa.select(SavedView)
        .where(sa.or_(SavedView.owner_id == me, SavedView.shared.is_(True)))
        .order_by(SavedView.shared.desc(), SavedView.key, SavedView.id)
    )
    choice = sa.select(ListChoice.columns, ListChoice.view_id).where(ListChoice.user_id == me)
    return views, choice


def wish_of(view: SavedView) -> tuple[Wish, list[Fault]]:
    """Return what a view asks for, and what of it no longer exists and was left out."""
    wish, faults = asked.read(view.query)
    gone = [key for key in view.query if key not in FILTERS and key not in BESIDE]
    return wish, [*faults, *(Fault(UNKNOWN_FILTER, {"value": key}) for key in gone)]
