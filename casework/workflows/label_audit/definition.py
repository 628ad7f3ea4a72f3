"""The rulebook of label audits, put together from its parts."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Agenda, DocumentKind, Verdict
from casework.workflows.engine import Workflow
from casework.workflows.label_audit.deadlines import DEADLINES
from casework.workflows.label_audit.loading import load_facts
from casework.workflows.label_audit.minuted import computed
from casework.workflows.label_audit.people import APPEAL_BODY, AUDITOR, COMMITTEE
from casework.workflows.label_audit.sections import SECTIONS
from casework.workflows.label_audit.starting import start_facts
from casework.workflows.label_audit.states import STAGES, STATES
from casework.workflows.label_audit.transitions import TRANSITIONS

EVIDENCE_STATES = (
    "engaged",
    "self_assessment",
    "audit_in_progress",
    "right_of_reply",
    "deferred",
    "suspended",
)

DOCUMENTS = (
    DocumentKind(
        "evidence",
        N_("Evidence"),
        partner_states=EVIDENCE_STATES,
        also_by=frozenset({AUDITOR}),
    ),
    DocumentKind("agreement", N_("Engagement agreement")),
    DocumentKind("report", N_("Audit report"), house_only=True),
    DocumentKind("other", N_("Other document")),
)

TIES = frozenset({"organisation", "audits", "decided"})
"""Which known ties keep a member of the committee out at once (ISO practice: separation)."""

AGENDAS = (
    Agenda(
        kind=COMMITTEE,
        states=("in_committee",),
        verdicts=(
            Verdict("award", N_("Label given"), "award"),
            Verdict("refuse", N_("No label"), "refuse"),
            Verdict("defer", N_("Deferred"), "defer"),
        ),
        barring=TIES,
        years_fact="conflict_years",
        minuted=computed,
    ),
    Agenda(
        kind=APPEAL_BODY,
        label=N_("Appeals against decisions on a label"),
        states=("under_appeal",),
        verdicts=(
            Verdict("confirm", N_("Decision confirmed"), "confirm_on_appeal"),
            Verdict("award", N_("Reversed: label given"), "award_on_appeal"),
            Verdict("refuse", N_("Reversed: no label"), "refuse_on_appeal"),
            Verdict("send_back", N_("Sent back to the audit"), "send_back"),
        ),
        barring=TIES,
        years_fact="conflict_years",
        minuted=computed,
    ),
)

LABEL_AUDIT = Workflow(
    key="label_audit",
    version=1,
    label=N_("Label audits"),
    prefix="LA",
    stages=STAGES,
    states=STATES,
    transitions=TRANSITIONS,
    load_facts=load_facts,
    start_facts=start_facts,
    deadlines=DEADLINES,
    sections=SECTIONS,
    documents=DOCUMENTS,
    agendas=AGENDAS,
)

WORKFLOWS = (LABEL_AUDIT,)
