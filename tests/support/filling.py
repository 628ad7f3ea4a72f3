"""Filling in any form, as somebody would who means it; also for forms written later."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from wtforms import FieldList, Form, FormField
from wtforms.validators import Length, NumberRange

from casework.services import forms


def filled(
    form_class: type[Form], chance: random.Random, today: date, facts: Any = None
) -> dict[str, Any]:
    """Return data for a form of this class; its choices are read in an application context."""
    form = forms.bind(form_class, None, facts=facts)
    return {name: _value(field, chance, today) for name, field in form._fields.items()}


def _value(field: Any, chance: random.Random, today: date) -> Any:
    if isinstance(field, FieldList):
        rows = max(field.min_entries, 1)
        return [_value(_entry(field, n), chance, today) for n in range(rows)]
    if isinstance(field, FormField):
        return {f.short_name: _value(f, chance, today) for f in field.form}
    if getattr(field, "choices", None):
        found = [str(value) for value, *_ in field.iter_choices() if str(value)]
        return chance.choice(found) if found else ""
    kind = type(field).__name__
    if "Boolean" in kind:
        return True
    if "Date" in kind:
        return (today + timedelta(days=chance.choice([0, 30, 90]))).isoformat()
    if any(word in kind for word in ("Integer", "Decimal", "Money", "Cents", "Number")):
        return _number(field, chance)
    return _text(field)


def _entry(field: FieldList, number: int) -> Any:
    if number < len(field.entries):
        return field.entries[number]
    return field.append_entry()


def _number(field: Any, chance: random.Random) -> str:
    for validator in field.validators:
        if isinstance(validator, NumberRange) and (validator.max or 100) < 100:
            return str(int(validator.max or 0))
    return chance.choice(["50", "100"])


def _text(field: Any) -> str:
    text = "A text that is long enough to be taken for an answer."
    for validator in field.validators:
        if isinstance(validator, Length) and validator.max > 0:
            return text[: validator.max]
    return text
