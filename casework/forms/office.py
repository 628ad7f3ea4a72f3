"""What the house notes on a case: its team, its checklist, its agenda, its letters."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField

from casework.forms.base import Form
from casework.forms.fields import day, paragraph, reference
from casework.forms.validators import NotFuture, NotPast
from casework.i18n import N_
from casework.roles import Role

DECIDING = "decision"
"""The kind of committee that decides on proposals."""


class TeamForm(Form):
    """Who follows the project."""

    officer_id = reference(N_("Lead programme officer"))
    coach_id = reference(
        N_("Coach"),
        hint=N_("Needed before co-creation begins."),
        required=False,
    )
    choice_sources = {  # noqa: RUF012 - declared once a form
        "officer_id": "officers",
        "coach_id": "coaches",
    }


class CompletenessForm(Form):
    """What is looked at before a proposal is put on the agenda."""

    proposal_complete = BooleanField(N_("The proposal answers every question"))
    budget_checked = BooleanField(N_("Finance has looked at budget and funding plan"))
    risks_considered = BooleanField(N_("The risks are named, with what is done about them"))
    anchoring_checked = BooleanField(N_("The anchoring plan says who could carry it on"))
    signed_off = BooleanField(N_("The signatory has signed off the proposal"))
    note = paragraph(N_("Note"), required=False, most=2_000)


class PutOnAgendaForm(Form):
    """The meeting that takes up a proposal; where a committee sits, its secretary chooses it."""

    meeting_on = day(N_("Day of the meeting"), NotPast())

    def prepare(
        self, facts: Any, *, roles: frozenset[Role] = frozenset(), today: date | None = None
    ) -> None:
        """Ask for no day where a committee has an agenda of its own."""
        super().prepare(facts, roles=roles, today=today)
        if DECIDING in getattr(facts, "committees", ()):
            del self.meeting_on


class AgendaItemForm(Form):
    """When a proposal is deliberated, and who declared a conflict of interest."""

    meeting_on = day(N_("Day of the meeting"))
    conflicts = paragraph(
        N_("Conflicts of interest declared"),
        hint=N_("Who, and of which kind; empty if nobody declared one."),
        required=False,
        most=2_000,
    )


class CheckInForm(Form):
    """A moment at which everybody looked at where the project stands."""

    held_on = day(N_("Day"), NotFuture())
    summary = paragraph(N_("Where do we stand?"))
    next_steps = paragraph(N_("Next steps"), required=False, most=2_000)


class ClosingLetterForm(Form):
    """The letter that says why a project goes no further."""

    sent_on = day(N_("Sent on"), NotFuture())
    text = paragraph(N_("What the letter says"), most=20_000)
