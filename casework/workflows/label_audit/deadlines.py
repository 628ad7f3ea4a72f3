"""The deadlines of label audits; lengths and reminders are defaults of the house, to be tuned.

Those of a renewal are counted back from the last day of the label that it renews, by the months
that its scheme says (ISO practice and the advice of Qualiopi). How long the cooperative may reply,
appeal and correct, and a suspension may last, the scheme says too (``Terms``), and nothing else.
"""

from __future__ import annotations

from casework.calendar import Length, Offset
from casework.i18n import N_
from casework.roles import Role
from casework.workflows.declaration import DeadlineRule, ReminderRule
from casework.workflows.label_audit.people import AUDITOR, LEAD, MEMBER, OFFICER, TREASURER
from casework.workflows.label_audit.states import HOLDING, OUTLASTED


def _remind(offsets: str, *roles: Role, escalates: bool = False) -> tuple[ReminderRule, ...]:
    return tuple(
        ReminderRule(Offset.parse(offset), role, escalates=escalates)
        for offset in offsets.split(",")
        for role in roles
    )


RENEWAL = (
    DeadlineRule(
        key="self_assessment",
        label=N_("Self-assessment"),
        owner=MEMBER,
        asks=N_("Finish your self-assessment and add the evidence."),
        states=("self_assessment",),
        date_fact="self_assessment_by",
        reminders=(
            *_remind("-30 d, -7 d, 0 d", MEMBER),
            *_remind("+7 d", OFFICER, escalates=True),
        ),
    ),
    DeadlineRule(
        key="schedule_audit",
        label=N_("Schedule the audit"),
        owner=OFFICER,
        asks=N_("Name the team and schedule the audit."),
        states=("self_assessment", "admissible"),
        date_fact="schedule_by",
        reminders=(*_remind("-30 d, 0 d", OFFICER), *_remind("+7 d", LEAD, escalates=True)),
    ),
    DeadlineRule(
        key="hold_audit",
        label=N_("Hold the audit"),
        owner=AUDITOR,
        asks=N_("Hold the audit and issue the draft report."),
        states=("audit_scheduled", "audit_in_progress"),
        date_fact="audit_by",
        reminders=(
            *_remind("-30 d, 0 d", AUDITOR, OFFICER),
            *_remind("+7 d", LEAD, escalates=True),
        ),
    ),
    DeadlineRule(
        key="final_report",
        label=N_("Final report"),
        owner=AUDITOR,
        asks=N_("Make the report final."),
        states=("audit_in_progress", "right_of_reply"),
        date_fact="report_by",
        reminders=(*_remind("-14 d, 0 d", AUDITOR), *_remind("+7 d", OFFICER, escalates=True)),
    ),
    DeadlineRule(
        key="committee",
        label=N_("Decision of the committee"),
        owner=OFFICER,
        asks=N_("Bring the case before the label committee."),
        states=("final_report", "in_committee"),
        date_fact="committee_by",
        reminders=(*_remind("-30 d, -7 d", OFFICER), *_remind("+7 d", LEAD, escalates=True)),
        public=False,
    ),
)

