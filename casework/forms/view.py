"""The form of a saved view."""

from __future__ import annotations

from wtforms import BooleanField

from casework.forms.base import Form
from casework.forms.fields import ManyField, line
from casework.i18n import N_
from casework.roles import HOUSE_ROLES, ROLE_LABELS


class ViewForm(Form):
    """What a view is called, and who finds it beside their list."""

    name = line(N_("Name of the view"), most=60)
    roles = ManyField(
        N_("Shared with"),
        choices=[(str(role), ROLE_LABELS[role]) for role in sorted(HOUSE_ROLES)],
        description=N_(
            "Everybody sees in it only the cases that they may see. None: for me alone."
        ),
    )
    start = BooleanField(N_("My list begins with this view"))
