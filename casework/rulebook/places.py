"""Where a case can stand: states, their stages, who must act next, what it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """Who must act next."""

    US = "us"
    PARTNER = "partner"
    BOTH = "both"
    COMMITTEE = "committee"
    NOBODY = "nobody"


class Tone(StrEnum):
    """What a status means; templates give each tone its colour and its shape."""

    NEUTRAL = "neutral"
    INFO = "info"
    WAIT = "wait"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Stage:
    """One of the few great steps that everyone speaks of."""

    key: str
    label: str


@dataclass(frozen=True)
class State:
    """A state: what the house reads (``label``), what the partner reads (``public_label``)."""

    key: str
    label: str
    public_label: str
    stage: str
    waits_for: Party
    tone: Tone = Tone.NEUTRAL
    final: bool = False
