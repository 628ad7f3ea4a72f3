"""Forms as services use them: bound to what was typed, with their choices, and read out clean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form

from casework.extensions import house_day
from casework.queries import choices
from casework.roles import Role


def bind(
    form_class: type[Form],
    data: Mapping[str, Any] | None,
    *,
    facts: Any = None,
    obj: Any = None,
    language: str = "en",
    roles: frozenset[Role] = frozenset(),
) -> Form:
    """Return the form filled with what was typed, or with a row's values when nothing was.

    ``data`` is a browser's form or a plain mapping with the same texts (lists of mappings for
    repeated rows). A form with a method ``prepare`` is shown the facts of the case, the house's
    day, and the ``roles`` of whoever fills it in.
    """
    typed = flatten(data) if data is not None else None
    form = form_class(formdata=typed, obj=obj)
    choices.fill(form, language)
    prepare = getattr(form, "prepare", None)
    if prepare is not None:
        prepare(facts, roles=roles, today=house_day())
    return form


def changed_rows(form: Form, pressed: Mapping[str, Any]) -> bool:
    """Add or take away a repeated row when that is the button that was pressed; say whether."""
    for name in pressed:
        action, _, rest = name.partition("-")
        target, _, index = rest.rpartition("-") if action == "remove" else (rest, "", "")
        field = form._fields.get(target)
        if not isinstance(field, FieldList):
            continue
        if action == "add":
            field.append_entry()
            return True
        if action == "remove" and index.isdecimal() and int(index) < len(field.entries):
            del field.entries[int(index)]
            return True
    return False


def clean(form: Form) -> dict[str, Any]:
    """Return the values of a valid form, without the fields that only steer the page."""
    return {name: value for name, value in form.data.items() if name not in {"csrf_token", "once"}}


def flatten(data: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return a mapping as a browser would send it: nested rows become ``items-0-label``."""
    if isinstance(data, MultiDict):
        return data
    flat: MultiDict[str, str] = MultiDict()
    for name, value in data.items():
        _put(flat, name, value)
    return flat


def _put(flat: MultiDict[str, str], name: str, value: Any) -> None:
    if value is None or value is False:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _put(flat, f"{name}-{key}", inner)
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            if isinstance(inner, Mapping):
                _put(flat, f"{name}-{index}", inner)
            else:
                flat.add(name, str(inner))
    else:
        flat.add(name, "y" if value is True else str(value))
