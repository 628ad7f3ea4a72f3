"""For which states a kind of document is needed."""

from __future__ import annotations

from wtforms import Form
from wtforms.widgets import CheckboxInput, ListWidget

from casework.forms.fields import Choices, ManyField
from casework.i18n import N_


class DocumentRequirementForm(Form):
    """The states that a case enters only with such a document."""

    states = ManyField(
        N_("Needed before a case comes into"),
        choices=(),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=N_("Choose none where such a document is welcome and never demanded."),
    )

    def offer(self, states: Choices) -> None:
        """Offer these states."""
        self.states.choices = list(states)
