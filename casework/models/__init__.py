"""The tables, one file an aggregate; importing this package makes the metadata whole."""

from casework.models import ethics_case, label_audit, partner_project
from casework.models.absence import Absence
from casework.models.approval import Approval
from casework.models.background import BackgroundWork, BackgroundWorkCase
from casework.models.bulk import BulkAct, BulkCase
from casework.models.call import Call, CallExtension
from casework.models.case import Case, Counter
from casework.models.change import Change
from casework.models.committee import (
    Attendance,
    Ballot,
    College,
    Committee,
    CommitteeRules,
    Decision,
    Draw,
    Interest,
    Mandate,
    Meeting,
    MeetingItem,
    MinutesVersion,
    Office,
    Opinion,
    Poll,
    Sight,
)
from casework.models.deadline import PENDING, ClosingDay, Deadline, DeadlineSetting, Reminder
from casework.models.document import Document, DocumentRequirement, DocumentVersion
from casework.models.draft import Draft, Receipt
from casework.models.erasure import Erasure
from casework.models.event import Event, EventPayload
from casework.models.feed import CalendarFeed
from casework.models.grant import Grant
from casework.models.guest import Guest, GuestDocument
from casework.models.handing_over import HandOver
from casework.models.heartbeat import Heartbeat
from casework.models.imports import ImportFile, ImportRow
from casework.models.mark import Mark
from casework.models.message import Message, NotificationChoice
from casework.models.note import Note, NoteWording
from casework.models.organisation import (
    FormerNumber,
    Organisation,
    OrganisationInvitation,
    OrganisationMerge,
)
from casework.models.reference import Ambition, Programme
from casework.models.referential import (
    Criterion,
    CriterionMapping,
    Referential,
    ReferentialField,
    ReferentialFile,
    ReferentialVersion,
    Scheme,
)
from casework.models.search import SearchEntry
from casework.models.secrecy import CaseKey, Reporter
from casework.models.sign_in import (
    MailedLink,
    RecoveryCode,
    SecondFactor,
    SecurityEvent,
    UserSession,
)
from casework.models.statistics import CaseFigure, DeadlineOutcome, StageVisit, StatisticsRun
from casework.models.user import User
from casework.models.view import ListChoice, SavedView
from casework.models.waiver import Waiver

__all__ = [
    "PENDING",
    "Absence",
    "Ambition",
    "Approval",
    "Attendance",
    "BackgroundWork",
    "BackgroundWorkCase",
    "Ballot",
    "BulkAct",
    "BulkCase",
    "CalendarFeed",
    "Call",
    "CallExtension",
    "Case",
    "CaseFigure",
    "CaseKey",
    "Change",
    "ClosingDay",
    "College",
    "Committee",
    "CommitteeRules",
    "Counter",
    "Criterion",
    "CriterionMapping",
    "Deadline",
    "DeadlineOutcome",
    "DeadlineSetting",
    "Decision",
    "Document",
    "DocumentRequirement",
    "DocumentVersion",
    "Draft",
    "Draw",
    "Erasure",
    "Event",
    "EventPayload",
    "FormerNumber",
    "Grant",
    "Guest",
    "GuestDocument",
    "HandOver",
    "Heartbeat",
    "ImportFile",
    "ImportRow",
    "Interest",
    "ListChoice",
    "MailedLink",
    "Mandate",
    "Mark",
    "Meeting",
    "MeetingItem",
    "Message",
    "MinutesVersion",
    "Note",
    "NoteWording",
    "NotificationChoice",
    "Office",
    "Opinion",
    "Organisation",
    "OrganisationInvitation",
    "OrganisationMerge",
    "Poll",
    "Programme",
    "Receipt",
    "RecoveryCode",
    "Referential",
    "ReferentialField",
    "ReferentialFile",
    "ReferentialVersion",
    "Reminder",
    "Reporter",
    "SavedView",
    "Scheme",
    "SearchEntry",
    "SecondFactor",
    "SecurityEvent",
    "Sight",
    "StageVisit",
    "StatisticsRun",
    "User",
    "UserSession",
    "Waiver",
    "ethics_case",
    "label_audit",
    "partner_project",
]
