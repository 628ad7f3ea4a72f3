"""The moves of an appeal, and how it is decided."""

from __future__ import annotations

from casework.forms.label_audit.moves import AwardForm, RefuseForm
from casework.forms.transition import MotiveForm, ReasonForm
from casework.i18n import N_
from casework.workflows.declaration import Notice, Previous, Transition
from casework.workflows.label_audit import effects, effects_decision, effects_label, rules_decision
from casework.workflows.label_audit.people import MEMBER, OFFICER
from casework.workflows.label_audit.states import DECIDED
from casework.workflows.label_audit.transitions.told import (
    APPEAL_ANSWERED,
    APPEAL_DECIDED,
    BACK_TO_AUDIT,
)

_ON_APPEAL = {"sources": ("under_appeal",), "notices": (APPEAL_ANSWERED, APPEAL_DECIDED)}

APPEAL = (
    Transition(
        name="appeal",
        label=N_("Appeal against the decision"),
        done=N_("Appeal filed"),
        sources=DECIDED,
        to="under_appeal",
        roles=frozenset({MEMBER}),
        form=ReasonForm,
        guards=(rules_decision.appeal_in_time, rules_decision.not_appealed_before),
        effects=(effects.file_appeal,),
        notices=(
            Notice(
                (OFFICER,),
                N_("An appeal: %(title)s"),
                N_("%(organisation)s appeals against the decision. Others than before decide."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="confirm_on_appeal",
        label=N_("Confirm the decision"),
        done=N_("Decision confirmed on appeal"),
        to=Previous(DECIDED),
        form=MotiveForm,
        guards=(rules_decision.auditors_do_not_vote,),
        effects=(effects.answer_appeal("confirmed"),),
        **_ON_APPEAL,  # type: ignore[arg-type]
    ),
    Transition(
        name="award_on_appeal",
        label=N_("Reverse it: give the label"),
        done=N_("Label given on appeal"),
        to="labelled",
        form=AwardForm,
        guards=(
            rules_decision.not_labelled_before,
            rules_decision.computes_favourable,
            rules_decision.auditors_do_not_vote,
        ),
        effects=(
            effects.answer_appeal("reversed"),
            effects_decision.decide("labelled"),
            effects_label.give_label,
        ),
        **_ON_APPEAL,  # type: ignore[arg-type]
    ),
    Transition(
        name="refuse_on_appeal",
        label=N_("Reverse it: give no label"),
        done=N_("Label refused on appeal"),
        to="not_labelled",
        form=RefuseForm,
        guards=(
            rules_decision.labelled_before,
            rules_decision.grid_is_decided,
            rules_decision.auditors_do_not_vote,
        ),
        effects=(
            effects.answer_appeal("reversed"),
            effects_decision.decide("not_labelled"),
            effects_label.end_label("withdrawn", tell=True),
        ),
        **_ON_APPEAL,  # type: ignore[arg-type]
    ),
    Transition(
        name="send_back",
        label=N_("Send it back to the audit"),
        done=N_("Sent back to the audit on appeal"),
        to="audit_in_progress",
        form=MotiveForm,
        guards=(rules_decision.auditors_do_not_vote,),
        effects=(effects.answer_appeal("sent_back"),),
        sources=("under_appeal",),
        notices=(APPEAL_ANSWERED, BACK_TO_AUDIT),
    ),
)
