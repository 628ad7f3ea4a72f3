"""Conditions of an approval: set and lifted by the house, met by the partner."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.fields import day, paragraph
from casework.i18n import N_


class ConditionForm(Form):
    """A condition as the house writes and lifts it."""

    text = paragraph(N_("What must be fulfilled?"), most=1_000)
    blocking = BooleanField(N_("Nothing is signed before it is lifted"), default=True)
    due_on = day(N_("By which day?"))
    evidence = paragraph(N_("Evidence"), required=False, most=2_000)
    lifted = BooleanField(N_("It is fulfilled: lift it"))

    def validate_lifted(self, field: Any) -> None:
        """Refuse to lift a condition without evidence."""
        if field.data and not self.evidence.data:
            raise ValidationError(N_("Say on which evidence the condition is lifted."))


class ConditionEvidenceForm(Form):
    """What the partner shows to have a condition lifted."""

    evidence = paragraph(
        N_("What shows that it is fulfilled?"),
        hint=N_("If it is a document, put it among the documents and say so here."),
        most=2_000,
    )
