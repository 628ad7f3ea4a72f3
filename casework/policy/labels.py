"""Who has what a label gives a right to."""

from __future__ import annotations

from casework.labels.standing import ACTIVE
from casework.models.case import Case
from casework.policy.actors import Actor
from casework.policy.sight import may_see, roles_on
from casework.roles import PARTNER_ROLES


def may_bear_mark(standing: str) -> bool:
    """Say whether a label of this standing gives the right to the mark: only while in force."""
    return standing == ACTIVE


def may_have_certificate(actor: Actor, case: Case, standing: str) -> bool:
    """Say whether a person may download a certificate: they see the case, and the right lasts."""
    return may_see(actor, case) and may_bear_mark(standing)


def may_have_kit(actor: Actor, case: Case, standing: str) -> bool:
    """Say whether a person of the cooperative may download the brand kit: while the right lasts."""
    return bool(roles_on(actor, case) & PARTNER_ROLES) and may_bear_mark(standing)
