"""The moves of the label: begun, suspended, withdrawn, ended, renewed."""

from __future__ import annotations

from casework.forms.label_audit.moves import SuspendForm
from casework.forms.transition import ReasonForm
from casework.i18n import N_
from casework.workflows.declaration import Notice, Transition
from casework.workflows.label_audit import effects, effects_label, rules_decision
from casework.workflows.label_audit.notices import END_OF_MARK, WITHDRAWN
from casework.workflows.label_audit.people import MEMBER, OFFICER, OFFICERS, TREASURER
from casework.workflows.label_audit.states import HOLDING
from casework.workflows.label_audit.transitions.timed import by_itself

LABEL = (
    by_itself(
        "labelled",
        name="begin_label",
        label=N_("The label begins"),
        done=N_("Label in force"),
        effects=(effects_label.begin_label,),
    ),
    by_itself(
        "labelled",
        name="announce_renewal",
        label=N_("The renewal can be opened"),
        done=N_("Renewal announced"),
        effects=(effects.settle("renewal_opens"),),
        notices=(
            Notice(
                (MEMBER, OFFICER),
                N_("The renewal can be opened: %(title)s"),
                N_("The label of %(organisation)s must soon be renewed. Open a new cycle now."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="suspend",
        label=N_("Suspend the label"),
        done=N_("Label suspended"),
        sources=("labelled",),
        to="suspended",
        roles=OFFICERS,
        form=SuspendForm,
        effects=(effects_label.suspend,),
        notices=(
            Notice(
                (MEMBER,),
                N_("Your label is suspended: %(title)s"),
                N_("The page says why and what to put right. The mark may not be used meanwhile."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="lift_suspension",
        label=N_("Lift the suspension"),
        done=N_("Suspension lifted"),
        sources=("suspended",),
        to="labelled",
        roles=OFFICERS,
        form=ReasonForm,
        guards=(rules_decision.cause_cleared,),
        effects=(effects_label.lift,),
        notices=(
            Notice(
                (MEMBER,),
                N_("Your label is in force again: %(title)s"),
                N_("The suspension of your label is lifted."),
                compulsory=True,
            ),
        ),
        primary=True,
    ),
    Transition(
        name="withdraw",
        label=N_("Withdraw the label"),
        done=N_("Label withdrawn"),
        sources=HOLDING,
        to="withdrawn",
        roles=OFFICERS,
        form=ReasonForm,
        effects=(effects_label.end_label("withdrawn"),),
        notices=(WITHDRAWN,),
        abandons=True,
        hint=N_("This cannot be undone. Certificate and brand kit are gone at once."),
    ),
    Transition(
        name="withdraw_overdue",
        label=N_("The suspension has lasted too long"),
        done=N_("Label withdrawn: the cause was not put right in time"),
        sources=("suspended",),
        to="withdrawn",
        effects=(effects_label.end_label("withdrawn"),),
        notices=(END_OF_MARK,),
        system=True,
    ),
    Transition(
        name="expire",
        label=N_("The label ends"),
        done=N_("Label expired"),
        sources=HOLDING,
        to="expired",
        guards=(rules_decision.no_cycle_took_over,),
        effects=(effects_label.end_label("expired"),),
        notices=(END_OF_MARK,),
        system=True,
    ),
    Transition(
        name="renew",
        label=N_("The next label takes over"),
        done=N_("Renewed by a new cycle"),
        sources=HOLDING,
        to="renewed",
        guards=(rules_decision.a_cycle_took_over,),
        effects=(effects_label.end_label("replaced"),),
        system=True,
    ),
    by_itself(
        "labelled",
        name="propose_suspension",
        label=N_("Unpaid dues propose a suspension"),
        done=N_("Suspension proposed: dues unpaid"),
        guards=(rules_decision.dues_owed,),
        effects=(effects.settle("suspension_proposal"),),
        notices=(
            Notice(
                (OFFICER, TREASURER),
                N_("Dues unpaid, suspend the label? %(title)s"),
                N_("%(organisation)s has not paid its dues: suspend its label, or agree with it."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="close_settled",
        label=N_("The cycle closes"),
        done=N_("Closed: no appeal is possible any more"),
        sources=("not_labelled",),
        to="closed",
        guards=(rules_decision.nothing_left,),
        system=True,
    ),
)
