"""Access to a restricted case, and the look at who brought it."""

from __future__ import annotations

from collections.abc import Iterable

from casework.forms.base import Form
from casework.forms.fields import NOTHING_CHOSEN, address, choice, day, paragraph
from casework.forms.validators import NotPast
from casework.i18n import N_
from casework.roles import ROLE_LABELS, Role


class AccessForm(Form):
    """Who gets access, in which role, until when and why."""

    email = address(hint=N_("Of the account: the person signs in with it."))
    role = choice(N_("Role"), ())
    until = day(
        N_("Until the end of"),
        NotPast(),
        hint=N_("Empty: until you end it."),
        required=False,
    )
    reason = paragraph(N_("Reason"), most=500, least=10)

    def offer(self, roles: Iterable[Role]) -> None:
        """Offer these roles."""
        self.role.choices = [NOTHING_CHOSEN, *((r.value, ROLE_LABELS[r]) for r in roles)]


class ReasonedForm(Form):
    """A reason that stays in the history of the case."""

    reason = paragraph(N_("Reason"), most=500, least=10)
