"""The records of label audits, one file a topic."""

from casework.models.label_audit.audit import (
    AuditPlan,
    AuditReport,
    Declaration,
    Finding,
    RecommendedAction,
    Reply,
    TeamMember,
    Visit,
)
from casework.models.label_audit.cycle import Appeal, Cycle, Label, Snapshot, Suspension
from casework.models.label_audit.field import FieldEntry, FieldKey, FieldPhoto
from casework.models.label_audit.grid import CriterionResult, Evidence
from casework.models.label_audit.kit import KitFile
from casework.models.label_audit.network import Certificate, Due, Membership
from casework.models.label_audit.renewal import CarriedEvidence, PinnedModule

__all__ = [
    "Appeal",
    "AuditPlan",
    "AuditReport",
    "CarriedEvidence",
    "Certificate",
    "CriterionResult",
    "Cycle",
    "Declaration",
    "Due",
    "Evidence",
    "FieldEntry",
    "FieldKey",
    "FieldPhoto",
    "Finding",
    "KitFile",
    "Label",
    "Membership",
    "PinnedModule",
    "RecommendedAction",
    "Reply",
    "Snapshot",
    "Suspension",
    "TeamMember",
    "Visit",
]
