"""Forms about people: accounts, roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from markupsafe import Markup
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.choices import LANGUAGES
from casework.forms.fields import NOTHING_CHOSEN, address, choice, day, line, paragraph, reference
from casework.forms.validators import NotPast
from casework.i18n import N_
from casework.roles import HELD_IN, ROLE_LABELS, Role

NOT_IN_A_PROGRAMME = N_("This role is held in the whole house: choose no programme.")


def _roles(held_in: str) -> tuple[tuple[str, str], ...]:
    given = HELD_IN[held_in]
    return tuple((str(role), ROLE_LABELS[role]) for role in Role if role in given)


class InviteForm(Form):
    """A colleague who joins the house, with a first role."""

    choice_sources = {"programme_id": "programmes"}  # noqa: RUF012 - read by whoever binds it

    name = line(N_("Name"), most=120)
    email = address()
    language = choice(N_("Language"), LANGUAGES, default="fr")
    role = choice(N_("Role"), _roles("house"))
    programme_id = reference(
        N_("Only in this programme"),
        hint=N_("Leave it empty for a role in the whole house."),
        required=False,
    )
    reason = paragraph(N_("Reason"), hint=N_("It stands in the security log."), most=500)

    def validate_programme_id(self, field: Any) -> None:
        """Refuse a role that is not held in a programme."""
        if field.data is not None and self.role.data not in HELD_IN["programme"]:
            raise ValidationError(NOT_IN_A_PROGRAMME)


class ParticularsForm(Form):
    """How somebody is called, in which language we speak to them, and where we write to."""

    name = line(N_("Name"), most=120)
    language = choice(N_("Language"), LANGUAGES, default="fr")
    email = address(
        hint=N_("Who has joined already confirms a new address by a link that we send there.")
    )


class ReasonForm(Form):
    """Why an account is closed or opened again."""

    reason = paragraph(N_("Reason"), hint=N_("It stands in the security log."), most=500)


class AbsenceForm(Form):
    """When somebody is away, and who stands in for them."""

    first = day(N_("First day away"), NotPast())
    last = day(N_("Last day away"), NotPast())
    substitute_id = reference(
        N_("Who stands in?"), hint=N_("They see what their own rights show them, and nothing more.")
    )

    def offer(self, people: Iterable[tuple[UUID, str]]) -> None:
        """Offer these people."""
        self.substitute_id.choices = [
            NOTHING_CHOSEN,
            *((str(key), Markup.escape(name)) for key, name in people),
        ]

    def validate_last(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data is not None and self.first.data is not None and field.data < self.first.data:
            raise ValidationError(messages.BEFORE_THE_FIRST)


class EndRoleForm(ReasonForm):
    """Why a role ends, and with which day."""

    last = day(
        N_("Last day"), NotPast(), hint=N_("Leave it empty to end the role now."), required=False
    )


class RoleForm(Form):
    """A role in the whole house."""

    role = choice(N_("Role"), _roles("house"))
    first = day(N_("First day"), NotPast(), hint=N_("Leave it empty to begin now."), required=False)
    last = day(N_("Last day"), NotPast(), hint=N_("Leave it empty for no end."), required=False)
    reason = paragraph(N_("Reason"), hint=N_("It stands in the security log."), most=500)

    def validate_last(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data is not None and self.first.data is not None and field.data < self.first.data:
            raise ValidationError(messages.BEFORE_THE_FIRST)


class ProgrammeRoleForm(RoleForm):
    """A role in one programme."""

    choice_sources = {"place": "programmes"}  # noqa: RUF012 - read by whoever binds it

    place = reference(N_("Programme"))
    role = choice(N_("Role"), _roles("programme"))


class OrganisationRoleForm(RoleForm):
    """A role in one organisation."""

    place = line(N_("Organisation"), hint=N_("Its whole name, or its registry number."))
    role = choice(N_("Role"), _roles("organisation"))


class CaseRoleForm(RoleForm):
    """A role on one case."""

    place = line(N_("Case"), hint=N_("Its reference, for instance PP-2026-0041."), most=30)
    role = choice(N_("Role"), _roles("case"))


ROLE_FORMS: dict[str, type[RoleForm]] = {
    "house": RoleForm,
    "programme": ProgrammeRoleForm,
    "organisation": OrganisationRoleForm,
    "case": CaseRoleForm,
}


def in_order(form: PlainForm) -> list[str]:
    """Return the fields of a form about a role, the place first."""
    return [name for name in ("place", "role", "first", "last", "reason") if name in form]
