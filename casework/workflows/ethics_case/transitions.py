"""The moves of the ethics committee, in the order of a case's life."""

from __future__ import annotations

from casework.forms.ethics_case.matter import (
    BroughtForm,
    PutOffForm,
    RedirectMatterForm,
    ReferredForm,
    ResolvedForm,
    TakenUpForm,
)
from casework.forms.ethics_case.outcome import TransmitForm
from casework.forms.transition import MotiveForm, RemarkForm
from casework.i18n import N_
from casework.workflows.declaration import Notice, Transition
from casework.workflows.ethics_case import effects, rules
from casework.workflows.ethics_case.people import CHAIR, COMMITTEE, KEEPERS
from casework.workflows.ethics_case.states import OPEN

_NEW_MATTER = Notice(
    (CHAIR, *sorted(KEEPERS - {CHAIR})),
    N_("A new matter for the ethics committee"),
    N_("Look at %(title)s, acknowledge receipt, and begin the scope triage."),
    compulsory=True,
)
_START = {
    "sources": (),
    "to": "brought_to_notice",
    "guards": (rules.somebody_keeps_it,),
    "notices": (_NEW_MATTER,),
}

BEGINNING = (
    Transition(
        name="bring",
        label=N_("Bring a matter to the committee"),
        done=N_("Brought to notice"),
        form=BroughtForm,
        effects=(effects.note_brought, effects.admit_keepers),
        system=True,
        **_START,  # type: ignore[arg-type]
    ),
    Transition(
        name="refer",
        label=N_("Note what a person or a body brings"),
        done=N_("Brought to notice"),
        roles=KEEPERS,
        form=ReferredForm,
        effects=(effects.note_referred, effects.admit_keepers),
        **_START,  # type: ignore[arg-type]
    ),
    Transition(
        name="take_up",
        label=N_("Take something up ourselves"),
        done=N_("Taken up by the committee itself"),
        roles=COMMITTEE,
        form=TakenUpForm,
        effects=(effects.note_taken_up, effects.admit_keepers),
        **_START,  # type: ignore[arg-type]
    ),
)

SCOPE = (
    Transition(
        name="begin_triage",
        label=N_("Begin the scope triage"),
        done=N_("Scope triage begun"),
        sources=("brought_to_notice",),
        to="triage",
        roles=KEEPERS,
        primary=True,
    ),
    Transition(
        name="admit",
        label=N_("Declare it admissible"),
        done=N_("Declared admissible"),
        sources=("triage", "awaiting_request"),
        to="admissible",
        roles=KEEPERS,
        form=RemarkForm,
        guards=(rules.triage_done, rules.within_scope, rules.asked_or_taken_up),
        primary=True,
    ),
    Transition(
        name="await_request",
        label=N_("Wait for a formal request"),
        done=N_("Waits for a formal request"),
        sources=("triage",),
        to="awaiting_request",
        roles=KEEPERS,
        form=RemarkForm,
        guards=(rules.triage_done, rules.within_scope),
    ),
    Transition(
        name="self_refer",
        label=N_("Take it up on our own initiative"),
        done=N_("Taken up on the committee's own initiative"),
        sources=("triage", "awaiting_request"),
        to="admissible",
        roles=frozenset({CHAIR}),
        form=MotiveForm,
        guards=(rules.triage_done, rules.within_scope),
        effects=(effects.note_own_initiative,),
        hint=N_("Only a recommendation is possible then, unless somebody formally asks."),
    ),
    Transition(
        name="redirect",
        label=N_("Redirect to another body"),
        done=N_("Redirected to another body"),
        sources=("triage", "awaiting_request"),
        to="redirected",
        roles=KEEPERS,
        form=RedirectMatterForm,
        guards=(rules.triage_done,),
        effects=(effects.note_redirection,),
    ),
    Transition(
        name="close_redirected",
        label=N_("Close the case"),
        done=N_("Closed: redirected"),
        sources=("redirected",),
        to="closed",
        roles=KEEPERS,
        form=RemarkForm,
        effects=(effects.end_as("redirected"),),
        primary=True,
    ),
)

