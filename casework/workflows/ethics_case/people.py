"""Who works on a case of the ethics committee."""

from __future__ import annotations

from casework.roles import Role

CHAIR = Role.COMMITTEE_CHAIR
SECRETARY = Role.COMMITTEE_SECRETARY
MEMBER = Role.COMMITTEE_MEMBER

KEEPERS = frozenset({CHAIR, SECRETARY})
COMMITTEE = KEEPERS | {MEMBER}
KIND = "ethics"
"""What the committee is called in agendas."""
