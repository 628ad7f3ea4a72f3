"""What the guards of a partner project look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from casework.workflows.required_documents import HeldDocuments


@dataclass(frozen=True, kw_only=True)
class StartFacts:
    """What is known before an idea begins. ``call_open`` is None when no call was chosen."""

    state: str = "new"
    previous_state: str | None = None
    today: date = date.min
    call_open: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """A partner project as its guards, its deadlines and its panel see it; amounts in cents.

    ``previous_state`` is the state to which the case would go back: for a case that waits for
    information, the one in which the information was asked for. ``today`` is the day in the
    house's zone, and ``twin_created_at`` speaks of that zone too.
    """

    state: str
    previous_state: str | None = None
    state_since: datetime
    today: date
    committees: frozenset[str] = frozenset()

    title: str = ""
    twin_created_at: datetime | None = None
    programme_set: bool = False
    shares: int = 0
    share_total: int = 0
    organisation_identified: bool = False

    idea_gaps: tuple[str, ...] = ()
    target_group: str = ""
    people: int | None = None
    asked_cents: int | None = None
    call_closes_on: date | None = None

    officer_name: str = ""
    coach_name: str = ""
    items_open: int = 0
    items_asked: int = 0
    completeness_ticked: bool = False
    meeting_on: date | None = None

    sessions_held: int = 0
    next_session_on: date | None = None
    sectors: frozenset[str] = frozenset()

    budget_cents: int = 0
    sources_cents: int = 0
    investors: int = 0
    promised: int = 0
    promised_cents: int = 0
    signed: int = 0
    signed_cents: int = 0
    letters: int = 0
    documents: HeldDocuments = field(default_factory=HeldDocuments)

    conditions: int = 0
    conditions_blocking: int = 0

    editions: frozenset[str] = frozenset()
    route: str = ""
    host: str = ""
    host_agreed: bool = False

    pilot_starts_on: date | None = None
    pilot_ends_on: date | None = None
    indicators: int = 0
    indicators_open: int = 0
    learning_notes: int = 0
    views: frozenset[str] = frozenset()
    synthesis: bool = False
    adjustments: int = 0
    changes: int = 0
    scale_budget_cents: int | None = None
    scale_funding_cents: int | None = None

    final_status: str = ""
    publishable: str = ""
    languages: tuple[str, ...] = field(default=())

    @property
    def funding_cents(self) -> int:
        """The funding plan: its sources and what co-investors have promised."""
        return self.sources_cents + self.promised_cents

    @property
    def balance_cents(self) -> int:
        """What the funding plan has more (or, negative, less) than the budget."""
        return self.funding_cents - self.budget_cents

    @property
    def pilot_midpoint(self) -> date | None:
        """The day in the middle of the pilot."""
        if self.pilot_starts_on is None or self.pilot_ends_on is None:
            return None
        return self.pilot_starts_on + (self.pilot_ends_on - self.pilot_starts_on) / 2


IDEA_QUESTIONS: Mapping[str, str] = {
    "title": "title",
    "challenge": "challenge",
    "target_group": "target_group",
    "programme_id": "programme",
    "anchoring_thought": "anchoring",
}
"""The questions of the idea that must be answered: attribute of the row → name of the gap."""
