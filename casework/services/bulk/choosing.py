"""Which cases an act is about, and what is to be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import BulkAct, BulkCase, Case
from casework.policy import Actor

MOST = 2_000
"""How many cases one act may be about."""


class TooManyError(Exception):
    """More cases were chosen than one act may be about."""


def choose(actor: Actor, case_ids: Iterable[UUID], *, undo_of: BulkAct | None = None) -> BulkAct:
    """Write down the cases that somebody has chosen and may see, in the order given.

    Neither commits nor changes a case. Raises TooManyError; LookupError when nothing is left.
    """
    wanted = list(dict.fromkeys(islice(case_ids, MOST + 1)))
    if len(wanted) > MOST:
        raise TooManyError
    versions = {
        row.id: row.version
        for row in db.session.execute(
            sa.select(Case.id, Case.version).where(Case.id.in_(wanted), policy.visible_to(actor))
        )
    }
    if not versions or actor.id is None:
        raise LookupError("no case was chosen")
    act = BulkAct(id=new_id(), actor_id=actor.id, created_at=now(), data={})
    act.undo_of = undo_of.id if undo_of else None
    db.session.add(act)
    db.session.flush()
    rows = [
        {
            "bulk_id": act.id,
            "position": position,
            "case_id": case_id,
            "version": versions[case_id],
            "outcome": "",
            "reasons": [],
            "before": {},
        }
        for position, case_id in enumerate(id_ for id_ in wanted if id_ in versions)
    ]
    db.session.execute(sa.insert(BulkCase), rows)
    return act


def prepare(
    act: BulkAct,
    kind: str,
    *,
    workflow_key: str = "",
    name: str = "",
    data: Mapping[str, Any] | None = None,
    override: str = "",
) -> None:
    """Write down what is to be done, and the versions of the cases that the preview will show.

    An act that takes another back keeps the versions that the other left: what somebody has
    touched since stays as it is. Raises StaleDataError for an act that was said yes to meanwhile.
    """
    lock(act)
    if act.confirmed_at is not None:
        raise StaleDataError(f"act {act.id} is confirmed")
    act.kind, act.workflow_key, act.name = kind, workflow_key, name
    act.data, act.override, act.previewed_at = dict(data or {}), override.strip(), now()
    if act.undo_of is None:
        db.session.execute(
            sa.update(BulkCase)
            .where(BulkCase.bulk_id == act.id)
            .values(
                version=sa.select(Case.version).where(Case.id == BulkCase.case_id).scalar_subquery()
            )
            .execution_options(synchronize_session=False)
        )
    db.session.flush()


def lock(act: BulkAct) -> None:
    """Let nobody else prepare or confirm the act until the transaction ends; read it anew."""
    db.session.flush()
    db.session.refresh(act, with_for_update=True)


def chosen_cases(act: BulkAct, actor: Actor) -> list[tuple[BulkCase, Case | None]]:
    """Return the act's rows in order, each with its case as far as the actor may see it now."""
    rows = db.session.execute(
        sa.select(BulkCase, Case)
        .outerjoin(Case, sa.and_(Case.id == BulkCase.case_id, policy.visible_to(actor)))
        .where(BulkCase.bulk_id == act.id)
        .order_by(BulkCase.position)
        .options(joinedload(Case.organisation), joinedload(Case.owner))
    )
    return [(row, case) for row, case in rows]
