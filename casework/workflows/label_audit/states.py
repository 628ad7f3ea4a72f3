"""Where a cycle of the label can stand."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Party, Stage, State, Tone

STAGES = (
    Stage("engagement", N_("Engagement")),
    Stage("self", N_("Self-assessment")),
    Stage("audit", N_("Audit")),
    Stage("report", N_("Report")),
    Stage("decision", N_("Decision")),
    Stage("label", N_("Label")),
)

STATES = (
    State("engaged", N_("Engaged"), N_("You are engaged"), "engagement", Party.US),
    State(
        "self_assessment",
        N_("Self-assessment"),
        N_("You assess yourselves"),
        "self",
        Party.PARTNER,
        Tone.INFO,
    ),
    State(
        "admissible",
        N_("File admissible"),
        N_("Your file is complete; the audit is being prepared"),
        "audit",
        Party.BOTH,
    ),
    State(
        "audit_scheduled",
        N_("Audit scheduled"),
        N_("The audit has its date"),
        "audit",
        Party.US,
        Tone.WAIT,
    ),
    State(
        "audit_in_progress",
        N_("Audit under way"),
        N_("The audit is under way"),
        "audit",
        Party.US,
        Tone.INFO,
    ),
    State(
        "right_of_reply",
        N_("Draft report, right of reply"),
        N_("The draft report is with you: you may reply"),
        "report",
        Party.BOTH,
        Tone.WAIT,
    ),
    State("final_report", N_("Final report"), N_("The report is final"), "report", Party.US),
    State(
        "in_committee",
        N_("Before the committee"),
        N_("The committee decides"),
        "decision",
        Party.COMMITTEE,
        Tone.WAIT,
    ),
    State(
        "deferred",
        N_("Deferred, comes back to the committee"),
        N_("Deferred: correct what is missing"),
        "decision",
        Party.BOTH,
        Tone.WAIT,
    ),
    State(
        "under_appeal",
        N_("Under appeal"),
        N_("Your appeal is being decided"),
        "decision",
        Party.COMMITTEE,
        Tone.WAIT,
    ),
    State("labelled", N_("Labelled"), N_("You are labelled"), "label", Party.NOBODY, Tone.GOOD),
    State(
        "not_labelled",
        N_("Not labelled"),
        N_("You are not labelled"),
        "label",
        Party.PARTNER,
        Tone.BAD,
    ),
    State(
        "suspended",
        N_("Label suspended"),
        N_("Your label is suspended"),
        "label",
        Party.BOTH,
        Tone.BAD,
    ),
    State(
        "withdrawn",
        N_("Label withdrawn"),
        N_("Your label has been withdrawn"),
        "label",
        Party.NOBODY,
        Tone.BAD,
        final=True,
    ),
    State(
        "expired",
        N_("Label expired"),
        N_("Your label has ended"),
        "label",
        Party.NOBODY,
        final=True,
    ),
    State(
        "renewed",
        N_("Renewed by a new cycle"),
        N_("A new cycle has taken over"),
        "label",
        Party.NOBODY,
        Tone.GOOD,
        final=True,
    ),
    State(
        "closed",
        N_("Closed without a label"),
        N_("This cycle is closed; the next audit has its date"),
        "label",
        Party.NOBODY,
        final=True,
    ),
    State(
        "abandoned",
        N_("Abandoned"),
        N_("This cycle was abandoned"),
        "label",
        Party.NOBODY,
        final=True,
    ),
    State(
        "left_network",
        N_("Left the network"),
        N_("You have left the network"),
        "label",
        Party.NOBODY,
        final=True,
    ),
)

OPEN = tuple(state.key for state in STATES if not state.final)
BEFORE_DECISION = OPEN[: OPEN.index("under_appeal")]
DECIDED = ("labelled", "not_labelled", "deferred")
OUTLASTED = ("withdrawn", "expired", "renewed", "closed")
"""Where a cycle is over, and its recommendations are not before they are closed."""
FOLLOWED = (
    "right_of_reply",
    "final_report",
    "in_committee",
    *DECIDED,
    "suspended",
    "under_appeal",
    *OUTLASTED,
)
"""Where the cooperative follows its recommendations up, labelled or not."""
CONSENTING = (
    *FOLLOWED,
    *(state.key for state in STATES if state.final and state.key not in OUTLASTED),
)
"""Where the cooperative says whether its good practices may be published, and takes it back."""
PUBLISHED = tuple(key for key in CONSENTING if key != "right_of_reply")
"""Where good practices are published that the cooperative lets be: their report is final."""
LEFT = "left_network"
GIVEN_UP = ("abandoned", LEFT)
"""A cycle that ended so is renewed by no other, and renews none."""
HOLDING = ("labelled", "suspended")
"""Where the case holds a label."""
