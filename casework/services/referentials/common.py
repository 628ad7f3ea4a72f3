"""What all acts on referentials share: who may, locks, refusals."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework.extensions import db
from casework.i18n import N_
from casework.models import Referential, ReferentialVersion, Scheme
from casework.policy import Actor, label_office
from casework.queries import referentials as queries
from casework.queries.referentials import Placed
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.workflows.declaration import Reason

NOT_A_DRAFT = N_("Version %(label)s is published and never changes. Copy it to a new draft.")
NOT_OFFICIAL = N_("Fictional referential, not official")
"""What stands on every output of a scheme that is not official."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


def refuse(act: str, *reasons: Reason, **ids: Any) -> NoReturn:
    """Log why an act is refused (identifiers only), and raise RefusedError."""
    messages = [reason.message for reason in reasons]
    log.warning(
        "referential.refused", act=act, reasons=messages, **{k: str(v) for k, v in ids.items()}
    )
    raise RefusedError(act, reasons)


def demand_editor(actor: Actor) -> None:
    """Raise ForbiddenError unless the actor works on referentials."""
    if not label_office(actor):
        raise ForbiddenError("referential")


def find_scheme(scheme_id: UUID) -> Scheme:
    """Return a scheme. Raises NotFoundError."""
    return _found(db.session.get(Scheme, scheme_id), scheme_id)


def find_referential(referential_id: UUID) -> Referential:
    """Return a referential. Raises NotFoundError."""
    return _found(db.session.get(Referential, referential_id), referential_id)


def find_version(version_id: UUID) -> Placed:
    """Return a version with its referential and scheme. Raises NotFoundError."""
    return _found(queries.placed(version_id), version_id)


def lock_version(version_id: UUID) -> ReferentialVersion:
    """Return a version, locked until the end of the transaction. Raises NotFoundError."""
    row = db.session.scalar(
        sa.select(ReferentialVersion)
        .where(ReferentialVersion.id == version_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return _found(row, version_id)


def edit(actor: Actor, version_id: UUID, act: str) -> ReferentialVersion:
    """Lock a draft for a change and count the change.

    Raises ForbiddenError, NotFoundError, RefusedError (it is published).
    """
    version = lock_draft(actor, version_id, act)
    version.stamp += 1
    return version


def lock_draft(actor: Actor, version_id: UUID, act: str) -> ReferentialVersion:
    """Return a draft, locked until the end of the transaction.

    Raises ForbiddenError, NotFoundError, RefusedError (it is published).
    """
    demand_editor(actor)
    version = lock_version(version_id)
    if version.state != "draft":
        refuse(act, Reason(NOT_A_DRAFT, {"label": version.label}), version=version_id)
    return version


def _found(row: T | None, row_id: UUID) -> T:
    if row is None:
        raise NotFoundError(str(row_id))
    return row
