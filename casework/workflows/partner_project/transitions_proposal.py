"""The moves of a proposal: submitted, deliberated, decided, agreed."""

from __future__ import annotations

from casework.forms.agreement import ConditionalForm
from casework.forms.office import DECIDING, PutOnAgendaForm
from casework.forms.transition import MotiveForm, ReasonForm, RedirectMotiveForm
from casework.i18n import N_
from casework.workflows.declaration import Agenda, Approvals, Notice, Transition, Verdict
from casework.workflows.guards import motive_given, not_past, reason_given
from casework.workflows.partner_project import effects, rules
from casework.workflows.partner_project.people import (
    COACH,
    FIN,
    HOUSE,
    OFFICE,
    PARTNERS,
    PL,
    PO,
    SIGNATORY,
)
from casework.workflows.partner_project.transitions_idea import destination_given

PROPOSAL = (
    Transition(
        name="submit_proposal",
        label=N_("Sign off and send the proposal"),
        done=N_("Proposal sent"),
        sources=("co_creation",),
        to="proposal_submitted",
        roles=frozenset({SIGNATORY}),
        guards=(
            rules.target_group_involved,
            rules.anchoring_planned,
            rules.budget_balanced,
            rules.sectors_bridged,
            rules.investor_sounded,
        ),
        effects=(effects.untick_completeness,),
        notices=(
            Notice(
                (*HOUSE, FIN),
                N_("A complete proposal: %(title)s"),
                N_("%(organisation)s has sent the proposal “%(title)s”. Check its completeness."),
            ),
            Notice(
                PARTNERS,
                N_("We have received your proposal: %(title)s"),
                N_("Your proposal “%(title)s” has arrived, and we check whether it is complete."),
            ),
        ),
        primary=True,
        hint=N_("The partner lead prepares it, the signatory sends it."),
    ),
    Transition(
        name="back_to_co_creation",
        label=N_("Back to co-creation"),
        done=N_("Sent back to co-creation"),
        sources=("proposal_submitted",),
        to="co_creation",
        roles=OFFICE,
        form=ReasonForm,
        guards=(reason_given(),),
        notices=(
            Notice(
                (*PARTNERS, COACH),
                N_("%(title)s goes back to co-creation"),
                N_("The proposal “%(title)s” needs more work together; its page says why."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="put_on_agenda",
        label=N_("Put on the agenda"),
        done=N_("Placed on the agenda"),
        sources=("proposal_submitted",),
        to="deliberation",
        roles=OFFICE,
        form=PutOnAgendaForm,
        guards=(rules.completeness_ticked, rules.no_open_item, not_past("meeting_on")),
        effects=(effects.set_meeting,),
        notices=(
            Notice(
                PARTNERS,
                N_("%(title)s goes to the decision committee"),
                N_("Your proposal “%(title)s” is complete and is on the committee's agenda."),
            ),
            Notice(
                (PL,),
                N_("On the agenda: %(title)s"),
                N_("The proposal “%(title)s” by %(organisation)s is to be decided."),
            ),
        ),
        primary=True,
    ),
)

DECISION = (
    Transition(
        name="approve",
        label=N_("Approve"),
        done=N_("Approved"),
        sources=("deliberation",),
        to="agreement",
        roles=frozenset({PL}),
        form=MotiveForm,
        guards=(rules.no_condition_set, motive_given()),
        notices=(
            Notice(
                (*PARTNERS, PO, COACH, FIN),
                N_("Approved: %(title)s"),
                N_("The project “%(title)s” is approved. The agreement is now to be signed."),
                compulsory=True,
            ),
        ),
        primary=True,
    ),
    Transition(
        name="approve_with_conditions",
        label=N_("Approve with conditions"),
        done=N_("Approved with conditions"),
        sources=("deliberation",),
        to="approved_with_conditions",
        roles=frozenset({PL}),
        form=ConditionalForm,
        guards=(rules.conditions_set, motive_given()),
        effects=(effects.set_conditions, effects.open_conditions),
        notices=(
            Notice(
                (*PARTNERS, PO, COACH),
                N_("Approved with conditions: %(title)s"),
                N_("The project “%(title)s” is approved once its conditions are fulfilled."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="revise",
        label=N_("Send back for revision"),
        done=N_("Sent back for revision"),
        sources=("deliberation",),
        to="co_creation",
        roles=frozenset({PL}),
        form=MotiveForm,
        guards=(motive_given(),),
        notices=(
            Notice(
                (*PARTNERS, PO, COACH),
                N_("To be revised: %(title)s"),
                N_("The committee asks to work once more on “%(title)s”; its page says on what."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="decline",
        label=N_("Decline"),
        done=N_("Declined"),
        sources=("deliberation",),
        to="declined",
        roles=frozenset({PL}),
        form=MotiveForm,
        guards=(motive_given(),),
        notices=(
            Notice(
                (*PARTNERS, PO, COACH),
                N_("The decision on %(title)s"),
                N_("The project “%(title)s” was not approved. The motive is on its page."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="redirect_proposal",
        label=N_("Redirect"),
        done=N_("Redirected"),
        sources=("deliberation",),
        to="redirected",
        roles=frozenset({PL}),
        form=RedirectMotiveForm,
        guards=(destination_given, motive_given()),
        notices=(
            Notice(
                (*PARTNERS, PO, COACH),
                N_("A better address for %(title)s"),
                N_("Somebody else fits “%(title)s” better. Its page says who, and why."),
                compulsory=True,
            ),
        ),
    ),
)

DECISION_AGENDA = Agenda(
    kind=DECIDING,
    states=("deliberation",),
    verdicts=(
        Verdict("approve", N_("Approve"), "approve"),
        Verdict(
            "approve_with_conditions",
            N_("Approve with conditions"),
            "approve_with_conditions",
            conditions="conditions",
        ),
        Verdict("revise", N_("Send back for revision"), "revise"),
        Verdict("decline", N_("Decline"), "decline"),
        Verdict("redirect", N_("Redirect"), "redirect_proposal"),
    ),
)

AGREEMENT = (
    Transition(
        name="conditions_met",
        label=N_("Confirm that the conditions are met"),
        done=N_("Conditions met"),
        sources=("approved_with_conditions",),
        to="agreement",
        roles=OFFICE,
        guards=(rules.conditions_lifted,),
        notices=(
            Notice(
                PARTNERS,
                N_("The conditions are met: %(title)s"),
                N_("All conditions of “%(title)s” are lifted. The agreement is now to be signed."),
                compulsory=True,
            ),
        ),
        primary=True,
    ),
    Transition(
        name="start_pilot",
        label=N_("Sign, and start the pilot"),
        done=N_("Agreement signed, pilot started"),
        sources=("agreement",),
        to="pilot_running",
        roles=frozenset({SIGNATORY, PL}),
        approvals=Approvals(
            ((SIGNATORY, 1), (PL, 1)),
            Notice(
                (SIGNATORY, PL),
                N_("Your signature is asked: the agreement of %(title)s"),
                N_("The other side has signed the agreement of “%(title)s”. Now it is your turn."),
                compulsory=True,
            ),
        ),
        guards=(rules.letters_received, rules.pilot_dated),
        notices=(
            Notice(
                (*PARTNERS, PO, COACH, FIN),
                N_("The pilot of %(title)s starts"),
                N_("Both sides have signed: the pilot of “%(title)s” starts today."),
                compulsory=True,
            ),
        ),
        primary=True,
        hint=N_("Both sides sign: the partner's signatory and a programme lead."),
    ),
)

PROPOSAL_TRANSITIONS = (*PROPOSAL, *DECISION, *AGREEMENT)
