"""Fields that read what people really type, and say clearly what they cannot read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from wtforms import DateField as PlainDateField
from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput, TimeInput

from casework.forms import messages
from casework.forms.messages import Message
from casework.forms.money import format_cents, parse_cents
from casework.forms.validators import Address, Length, Optional, Range, Required
from casework.i18n import N_

LINE = 200
LONGEST_ADDRESS = 254
PARAGRAPH = 5_000
FIRST_YEAR, LAST_YEAR = 1990, 2100
NOTHING_CHOSEN = ("", N_("Choose…"))
Choices = Sequence[tuple[str, str]]

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s?[:hHuU]\s?(\d{2})?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


def clean_text(text: str | None) -> str:
    """Return a text with line ends of one kind and without invisible control characters."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def clean_line(text: str | None) -> str:
    """Return a text on one line, without invisible control characters."""
    return " ".join(clean_text(text).split())


def line(
    label: str, *, hint: str = "", required: bool = True, most: int = LINE, least: int = 0
) -> StringField:
    """Return a field for one line of text."""
    return StringField(
        label,
        validators=[*_presence(required), Length(most, least)],
        filters=[clean_line],
        description=hint,
    )


def address(label: str = N_("E-mail address"), *, hint: str = "") -> StringField:
    """Return a field for the address of a mailbox."""
    return StringField(
        label,
        validators=[Required(), Length(LONGEST_ADDRESS), Address()],
        filters=[clean_line],
        description=hint,
    )


def paragraph(
    label: str, *, hint: str = "", required: bool = True, most: int = PARAGRAPH, least: int = 0
) -> TextAreaField:
    """Return a field for a text of several lines."""
    return TextAreaField(
        label,
        validators=[*_presence(required), Length(most, least)],
        filters=[clean_text],
        description=hint,
    )


def _presence(required: bool) -> list[Any]:  # noqa: FBT001 - a private helper
    return [Required()] if required else []


class MoneyField(Field):
    """An amount in integer cents; see :func:`casework.forms.money.parse_cents`."""

    widget = TextInput()
    currency = "EUR"

    def __init__(
        self, label: str, validators: Iterable[Any] = (), *, negative: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, [*validators], **kwargs)
        self.negative = negative

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_cents(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the cents from what was typed; nothing typed is None."""
        if not valuelist:
            return
        self.data = None
        if str(valuelist[0]).strip():
            self.data = parse_cents(str(valuelist[0]), negative=self.negative)


class WholeNumberField(Field):
    """A whole number, thousands separated by spaces or not at all."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number from what was typed; nothing typed is None."""
        if not valuelist:
            return
        self.data = None
        text = re.sub(r"[\s\u00a0\u202f]", "", str(valuelist[0])).replace("\u2212", "-")
        if not text:
            return
        if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) is None:
            raise ValueError(messages.NOT_A_NUMBER)
        self.data = int(text)


class DateField(PlainDateField):
    """A day, as a browser's date control sends it or as people write it (day first)."""

    def __init__(
        self,
        label: str,
        validators: Iterable[Any] = (),
        *,
        first: int = FIRST_YEAR,
        last: int = LAST_YEAR,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, [*validators], **kwargs)
        self.first = first
        self.last = last

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day from what was typed; nothing typed is None."""
        if not valuelist:
            return
        self.data = None
        text = str(valuelist[0]).strip()
        if text:
            day = parse_day(text)
            if not self.first <= day.year <= self.last:
                raise ValueError(
                    Message(messages.YEAR_OUT_OF_RANGE, first=self.first, last=self.last)
                )
            self.data = day


def parse_day(text: str) -> date:
    """Return the day written as ``2027-02-28`` or ``28/02/2027``. Raises ValueError."""
    iso = _ISO.fullmatch(text)
    written = _DAY_FIRST.fullmatch(text)
    try:
        if iso is not None:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if written is not None:
            return date(int(written[3]), int(written[2]), int(written[1]))
    except ValueError:
        pass
    raise ValueError(messages.NOT_A_DATE)


def day(label: str, *checks: Any, hint: str = "", required: bool = True) -> DateField:
    """Return a field for a day, with further checks such as ``NotPast()``."""
    return DateField(label, [Required() if required else Optional(), *checks], description=hint)


class ClockField(Field):
    """A time of the day, as a browser's control sends it or as people write it (14h30, 14:30)."""

    widget = TimeInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H:%M") if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time from what was typed; nothing typed is None."""
        if not valuelist:
            return
        self.data = None
        text = str(valuelist[0]).strip()
        if text:
            self.data = parse_time(text)


def parse_time(text: str) -> time:
    """Return the time written as ``14:30``, ``14h30`` or ``14h``. Raises ValueError."""
    written = _CLOCK.fullmatch(text)
    if written is None or int(written[1]) > 23 or int(written[2] or 0) > 59:  # noqa: PLR2004
        raise ValueError(messages.NOT_A_TIME)
    return time(int(written[1]), int(written[2] or 0))


def at_time(label: str, *, hint: str = "") -> ClockField:
    """Return a field for a time of the day."""
    return ClockField(label, [Required()], description=hint)


def number(label: str, least: int, most: int, *, hint: str = "") -> WholeNumberField:
    """Return a field for a whole number between two bounds, both included."""
    return WholeNumberField(label, [Required(), Range(least, most)], description=hint)


def money(label: str, *, hint: str = "", required: bool = True) -> MoneyField:
    """Return a field for an amount that is not negative."""
    return MoneyField(label, [Required() if required else Optional()], description=hint)


class ChoiceField(SelectField):
    """One answer among a few, given as (value, English label)."""

    def __init__(self, label: str, *, choices: Choices, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.choices = list(choices)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the answer; what is no answer at all is refused in our own words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(messages.NOT_OFFERED) from error

    def pre_validate(self, _form: Any) -> None:
        """Refuse what was not offered, in our own words."""
        if self.process_errors:
            return
        if not any(match for _, _, match, *_ in self.iter_choices()):
            raise ValidationError(messages.NOT_OFFERED)


class ManyField(SelectMultipleField):
    """Several answers among a few, given as (value, English label)."""

    def __init__(self, label: str, *, choices: Choices, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.choices = list(choices)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what was not offered, in our own words."""
        offered = {self.coerce(value) for value, *_ in self.iter_choices()}
        if not set(self.data or []) <= offered:
            raise ValidationError(messages.NOT_OFFERED)


def choice(
    label: str, choices: Choices, *, hint: str = "", required: bool = True, default: str = ""
) -> ChoiceField:
    """Return a select field over fixed choices, with an empty one first where none is preset."""
    offered = [*choices] if default else [NOTHING_CHOSEN, *choices]
    return ChoiceField(
        label,
        choices=offered,
        default=default,
        validators=_presence(required),
        description=hint,
    )


class ReferenceField(ChoiceField):
    """One row among those of the database; what is not known by name is not shown."""


def reference(label: str, *, hint: str = "", required: bool = True) -> ReferenceField:
    """Return a select field over rows of the database; its data is a UUID or None.

    The form must name the source of its choices in ``choice_sources``.
    """
    return ReferenceField(
        label,
        choices=[NOTHING_CHOSEN],
        coerce=_uuid_or_none,
        validators=_presence(required),
        description=hint,
    )


def _uuid_or_none(value: Any) -> UUID | None:
    if value in (None, "", "None"):
        return None
    return value if isinstance(value, UUID) else UUID(str(value))
