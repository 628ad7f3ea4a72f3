"""Roles, invitations, memberships, extensions of calls: taken over in a merger, and given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import CallExtension, Grant, Organisation, OrganisationInvitation
from casework.models.label_audit import Membership


def take_over(kept: Organisation, merged: Organisation, moment: datetime) -> dict[str, Any]:
    """Move roles, open invitations and extensions to ``kept``; return by identifier what was moved.

    Roles that are over stay where they were held. Where both have the same, the one of ``kept``
    stays: a doubled role ends, and of two extensions of a call the later day counts for both.
    """
    moved: dict[str, Any] = {"grants": [], "ended": [], "extensions": [], "prolonged": []}
    held = {(g.user_id, g.role, g.denies) for g in _running(kept, moment)}
    for grant in _running(merged, moment):
        if (grant.user_id, grant.role, grant.denies) in held:
            moved["ended"].append(
                [str(grant.id), grant.ends_at.isoformat() if grant.ends_at else None]
            )
            grant.ends_at = max(moment, grant.starts_at)
        else:
            grant.scope_id = kept.id
            moved["grants"].append(str(grant.id))
    moved |= _take_over_invitations(kept, merged, moment)
    moved["memberships"] = _take_over_membership(kept, merged)
    own = {e.call_id: e for e in _extensions(kept)}
    for extension in _extensions(merged):
        mine = own.get(extension.call_id)
        if mine is None:
            extension.organisation_id = kept.id
            moved["extensions"].append(str(extension.id))
        elif extension.until > mine.until:
            moved["prolonged"].append(
                [str(mine.id), mine.until.isoformat(), extension.until.isoformat()]
            )
            mine.until = extension.until
    db.session.flush()
    return moved


def _take_over_invitations(
    kept: Organisation, merged: Organisation, moment: datetime
) -> dict[str, list[str]]:
    """Move who was asked to join and has not answered; who is asked by both is asked once."""
    moved: dict[str, list[str]] = {"invitations": [], "withdrawn": []}
    asked = {i.user_id for i in _waiting(kept)}
    for invitation in _waiting(merged):
        if invitation.user_id in asked:
            invitation.state, invitation.answered_at = "withdrawn", moment
            moved["withdrawn"].append(str(invitation.id))
        else:
            invitation.organisation_id = kept.id
            moved["invitations"].append(str(invitation.id))
    return moved


def give_back(
    kept: Organisation, merged: Organisation, moved: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Move back what is still where it was put; return by identifier what is not."""
    left: dict[str, list[str]] = {"grants": [], "extensions": []}
    for text in moved["grants"]:
        grant = db.session.get(Grant, UUID(text))
        if grant is None or grant.scope_id != kept.id:
            left["grants"].append(text)
        else:
            grant.scope_id = merged.id
    for text, ends_at in moved["ended"]:
        grant = db.session.get(Grant, UUID(text))
        if grant is None or grant.scope_id != merged.id:
            left["grants"].append(text)
        else:
            grant.ends_at = datetime.fromisoformat(ends_at) if ends_at else None
    left["invitations"] = _give_back_invitations(kept, merged, moved)
    _give_back_membership(merged, moved)
    for text in moved["extensions"]:
        extension = db.session.get(CallExtension, UUID(text))
        if extension is None or extension.organisation_id != kept.id:
            left["extensions"].append(text)
        else:
            extension.organisation_id = merged.id
    for text, before, written in moved["prolonged"]:
        extension = db.session.get(CallExtension, UUID(text))
        if extension is None or extension.until != date.fromisoformat(written):
            left["extensions"].append(text)
        else:
            extension.until = date.fromisoformat(before)
    db.session.flush()
    return left


def _give_back_invitations(
    kept: Organisation, merged: Organisation, moved: Mapping[str, Any]
) -> list[str]:
    left = []
    for text in moved.get("invitations", []):
        invitation = db.session.get_one(OrganisationInvitation, UUID(text))
        if invitation.state != "waiting" or invitation.organisation_id != kept.id:
            left.append(text)
        else:
            invitation.organisation_id = merged.id
    for text in moved.get("withdrawn", []):
        invitation = db.session.get_one(OrganisationInvitation, UUID(text))
        invitation.state, invitation.answered_at = "waiting", None
    return left


def _take_over_membership(kept: Organisation, merged: Organisation) -> list[str]:
    """Move the membership of the union, unless ``kept`` has its own: that one counts then."""
    theirs, own = _membership(merged), _membership(kept)
    if theirs is None or own is not None:
        return []
    theirs.organisation_id = kept.id
    return [str(theirs.id)]


def _give_back_membership(merged: Organisation, moved: Mapping[str, Any]) -> None:
    for text in moved.get("memberships", []):
        db.session.get_one(Membership, UUID(text)).organisation_id = merged.id


def _membership(organisation: Organisation) -> Membership | None:
    query = sa.select(Membership).where(Membership.organisation_id == organisation.id)
    return db.session.scalar(query.with_for_update())


def _waiting(organisation: Organisation) -> list[OrganisationInvitation]:
    return list(
        db.session.scalars(
            sa.select(OrganisationInvitation)
            .where(
                OrganisationInvitation.organisation_id == organisation.id,
                OrganisationInvitation.state == "waiting",
            )
            .order_by(OrganisationInvitation.id)
            .with_for_update()
        )
    )


def _running(organisation: Organisation, moment: datetime) -> list[Grant]:
    return list(
        db.session.scalars(
            sa.select(Grant)
            .where(
                Grant.scope == "organisation",
                Grant.scope_id == organisation.id,
                sa.or_(Grant.ends_at.is_(None), Grant.ends_at > moment),
            )
            .order_by(Grant.id)
            .with_for_update()
        )
    )


def _extensions(organisation: Organisation) -> list[CallExtension]:
    return list(
        db.session.scalars(
            sa.select(CallExtension)
            .where(CallExtension.organisation_id == organisation.id)
            .order_by(CallExtension.id)
        )
    )
