"""The moves from engagement to an admissible file."""

from __future__ import annotations

from casework.forms.label_audit.moves import EngageForm
from casework.forms.transition import ReasonForm, RemarkForm
from casework.i18n import N_
from casework.workflows.declaration import Notice, Transition
from casework.workflows.label_audit import effects, rules
from casework.workflows.label_audit.people import MEMBER, OFFICER, OFFICERS

ENGAGEMENT = (
    Transition(
        name="engage",
        label=N_("Engage in the label"),
        done=N_("Engaged"),
        sources=(),
        to="engaged",
        roles=frozenset({MEMBER}),
        form=EngageForm,
        guards=(
            rules.is_member,
            rules.charter_signed,
            rules.referential_published,
            rules.none_running,
            rules.not_too_early,
        ),
        effects=(effects.begin_cycle,),
        notices=(
            Notice(
                (OFFICER,),
                N_("A cooperative engages: %(title)s"),
                N_("%(organisation)s engages in the label. Open its self-assessment."),
            ),
        ),
    ),
    Transition(
        name="open_self_assessment",
        label=N_("Open the self-assessment"),
        done=N_("Self-assessment opened"),
        sources=("engaged",),
        to="self_assessment",
        roles=OFFICERS,
        form=RemarkForm,
        guards=(rules.version_pinned,),
        effects=(effects.pin_version,),
        notices=(
            Notice(
                (MEMBER,),
                N_("Your self-assessment is open: %(title)s"),
                N_("Assess yourselves criterion by criterion, and add your evidence."),
            ),
        ),
        primary=True,
    ),
    Transition(
        name="hand_in",
        label=N_("Hand the self-assessment in"),
        done=N_("Self-assessment handed in"),
        sources=("self_assessment",),
        to="self_assessment",
        roles=frozenset({MEMBER}),
        guards=(rules.not_handed_in, rules.all_self_assessed, rules.mandatory_evidenced),
        effects=(effects.hand_in,),
        notices=(
            Notice(
                (OFFICER,),
                N_("A self-assessment is handed in: %(title)s"),
                N_("%(organisation)s has finished its self-assessment. Is its file admissible?"),
            ),
        ),
        primary=True,
    ),
    Transition(
        name="return_file",
        label=N_("Ask for the file to be completed"),
        done=N_("File to be completed"),
        sources=("self_assessment",),
        to="self_assessment",
        roles=OFFICERS,
        form=ReasonForm,
        guards=(rules.handed_in,),
        effects=(effects.return_file,),
        notices=(
            Notice(
                (MEMBER,),
                N_("Please complete your file: %(title)s"),
                N_("Read what is missing, complete it, and hand the self-assessment in again."),
            ),
        ),
    ),
    Transition(
        name="declare_admissible",
        label=N_("Declare the file admissible"),
        done=N_("File declared admissible"),
        sources=("self_assessment",),
        to="admissible",
        roles=OFFICERS,
        form=RemarkForm,
        guards=(rules.all_self_assessed, rules.mandatory_evidenced),
        effects=(effects.answer_file,),
        primary=True,
    ),
)
