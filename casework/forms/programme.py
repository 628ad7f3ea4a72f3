"""Forms about ambitions and programmes."""

from __future__ import annotations

from wtforms import BooleanField

from casework.forms.base import Form
from casework.forms.fields import line
from casework.i18n import N_


class AmbitionForm(Form):
    """An ambition's name in the three languages."""

    name_fr = line(N_("Name in French"), most=300)
    name_nl = line(N_("Name in Dutch"), most=300)
    name_en = line(N_("Name in English"), most=300)


class ProgrammeForm(AmbitionForm):
    """A programme's names, who operates it, and whether it takes new projects."""

    operator = line(
        N_("Operator"), hint=N_("A specialised association, if one carries it."), required=False
    )
    active = BooleanField(N_("It takes new projects"))
