"""The moves by which a cycle ends without a label."""

from __future__ import annotations

from casework.forms.label_audit.moves import AbandonForm
from casework.forms.transition import ReasonForm
from casework.i18n import N_
from casework.workflows.declaration import Transition
from casework.workflows.label_audit import effects, effects_label
from casework.workflows.label_audit.people import MEMBER, OFFICERS
from casework.workflows.label_audit.states import BEFORE_DECISION, OPEN

WAYS_OUT = (
    Transition(
        name="abandon",
        label=N_("Abandon this cycle"),
        done=N_("Cycle abandoned"),
        sources=(*BEFORE_DECISION, "not_labelled"),
        to="abandoned",
        roles=OFFICERS | {MEMBER},
        form=AbandonForm,
        effects=(effects.set_next_audit,),
        abandons=True,
    ),
    Transition(
        name="leave_network",
        label=N_("The cooperative leaves the network"),
        done=N_("Left the network"),
        sources=OPEN,
        to="left_network",
        roles=OFFICERS,
        form=ReasonForm,
        effects=(effects_label.end_label("withdrawn", tell=True), effects.set_no_audit),
        system=True,
        abandons=True,
        hint=N_(
            "All its cycles that are still open end within the hour, and its labels are withdrawn."
        ),
    ),
)
