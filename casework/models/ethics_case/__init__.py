"""The records of the ethics committee, one file a topic."""

from casework.models.ethics_case.matter import (
    FormalRequest,
    Matter,
    Postponement,
    Redirection,
    Triage,
)
from casework.models.ethics_case.outcome import (
    Opinion,
    Publication,
    Recommendation,
    RecommendationItem,
    Review,
)
from casework.models.ethics_case.work import Exchange, InfoRequest, Rapporteur
from casework.models.ethics_case.year import PublicDebate, Training

__all__ = [
    "Exchange",
    "FormalRequest",
    "InfoRequest",
    "Matter",
    "Opinion",
    "Postponement",
    "PublicDebate",
    "Publication",
    "Rapporteur",
    "Recommendation",
    "RecommendationItem",
    "Redirection",
    "Review",
    "Training",
    "Triage",
]
