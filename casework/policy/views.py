"""Who opens, changes and shares the saved views of the list of cases.

A view is a wish and no right: what it shows is narrowed down to what its reader may see.
"""

from __future__ import annotations

from casework.models.view import SavedView
from casework.policy.actors import Actor
from casework.policy.pages import lead


def may_share_views(actor: Actor) -> bool:
    """Say whether a person may share views with the house."""
    return lead(actor)


def may_open_view(actor: Actor, view: SavedView) -> bool:
    """Say whether a view is a person's own, or shared with one of their roles."""
    held = {h.role for h in actor.held if not h.denies}
    return view.owner_id == actor.id or bool(held & set(view.roles))


def may_change_view(actor: Actor, view: SavedView) -> bool:
    """Say whether a person may change a view: their own, and as a lead those that are shared."""
    if view.shared:
        return may_open_view(actor, view) and may_share_views(actor)
    return view.owner_id == actor.id
