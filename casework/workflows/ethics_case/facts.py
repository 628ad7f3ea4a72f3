"""What the guards of the ethics committee look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from casework.roles import Role
from casework.workflows.required_documents import HeldDocuments


@dataclass(frozen=True, kw_only=True)
class StartFacts:
    """What is known before a case exists: who will keep it, as (person, role)."""

    state: str = "new"
    previous_state: str | None = None
    today: date = date.min
    keepers: tuple[tuple[UUID, Role], ...] = ()


@dataclass(frozen=True, kw_only=True)
class EthicsFacts:
    """A case of the ethics committee as its guards, its deadlines and its panel see it."""

    state: str
    previous_state: str | None = None
    today: date
    documents: HeldDocuments = field(default_factory=HeldDocuments)
    committees: frozenset[str] = frozenset()

    origin: str = ""
    themes: tuple[str, ...] = ()
    noticed_on: date | None = None
    sensitivity: str = ""
    own_initiative: bool = False
    resolved_on: date | None = None
    outcome: str = ""

    requests: int = 0
    triaged: bool = False
    beyond: tuple[str, ...] = ()
    better_body: str = ""
    postponed: int = 0

    opinion: bool = False
    opinion_number: str = ""
    recommendation: bool = False
    recommendation_number: str = ""
    addressee: str = ""
    recused: frozenset[str] = frozenset()
    items: int = 0
    items_unanswered: int = 0
    last_answer_due: date | None = None
    questions_open: int = 0
    reviews: frozenset[str] = frozenset()
    reported: bool = False
    redacted: bool = False
