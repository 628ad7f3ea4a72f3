"""The deadlines of a partner project. Every length is a default that an administrator may tune."""

from __future__ import annotations

from casework.calendar import Length, Offset
from casework.i18n import N_
from casework.roles import Role
from casework.workflows.declaration import DeadlineRule, ReminderRule
from casework.workflows.partner_project.people import (
    COACH,
    CONTRIBUTOR,
    LEAD,
    PL,
    PO,
    SIGNATORY,
)
from casework.workflows.partner_project.states import ENDED_EARLY


def _remind(offsets: str, *roles: Role) -> tuple[ReminderRule, ...]:
    return tuple(ReminderRule(Offset.parse(o), r) for o in offsets.split(", ") for r in roles)


def _escalate(offset: str, role: Role) -> ReminderRule:
    return ReminderRule(Offset.parse(offset), role, escalates=True)


IDEA_DEADLINES = (
    DeadlineRule(
        key="call_closes",
        label=N_("The call closes"),
        owner=LEAD,
        asks=N_("Send your idea before the call closes."),
        states=("idea_draft",),
        date_fact="call_closes_on",
        reminders=_remind("-7 d, -2 d", LEAD, CONTRIBUTOR),
        lapses=True,
    ),
    DeadlineRule(
        key="first_answer",
        label=N_("First answer"),
        owner=PO,
        asks=N_("Give the partner a first answer."),
        states=("idea_submitted",),
        length=Length.parse("10 wd"),
        stops_in=("idea_needs_info",),
        reminders=(*_remind("-3 wd", PO), _escalate("+1 wd", PL)),
    ),
    DeadlineRule(
        key="idea_answer",
        label=N_("Answer to our questions"),
        owner=LEAD,
        asks=N_("Answer each item that we asked for, or say why you cannot."),
        states=("idea_needs_info",),
        length=Length.parse("15 wd"),
        reminders=(*_remind("-5 wd, -1 wd, +3 wd", LEAD), _escalate("+3 wd", PO)),
    ),
    DeadlineRule(
        key="matching",
        label=N_("Partners found"),
        owner=PO,
        asks=N_("Group similar ideas and propose bridge partners, or decide."),
        states=("matched",),
        length=Length.parse("20 wd"),
        stops_in=("idea_needs_info",),
        reminders=(*_remind("-5 wd", PO), _escalate("+1 wd", PL)),
    ),
)

PROPOSAL_DEADLINES = (
    DeadlineRule(
        key="co_creation_target",
        label=N_("Complete proposal"),
        owner=LEAD,
        asks=N_("Bring the proposal to its end, together with your programme officer."),
        states=("co_creation",),
        length=Length.parse("90 d"),
        reminders=(*_remind("-14 d, -7 d, -2 d", LEAD, PO), _escalate("+7 d", PL)),
    ),
    DeadlineRule(
        key="check_in",
        label=N_("Check-in"),
        owner=PO,
        asks=N_("Look together at where the project stands, and note it."),
        states=("co_creation",),
        length=Length.parse("30 d"),
        every=True,
        met_by=("check_ins",),
        reminders=(*_remind("-3 d", PO, COACH), _escalate("+7 d", PL)),
    ),
    DeadlineRule(
        key="completeness_check",
        label=N_("Check of completeness"),
        owner=PO,
        asks=N_("Check whether the proposal is complete."),
        states=("proposal_submitted",),
        length=Length.parse("10 wd"),
        stops_in=("proposal_needs_info",),
        reminders=(*_remind("-3 wd", PO), _escalate("+1 wd", PL)),
    ),
    DeadlineRule(
        key="proposal_answer",
        label=N_("Answer to our questions"),
        owner=LEAD,
        asks=N_("Answer each item that we asked for, or say why you cannot."),
        states=("proposal_needs_info",),
        length=Length.parse("15 wd"),
        reminders=(*_remind("-5 wd, -1 wd, +3 wd", LEAD), _escalate("+3 wd", PO)),
    ),
    DeadlineRule(
        key="meeting",
        label=N_("Meeting of the committee"),
        owner=PL,
        asks=N_("Prepare the pack, and record the decision after the meeting."),
        states=("deliberation",),
        date_fact="meeting_on",
        reminders=(*_remind("-5 wd", PO, PL), *_remind("+1 wd", PL), _escalate("+5 wd", PL)),
        public=False,
    ),
    DeadlineRule(
        key="condition_due",
        label=N_("Condition to fulfil"),
        owner=LEAD,
        asks=N_("Show that the condition is fulfilled."),
        reminders=(*_remind("-7 d, -2 d", LEAD), *_remind("+3 d", LEAD), _escalate("+3 d", PO)),
    ),
    DeadlineRule(
        key="signature",
        label=N_("Agreement signed"),
        owner=SIGNATORY,
        asks=N_("Sign the agreement."),
        states=("agreement",),
        length=Length.parse("30 d"),
        reminders=(*_remind("-7 d, 0 d", SIGNATORY, LEAD, PO), _escalate("+7 d", PL)),
    ),
)

