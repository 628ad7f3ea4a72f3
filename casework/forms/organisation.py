"""The form about an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.choices import LANGUAGES, SECTORS
from casework.forms.fields import NOTHING_CHOSEN, address, choice, clean_line, line
from casework.forms.registry_number import normalise
from casework.forms.validators import Length
from casework.i18n import N_
from casework.roles import PARTNER_ROLES, ROLE_LABELS

COUNTRIES = (
    ("BE", N_("Belgium")),
    ("FR", N_("France")),
    ("NL", N_("Netherlands")),
    ("LU", N_("Luxembourg")),
)


ROLES = tuple((str(role), ROLE_LABELS[role]) for role in sorted(PARTNER_ROLES))


class RegistryNumberField(StringField):
    """A registry number; after validation its data is the number as it is stored, or None."""


class OrganisationForm(Form):
    """Who an organisation is; the number identifies it, and may be added later."""

    name = line(N_("Name of the organisation"))
    country = choice(N_("Country"), COUNTRIES, default="BE")
    registry_number = RegistryNumberField(
        N_("Number in the official register"),
        validators=[Length(40)],
        filters=[clean_line],
        description=N_("Belgium: enterprise number. France: SIREN or SIRET."),
    )
    sector = choice(N_("Sector"), SECTORS)
    town = line(N_("Town"), required=False)
    language = choice(N_("Language in which we write to you"), LANGUAGES, default="fr")
    website = line(N_("Website"), required=False)

    def validate_registry_number(self, field: Any) -> None:
        """Check the number against its country's rules and keep it in its stored form."""
        if not field.data:
            field.data = None
            return
        try:
            field.data = normalise(self.country.data, field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def validate_website(self, field: Any) -> None:
        """Refuse what is not the address of a page."""
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(N_("Write the whole address, beginning with https://."))


class PersonForm(Form):
    """Somebody who joins an organisation, in one role."""

    name = line(N_("Name"))
    email = address()
    role = choice(N_("Role"), ROLES, default="partner_contributor")
    language = choice(N_("Language"), LANGUAGES, default="fr")


class HandOverForm(Form):
    """Whom the lead of an organisation hands over to, and what they stay as."""

    user_id = choice(N_("Who leads from now on?"), ())
    then = choice(
        N_("And you?"),
        (
            ("", N_("I keep only the other roles that I have")),
            *(c for c in ROLES if c[0] != "partner_lead"),
        ),
        required=False,
        default=" ",
    )

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Offer these people."""
        self.user_id.choices = [NOTHING_CHOSEN, *((k, Markup.escape(n)) for k, n in people)]
