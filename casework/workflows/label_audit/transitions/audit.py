"""The moves of the audit: its team, its date, its beginning, the draft of its report."""

from __future__ import annotations

from casework.forms.transition import ReasonForm, RemarkForm
from casework.i18n import N_
from casework.workflows.declaration import Notice, Transition
from casework.workflows.label_audit import effects, rules_audit
from casework.workflows.label_audit.people import AUDITOR, MEMBER, OFFICER, OFFICERS
from casework.workflows.label_audit.transitions.timed import by_itself

AUDIT = (
    Transition(
        name="propose_team",
        label=N_("Propose the team of auditors"),
        done=N_("Team proposed"),
        sources=("admissible",),
        to="admissible",
        roles=OFFICERS,
        guards=(rules_audit.team_named, rules_audit.team_not_proposed),
        effects=(effects.propose_team,),
        notices=(
            Notice(
                (AUDITOR,),
                N_("You are named for an audit: %(title)s"),
                N_("Declare your ties to %(organisation)s, be it that there are none."),
            ),
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
        guards=(rules_audit.team_waits,),
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
        guards=(rules_audit.team_waits,),
        effects=(effects.answer_team("contested"),),
        notices=(
            Notice(
                (OFFICER,),
                N_("An objection to the team: %(title)s"),
                N_("%(organisation)s objects to its auditors. Read why, and propose another team."),
            ),
        ),
    ),
    by_itself(
        "admissible",
        name="end_team_reply",
        label=N_("Time to object to the team is over"),
        done=N_("No objection to the team within the time"),
        effects=(effects.answer_team("silent"),),
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
            rules_audit.team_named,
            rules_audit.plan_made,
            rules_audit.certified_on_the_day,
            rules_audit.interests_declared,
            rules_audit.no_conflict,
            rules_audit.team_accepted,
            rules_audit.auditors_change,
            rules_audit.not_reciprocal,
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
        guards=(
            rules_audit.certified_on_the_day,
            rules_audit.interests_declared,
            rules_audit.no_conflict,
        ),
        primary=True,
    ),
    Transition(
        name="replan",
        label=N_("Plan the audit anew"),
        done=N_("Audit to be planned anew"),
        sources=("audit_scheduled",),
        to="admissible",
        roles=OFFICERS,
        form=ReasonForm,
        notices=(
            Notice(
                (MEMBER, AUDITOR),
                N_("The audit is planned anew: %(title)s"),
                N_("The audit of %(organisation)s gets other days or another team."),
            ),
        ),
    ),
    Transition(
        name="issue_draft",
        label=N_("Issue the draft report"),
        done=N_("Draft report issued"),
        sources=("audit_in_progress",),
        to="right_of_reply",
        roles=frozenset({AUDITOR}),
        form=RemarkForm,
        guards=(
            rules_audit.all_audited,
            rules_audit.conflicts_settled,
            rules_audit.report_written,
            rules_audit.practices_said,
            rules_audit.in_their_language,
        ),
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