PILOT_DEADLINES = (
    DeadlineRule(
        key="mid_point",
        label=N_("Half-way through the pilot"),
        owner=PO,
        asks=N_("Look together at the pilot half-way, and note it as a check-in."),
        states=("pilot_running",),
        date_fact="pilot_midpoint",
        met_by=("check_ins",),
        reminders=(*_remind("-7 d", PO, COACH, LEAD), _escalate("+7 d", PL)),
    ),
    DeadlineRule(
        key="learning_note",
        label=N_("Learning note"),
        owner=LEAD,
        asks=N_("Write down what you saw and what you learnt from it."),
        states=("pilot_running",),
        length=Length.parse("30 d"),
        every=True,
        met_by=("learning",),
        reminders=(*_remind("-5 d, 0 d", LEAD), *_remind("+3 d", COACH), _escalate("+7 d", PO)),
    ),
    DeadlineRule(
        key="quarterly_report",
        label=N_("Quarterly report"),
        owner=LEAD,
        asks=N_("Write the report on the quarter."),
        states=("pilot_running", "scaling"),
        length=Length.parse("3 m"),
        every=True,
        met_by=("reports",),
        reminders=(*_remind("-14 d, -3 d", LEAD), _escalate("+7 d", PO)),
    ),
    DeadlineRule(
        key="pilot_end",
        label=N_("End of the pilot"),
        owner=LEAD,
        asks=N_("Close the pilot: values of the indicators, learning notes."),
        states=("pilot_running",),
        date_fact="pilot_ends_on",
        reminders=(*_remind("-14 d, -3 d", LEAD, PO), _escalate("+7 d", PL)),
    ),
    DeadlineRule(
        key="pilot_decision",
        label=N_("Decision on the pilot"),
        owner=PO,
        asks=N_("Gather the synthesis and the three views, and decide."),
        states=("pilot_review",),
        length=Length.parse("15 wd"),
        reminders=(
            *_remind("-5 wd", PO, LEAD),
            *_remind("-1 wd", PO, PL),
            _escalate("+1 wd", PL),
        ),
    ),
    DeadlineRule(
        key="adjustment",
        label=N_("Pilot adjusted"),
        owner=LEAD,
        asks=N_("Note what you change, and let the pilot run again."),
        states=("adjusting",),
        length=Length.parse("60 d"),
        reminders=(*_remind("-14 d, -3 d", LEAD), *_remind("0 d", COACH), _escalate("+7 d", PO)),
    ),
    DeadlineRule(
        key="milestone_due",
        label=N_("Milestone"),
        owner=LEAD,
        asks=N_("Say whether the milestone is reached."),
        reminders=(*_remind("-14 d, -2 d", LEAD), _escalate("+7 d", PO)),
    ),
)

ANCHORING_DEADLINES = (
    DeadlineRule(
        key="final_plan",
        label=N_("Final anchoring plan"),
        owner=LEAD,
        asks=N_("Write the final anchoring plan, with the host's agreement."),
        states=("anchoring",),
        length=Length.parse("60 d"),
        reminders=(*_remind("-14 d, -3 d", LEAD, PO), _escalate("+7 d", PL)),
    ),
    DeadlineRule(
        key="final_report",
        label=N_("Final report"),
        owner=LEAD,
        asks=N_("Write the final report with its financial statement."),
        states=("closing",),
        length=Length.parse("60 d"),
        reminders=(*_remind("-14 d, -3 d", LEAD), *_remind("0 d", PO), _escalate("+7 d", PL)),
    ),
    DeadlineRule(
        key="check_up",
        label=N_("Check-up"),
        owner=LEAD,
        asks=N_("Tell us how the project stands."),
        reminders=(*_remind("-14 d, +7 d", LEAD), _escalate("+21 d", PO)),
    ),
    DeadlineRule(
        key="follow_up_end",
        label=N_("End of the follow-up"),
        owner=PO,
        asks=N_("The case is completed by itself on that day; look at the last check-up."),
        states=("followed_up",),
        length=Length.parse("25 m"),
        reminders=_remind("-14 d", PO),
        fires="complete",
        public=False,
    ),
    DeadlineRule(
        key="letter",
        label=N_("Motivated letter"),
        owner=PO,
        asks=N_("Send the partner the motivated letter."),
        states=ENDED_EARLY,
        length=Length.parse("5 wd"),
        met_by=("letter",),
        reminders=(*_remind("-2 wd, 0 wd", PO), _escalate("+1 wd", PL)),
    ),
)

DEADLINES = (*IDEA_DEADLINES, *PROPOSAL_DEADLINES, *PILOT_DEADLINES, *ANCHORING_DEADLINES)
