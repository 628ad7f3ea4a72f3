"""The moves of a pilot, of anchoring, and those that end a project or take it up again."""

from __future__ import annotations

from casework.forms.pilot import AdjustForm, StopForm
from casework.forms.transition import ReasonForm, RemarkForm
from casework.i18n import N_
from casework.workflows.declaration import Approvals, Notice, Previous, Transition
from casework.workflows.guards import reason_given, text_given
from casework.workflows.partner_project import effects
from casework.workflows.partner_project import rules_pilot as rules
from casework.workflows.partner_project.people import (
    COACH,
    FIN,
    HOUSE,
    LEAD,
    OFFICE,
    PARTNERS,
    PL,
    PO,
)
from casework.workflows.partner_project.states import OPEN, between

REVIEWED = (rules.synthesis_written, rules.views_heard)
EVERYBODY = (*PARTNERS, PO, COACH)

PILOT = (
    Transition(
        name="close_pilot",
        label=N_("Close the pilot"),
        done=N_("Pilot closed"),
        sources=("pilot_running",),
        to="pilot_review",
        roles=OFFICE | {LEAD},
        guards=(rules.learning_noted, rules.indicators_measured),
        notices=(
            Notice(
                (*PARTNERS, PO, PL, COACH),
                N_("The pilot of %(title)s is closed"),
                N_("We now look back together on the pilot of “%(title)s”, and decide."),
            ),
        ),
        primary=True,
    ),
    Transition(
        name="decide_adjust",
        label=N_("Adjust the pilot"),
        done=N_("Decided: adjust"),
        sources=("pilot_review",),
        to="adjusting",
        roles=frozenset({PL}),
        form=AdjustForm,
        guards=(*REVIEWED, rules.third_adjustment_reasoned),
        notices=(
            Notice(
                EVERYBODY,
                N_("Decided: adjust the pilot of %(title)s"),
                N_("The pilot of “%(title)s” is adjusted and then runs again."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="decide_scale",
        label=N_("Scale up"),
        done=N_("Decided: scale up"),
        sources=("pilot_review",),
        to="scaling",
        roles=frozenset({PL}),
        form=RemarkForm,
        guards=(*REVIEWED, rules.second_plan_written, rules.scale_funded),
        notices=(
            Notice(
                (*EVERYBODY, FIN),
                N_("Decided: carry %(title)s further"),
                N_("What worked in the pilot of “%(title)s” is now carried further."),
                compulsory=True,
            ),
        ),
        primary=True,
    ),
    Transition(
        name="decide_anchor",
        label=N_("Anchor"),
        done=N_("Decided: anchor"),
        sources=("pilot_review",),
        to="anchoring",
        roles=frozenset({PL}),
        form=RemarkForm,
        guards=REVIEWED,
        notices=(
            Notice(
                EVERYBODY,
                N_("Decided: anchor %(title)s"),
                N_("We now make sure together that “%(title)s” lasts."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="decide_stop",
        label=N_("Stop after the pilot"),
        done=N_("Decided: stop"),
        sources=("pilot_review",),
        to="stopped",
        roles=frozenset({PL}),
        form=ReasonForm,
        guards=(*REVIEWED, rules.lesson_kept, reason_given()),
        notices=(
            Notice(
                (*EVERYBODY, FIN),
                N_("Decided: %(title)s stops"),
                N_("The project “%(title)s” stops after its pilot. Its page says why."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="resume_pilot",
        label=N_("Let the pilot run again"),
        done=N_("Pilot resumed"),
        sources=("adjusting",),
        to="pilot_running",
        roles=OFFICE | {LEAD},
        guards=(rules.change_logged,),
        notices=(
            Notice(
                EVERYBODY,
                N_("The pilot of %(title)s runs again"),
                N_("The adjusted pilot of “%(title)s” runs again."),
            ),
        ),
        primary=True,
    ),
)

ANCHORING = (
    Transition(
        name="enter_anchoring",
        label=N_("Go on to anchoring"),
        done=N_("Anchoring begun"),
        sources=("scaling",),
        to="anchoring",
        roles=OFFICE,
        guards=(rules.route_chosen,),
        notices=(
            Notice(
                EVERYBODY,
                N_("Anchoring of %(title)s begins"),
                N_("Write the final anchoring plan of “%(title)s” with the host organisation."),
            ),
        ),
        primary=True,
    ),
    Transition(
        name="confirm_anchored",
        label=N_("Confirm the anchoring"),
        done=N_("Anchoring confirmed"),
        sources=("anchoring",),
        to="closing",
        roles=OFFICE,
        guards=(rules.host_agreed,),
        notices=(
            Notice(
                (*PARTNERS, FIN),
                N_("%(title)s is anchored"),
                N_(
                    "The anchoring of “%(title)s” is confirmed. The final report is now to be made."
                ),
            ),
        ),
        primary=True,
    ),
    Transition(
        name="close",
        label=N_("Close the project"),
        done=N_("Project closed"),
        sources=("closing",),
        to="followed_up",
        roles=frozenset({PO, FIN}),
        approvals=Approvals(
            ((PO, 1), (FIN, 1)),
            Notice(
                (PO, FIN),
                N_("Your approval is asked: closing %(title)s"),
                N_("Somebody has said yes to closing “%(title)s”. Your yes is still missing."),
                compulsory=True,
            ),
        ),
        guards=(rules.final_report_validated, rules.publication_chosen),
        effects=(effects.plan_check_ups,),
        notices=(
            Notice(
                EVERYBODY,
                N_("%(title)s is closed"),
                N_("“%(title)s” is closed. We look in again after 6, 12 and 24 months."),
                compulsory=True,
            ),
        ),
        primary=True,
        hint=N_("Two people say yes: a programme officer and finance."),
    ),
    Transition(
        name="complete",
        label=N_("Complete"),
        done=N_("Completed"),
        sources=("followed_up",),
        to="completed",
        roles=OFFICE,
        system=True,
        notices=(
            Notice(
                EVERYBODY,
                N_("%(title)s is completed"),
                N_("The follow-up of “%(title)s” has ended. Thank you for all of it."),
            ),
        ),
        hint=N_("Happens by itself after the last check-up."),
    ),
)

ENDINGS = (
    Transition(
        name="withdraw",
        label=N_("Withdraw"),
        done=N_("Withdrawn"),
        sources=between("idea_draft", "pilot_review"),
        to="withdrawn",
        roles=frozenset({LEAD}),
        form=ReasonForm,
        guards=(reason_given(),),
        notices=(
            Notice(
                (*HOUSE, COACH),
                N_("Withdrawn: %(title)s"),
                N_("%(organisation)s has withdrawn “%(title)s”. Its page says why."),
            ),
        ),
        abandons=True,
    ),
    Transition(
        name="stop",
        label=N_("Stop the project"),
        done=N_("Stopped"),
        sources=between("agreement", "followed_up"),
        to="stopped",
        roles=frozenset({PL}),
        form=StopForm,
        guards=(
            reason_given(),
            text_given("money_position", N_("Say where the money stands.")),
            text_given("lesson", N_("Write down what the project has taught.")),
        ),
        effects=(effects.keep_lesson,),
        notices=(
            Notice(
                (*EVERYBODY, FIN),
                N_("%(title)s is stopped"),
                N_("The project “%(title)s” is stopped. Its page says why, and what follows."),
                compulsory=True,
            ),
        ),
        abandons=True,
    ),
    Transition(
        name="reopen",
        label=N_("Take up again"),
        done=N_("Taken up again"),
        sources=("declined", "withdrawn", "stopped"),
        to=Previous(OPEN),
        roles=frozenset({PL}),
        form=ReasonForm,
        guards=(reason_given(),),
        effects=(effects.take_up_again,),
        notices=(
            Notice(
                EVERYBODY,
                N_("%(title)s is taken up again"),
                N_("“%(title)s” goes on where it had ended, with new deadlines."),
                compulsory=True,
            ),
        ),
    ),
)

PILOT_TRANSITIONS = (*PILOT, *ANCHORING, *ENDINGS)
