"""A note on a case: for whom it is, and its words."""

from __future__ import annotations

from collections.abc import Collection

from casework.forms.base import Form
from casework.forms.fields import choice, paragraph
from casework.i18n import N_
from casework.roles import AUDIENCE_LABELS, Audience


class NoteForm(Form):
    """A note. For the team alone unless its author says otherwise."""

    audience = choice(
        N_("Who reads it?"),
        [(str(audience), label) for audience, label in AUDIENCE_LABELS.items()],
        default=str(Audience.TEAM),
    )
    text = paragraph(N_("Your note"))

    def offer(self, audiences: Collection[Audience]) -> None:
        """Let the author choose among these audiences."""
        known = ((str(a), label) for a, label in AUDIENCE_LABELS.items() if a in audiences)
        self.audience.choices = list(known)


class CorrectionForm(Form):
    """Other words for a note; for whom it was written stays."""

    text = paragraph(N_("Your note"))
