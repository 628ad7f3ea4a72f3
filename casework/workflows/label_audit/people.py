"""Who works on a label audit."""

from __future__ import annotations

from casework.roles import Role

MEMBER = Role.PARTNER_LEAD
CONTRIBUTOR = Role.PARTNER_CONTRIBUTOR
OFFICER = Role.PROGRAMME_OFFICER
LEAD = Role.PROGRAMME_LEAD
TREASURER = Role.FINANCE
AUDITOR = Role.AUDITOR
CHAIR = Role.COMMITTEE_CHAIR
SECRETARY = Role.COMMITTEE_SECRETARY

COOPERATIVE = frozenset({MEMBER, CONTRIBUTOR})
OFFICERS = frozenset({OFFICER, LEAD})
KEEPERS = frozenset({CHAIR, SECRETARY})

COMMITTEE = "label"
"""What the committee that decides is called in agendas."""
APPEAL_BODY = "label_appeal"
"""What the body that decides on appeals is called in agendas."""
