"""Which kinds of document people may add to a case, and which documents they may take back."""

from __future__ import annotations

from uuid import UUID

from casework.i18n import N_
from casework.models import Case
from casework.policy import Actor
from casework.roles import HOUSE_ROLES, PARTNER_ROLES, Role
from casework.services import cases
from casework.services.documents.arriving import DocumentError
from casework.services.errors import ForbiddenError
from casework.workflows.declaration import DocumentKind, Reason

# Who sits in a committee reads the documents; its chair and its secretary keep them, too.
KEEPERS = HOUSE_ROLES | {Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY}
LOCKED = N_("At this step nobody can add, replace or take back documents of this kind any more.")
NOT_NOW = N_(
    "At this step you cannot add, replace or take back documents of this kind. Ask us if something "
    "must change."
)


class ClosedKindError(DocumentError):
    """Documents of this kind are not changed at this step."""


def kinds_for(case: Case, roles: frozenset[Role]) -> list[DocumentKind]:
    """Return the kinds of document that people in these roles may add to the case now.

    Whoever is not of the house adds nothing once the case has ended.
    """
    return [kind for kind in _known_kinds(case, roles) if _against(case, kind, roles) is None]


def may_withdraw(
    case: Case, roles: frozenset[Role], actor: Actor, kind: str, uploaders: frozenset[UUID]
) -> bool:
    """Say whether a person may take back a document to which ``uploaders`` put versions."""
    if kind not in {k.key for k in kinds_for(case, roles)}:
        return False
    return bool(roles & KEEPERS) or uploaders == {actor.id}


def _known_kinds(case: Case, roles: frozenset[Role]) -> list[DocumentKind]:
    workflow = cases.workflow_of(case)
    if roles & KEEPERS:
        return list(workflow.documents)
    if workflow.state_by_key[case.state].final:
        return []
    partner = bool(roles & PARTNER_ROLES)
    return [k for k in workflow.documents if (partner and not k.house_only) or roles & k.also_by]


def _against(case: Case, kind: DocumentKind, roles: frozenset[Role]) -> Reason | None:
    """Return why documents of this kind cannot be changed at this step; None if they can."""
    if case.state in kind.locked_in:
        return Reason(LOCKED)
    allowed = kind.partner_states
    if not roles & KEEPERS and allowed is not None and case.state not in allowed:
        return Reason(NOT_NOW)
    return None


def open_kind(case: Case, roles: frozenset[Role], key: str) -> DocumentKind:
    """Return a kind whose documents may be changed. Raises ForbiddenError, ClosedKindError."""
    kind = next((k for k in _known_kinds(case, roles) if k.key == key), None)
    if kind is None:
        raise ForbiddenError(key)
    reason = _against(case, kind, roles)
    if reason is not None:
        raise ClosedKindError(reason)
    return kind
