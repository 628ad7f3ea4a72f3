"""What a case holds beside its state: records with their pages, and documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.i18n import N_
from casework.roles import Role
from casework.rulebook.moves import Effect

if TYPE_CHECKING:
    from wtforms import Form


@dataclass(frozen=True)
class Listed:
    """A value of a record that lists of cases may show in a column of its own."""

    attribute: str
    label: str


@dataclass(frozen=True)
class Section:
    """The pages of one kind of record of a case: its form, its list, who may write it when.

    ``model`` is a class of rows with ``id``, ``case_id``, ``position`` and ``removed_at``;
    ``single`` records exist once a case. ``columns`` are the attributes shown in the list.
    ``edit_roles`` may write in ``edit_states``. ``counts`` tells whether guards look at these
    records (then a change raises the case's version and voids approvals given before).
    ``on_save`` runs in the same transaction, like an effect, with the saved row in ``data``.
    ``house_only`` hides the section from partners, ``hidden_in`` only while the case stands in one
    of these states. ``shown_in`` is a form whose fields name what is shown of a record, where that
    is more than its own form asks. ``own`` says of a record whether people in these roles may
    change it or take it away; without it, all who may write the section may. By the words of the
    attributes ``searched`` the case is found, and lists may show what a single record says in
    those of ``listed``: both only where everybody on the case reads the section.
    A section with ``guests`` is shown to guests in these roles and to nobody else (other people
    have a section of their own over the same records); with ``one_a_guest`` each guest is invited
    about one record of it, and sees that one alone. ``holders`` are the roles on the case whose
    holder a single record names, each with the attribute: it follows when another takes over.
    Nobody waits for what is written in a ``voluntary`` one; where others lay the records out,
    ``settled`` says of one that nothing is left to do about it, whoever must act on the case.
    """

    key: str
    label: str
    intro: str
    model: Any
    form: type[Form]
    columns: tuple[str, ...]
    edit_roles: frozenset[Role]
    edit_states: tuple[str, ...]
    single: bool = False
    counts: bool = True
    house_only: bool = False
    hidden_in: tuple[str, ...] = ()
    may_add: bool = True
    may_remove: bool = True
    on_save: tuple[Effect, ...] = ()
    shown_from: tuple[str, ...] = ()
    shown_in: type[Form] | None = None
    own: Callable[[Any, frozenset[Role]], bool] | None = None
    add_label: str = N_("Add")
    searched: tuple[str, ...] = ()
    listed: tuple[Listed, ...] = ()
    guests: frozenset[Role] = frozenset()
    one_a_guest: bool = False
    holders: tuple[tuple[Role, str], ...] = ()
    voluntary: bool = False
    settled: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that a case of the workflow may hold.

    Partners add, replace and take back documents of it in ``partner_states`` (None: until the
    case ends); in the states ``locked_in`` nobody does. A case comes into the states
    ``required_in`` only with a document of it, unless an administrator has chosen others.
    ``also_by`` are roles of neither house nor partner that may do what partners may.
    """

    key: str
    label: str
    house_only: bool = False
    partner_states: tuple[str, ...] | None = None
    locked_in: tuple[str, ...] = ()
    required_in: tuple[str, ...] = ()
    also_by: frozenset[Role] = frozenset()
