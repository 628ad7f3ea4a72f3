"""The moves by which the committee decides, and the way back before it."""

from __future__ import annotations

from casework.forms.label_audit.moves import AwardForm, RefuseForm
from casework.forms.transition import MotiveForm, RemarkForm
from casework.i18n import N_
from casework.workflows.declaration import Transition
from casework.workflows.label_audit import (
    effects_decision,
    effects_label,
    rules_audit,
    rules_decision,
)
from casework.workflows.label_audit.people import OFFICERS
from casework.workflows.label_audit.transitions.told import DECISION_NOTICE

_DECIDING = {"sources": ("in_committee",), "notices": (DECISION_NOTICE,)}

DECISION = (
    Transition(
        name="award",
        label=N_("Give the label"),
        done=N_("Label given"),
        to="labelled",
        form=AwardForm,
        guards=(rules_decision.computes_favourable, rules_decision.auditors_do_not_vote),
        effects=(effects_decision.decide("labelled"), effects_label.give_label),
        **_DECIDING,  # type: ignore[arg-type]
    ),
    Transition(
        name="refuse",
        label=N_("Give no label"),
        done=N_("No label given"),
        to="not_labelled",
        form=RefuseForm,
        guards=(rules_decision.grid_is_decided, rules_decision.auditors_do_not_vote),
        effects=(
            effects_decision.decide("not_labelled"),
            effects_label.end_label("withdrawn", tell=True),
        ),
        **_DECIDING,  # type: ignore[arg-type]
    ),
    Transition(
        name="defer",
        label=N_("Defer"),
        done=N_("Deferred"),
        to="deferred",
        form=MotiveForm,
        guards=(rules_decision.auditors_do_not_vote,),
        effects=(effects_decision.decide("deferred"),),
        **_DECIDING,  # type: ignore[arg-type]
    ),
    Transition(
        name="resubmit",
        label=N_("Bring back before the committee"),
        done=N_("Brought back before the committee"),
        sources=("deferred",),
        to="in_committee",
        roles=OFFICERS,
        form=RemarkForm,
        guards=(rules_audit.all_audited,),
        primary=True,
    ),
)
