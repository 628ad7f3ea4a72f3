"""Calls for ideas and extensions of their closing date."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.fields import day, line, paragraph, reference
from casework.forms.validators import NotPast
from casework.i18n import N_


class CallForm(Form):
    """A call: its title in the three languages, and when it is open."""

    title_fr = line(N_("Title in French"))
    title_nl = line(N_("Title in Dutch"))
    title_en = line(N_("Title in English"))
    programme_id = reference(
        N_("Programme"), hint=N_("Empty if the call is for all of them."), required=False
    )
    opens_on = day(N_("Opens on"))
    always_open = BooleanField(N_("It takes ideas at any time"))
    closes_on = day(N_("Last day"), required=False)
    choice_sources = {"programme_id": "programmes"}  # noqa: RUF012 - declared once a form

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that a call that closes has a last day after its first."""
        valid = super().validate(extra_validators)
        last, first = self.closes_on, self.opens_on.data
        if last.errors:
            return False
        if last.data is None and not self.always_open.data:
            last.errors = [N_("Say when the call closes, or that it takes ideas at any time.")]
        elif last.data and first and last.data < first:
            last.errors = [messages.BEFORE_THE_FIRST]
        return valid and not last.errors


class CallExtensionForm(Form):
    """More time for one organisation."""

    organisation_id = reference(N_("Organisation"))
    until = day(N_("Until (this day included)"), NotPast())
    reason = paragraph(N_("Reason"), least=10, most=1_000)
    choice_sources = {"organisation_id": "organisations"}  # noqa: RUF012 - declared once a form
