"""Cooperatives that have left the network: none of their cycles, and no label, goes on.

An officer ends one cycle; a cooperative may have another, whose label is in force. Those that were
begun before it left end within the hour: whoever comes back begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import aliased

from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Organisation
from casework.policy import SYSTEM
from casework.services import cases
from casework.services.outbox.tongue import gettext as _
from casework.services.outbox.tongue import spoken
from casework.workflows.label_audit.definition import LABEL_AUDIT
from casework.workflows.label_audit.states import HOLDING, LEFT, OPEN

log = structlog.get_logger(__name__)


def end_other_cycles() -> int:
    """End the open cycles of who has left, each in a transaction of its own; return how many.

    May run twice, late, or be killed.
    """
    found = _open_still()
    db.session.rollback()  # the end of reading
    ended = 0
    for row in found:
        try:
            with unit_of_work(db.session):
                ended += _end(row)
        except sa.exc.OperationalError:
            raise
        except Exception:  # whatever stands against one case, the others go on
            log.exception("label.not_left", case=str(row.id))
    return ended


def _open_still() -> Sequence[Any]:
    """Return the open cycles of cooperatives that have left since, with the cycle that says so.

    Those that hold a label come first: nobody leaves and keeps one.
    """
    gone = aliased(Case)
    query = (
        sa.select(Case.id, sa.func.min(gone.reference).label("reference"), Organisation.language)
        .select_from(gone)
        .join(Case, Case.organisation_id == gone.organisation_id)
        .join(Organisation, Organisation.id == Case.organisation_id)
        .where(
            gone.workflow_key == LABEL_AUDIT.key,
            gone.state == LEFT,
            Case.workflow_key == LABEL_AUDIT.key,
            Case.state.in_(OPEN),
            Case.created_at <= gone.state_since,
        )
        .group_by(Case.id, Case.state, Organisation.language)
    )
    return db.session.execute(query.order_by(Case.state.in_(HOLDING).desc(), Case.id)).all()


def _end(row: Any) -> int:
    with spoken(row.language):
        reason = _("The cooperative has left the network: %(reference)s.", reference=row.reference)
    key = f"left {row.reference} {row.id}"
    done = cases.fire(row.id, "leave_network", SYSTEM, {"reason": reason}, None, key)
    return int(done.moved and not done.repeated)
