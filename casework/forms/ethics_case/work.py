"""Looking into a case: rapporteurs, questions to others, messages to whoever brought it."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.fields import day, line, paragraph, reference
from casework.forms.validators import NotFuture
from casework.i18n import N_


class RapporteurForm(Form):
    """A member who looks into the case."""

    user_id = reference(N_("Member"), hint=N_("They see the case from now on."))
    task = paragraph(N_("What they look into"), required=False, most=2_000)
    choice_sources = {"user_id": "ethics_members"}  # noqa: RUF012 - declared once a form


class InfoRequestForm(Form):
    """A question to any entity, and its answer."""

    entity = line(N_("Who is asked"))
    question = paragraph(N_("What is asked"))
    asked_on = day(N_("Asked on"), NotFuture())
    due_on = day(N_("Answer asked for by"), hint=N_("As a rule 30 days later."))
    answer = paragraph(N_("Answer"), required=False, most=20_000)
    answered_on = day(N_("Answered on"), NotFuture(), required=False)

    def validate_due_on(self, field: Any) -> None:
        """Refuse an answer that is due before it was asked for."""
        if field.data and self.asked_on.data and field.data < self.asked_on.data:
            raise ValidationError(N_("This day lies before the day of asking."))

    def validate_answered_on(self, field: Any) -> None:
        """Demand the day of an answer."""
        if self.answer.data and not field.data:
            raise ValidationError(N_("Give the day of the answer."))


class ExchangeForm(Form):
    """A message to whoever brought the case: they read it with their receipt code."""

    text = paragraph(N_("Message"), most=10_000)


class ExchangeRecord(Form):
    """A message in either direction, as it is shown."""

    from_reporter = BooleanField(N_("Written by whoever brought it"))
    text = paragraph(N_("Message"))
