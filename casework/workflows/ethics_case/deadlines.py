"""The deadlines of the ethics committee; their lengths are defaults that can be tuned."""

from __future__ import annotations

from casework.calendar import Length, Offset
from casework.i18n import N_
from casework.roles import Role
from casework.workflows.declaration import DeadlineRule, ReminderRule
from casework.workflows.ethics_case.people import CHAIR, SECRETARY
from casework.workflows.ethics_case.states import OPEN


def _remind(offsets: str, *roles: Role, escalates: bool = False) -> tuple[ReminderRule, ...]:
    return tuple(
        ReminderRule(Offset.parse(offset), role, escalates=escalates)
        for offset in offsets.split(",")
        for role in roles
    )


DEADLINES = (
    DeadlineRule(
        key="receipt",
        label=N_("Acknowledge receipt"),
        owner=SECRETARY,
        asks=N_("Tell whoever brought it that it has arrived, and look at its scope."),
        states=("brought_to_notice",),
        length=Length.parse("7 d"),
        met_by=("exchanges",),
        reminders=(*_remind("-2 d, 0 d", SECRETARY), *_remind("+2 d", CHAIR, escalates=True)),
        public=False,
    ),
    DeadlineRule(
        key="triage",
        label=N_("Scope triage"),
        owner=SECRETARY,
        asks=N_("Answer the questions on the scope, and say where the matter belongs."),
        states=("triage",),
        length=Length.parse("30 d"),
        reminders=(
            *_remind("-7 d, 0 d", SECRETARY),
            *_remind("-7 d", CHAIR),
            *_remind("+3 d", CHAIR, escalates=True),
        ),
        public=False,
    ),
    DeadlineRule(
        key="update",
        label=N_("News to whoever brought it"),
        owner=SECRETARY,
        asks=N_("Tell whoever brought it where the matter stands."),
        states=tuple(s for s in OPEN if s not in {"brought_to_notice", "redirected"}),
        length=Length.parse("60 d"),
        every=True,
        met_by=("exchanges",),
        reminders=(*_remind("-7 d, 0 d", SECRETARY), *_remind("+7 d", CHAIR, escalates=True)),
        public=False,
    ),
    DeadlineRule(
        key="information",
        label=N_("Information asked of others"),
        owner=SECRETARY,
        asks=N_("The answer was asked for by this day: note it, or remind them."),
        length=Length.parse("30 d"),
        reminders=(*_remind("0 d, +15 d", SECRETARY), *_remind("+30 d", CHAIR, escalates=True)),
        public=False,
    ),
    DeadlineRule(
        key="answer",
        label=N_("Answer to a recommendation"),
        owner=SECRETARY,
        asks=N_("The answer was asked for by this day: record it, or remind them."),
        length=Length.parse("90 d"),
        reminders=(
            *_remind("-14 d, +7 d, +21 d", SECRETARY),
            *_remind("+21 d", CHAIR, escalates=True),
        ),
        public=False,
    ),
    DeadlineRule(
        key="review_6",
        label=N_("Review after 6 months"),
        owner=SECRETARY,
        asks=N_("Look at what became of the recommendation, and note it."),
        length=Length.parse("6 m"),
        reminders=(*_remind("-14 d, 0 d", SECRETARY), *_remind("+14 d", CHAIR, escalates=True)),
        public=False,
    ),
    DeadlineRule(
        key="review_12",
        label=N_("Review after 12 months"),
        owner=SECRETARY,
        asks=N_("Look at what became of the recommendation, and note it."),
        length=Length.parse("12 m"),
        reminders=(*_remind("-14 d, 0 d", SECRETARY), *_remind("+14 d", CHAIR, escalates=True)),
        public=False,
    ),
)
