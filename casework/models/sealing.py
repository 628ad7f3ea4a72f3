"""Texts of restricted cases: the database keeps them sealed with the case's key.

A model says which of its columns are :data:`Words`, and :func:`sealed` says of which case its rows
are. Everybody else reads and writes plain texts: they are sealed as a row is written and opened as
it is read, with the key that the same query brings along. Of a case that is not restricted they
are plain in the database too. A query for single columns gets what the database holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import column_property, mapped_column
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from casework import vault
from casework.clock import now
from casework.models.secrecy import CaseKey

Model = TypeVar("Model", bound=type[Any])

MODELS: list[Any] = []
"""The models that :func:`sealed` looks after."""

_KEY = "case_key"
_PLAIN = "_plain_words"


class _Words(sa.types.TypeDecorator[str]):
    """A text that :func:`sealed` looks after."""

    impl = sa.Text
    cache_ok = True

    @property
    def python_type(self) -> type[str]:
        """What everybody reads from such a column and writes to it."""
        return str


_case = sa.table("case_file", sa.column("id", sa.Uuid()), sa.column("restricted", sa.Boolean()))
"""What must be known of a case here: its model has words of its own."""

Words = Annotated[str, mapped_column(_Words())]


@dataclass(frozen=True)
class _Seal:
    """What of a model is sealed: see :func:`sealed`."""

    names: tuple[str, ...]
    case_of: Callable[[Any], Any]
    public: Callable[[Any], Collection[str]] | None

    def close(self, _mapper: Any, connection: Connection, row: Any) -> None:
        """Seal what is about to be written; :meth:`reopen` gives the plain texts back."""
        plain = {n: getattr(row, n) for n in self._to_write(row) if getattr(row, n)}
        if not plain:
            return
        key = key_of(connection, self.case_of(row))
        if key is None:
            return
        for name, text in plain.items():
            setattr(row, name, vault.seal_words(text, key))
        row.__dict__[_PLAIN] = plain

    def _to_write(self, row: Any) -> Collection[str]:
        """Return which texts are to be sealed anew; those that are public now are written plain."""
        if self.public is None:
            attributes = sa.inspect(row).attrs
            return [n for n in self.names if attributes[n].history.has_changes()]
        public = self.public(row)
        for name in public:
            flag_modified(row, name)
        return {*self.names} - {*public}

    def reopen(self, _mapper: Any, _connection: Connection, row: Any) -> None:
        """Give a row that was written its plain texts back."""
        for name, text in row.__dict__.pop(_PLAIN, {}).items():
            set_committed_value(row, name, text)

    def open(self, row: Any, _context: Any, attributes: Collection[str] | None = None) -> None:
        """Open what was read."""
        key = row.__dict__.get(_KEY)
        if key is None:
            return
        for name in self.names if attributes is None else {*self.names} & {*attributes}:
            if text := row.__dict__.get(name):
                set_committed_value(row, name, vault.open_text(text, key))


def sealed(
    case_of: Callable[[Any], Any] = lambda row: row.case_id,
    public: Callable[[Any], Collection[str]] | None = None,
) -> Callable[[Model], Model]:
    """Have the :data:`Words` of a model sealed where its rows are of a restricted case.

    ``case_of`` returns the case of a row: a value, or a scalar subquery. It is asked of the class
    too, whose attributes are columns. ``public`` names the texts of a row that are no secret now.
    """

    def decorate(model: Model) -> Model:
        key = (
            sa.select(CaseKey.sealed)
            .where(CaseKey.case_id == case_of(model))
            .correlate_except(CaseKey)
            .scalar_subquery()
        )
        MODELS.append(model)
        model.__mapper__.add_property(_KEY, column_property(key))
        names = tuple(c.key for c in model.__table__.c if is_sealed(c))
        seal = _Seal(names, case_of, public)
        for event, listener in (
            ("before_insert", seal.close),
            ("before_update", seal.close),
            ("after_insert", seal.reopen),
            ("after_update", seal.reopen),
            ("load", seal.open),
            ("refresh", seal.open),
        ):
            sa.event.listen(model, event, listener)
        return model

    return decorate


def is_sealed(column: Any) -> bool:
    """Say whether a column holds :data:`Words`."""
    return isinstance(column.type, _Words)


def write_anew(row: Any) -> None:
    """Have all texts of a row written, and sealed, with the next flush."""
    for column in type(row).__table__.c:
        if is_sealed(column):
            setattr(row, column.key, getattr(row, column.key))
            flag_modified(row, column.key)


def key_of(connection: Connection, case_id: Any) -> str | None:
    """Return the (sealed) key of a restricted case, made with its first words; else None.

    Raises ValueError when the key was destroyed: no more words are written about such a case.
    """
    row = connection.execute(
        sa.select(_case.c.id, _case.c.restricted, CaseKey.sealed, CaseKey.destroyed_at)
        .select_from(_case)
        .outerjoin(CaseKey, CaseKey.case_id == _case.c.id)
        .where(_case.c.id == case_id)
    ).one_or_none()
    if row is None or not row.restricted:
        return None
    if row.destroyed_at is not None:
        raise ValueError("the key of the case was destroyed: no words can be added")
    if row.sealed is not None:
        return str(row.sealed)
    key = vault.new_case_key()
    fresh = {"case_id": row.id, "sealed": key, "created_at": now()}
    connection.execute(sa.insert(CaseKey).values(fresh))
    return key
