"""The four stages that everyone speaks of, and the states inside them."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Party, Stage, State, Tone

STAGES = (
    Stage("submission", N_("Submission")),
    Stage("co_creation", N_("Co-creation")),
    Stage("pilot", N_("Pilot")),
    Stage("anchoring", N_("Anchoring")),
)

STATES = (
    State(
        "idea_draft",
        N_("Idea being written"),
        N_("Your idea is not sent yet"),
        "submission",
        Party.PARTNER,
    ),
    State(
        "idea_submitted",
        N_("Idea received"),
        N_("We are reading your idea"),
        "submission",
        Party.US,
        Tone.INFO,
    ),
    State(
        "idea_needs_info",
        N_("Information asked about the idea"),
        N_("We need some more information from you"),
        "submission",
        Party.PARTNER,
        Tone.WAIT,
    ),
    State(
        "matched",
        N_("Idea being matched"),
        N_("We are looking for partners who fit your idea"),
        "submission",
        Party.US,
        Tone.INFO,
    ),
    State(
        "co_creation",
        N_("Co-creation"),
        N_("We are building the project together"),
        "co_creation",
        Party.BOTH,
        Tone.INFO,
    ),
    State(
        "proposal_submitted",
        N_("Proposal received"),
        N_("We are checking your proposal"),
        "co_creation",
        Party.US,
        Tone.INFO,
    ),
    State(
        "proposal_needs_info",
        N_("Information asked about the proposal"),
        N_("Your proposal needs some more information"),
        "co_creation",
        Party.PARTNER,
        Tone.WAIT,
    ),
    State(
        "deliberation",
        N_("In deliberation"),
        N_("Your proposal is with the decision committee"),
        "co_creation",
        Party.COMMITTEE,
        Tone.INFO,
    ),
    State(
        "approved_with_conditions",
        N_("Approved with conditions"),
        N_("Approved, with conditions to fulfil first"),
        "co_creation",
        Party.PARTNER,
        Tone.WAIT,
    ),
    State(
        "agreement",
        N_("Agreement to be signed"),
        N_("Approved: the agreement is to be signed"),
        "co_creation",
        Party.BOTH,
        Tone.GOOD,
    ),
    State(
        "pilot_running",
        N_("Pilot running"),
        N_("The pilot is running"),
        "pilot",
        Party.PARTNER,
        Tone.INFO,
    ),
    State(
        "pilot_review",
        N_("Pilot under review"),
        N_("We are looking back on the pilot together"),
        "pilot",
        Party.US,
        Tone.INFO,
    ),
    State(
        "adjusting",
        N_("Pilot being adjusted"),
        N_("You are adjusting the pilot"),
        "pilot",
        Party.PARTNER,
        Tone.WAIT,
    ),
    State(
        "scaling",
        N_("Being scaled up"),
        N_("The project is being carried further"),
        "pilot",
        Party.PARTNER,
        Tone.INFO,
    ),
    State(
        "anchoring",
        N_("Being anchored"),
        N_("We are anchoring the project together"),
        "anchoring",
        Party.BOTH,
        Tone.INFO,
    ),
    State(
        "closing",
        N_("Being closed"),
        N_("The final report is to be made"),
        "anchoring",
        Party.PARTNER,
        Tone.WAIT,
    ),
    State(
        "followed_up",
        N_("Followed up"),
        N_("Closed; we look in at 6, 12 and 24 months"),
        "anchoring",
        Party.BOTH,
        Tone.GOOD,
    ),
    State(
        "completed",
        N_("Completed"),
        N_("Completed"),
        "anchoring",
        Party.NOBODY,
        Tone.GOOD,
        final=True,
    ),
    State(
        "declined",
        N_("Declined"),
        N_("Not taken up"),
        "submission",
        Party.NOBODY,
        Tone.BAD,
        final=True,
    ),
    State(
        "withdrawn",
        N_("Withdrawn"),
        N_("Withdrawn by you"),
        "submission",
        Party.NOBODY,
        Tone.NEUTRAL,
        final=True,
    ),
    State(
        "stopped",
        N_("Stopped"),
        N_("Stopped"),
        "pilot",
        Party.NOBODY,
        Tone.BAD,
        final=True,
    ),
    State(
        "redirected",
        N_("Redirected"),
        N_("Passed on to another address"),
        "submission",
        Party.NOBODY,
        Tone.NEUTRAL,
        final=True,
    ),
)

OPEN = tuple(s.key for s in STATES if not s.final)
NEEDS_INFO = ("idea_needs_info", "proposal_needs_info")
MAKING = ("co_creation", "proposal_needs_info")
PILOT = ("pilot_running", "pilot_review", "adjusting", "scaling")
FINAL = tuple(s.key for s in STATES if s.final)
ENDED_EARLY = ("declined", "withdrawn", "stopped", "redirected")


def between(first: str, last: str) -> tuple[str, ...]:
    """Return the open states from ``first`` to ``last`` (both included) in declared order."""
    return OPEN[OPEN.index(first) : OPEN.index(last) + 1]


# What a proposal says stays as it is from its sending until the decision (the frozen pack).
FROZEN = ("proposal_submitted", "deliberation")
UNFROZEN = (*MAKING, *between("approved_with_conditions", "closing"))
