"""Members with their dues, and certified auditors."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.fields import day, line, number, reference
from casework.forms.validators import NotFuture
from casework.i18n import N_


def not_before(field: Any, first: Any) -> None:
    """Refuse an end before the beginning."""
    if field.data and first.data and field.data < first.data:
        raise ValidationError(N_("This day lies before the first day."))


class _WhichOrganisation(Form):
    """Stands before the membership's fields, so that it is asked first."""

    organisation_id = reference(N_("Organisation"))
    choice_sources = {"organisation_id": "organisations"}  # noqa: RUF012 - declared once a form


class MembershipForm(Form):
    """An organisation's share of the union and its signature of the charter."""

    share_from = day(N_("Share held since"), required=False)
    share_until = day(N_("Share held until"), hint=N_("Empty: it still is."), required=False)
    charter_version = line(N_("Version of the charter signed"), required=False, most=20)
    charter_signed_on = day(N_("Charter signed on"), NotFuture(), required=False)
    charter_signed_by = line(N_("Charter signed by"), required=False)

    def validate_share_until(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        not_before(field, self.share_from)


class NewMembershipForm(_WhichOrganisation, MembershipForm):
    """An organisation becomes a member."""


class DueForm(Form):
    """What is due for a year."""

    year = number(N_("Year"), 2000, 2100)
    due_on = day(N_("Due on"))
    paid_on = day(N_("Paid on"), NotFuture(), required=False)
    exempted = BooleanField(N_("Exempted for this year"))


class CertificateForm(Form):
    """A person's certificate as auditor."""

    user_id = reference(N_("Person"))
    number = line(N_("Number of the certificate"), most=30)
    valid_from = day(N_("Valid from"))
    valid_until = day(N_("Valid until"))
    choice_sources = {"user_id": "everybody"}  # noqa: RUF012 - declared once a form

    def validate_valid_until(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        not_before(field, self.valid_from)
