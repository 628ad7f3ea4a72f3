"""What is asked when a file is to be imported."""

from __future__ import annotations

from wtforms import FileField

from casework.forms.base import Form
from casework.forms.document import Chosen
from casework.forms.fields import choice
from casework.i18n import N_

KINDS = (
    ("organisations", N_("Organisations")),
    ("people", N_("People of organisations")),
)


class ImportForm(Form):
    """A file, and what its lines are about."""

    kind = choice(N_("What does the file hold?"), KINDS, default="organisations")
    file = FileField(
        N_("File"),
        description=N_("Excel (.xlsx) or CSV, at most 20 000 lines and 10 MB."),
        validators=[Chosen()],
    )
