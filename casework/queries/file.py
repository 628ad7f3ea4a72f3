"""Everything written in a case, for one clean page of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.db import UTCDateTime
from casework.extensions import db
from casework.workflows.declaration import Section


def records_of(sections: Sequence[Section], case_id: UUID) -> dict[str, list[Any]]:
    """Return the records of many sections in their order, in one query however many there are.

    The rows are copies for reading: they belong to no session.
    """
    models = tuple(dict.fromkeys(section.model for section in sections))
    if not models:
        return {}
    found: dict[Any, list[Any]] = {model: [] for model in models}
    for number, *texts in db.session.execute(_query(models), {"case_id": case_id}):
        model = models[number]
        columns = model.__table__.columns
        values = {c.key: _read(c.type, text) for c, text in zip(columns, texts, strict=False)}
        found[model].append(model(**values))
    for rows in found.values():
        rows.sort(key=lambda row: (row.position, row.id))
    return {section.key: found[section.model] for section in sections}


@cache
def _query(models: tuple[Any, ...]) -> Any:
    """Return one query over tables that have nothing in common: all columns as text."""
    width = max(len(model.__table__.columns) for model in models)
    case_id = sa.bindparam("case_id", type_=sa.Uuid())
    parts = []
    for number, model in enumerate(models):
        table = model.__table__
        texts = [sa.cast(column, sa.Text) for column in table.columns]
        texts += [sa.cast(sa.null(), sa.Text)] * (width - len(texts))
        labelled = [text.label(f"t{place}") for place, text in enumerate(texts)]
        parts.append(
            sa.select(sa.literal(number).label("number"), *labelled).where(
                table.c.case_id == case_id, table.c.removed_at.is_(None)
            )
        )
    return sa.union_all(*parts)


def _read(kind: Any, text: str | None) -> Any:
    """Return what a column holds, from how either database writes it as text."""
    if text is None:
        return None
    if isinstance(kind, sa.Boolean):
        return text in {"1", "true", "t"}
    if isinstance(kind, UTCDateTime):
        return kind.process_result_value(datetime.fromisoformat(text), _ANY)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(text)
    if isinstance(kind, sa.Integer):
        return int(text)
    if isinstance(kind, sa.Uuid):
        return UUID(text)
    if isinstance(kind, sa.JSON):
        return json.loads(text)
    return text


_ANY: Any = None  # the type asks for a dialect and reads alike from all
