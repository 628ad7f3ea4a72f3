"""Conditions of an approval: set and lifted by the house, met by the partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FieldList, FormField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.fields import day, paragraph
from casework.forms.transition import MotiveForm
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


class NewConditionForm(Form):
    """A condition as it is set with a decision; a row left blank counts for nothing."""

    text = paragraph(N_("What must be fulfilled?"), required=False, most=1_000)
    due_on = day(N_("By which day?"), required=False)
    blocking = BooleanField(N_("Nothing is signed before it is lifted"), default=True)

    def validate_due_on(self, field: Any) -> None:
        """Demand a day for each condition."""
        if self.text.data and field.data is None and not field.process_errors:
            raise ValidationError(N_("Each condition has a day of its own."))

    def validate_text(self, field: Any) -> None:
        """Demand a condition where a day was written."""
        if self.due_on.data and not field.data:
            raise ValidationError(N_("Say what must be fulfilled by then."))


class ConditionalForm(MotiveForm):
    """An approval with conditions, each with its own day."""

    conditions = FieldList(
        FormField(NewConditionForm, label=N_("Condition")),
        label=N_("Conditions"),
        description=N_("Those written down in the file before count as well."),
        min_entries=1,
        max_entries=12,
    )


def set_rows(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the conditions that were written into the form of a decision."""
    return [row for row in data.get("conditions") or () if row.get("text")]


class ConditionEvidenceForm(Form):
    """What the partner shows to have a condition lifted."""

    evidence = paragraph(
        N_("What shows that it is fulfilled?"),
        hint=N_("If it is a document, put it among the documents and say so here."),
        most=2_000,
    )
