"""Forms that the moves of every workflow use."""

from __future__ import annotations

from casework.forms.base import Form
from casework.forms.fields import paragraph
from casework.i18n import N_

SENTENCE = 20
"""How many characters a motive has at least."""


class ReasonForm(Form):
    """A reason, which everybody concerned may read."""

    reason = paragraph(
        N_("Reason"), hint=N_("In plain words: everybody concerned may read it."), least=10
    )


class RemarkForm(Form):
    """A remark for the house's history, which may be left out."""

    remark = paragraph(N_("Remark"), required=False)
    not_for_partners = ("remark",)


class MotiveForm(Form):
    """The motive of a decision: a sentence or more."""

    motive = paragraph(
        N_("Motive of the decision"),
        hint=N_("At least one whole sentence: it goes into the letter and stays in the history."),
        least=SENTENCE,
    )


class RedirectForm(Form):
    """Where else somebody is sent, and why."""

    destination = paragraph(
        N_("Where to"), hint=N_("The other funder or programme that fits better."), most=500
    )
    reason = paragraph(N_("Reason"), least=10)


class RedirectMotiveForm(MotiveForm):
    """A decision to send a proposal elsewhere."""

    destination = paragraph(
        N_("Where to"), hint=N_("The other funder or programme that fits better."), most=500
    )
