"""What people write in the course of a project: the shape that each language fills."""

from __future__ import annotations

from dataclasses import dataclass

Pairs = tuple[tuple[str, str], ...]
Threes = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Words:
    """The texts of a project in one language; where there are several, a story takes its own."""

    partners: tuple[str, ...]
    first_thoughts: tuple[str, ...]
    items: Pairs
    answers: tuple[str, ...]
    refusal: str
    bridges: Pairs
    sessions: Pairs
    next_session: str
    consortium: Threes
    costs: tuple[str, str, str, str]
    own_means: str
    grant: str
    investors: Pairs
    risks: Pairs
    check_ins: Pairs
    plan_v1: tuple[str, ...]
    plan_v2: str
    plan_final: str
    hosts: tuple[str, ...]
    host_evidence: str
    hypotheses: tuple[str, ...]
    scales: tuple[str, ...]
    indicators: tuple[tuple[str, str, str, str, str], ...]
    no_value: str
    notes: Pairs
    reports: Pairs
    sent_back: str
    views: Threes
    synthesis: tuple[str, str, str]
    changes: Pairs
    scale_plan: tuple[str, str, str]
    milestones: tuple[str, ...]
    results: tuple[str, str, str]
    check_ups: Pairs
    letter: str
    conflicts: str
    completeness: str
    motives: tuple[str, ...]
    motive_conditions: str
    motive_revise: str
    motive_decline: str
    conditions: Pairs
    declined: str
    redirected: tuple[str, str]
    withdrawn: str
    back: str
    stopped: tuple[str, str, str]
    stopped_after_pilot: str
    adjusted: str
    agreement: tuple[str, ...]
    agreement_title: str
    letter_title: str
    investor_letter: tuple[str, ...]
    annex_title: str
    annex: tuple[str, ...]
