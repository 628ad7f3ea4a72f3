"""The tables, one file an aggregate; importing this package makes the metadata whole."""

from casework.models import partner_project
from casework.models.approval import Approval
from casework.models.call import Call, CallExtension
from casework.models.case import Case, Counter
from casework.models.change import Change
from casework.models.deadline import ClosingDay, Deadline, DeadlineSetting, Reminder
from casework.models.document import Document, DocumentVersion
from casework.models.draft import Draft, Receipt
from casework.models.event import Event, EventPayload
from casework.models.grant import Grant
from casework.models.heartbeat import Heartbeat
from casework.models.message import Message, NotificationChoice
from casework.models.organisation import Organisation
from casework.models.reference import Ambition, Programme
from casework.models.user import User
from casework.models.waiver import Waiver

__all__ = [
    "Ambition",
    "Approval",
    "Call",
    "CallExtension",
    "Case",
    "Change",
    "ClosingDay",
    "Counter",
    "Deadline",
    "DeadlineSetting",
    "Document",
    "DocumentVersion",
    "Draft",
    "Event",
    "EventPayload",
    "Grant",
    "Heartbeat",
    "Message",
    "NotificationChoice",
    "Organisation",
    "Programme",
    "Receipt",
    "Reminder",
    "User",
    "Waiver",
    "partner_project",
]
