"""A small workflow of the tests' own: one module and one template folder, nothing else.

A partner asks for something; an officer may ask back (the clock stops), grants or refuses it; two
people must agree to a grant. What nobody answers lapses by itself.
"""

from __future__ import annotations

from wtforms import Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from casework.calendar import Length as Duration
from casework.calendar import Offset
from casework.roles import Role
from casework.workflows.case_facts import load_case_facts
from casework.workflows.declaration import (
    Approvals,
    DeadlineRule,
    DocumentKind,
    Guard,
    Notice,
    Party,
    Previous,
    Question,
    Reason,
    ReminderRule,
    Stage,
    State,
    Tone,
    Transition,
)
from casework.workflows.engine import Workflow

OFFICERS = frozenset({Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD})
PARTNERS = frozenset({Role.PARTNER_LEAD, Role.PARTNER_CONTRIBUTOR})


class TitleForm(Form):
    """What a request is called."""

    title = StringField("Title", [InputRequired("Enter a title."), Length(max=200)])


class ReasonForm(Form):
    """Why."""

    reason = TextAreaField("Reason", [InputRequired("Enter a reason."), Length(max=5000)])


def _short_title(question: Question) -> list[Reason]:
    found = len(question.facts.title)
    return [Reason("The title has only %(n)s letters.", {"n": found})] if found < 4 else []


def _shouting(question: Question) -> list[Reason]:
    return [Reason("The title shouts.")] if question.facts.title.isupper() else []


SAMPLE = Workflow(
    key="sample",
    version=1,
    label="Sample requests",
    prefix="SA",
    stages=(Stage("asking", "Asking"), Stage("answer", "Answer")),
    states=(
        State("draft", "Draft", "Your draft", "asking", Party.PARTNER),
        State("asked", "Asked", "Sent to us", "asking", Party.US, Tone.INFO),
        State("unclear", "Unclear", "We have a question", "asking", Party.PARTNER, Tone.WAIT),
        State("granted", "Granted", "Granted", "answer", Party.NOBODY, Tone.GOOD, final=True),
        State("refused", "Refused", "Not granted", "answer", Party.NOBODY, Tone.BAD, final=True),
        State("lapsed", "Lapsed", "Lapsed", "answer", Party.NOBODY, Tone.NEUTRAL, final=True),
    ),
    transitions=(
        Transition("start", "Ask for something", "Started", (), "draft", PARTNERS, TitleForm),
        Transition(
            "ask",
            "Send the request",
            "Request sent",
            ("draft",),
            "asked",
            PARTNERS | {Role.PROGRAMME_LEAD},
            guards=(
                Guard("short_title", _short_title),
                Guard("shouting", _shouting, frozenset({Role.PROGRAMME_LEAD})),
            ),
            notices=(
                Notice(
                    (Role.PROGRAMME_OFFICER,),
                    "%(organisation)s asks: %(title)s",
                    "Look at the request of %(organisation)s.",
                ),
            ),
            primary=True,
        ),
        Transition(
            "question",
            "Ask back",
            "Question asked",
            ("asked",),
            "unclear",
            OFFICERS,
            ReasonForm,
            notices=(
                Notice((Role.PARTNER_LEAD,), "A question about %(title)s", "Please answer us."),
            ),
        ),
        Transition("reply", "Reply", "Replied", ("unclear",), "asked", PARTNERS, ReasonForm),
        Transition(
            "grant",
            "Grant it",
            "Granted",
            ("asked",),
            "granted",
            frozenset({Role.PROGRAMME_OFFICER, Role.FINANCE}),
            approvals=Approvals(((Role.PROGRAMME_OFFICER, 1), (Role.FINANCE, 1))),
            notices=(Notice((Role.PARTNER_LEAD,), "Granted: %(title)s", "It is granted."),),
            primary=True,
        ),
        Transition("refuse", "Refuse it", "Refused", ("asked",), "refused", OFFICERS, ReasonForm),
        Transition(
            "lapse", "Let it lapse", "Lapsed", ("unclear",), "lapsed", system=True, abandons=True
        ),
        Transition(
            "reopen",
            "Open it again",
            "Opened again",
            ("refused",),
            Previous(("asked",)),
            frozenset({Role.PROGRAMME_LEAD}),
            ReasonForm,
        ),
    ),
    deadlines=(
        DeadlineRule(
            "answer",
            "Answer",
            Role.PROGRAMME_OFFICER,
            "Answer the request.",
            ("asked",),
            Duration.parse("10 wd"),
            stops_in=("unclear",),
            reminders=(
                ReminderRule(Offset.parse("-3 wd"), Role.PROGRAMME_OFFICER),
                ReminderRule(Offset.parse("+1 wd"), Role.PROGRAMME_LEAD, escalates=True),
            ),
        ),
        DeadlineRule(
            "reply",
            "Reply to our question",
            Role.PARTNER_LEAD,
            "Reply to our question.",
            ("unclear",),
            Duration.parse("20 d"),
            reminders=(
                ReminderRule(Offset.parse("-5 d"), Role.PARTNER_LEAD),
                ReminderRule(Offset.parse("-1 d"), Role.PARTNER_LEAD),
            ),
            fires="lapse",
            notice_days=1,
        ),
    ),
    documents=(DocumentKind("other", "Other document"),),
    load_facts=load_case_facts,
)

WORKFLOWS = (SAMPLE,)