DEBATE = (
    Transition(
        name="schedule",
        label=N_("Put on the agenda"),
        done=N_("Put on the agenda"),
        sources=("admissible",),
        to="scheduled",
        roles=KEEPERS,
        form=RemarkForm,
        primary=True,
    ),
    Transition(
        name="inquire",
        label=N_("Look into it"),
        done=N_("Inquiry begun"),
        sources=("scheduled",),
        to="under_inquiry",
        roles=COMMITTEE,
        form=RemarkForm,
    ),
    Transition(
        name="deliberate",
        label=N_("Deliberate"),
        done=N_("Deliberation begun"),
        sources=("scheduled", "under_inquiry"),
        to="deliberating",
        roles=frozenset({CHAIR}),
        form=MotiveForm,
        primary=True,
    ),
    Transition(
        name="draft",
        label=N_("Have the text written"),
        done=N_("Deliberated: the text is being written"),
        sources=("deliberating",),
        to="drafting",
        roles=frozenset({CHAIR}),
        form=MotiveForm,
        primary=True,
    ),
    Transition(
        name="postpone",
        label=N_("Put the debate off"),
        done=N_("Put off"),
        sources=("scheduled", "under_inquiry", "deliberating"),
        to="scheduled",
        roles=KEEPERS,
        form=PutOffForm,
        guards=(rules.cause_given,),
        effects=(effects.note_postponement,),
    ),
    Transition(
        name="postpone_to_request",
        label=N_("Put off until somebody formally asks"),
        done=N_("Put off until somebody formally asks"),
        sources=("awaiting_request", "scheduled", "under_inquiry", "deliberating"),
        to="awaiting_request",
        roles=KEEPERS,
        form=PutOffForm,
        guards=(rules.cause_given,),
        effects=(effects.note_postponement,),
    ),
    Transition(
        name="put_off_to_request",
        label=N_("Put off until somebody formally asks"),
        done=N_("Put off in the meeting, until somebody formally asks"),
        sources=("awaiting_request", "scheduled", "under_inquiry", "deliberating"),
        to="awaiting_request",
        form=PutOffForm,
        effects=(effects.note_postponement,),
    ),
)

_ADOPT = {
    "sources": ("drafting",),
    "to": "adopted",
    "roles": frozenset({CHAIR}),
    "form": MotiveForm,
}
_OPINION = (rules.opinion_was_asked, rules.opinion_written)
_RECOMMENDATION = (rules.recommendation_written, rules.addressee_not_recused)

OUTCOME = (
    Transition(
        name="adopt_opinion",
        label=N_("Adopt the opinion"),
        done=N_("Opinion adopted"),
        guards=_OPINION,
        effects=(effects.number_opinion,),
        primary=True,
        **_ADOPT,  # type: ignore[arg-type]
    ),
    Transition(
        name="adopt_recommendation",
        label=N_("Adopt the recommendation"),
        done=N_("Recommendation adopted"),
        guards=_RECOMMENDATION,
        effects=(effects.number_recommendation,),
        primary=True,
        **_ADOPT,  # type: ignore[arg-type]
    ),
    Transition(
        name="adopt_both",
        label=N_("Adopt opinion and recommendation"),
        done=N_("Opinion and recommendation adopted"),
        guards=(*_OPINION, *_RECOMMENDATION),
        effects=(effects.number_opinion, effects.number_recommendation),
        **_ADOPT,  # type: ignore[arg-type]
    ),
    Transition(
        name="transmit",
        label=N_("Sign and transmit"),
        done=N_("Signed and transmitted"),
        sources=("adopted",),
        to="transmitted",
        roles=frozenset({CHAIR}),
        form=TransmitForm,
        guards=(rules.addressee_not_recused,),
        effects=(effects.follow_answers,),
        primary=True,
        hint=N_("The chair signs. The text can no longer be changed."),
    ),
    Transition(
        name="follow",
        label=N_("Begin the follow-up"),
        done=N_("Follow-up begun"),
        sources=("transmitted",),
        to="follow_up",
        roles=KEEPERS,
        guards=(rules.recommends_something,),
        primary=True,
    ),
    Transition(
        name="close",
        label=N_("Close the case"),
        done=N_("Closed: followed up to the end"),
        sources=("transmitted", "follow_up"),
        to="closed",
        roles=KEEPERS,
        form=RemarkForm,
        guards=(rules.every_item_answered,),
        effects=(effects.end_as("followed_up"),),
    ),
)

WAYS_OUT = (
    Transition(
        name="resolve",
        label=N_("It has resolved by itself"),
        done=N_("Closed: resolved by itself"),
        sources=OPEN,
        to="closed",
        roles=KEEPERS,
        form=ResolvedForm,
        effects=(effects.note_resolved, effects.end_as("self_resolved")),
        abandons=True,
    ),
    Transition(
        name="no_action",
        label=N_("Close without further action"),
        done=N_("Closed: no further action"),
        sources=OPEN,
        to="closed",
        roles=KEEPERS,
        form=MotiveForm,
        effects=(effects.end_as("no_action"),),
        abandons=True,
    ),
)

TRANSITIONS = (*BEGINNING, *SCOPE, *DEBATE, *OUTCOME, *WAYS_OUT)
