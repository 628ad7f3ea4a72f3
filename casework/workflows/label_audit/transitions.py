"""The moves of a label audit, in the order of a cycle's life."""

from __future__ import annotations

from casework.forms.label_audit.moves import (
    AbandonForm,
    AwardForm,
    EngageForm,
    RefuseForm,
    SuspendForm,
)
from casework.forms.transition import MotiveForm, ReasonForm, RemarkForm
from casework.i18n import N_
from casework.workflows.declaration import Notice, Previous, Transition
from casework.workflows.label_audit import effects, rules
from casework.workflows.label_audit.people import AUDITOR, COOPERATIVE, MEMBER, OFFICER, OFFICERS
from casework.workflows.label_audit.states import BEFORE_DECISION, DECIDED, HOLDING, OPEN

_DECISION = Notice(
    (MEMBER,),
    N_("The decision on your label: %(title)s"),
    N_("The committee has decided on “%(title)s”. The page says what, why, and how to appeal."),
    compulsory=True,
)
_END_OF_MARK = Notice(
    (MEMBER, OFFICER),
    N_("The label has ended: %(title)s"),
    N_("The label of %(organisation)s has ended. From today the mark may no longer be used."),
    compulsory=True,
)

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
        name="declare_admissible",
        label=N_("Declare the file admissible"),
        done=N_("File declared admissible"),
        sources=("self_assessment",),
        to="admissible",
        roles=OFFICERS,
        form=RemarkForm,
        guards=(rules.all_self_assessed, rules.mandatory_evidenced),
        primary=True,
    ),
)

AUDIT = (
    Transition(
        name="propose_team",
        label=N_("Propose the team of auditors"),
        done=N_("Team proposed"),
        sources=("admissible",),
        to="admissible",
        roles=OFFICERS,
        guards=(rules.team_named,),
        effects=(effects.propose_team,),
        notices=(
            Notice(
                (MEMBER,),
                N_("Who will audit you: %(title)s"),
                N_("Look at the team proposed for your audit: accept it, or object with reasons."),
            ),
        ),
    ),
    Transition(
        name="accept_team",
        label=N_("Accept the team"),
        done=N_("Team accepted"),
        sources=("admissible",),
        to="admissible",
        roles=frozenset({MEMBER}),
        guards=(rules.team_waits,),
        effects=(effects.answer_team("accepted"),),
    ),
    Transition(
        name="contest_team",
        label=N_("Object to the team"),
        done=N_("Objection to the team"),
        sources=("admissible",),
        to="admissible",
        roles=frozenset({MEMBER}),
        form=ReasonForm,
        guards=(rules.team_waits,),
        effects=(effects.answer_team("contested"),),
        notices=(
            Notice(
                (OFFICER,),
                N_("An objection to the team: %(title)s"),
                N_("%(organisation)s objects to its auditors. Read why, and propose another team."),
            ),
        ),
    ),
    Transition(
        name="end_team_reply",
        label=N_("Time to object to the team is over"),
        done=N_("No objection to the team within the time"),
        sources=("admissible",),
        to="admissible",
        effects=(effects.answer_team("silent"),),
        system=True,
    ),
    Transition(
        name="schedule_audit",
        label=N_("Schedule the audit"),
        done=N_("Audit scheduled"),
        sources=("admissible",),
        to="audit_scheduled",
        roles=OFFICERS,
        form=RemarkForm,
        guards=(
            rules.team_named,
            rules.plan_made,
            rules.certified_on_the_day,
            rules.interests_declared,
            rules.no_conflict,
            rules.team_accepted,
            rules.auditors_change,
            rules.not_reciprocal,
        ),
        notices=(
            Notice(
                (MEMBER, AUDITOR),
                N_("The audit has its date: %(title)s"),
                N_("The audit of %(organisation)s is scheduled. Its plan is on the page."),
            ),
        ),
        primary=True,
    ),
    Transition(
        name="begin_audit",
        label=N_("Begin the audit"),
        done=N_("Audit begun"),
        sources=("audit_scheduled",),
        to="audit_in_progress",
        roles=OFFICERS | {AUDITOR},
        primary=True,
    ),
    Transition(
        name="issue_draft",
        label=N_("Issue the draft report"),
        done=N_("Draft report issued"),
        sources=("audit_in_progress",),
        to="right_of_reply",
        roles=frozenset({AUDITOR}),
        form=RemarkForm,
        guards=(rules.all_audited, rules.report_written, rules.practices_said),
        effects=(effects.note_audit, effects.open_recommendations),
        notices=(
            Notice(
                (MEMBER,),
                N_("The draft report: %(title)s"),
                N_("Read the draft report on your audit. You may reply to it."),
                compulsory=True,
            ),
        ),
        primary=True,
    ),
)

REPORT = (
    Transition(
        name="finalise_report",
        label=N_("Make the report final"),
        done=N_("Report final"),
        sources=("right_of_reply",),
        to="final_report",
        roles=OFFICERS | {AUDITOR},
        guards=(rules.reply_given,),
        primary=True,
    ),
    Transition(
        name="close_reply",
        label=N_("Time to reply is over"),
        done=N_("Report final: the time to reply is over"),
        sources=("right_of_reply",),
        to="final_report",
        system=True,
    ),
    Transition(
        name="to_committee",
        label=N_("Bring before the committee"),
        done=N_("Brought before the committee"),
        sources=("final_report",),
        to="in_committee",
        roles=OFFICERS,
        guards=(rules.report_written, rules.in_their_language, rules.committee_sits),
        primary=True,
    ),
)

_SEPARATE = (rules.auditors_do_not_vote,)
_DECIDING = {"sources": ("in_committee",), "notices": (_DECISION,)}

