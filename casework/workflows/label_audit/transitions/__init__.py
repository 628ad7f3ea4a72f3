"""The moves of a label audit, in the order of a cycle's life: a file a stage."""

from __future__ import annotations

from casework.workflows.label_audit.transitions.appeal import APPEAL
from casework.workflows.label_audit.transitions.audit import AUDIT
from casework.workflows.label_audit.transitions.decision import DECISION
from casework.workflows.label_audit.transitions.engagement import ENGAGEMENT
from casework.workflows.label_audit.transitions.label import LABEL
from casework.workflows.label_audit.transitions.report import REPORT
from casework.workflows.label_audit.transitions.ways_out import WAYS_OUT

TRANSITIONS = (*ENGAGEMENT, *AUDIT, *REPORT, *DECISION, *APPEAL, *LABEL, *WAYS_OUT)
