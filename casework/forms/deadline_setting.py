"""What an administrator types to tune a deadline, and the days on which the house is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from casework.calendar import Length
from casework.forms.base import Form
from casework.forms.fields import WholeNumberField, choice, day, line
from casework.forms.validators import NotPast, Required
from casework.i18n import N_
from casework.roles import CASE_ROLES, ROLE_LABELS
from casework.workflows.declaration import DeadlineRule

MOST_REMINDERS = 12
LENGTHS = (
    ("wd", N_("working days")),
    ("d", N_("days")),
    ("d then wd", N_("days, then the next working day")),
    ("m", N_("months")),
    ("m then wd", N_("months, then the next working day")),
    ("h", N_("hours")),
)
DISTANCES = (
    ("-wd", N_("working days before the end")),
    ("-d", N_("days before the end")),
    ("-h", N_("hours before the end")),
    ("-m", N_("months before the end")),
    ("+wd", N_("working days after the end")),
    ("+d", N_("days after the end")),
    ("+h", N_("hours after the end")),
    ("+m", N_("months after the end")),
    ("%", N_("percent of the time have passed")),
)
ROLES = tuple((role.value, ROLE_LABELS[role]) for role in ROLE_LABELS if role in CASE_ROLES)


class ReminderForm(PlainForm):
    """One reminder."""

    amount = WholeNumberField(N_("How many"), [Required()])
    distance = choice(N_("Of what"), DISTANCES, default="-wd")
    role = choice(N_("To whom"), ROLES)
    escalates = BooleanField(N_("It passes the matter on to them"))

    def validate_amount(self, field: Any) -> None:
        """Refuse a negative number: before or after is said by the words."""
        if field.data is not None and field.data < 0:
            raise ValidationError(N_("Write a number without a sign."))

    def text(self) -> str:
        """Return the reminder as settings keep it."""
        amount, distance = self.amount.data, str(self.distance.data)
        sign, unit = ("", "%") if distance == "%" else (distance[0], distance[1:])
        passes_on = "escalates " if self.escalates.data else ""
        return f"{sign if amount else ''}{amount} {unit} {passes_on}to {self.role.data}"


class DeadlineSettingForm(Form):
    """Length and reminders of one deadline."""

    amount = WholeNumberField(N_("How long"))
    unit = choice(N_("Counted in"), LENGTHS, default="wd")
    reminders = FieldList(
        FormField(ReminderForm), label=N_("Reminders"), max_entries=MOST_REMINDERS
    )

    def length_text(self) -> str:
        """Return the length as settings keep it; empty where none was typed."""
        return "" if self.amount.data is None else f"{self.amount.data} {self.unit.data}"

    def reminder_texts(self) -> list[str]:
        """Return the reminders as settings keep them."""
        return [entry.form.text() for entry in self.reminders.entries]


def typed_like(rule: DeadlineRule) -> Mapping[str, Any]:
    """Return what somebody would have to type to get this rule."""
    return {
        **({"amount": rule.length.amount, "unit": _unit(rule.length)} if rule.length else {}),
        "reminders": [
            {
                "amount": abs(reminder.offset.amount),
                "distance": _distance(reminder.offset.amount, reminder.offset.unit),
                "role": reminder.to.value,
                "escalates": reminder.escalates,
            }
            for reminder in rule.reminders
        ],
    }


def _unit(length: Length) -> str:
    return f"{length.unit}{' then wd' if length.then_next_working_day else ''}"


def _distance(amount: int, unit: str) -> str:
    if unit == "%":
        return unit
    return f"{'+' if amount > 0 else '-'}{unit}"


class ClosingDayForm(Form):
    """A day on which the house is closed beside the public holidays."""

    day = day(N_("Day"), NotPast())
    label = line(N_("Why"), most=100)
