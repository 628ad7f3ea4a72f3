"""One result of a criterion."""

from __future__ import annotations

from casework.forms.base import Form
from casework.forms.fields import choice, paragraph
from casework.forms.label_audit.choices import RESULTS
from casework.i18n import N_


class ResultForm(Form):
    """What is found of a criterion, and why."""

    result = choice(N_("Result"), RESULTS)
    note = paragraph(N_("Observation, or why it does not apply"), required=False, most=10_000)
