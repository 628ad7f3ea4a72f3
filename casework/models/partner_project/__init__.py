"""The records of a partner project, one file a topic."""

from casework.models.partner_project.agreement import Condition
from casework.models.partner_project.anchoring import AnchoringPlan, CheckUp
from casework.models.partner_project.budget import BudgetLine, FundingSource, Pledge
from casework.models.partner_project.co_creation import ConsortiumMember, Risk, TargetGroupSession
from casework.models.partner_project.idea import Bridge, Idea, PortfolioShare
from casework.models.partner_project.info_request import InfoItem
from casework.models.partner_project.office import (
    AgendaItem,
    CheckIn,
    ClosingLetter,
    Completeness,
    Team,
)
from casework.models.partner_project.pilot import (
    Change,
    Indicator,
    LearningNote,
    LearningSynthesis,
    Milestone,
    PilotSheet,
    PilotView,
    ScalePlan,
)
from casework.models.partner_project.report import FinalReport, QuarterlyReport

__all__ = [
    "AgendaItem",
    "AnchoringPlan",
    "Bridge",
    "BudgetLine",
    "Change",
    "CheckIn",
    "CheckUp",
    "ClosingLetter",
    "Completeness",
    "Condition",
    "ConsortiumMember",
    "FinalReport",
    "FundingSource",
    "Idea",
    "Indicator",
    "InfoItem",
    "LearningNote",
    "LearningSynthesis",
    "Milestone",
    "PilotSheet",
    "PilotView",
    "Pledge",
    "PortfolioShare",
    "QuarterlyReport",
    "Risk",
    "ScalePlan",
    "TargetGroupSession",
    "Team",
]
