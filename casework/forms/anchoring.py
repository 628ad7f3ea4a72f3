"""The anchoring plan and the check-ups after the project has closed."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.fields import WholeNumberField, choice, day, line, paragraph
from casework.forms.validators import NotFuture
from casework.i18n import N_

EDITIONS = (
    ("idea", N_("First thought")),
    ("v1", N_("First plan (v1)")),
    ("v2", N_("Second plan (v2)")),
    ("final", N_("Final plan")),
)
ROUTES = (
    ("integration", N_("Integration into an existing organisation")),
    ("new_structure", N_("A new structure")),
    ("broad_seeding", N_("Broad seeding")),
)
STANDINGS = (("yes", N_("Yes")), ("partly", N_("Partly")), ("no", N_("No")))


class AnchoringPlanForm(Form):
    """One version of the plan: how the project lasts, with whom, and what proves it."""

    edition = choice(N_("Which version is it?"), EDITIONS, default="v1")
    plan = paragraph(N_("How will it last when the project ends?"), most=10_000)
    route = choice(N_("By which route?"), ROUTES, required=False)
    host = line(
        N_("Which organisation carries it on?"),
        hint=N_("Empty as long as nobody is found."),
        required=False,
    )
    agreed_on = day(N_("The host agreed in writing on"), NotFuture(), required=False)
    evidence = paragraph(
        N_("What proves it?"), hint=N_("Letter, decision of a board, agreement."), required=False
    )

    def validate_agreed_on(self, field: Any) -> None:
        """Refuse an agreement without anybody who agreed."""
        if field.data and not self.host.data:
            raise ValidationError(N_("Name the organisation that agreed."))


class CheckUpForm(Form):
    """How the anchored project stands some months later."""

    done_on = day(N_("Looked at on"), NotFuture())
    standing = choice(N_("Does it still stand?"), STANDINGS)
    note = paragraph(N_("How is it doing?"), most=5_000)


class CheckUpRecord(CheckUpForm):
    """A check-up with its planned day, as it is shown."""

    months = WholeNumberField(N_("Months after closing"))
    due_on = day(N_("Planned for"))
