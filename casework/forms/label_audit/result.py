"""One result of a criterion."""

from __future__ import annotations

from wtforms import FileField

from casework.forms.base import Form
from casework.forms.document import Chosen
from casework.forms.fields import choice, paragraph
from casework.forms.label_audit.choices import RESULTS
from casework.i18n import N_


class ResultForm(Form):
    """What is found of a criterion, and why."""

    result = choice(N_("Result"), RESULTS)
    note = paragraph(N_("Observation, or why it does not apply"), required=False, most=10_000)


class GridFileForm(Form):
    """A self-assessment filled in as a file."""

    file = FileField(
        N_("File"),
        description=N_("Excel (.xlsx) or CSV, one criterion a line."),
        validators=[Chosen()],
    )
