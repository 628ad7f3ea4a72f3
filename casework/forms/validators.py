"""Checks that fields share; each says in one sentence what to write instead."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms.validators import Optional, StopValidation, ValidationError

from casework import clock
from casework.forms import messages
from casework.forms.messages import Message

__all__ = ["ADDRESS", "Address", "Length", "NotFuture", "NotPast", "Optional", "Range", "Required"]

ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")


class Required:
    """Refuses an empty answer; what could not be read at all keeps its own message."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the validator

    def __init__(self, message: str = messages.REQUIRED) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Any) -> None:
        """Stop when there is no answer."""
        if field.process_errors:
            raise StopValidation
        value = field.data
        if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
            field.errors[:] = []
            raise StopValidation(self.message)


class Length:
    """Refuses a text that is too long or too short; says how long it is."""

    def __init__(self, most: int, least: int = 0) -> None:
        self.most = most
        self.least = least

    def __call__(self, _form: Any, field: Any) -> None:
        """Stop when the text does not fit."""
        length = len(field.data or "")
        if length > self.most:
            raise StopValidation(Message(messages.TOO_LONG, most=self.most, length=length))
        if length < self.least:
            raise StopValidation(Message(messages.TOO_SHORT, least=self.least))


class Address:
    """Refuses what cannot be the address of a mailbox."""

    def __call__(self, _form: Any, field: Any) -> None:
        """Refuse a text that is no address."""
        if field.data and ADDRESS.fullmatch(field.data) is None:
            raise ValidationError(messages.NOT_AN_ADDRESS)


class Range:
    """Refuses a whole number outside two bounds, both included."""

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def __call__(self, _form: Any, field: Any) -> None:
        """Refuse what lies outside."""
        if field.data is not None and not self.least <= field.data <= self.most:
            raise ValidationError(Message(messages.OUT_OF_RANGE, least=self.least, most=self.most))


def _today(form: Any) -> date:
    return getattr(form, "today", None) or clock.now().date()


class NotPast:
    """Refuses a day before today."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse a day that is over."""
        if field.data is not None and field.data < _today(form):
            raise ValidationError(messages.IN_THE_PAST)


class NotFuture:
    """Refuses a day after today."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse a day that has yet to come."""
        if field.data is not None and field.data > _today(form):
            raise ValidationError(messages.IN_THE_FUTURE)
