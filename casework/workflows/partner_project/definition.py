"""The rulebook of partner projects, put together from its parts."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import DocumentKind
from casework.workflows.engine import Workflow
from casework.workflows.partner_project.amounts import load_amounts
from casework.workflows.partner_project.deadlines import DEADLINES
from casework.workflows.partner_project.loading import load_facts, start_facts
from casework.workflows.partner_project.sections import SECTIONS
from casework.workflows.partner_project.states import FINAL, FROZEN, OPEN, STAGES, STATES, between
from casework.workflows.partner_project.transitions_idea import IDEA_TRANSITIONS
from casework.workflows.partner_project.transitions_pilot import PILOT_TRANSITIONS
from casework.workflows.partner_project.transitions_proposal import (
    DECISION_AGENDA,
    PROPOSAL_TRANSITIONS,
)

SIGNED = (*between("pilot_running", "followed_up"), *FINAL)
PARTNERS_ADD = tuple(state for state in OPEN if state not in FROZEN)


def _shared(key: str, label: str) -> DocumentKind:
    """Return a kind that partners bring too, but not while their proposal is judged."""
    return DocumentKind(key, label, partner_states=PARTNERS_ADD)


DOCUMENTS = (
    DocumentKind(
        "agreement",
        N_("Agreement"),
        partner_states=("agreement",),
        locked_in=SIGNED,
        required_in=("pilot_running",),
    ),
    _shared("investor_letter", N_("Letter of a co-investor")),
    _shared("budget_annex", N_("Annex to the budget")),
    _shared("evidence", N_("Evidence")),
    _shared("report", N_("Report")),
    _shared("statutes", N_("Statutes")),
    DocumentKind("pack", N_("Pack for the committee"), house_only=True),
    _shared("other", N_("Other document")),
)

PARTNER_PROJECT = Workflow(
    key="partner_project",
    version=1,
    label=N_("Partner projects"),
    prefix="PP",
    stages=STAGES,
    states=STATES,
    transitions=(*IDEA_TRANSITIONS, *PROPOSAL_TRANSITIONS, *PILOT_TRANSITIONS),
    load_facts=load_facts,
    start_facts=start_facts,
    load_amounts=load_amounts,
    deadlines=DEADLINES,
    sections=SECTIONS,
    documents=DOCUMENTS,
    agendas=(DECISION_AGENDA,),
)

WORKFLOWS = (PARTNER_PROJECT,)
