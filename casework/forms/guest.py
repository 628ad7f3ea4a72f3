"""Inviting a guest to a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.choices import LANGUAGES
from casework.forms.fields import NOTHING_CHOSEN, address, choice, day, line, paragraph
from casework.i18n import N_
from casework.roles import GUEST_ROLES, ROLE_LABELS

LONGEST = timedelta(days=366)
ROLES = tuple((str(role), ROLE_LABELS[role]) for role in sorted(GUEST_ROLES))


class GuestForm(Form):
    """Who is invited, as what, about which record, until when, and what for."""

    name = line(N_("Name"))
    email = address()
    language = choice(N_("Language in which we write to them"), LANGUAGES, default="fr")
    role = choice(N_("As"), ROLES)
    record = choice(
        N_("About which entry?"),
        (),
        hint=N_("For a co-investor: the pledge that they are to confirm."),
        required=False,
    )
    until = day(N_("Until"), hint=N_("The link opens the case until the end of this day."))
    purpose = paragraph(
        N_("What do you ask of them?"),
        hint=N_("They read it in the mail. Write it in their language, in plain words."),
        most=1_000,
    )

    def offer(
        self,
        roles: Iterable[str],
        records: Iterable[tuple[str, str]],
        needing: Collection[str],
    ) -> None:
        """Offer the roles and records of a case; roles in ``needing`` are about a record."""
        known = set(roles)
        self.role.choices = [NOTHING_CHOSEN, *(r for r in ROLES if r[0] in known)]
        self.record.choices = [NOTHING_CHOSEN, *records]
        self.needing = frozenset(needing)

    def validate_record(self, field: Any) -> None:
        """Demand the record for a role that is about one; drop it for another."""
        if self.role.data not in self.needing:
            field.data = ""
        elif not field.data:
            raise ValidationError(N_("Choose the pledge; write it down first if it is missing."))

    def validate_until(self, field: Any) -> None:
        """Refuse a day that is over or too far away."""
        if field.data and field.data < self.today:
            raise ValidationError(messages.IN_THE_PAST)
        if field.data and field.data > self.today + LONGEST:
            raise ValidationError(N_("Choose a day within a year; you can invite them again."))