ANSWERS = (
    DeadlineRule(
        key="admissibility",
        label=N_("Look at the file"),
        owner=OFFICER,
        asks=N_("Say whether the file is admissible, or what is missing."),
        length=Length.parse("10 wd"),
        reminders=(*_remind("-3 d, 0 d", OFFICER), *_remind("+7 d", LEAD, escalates=True)),
        public=False,
    ),
    DeadlineRule(
        key="team_reply",
        label=N_("Your answer on the team of auditors"),
        owner=MEMBER,
        asks=N_("Accept the team proposed for your audit, or object with reasons."),
        length=Length.parse("10 d"),
        reminders=_remind("-3 d, 0 d", MEMBER),
        fires="end_team_reply",
    ),
    DeadlineRule(
        key="reply",
        label=N_("Right of reply"),
        owner=MEMBER,
        asks=N_("Reply to the draft report, if you wish: afterwards it is final."),
        states=("right_of_reply",),
        length_fact="reply_length",
        reminders=_remind("-5 d, -1 d", MEMBER),
        fires="close_reply",
        notice_days=1,
    ),
    DeadlineRule(
        key="correction",
        label=N_("Corrections after a deferral"),
        owner=MEMBER,
        asks=N_("Correct what the committee has named, and add the evidence."),
        states=("deferred",),
        length_fact="correction_length",
        reminders=(
            *_remind("-30 d, -7 d, 0 d", MEMBER),
            *_remind("+1 d", OFFICER, escalates=True),
        ),
    ),
    DeadlineRule(
        key="appeal",
        label=N_("Last day to appeal"),
        owner=MEMBER,
        asks=N_("If you do not agree with the decision, appeal with your reasons."),
        states=("not_labelled", "deferred"),
        date_fact="last_to_appeal",
        reminders=_remind("-7 d", MEMBER),
        lapses=True,
    ),
    DeadlineRule(
        key="closing",
        label=N_("The cycle closes"),
        owner=OFFICER,
        asks=N_("The cycle closes by itself: no appeal is possible any more."),
        states=("not_labelled",),
        date_fact="closes_on",
        fires="close_settled",
        public=False,
    ),
    DeadlineRule(
        key="recommendation_due",
        label=N_("Recommendation"),
        owner=MEMBER,
        asks=N_("Say what you have done about the recommendation."),
        outlasts=OUTLASTED,
        reminders=(
            *_remind("-30 d, 0 d", MEMBER),
            *_remind("+7 d", OFFICER, escalates=True),
        ),
    ),
)

LABEL = (
    DeadlineRule(
        key="label_begins",
        label=N_("The label begins the day after"),
        owner=OFFICER,
        asks=N_("The label begins by itself."),
        fires="begin_label",
    ),
    DeadlineRule(
        key="renewal_opens",
        label=N_("The renewal can be opened"),
        owner=MEMBER,
        asks=N_("Open the renewal of your label."),
        states=("labelled",),
        date_fact="renewal_on",
        fires="announce_renewal",
    ),
    DeadlineRule(
        key="label_expires",
        label=N_("Last day of the label"),
        owner=MEMBER,
        asks=N_("The label ends on this day, unless a new cycle takes over."),
        states=HOLDING,
        date_fact="label_last_day",
        reminders=_remind("-30 d, -7 d, -1 d", MEMBER, OFFICER),
        fires="expire",
    ),
    DeadlineRule(
        key="label_taken_over",
        label=N_("The next label takes over"),
        owner=OFFICER,
        asks=N_("The next label takes over by itself."),
        states=HOLDING,
        date_fact="label_last_day",
        fires="renew",
        public=False,
    ),
    DeadlineRule(
        key="suspension",
        label=N_("End of the suspension"),
        owner=MEMBER,
        asks=N_("Put right what the label was suspended for, or it is withdrawn."),
        states=("suspended",),
        length_fact="suspension_length",
        reminders=_remind("-30 d, -7 d", MEMBER, OFFICER),
        fires="withdraw_overdue",
        notice_days=7,
    ),
    DeadlineRule(
        key="dues",
        label=N_("Dues"),
        owner=MEMBER,
        asks=N_("Pay the dues: unpaid for long, they lead to a suspension of the label."),
        states=HOLDING,
        date_fact="dues_due_on",
        reminders=(
            *_remind("0 d, +30 d", MEMBER, TREASURER),
            *_remind("+60 d", MEMBER),
            *_remind("+60 d", TREASURER, escalates=True),
        ),
    ),
    DeadlineRule(
        key="suspension_proposal",
        label=N_("Suspension proposed: dues unpaid"),
        owner=OFFICER,
        asks=N_("The dues stay unpaid: suspend the label, or agree with the cooperative."),
        states=("labelled",),
        date_fact="suspend_on",
        fires="propose_suspension",
        public=False,
    ),
    DeadlineRule(
        key="certificates",
        label=N_("An auditor's certificate ends"),
        owner=OFFICER,
        asks=N_("See that the auditor's certificate is renewed, or name another."),
        states=("admissible", "audit_scheduled", "audit_in_progress"),
        date_fact="certified_until",
        reminders=_remind("-60 d, -7 d", OFFICER),
        public=False,
    ),
)

DEADLINES = (*RENEWAL, *ANSWERS, *LABEL)
