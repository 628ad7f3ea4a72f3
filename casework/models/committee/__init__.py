"""Committees: who sits in them, when they meet, what they decide."""

from casework.models.committee.body import (
    College,
    Committee,
    CommitteeRules,
    Draw,
    Mandate,
    Office,
)
from casework.models.committee.deciding import Ballot, Decision, Interest, Opinion, Poll
from casework.models.committee.meeting import (
    Attendance,
    Meeting,
    MeetingItem,
    Sight,
)
from casework.models.committee.minutes import MinutesVersion

__all__ = [
    "Attendance",
    "Ballot",
    "College",
    "Committee",
    "CommitteeRules",
    "Decision",
    "Draw",
    "Interest",
    "Mandate",
    "Meeting",
    "MeetingItem",
    "MinutesVersion",
    "Office",
    "Opinion",
    "Poll",
    "Sight",
]
