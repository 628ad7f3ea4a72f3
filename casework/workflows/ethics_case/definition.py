"""The rulebook of the ethics committee, put together from its parts."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import (
    QUORUM,
    Agenda,
    DocumentKind,
    Postponement,
    Secrecy,
    Verdict,
)
from casework.workflows.engine import Workflow
from casework.workflows.ethics_case.deadlines import DEADLINES
from casework.workflows.ethics_case.loading import load_facts, start_facts
from casework.workflows.ethics_case.people import CHAIR, KEEPERS, KIND, MEMBER, SECRETARY
from casework.workflows.ethics_case.sections import SECTIONS
from casework.workflows.ethics_case.states import STAGES, STATES
from casework.workflows.ethics_case.transitions import TRANSITIONS

DOCUMENTS = (
    DocumentKind("request", N_("Formal request"), house_only=True),
    DocumentKind("evidence", N_("Evidence"), house_only=True),
    DocumentKind("text", N_("Opinion or recommendation"), house_only=True),
    DocumentKind("other", N_("Other document"), house_only=True),
)

AGENDA = Agenda(
    kind=KIND,
    report_month=5,  # before the general assembly, which cooperatives hold in June
    states=("awaiting_request", "scheduled", "under_inquiry", "deliberating", "drafting"),
    verdicts=(
        Verdict("self_refer", N_("Taken up on our own initiative"), "self_refer"),
        Verdict("deliberate", N_("Debated: the deliberation is open"), "deliberate"),
        Verdict("draft", N_("Deliberated: the text is to be written"), "draft"),
        Verdict("opinion", N_("Opinion adopted"), "adopt_opinion"),
        Verdict("recommendation", N_("Recommendation adopted"), "adopt_recommendation"),
        Verdict("both", N_("Opinion and recommendation adopted"), "adopt_both"),
    ),
    postponements=(
        Postponement("lack_of_time", N_("Lack of time")),
        Postponement("no_formal_request", N_("Nobody has formally asked"), "put_off_to_request"),
        Postponement("information_missing", N_("Information is missing")),
        Postponement(QUORUM, N_("The quorum was not reached")),
        Postponement("other", N_("Another reason")),
    ),
)

ETHICS_CASE = Workflow(
    key="ethics_case",
    version=1,
    label=N_("Ethics committee"),
    prefix="CE",
    digits=2,
    stages=STAGES,
    states=STATES,
    transitions=TRANSITIONS,
    load_facts=load_facts,
    start_facts=start_facts,
    deadlines=DEADLINES,
    sections=SECTIONS,
    documents=DOCUMENTS,
    agendas=(AGENDA,),
    secrecy=Secrecy(keepers=KEEPERS, admits=(MEMBER, SECRETARY, CHAIR)),
)

WORKFLOWS = (ETHICS_CASE,)
