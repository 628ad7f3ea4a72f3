"""The form that gives one deadline of one case another end."""

from __future__ import annotations

from casework.forms.base import Form
from casework.forms.fields import day, paragraph
from casework.forms.validators import NotPast
from casework.i18n import N_


class PostponeForm(Form):
    """The new last day, and why."""

    due = day(N_("New last day"), NotPast())
    reason = paragraph(N_("Reason"), hint=N_("It stays in the house's history."), least=10)
