"""The form of an idea, at most eight questions, and what the house adds to it."""

from __future__ import annotations

from casework.forms.base import Form
from casework.forms.choices import SECTORS
from casework.forms.fields import (
    WholeNumberField,
    choice,
    line,
    money,
    paragraph,
    reference,
)
from casework.forms.validators import Optional, Range, Required
from casework.i18n import N_


class StartIdeaForm(Form):
    """What is asked before an idea begins: a title, and the call it answers, if any."""

    title = line(
        N_("What do you call your idea?"), hint=N_("A few words; you can change them."), most=150
    )
    call_id = reference(
        N_("Which call does it answer?"),
        hint=N_("Leave it open if none: we read ideas all year."),
        required=False,
    )
    choice_sources = {"call_id": "calls"}  # noqa: RUF012 - declared once a form


class IdeaForm(Form):
    """The eight questions about an idea."""

    title = line(N_("What do you call your idea?"), most=150)
    challenge = paragraph(
        N_("Which challenge do you want to take up?"),
        hint=N_("What is not right today, and for whom? A few sentences are enough."),
    )
    target_group = paragraph(
        N_("Whom is it for?"),
        hint=N_("Who they are, and how they have a say in it."),
        most=2_000,
    )
    people = WholeNumberField(
        N_("About how many people does it concern?"), [Optional(), Range(1, 10_000_000)]
    )
    partners = paragraph(
        N_("With whom would you do it?"),
        hint=N_("Organisations that you know or would like to meet, other sectors above all."),
        required=False,
        most=2_000,
    )
    programme_id = reference(
        N_("Which programme fits best?"), hint=N_("We look at this choice together later.")
    )
    anchoring_thought = paragraph(
        N_("How could it last when the project ends?"),
        hint=N_("A first thought is enough: who could carry it on, and with what?"),
        most=2_000,
    )
    amount_cents = money(
        N_("About how much would you ask us for?"),
        hint=N_("A rough figure, in euros; nothing is promised by it."),
        required=False,
    )
    choice_sources = {"programme_id": "programmes"}  # noqa: RUF012 - declared once a form


class PortfolioShareForm(Form):
    """A programme that the project serves, with its share."""

    programme_id = reference(N_("Programme"))
    share = WholeNumberField(
        N_("Share in percent"),
        [Required(), Range(1, 100)],
        description=N_("All shares of a project add up to 100."),
    )
    choice_sources = {"programme_id": "programmes"}  # noqa: RUF012 - declared once a form


BRIDGE_KINDS = (
    ("idea", N_("A similar idea")),
    ("partner", N_("A partner who builds a bridge")),
)


class BridgeForm(Form):
    """A similar idea, or a partner of another sector to bring in."""

    kind = choice(N_("What is it?"), BRIDGE_KINDS)
    name = line(N_("Name, or reference of the case"))
    sector = choice(N_("Sector"), SECTORS, default="other")
    note = paragraph(N_("Why do they fit together?"), required=False, most=2_000)
