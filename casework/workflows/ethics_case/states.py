"""Where a case of the ethics committee can stand."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Party, Stage, State, Tone

STAGES = (
    Stage("notice", N_("Brought to notice")),
    Stage("scope", N_("Scope")),
    Stage("inquiry", N_("Inquiry")),
    Stage("text", N_("Opinion or recommendation")),
    Stage("after", N_("Follow-up")),
)

STATES = (
    State(
        "brought_to_notice",
        N_("Brought to notice"),
        N_("Received"),
        "notice",
        Party.US,
        Tone.INFO,
    ),
    State("triage", N_("Scope triage"), N_("Being looked at"), "scope", Party.US),
    State("redirected", N_("Redirected"), N_("Another body fits better"), "scope", Party.US),
    State(
        "awaiting_request",
        N_("Awaiting a formal request"),
        N_("Waits for a formal request"),
        "scope",
        Party.PARTNER,
        Tone.WAIT,
    ),
    State("admissible", N_("Admissible"), N_("The committee takes it up"), "scope", Party.US),
    State(
        "scheduled",
        N_("Scheduled"),
        N_("On the agenda"),
        "inquiry",
        Party.COMMITTEE,
        Tone.WAIT,
    ),
    State("under_inquiry", N_("Under inquiry"), N_("Being looked into"), "inquiry", Party.US),
    State(
        "deliberating",
        N_("Deliberating"),
        N_("The committee deliberates"),
        "text",
        Party.COMMITTEE,
        Tone.WAIT,
    ),
    State("drafting", N_("Drafting"), N_("The text is being written"), "text", Party.COMMITTEE),
    State("adopted", N_("Adopted"), N_("Decided"), "text", Party.US, Tone.INFO),
    State("transmitted", N_("Transmitted"), N_("Sent to whom it concerns"), "after", Party.US),
    State(
        "follow_up",
        N_("Follow-up"),
        N_("The committee watches what becomes of it"),
        "after",
        Party.US,
        Tone.WAIT,
    ),
    State("closed", N_("Closed"), N_("Closed"), "after", Party.NOBODY, Tone.NEUTRAL, final=True),
)

OPEN = tuple(state.key for state in STATES if not state.final)
BEFORE_ADOPTION = OPEN[: OPEN.index("adopted")]
ADOPTED = OPEN[OPEN.index("adopted") :]
TREATED = ("deliberating", "drafting", *ADOPTED)
"""A case that has come into one of these has been treated."""
