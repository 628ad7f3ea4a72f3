"""What the committee does in a year beside its cases."""

from __future__ import annotations

from casework.forms.base import Form
from casework.forms.fields import WholeNumberField, day, line
from casework.forms.validators import NotFuture, Range, Required
from casework.i18n import N_


class TrainingForm(Form):
    """A training that members took part in."""

    held_on = day(N_("First day"), NotFuture())
    days = WholeNumberField(N_("How many days?"), [Required(), Range(1, 60)])
    subject = line(N_("Subject"))


class DebateForm(Form):
    """A public debate organised together with others."""

    held_on = day(N_("Day"), NotFuture())
    subject = line(N_("Subject"))
    together_with = line(N_("Together with"), required=False)
