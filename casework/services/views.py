"""Saved views of the list of cases: kept, shared, changed, taken away; and one's own columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.extensions import db
from casework.folding import folded
from casework.models import ListChoice, SavedView, User
from casework.policy import Actor
from casework.queries.listing.asked import Wish
from casework.roles import HOUSE_ROLES
from casework.services.errors import ForbiddenError, NotFoundError

MOST_OWN, MOST_SHARED = 30, 30


class NameTakenError(Exception):
    """The person has another view of this name."""


class TooManyViewsError(Exception):
    """There are as many views as there may be; ``most`` says how many that are."""

    def __init__(self, most: int) -> None:
        super().__init__(f"there are {most} views already")
        self.most = most


def find(actor: Actor, view_id: UUID) -> SavedView:
    """Return a view that a person may change. Raises NotFoundError, ForbiddenError."""
    view = db.session.get(SavedView, view_id)
    if view is None or not policy.may_open_view(actor, view):
        raise NotFoundError(str(view_id))
    if not policy.may_change_view(actor, view):
        raise ForbiddenError("view")
    return view


def save(actor: Actor, name: str, wish: Wish, roles: Sequence[str] = ()) -> SavedView:
    """Keep a wish under a name, for oneself or shared with roles of the house.

    Raises ForbiddenError, NameTakenError, TooManyViewsError.
    """
    assert actor.id is not None  # noqa: S101 - the system looks at no lists
    moment = now()
    _one_at_a_time(actor.id)
    view = SavedView(owner_id=actor.id, query={}, roles=[], created_at=moment)
    _demand_free_name(actor.id, name)
    _demand_room(SavedView.owner_id == actor.id, MOST_OWN)
    _write(actor, view, name, wish, roles)
    db.session.add(view)
    db.session.flush()
    return view


def change(
    actor: Actor,
    view: SavedView,
    *,
    name: str | None = None,
    wish: Wish | None = None,
    roles: Sequence[str] | None = None,
) -> None:
    """Rename a view, share it otherwise, or have it ask for something else.

    Raises ForbiddenError, NameTakenError, TooManyViewsError.
    """
    _one_at_a_time(view.owner_id)
    if name is not None:
        _demand_free_name(view.owner_id, name, beside=view.id)
    _write(actor, view, name, wish, view.roles if roles is None else roles)
    view.version += 1
    db.session.flush()


def delete(view: SavedView) -> None:
    """Take a view away; for whom the list began with it, it begins with all cases again."""
    db.session.delete(view)
    db.session.flush()


def begin_with(actor: Actor, view_id: UUID | None) -> None:
    """Have the list begin with a view, or with all cases. Raises NotFoundError."""
    view = db.session.get(SavedView, view_id, with_for_update=True) if view_id else None
    if view_id and (view is None or not policy.may_open_view(actor, view)):
        raise NotFoundError(str(view_id))
    _choice(actor).view_id = view_id
    db.session.flush()


def choose_columns(actor: Actor, keys: Iterable[str]) -> None:
    """Keep the columns that a person wants to see in lists; none for the usual ones."""
    _choice(actor).columns = list(keys)
    db.session.flush()


def _choice(actor: Actor) -> ListChoice:
    _one_at_a_time(actor.id)
    found = db.session.get(ListChoice, actor.id, populate_existing=True)
    if found is None:
        found = ListChoice(user_id=actor.id, columns=[])
        db.session.add(found)
    return found


def _one_at_a_time(user_id: UUID | None) -> None:
    """Wait for whatever else this person is just saving: what they have is counted and compared."""
    db.session.execute(sa.select(User.id).where(User.id == user_id).with_for_update())


def _write(
    actor: Actor, view: SavedView, name: str | None, wish: Wish | None, roles: Sequence[str]
) -> None:
    if list(roles) != view.roles and not policy.may_share_views(actor):
        raise ForbiddenError("sharing a view")
    if roles and not view.shared:
        _demand_room(SavedView.shared.is_(True), MOST_SHARED)
    if name is not None:
        view.name, view.key = name, folded(name)
    if wish is not None:
        view.query = wish.query()
    known = {str(role) for role in HOUSE_ROLES}
    view.roles = [role for role in roles if role in known]
    view.shared, view.updated_at = bool(view.roles), now()


def _demand_free_name(owner_id: UUID, name: str, beside: UUID | None = None) -> None:
    other = sa.select(SavedView.id).where(
        SavedView.owner_id == owner_id,
        SavedView.key == folded(name),
        SavedView.id.is_distinct_from(beside),
    )
    with db.session.no_autoflush:
        if db.session.scalar(other.limit(1)) is not None:
            raise NameTakenError


def _demand_room(which: sa.ColumnElement[bool], most: int) -> None:
    with db.session.no_autoflush:
        number = db.session.scalar(sa.select(sa.func.count()).select_from(SavedView).where(which))
    if (number or 0) >= most:
        raise TooManyViewsError(most)
