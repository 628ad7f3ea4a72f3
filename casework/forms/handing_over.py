"""To whom the cases of somebody who leaves go, and with which day the account closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from casework.forms.base import Form
from casework.forms.fields import NOTHING_CHOSEN, choice, day, paragraph
from casework.forms.messages import Message
from casework.forms.validators import NotPast
from casework.i18n import N_

Pairs = Sequence[tuple[str, str]]
BEFORE = "to_"


def hand_over_form(
    programmes: Pairs, people: Pairs, coaches: Pairs, sent: Any, today: date, *, needed: bool
) -> Form:
    """Return a form with one question for all cases and one for each programme.

    Args:
        programmes: the programmes of the cases, as (identifier, name).
        people: who may take over, as (identifier, name).
        coaches: who may become the coach of the cases that somebody coaches, if they do.
        sent: what the browser sent, or None.
        today: the present day of the house.
        needed: whether there are cases to hand over; otherwise nobody is asked for.
    """

    class HandOverForm(Form):
        """Who takes over, and when the account closes."""

    if needed:
        HandOverForm.to = choice(N_("Who takes over?"), ())
    asked = ["to"] if needed else []
    offered = {name: _offered(people) for name in (*asked, *(BEFORE + k for k, _ in programmes))}
    for key, name in programmes:
        label = Message(N_("In programme %(name)s"), name=name)
        setattr(HandOverForm, BEFORE + key, choice(label, (), required=False))
    if coaches:
        HandOverForm.to_coach = choice(N_("Who becomes the coach?"), ())
        offered["to_coach"] = _offered(coaches)
    HandOverForm.closes_after = day(
        N_("Last day"),
        NotPast(),
        hint=N_("The account closes after this day. Leave it empty to leave the account open."),
        required=False,
    )
    HandOverForm.reason = paragraph(
        N_("Reason"), hint=N_("It stands in the security log."), most=500
    )
    form = HandOverForm(sent)
    form.prepare(None, today=today)
    for name, choices in offered.items():
        form[name].choices = choices  # type: ignore[attr-defined]
    return form


def _offered(people: Pairs) -> list[tuple[str, str]]:
    return [NOTHING_CHOSEN, *((key, Markup.escape(name)) for key, name in people)]


def recipients_of(form: Any) -> dict[str, str]:
    """Return who was chosen: for each programme named, as coach, and for all else under no key."""
    values = form.data
    chosen = {"": values["to"]} if values.get("to") else {}
    return chosen | {
        name.removeprefix(BEFORE): value
        for name, value in values.items()
        if name.startswith(BEFORE) and value
    }