DECISION = (
    Transition(
        name="award",
        label=N_("Give the label"),
        done=N_("Label given"),
        to="labelled",
        form=AwardForm,
        guards=(rules.computes_favourable, *_SEPARATE),
        effects=(effects.decide("labelled"), effects.give_label),
        **_DECIDING,  # type: ignore[arg-type]
    ),
    Transition(
        name="refuse",
        label=N_("Give no label"),
        done=N_("No label given"),
        to="not_labelled",
        form=RefuseForm,
        guards=(rules.grid_is_decided, *_SEPARATE),
        effects=(effects.decide("not_labelled"), effects.end_label("withdrawn")),
        **_DECIDING,  # type: ignore[arg-type]
    ),
    Transition(
        name="defer",
        label=N_("Defer"),
        done=N_("Deferred"),
        to="deferred",
        form=MotiveForm,
        guards=_SEPARATE,
        effects=(effects.decide("deferred"),),
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
        guards=(rules.all_audited,),
        primary=True,
    ),
)

_ON_APPEAL = {"sources": ("under_appeal",), "notices": (_DECISION,)}

APPEAL = (
    Transition(
        name="appeal",
        label=N_("Appeal against the decision"),
        done=N_("Appeal filed"),
        sources=DECIDED,
        to="under_appeal",
        roles=frozenset({MEMBER}),
        form=ReasonForm,
        guards=(rules.appeal_in_time,),
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
        effects=(effects.answer_appeal("confirmed"),),
        **_ON_APPEAL,  # type: ignore[arg-type]
    ),
    Transition(
        name="award_on_appeal",
        label=N_("Reverse it: give the label"),
        done=N_("Label given on appeal"),
        to="labelled",
        form=AwardForm,
        guards=(rules.not_labelled_before, rules.computes_favourable, *_SEPARATE),
        effects=(
            effects.answer_appeal("reversed"),
            effects.decide("labelled"),
            effects.give_label,
        ),
        **_ON_APPEAL,  # type: ignore[arg-type]
    ),
    Transition(
        name="refuse_on_appeal",
        label=N_("Reverse it: give no label"),
        done=N_("Label refused on appeal"),
        to="not_labelled",
        form=RefuseForm,
        guards=(rules.labelled_before, rules.grid_is_decided, *_SEPARATE),
        effects=(
            effects.answer_appeal("reversed"),
            effects.decide("not_labelled"),
            effects.end_label("withdrawn"),
        ),
        **_ON_APPEAL,  # type: ignore[arg-type]
    ),
    Transition(
        name="send_back",
        label=N_("Send it back to the audit"),
        done=N_("Sent back to the audit on appeal"),
        to="audit_in_progress",
        form=MotiveForm,
        effects=(effects.answer_appeal("sent_back"),),
        **_ON_APPEAL,  # type: ignore[arg-type]
    ),
)

LABEL = (
    Transition(
        name="begin_label",
        label=N_("The label begins"),
        done=N_("Label in force"),
        sources=("labelled",),
        to="labelled",
        effects=(effects.begin_label,),
        system=True,
    ),
    Transition(
        name="announce_renewal",
        label=N_("The renewal can be opened"),
        done=N_("Renewal announced"),
        sources=("labelled",),
        to="labelled",
        effects=(effects.announce_renewal,),
        notices=(
            Notice(
                (MEMBER, OFFICER),
                N_("The renewal can be opened: %(title)s"),
                N_("The label of %(organisation)s ends in twelve months. Open a new cycle now."),
                compulsory=True,
            ),
        ),
        system=True,
    ),
    Transition(
        name="suspend",
        label=N_("Suspend the label"),
        done=N_("Label suspended"),
        sources=("labelled",),
        to="suspended",
        roles=OFFICERS,
        form=SuspendForm,
        effects=(effects.suspend,),
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
        guards=(rules.cause_cleared,),
        effects=(effects.lift,),
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
        effects=(effects.end_label("withdrawn"),),
        notices=(_END_OF_MARK,),
        abandons=True,
    ),
    Transition(
        name="withdraw_overdue",
        label=N_("The suspension has lasted too long"),
        done=N_("Label withdrawn: the cause was not put right in time"),
        sources=("suspended",),
        to="withdrawn",
        effects=(effects.end_label("withdrawn"),),
        notices=(_END_OF_MARK,),
        system=True,
    ),
    Transition(
        name="expire",
        label=N_("The label ends"),
        done=N_("Label expired"),
        sources=HOLDING,
        to="expired",
        guards=(rules.no_cycle_took_over,),
        effects=(effects.end_label("expired"),),
        notices=(_END_OF_MARK,),
        system=True,
    ),
    Transition(
        name="renew",
        label=N_("The next label takes over"),
        done=N_("Renewed by a new cycle"),
        sources=HOLDING,
        to="renewed",
        guards=(rules.a_cycle_took_over,),
        effects=(effects.end_label("replaced"),),
        system=True,
    ),
    Transition(
        name="close_followed",
        label=N_("Close: a new cycle has begun"),
        done=N_("Closed: a new cycle has begun"),
        sources=("not_labelled",),
        to="renewed",
        roles=OFFICERS,
        guards=(rules.a_cycle_follows,),
    ),
)

WAYS_OUT = (
    Transition(
        name="abandon",
        label=N_("Abandon this cycle"),
        done=N_("Cycle abandoned"),
        sources=(*BEFORE_DECISION, "not_labelled"),
        to="abandoned",
        roles=OFFICERS | COOPERATIVE,
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
        effects=(effects.end_label("withdrawn"),),
        notices=(_END_OF_MARK,),
        abandons=True,
    ),
)

TRANSITIONS = (*ENGAGEMENT, *AUDIT, *REPORT, *DECISION, *APPEAL, *LABEL, *WAYS_OUT)
