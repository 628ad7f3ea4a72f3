"""Who works on a partner project, in the groups that the rulebook speaks of."""

from __future__ import annotations

from casework.roles import Role

PO = Role.PROGRAMME_OFFICER
PL = Role.PROGRAMME_LEAD
FIN = Role.FINANCE
COACH = Role.COACH
LEAD = Role.PARTNER_LEAD
CONTRIBUTOR = Role.PARTNER_CONTRIBUTOR
SIGNATORY = Role.PARTNER_SIGNATORY
GROUP = Role.TARGET_GROUP_REPRESENTATIVE
INVESTOR = Role.CO_INVESTOR

# A programme lead may do whatever a programme officer may.
OFFICE = frozenset({PO, PL})
EDITORS = frozenset({LEAD, CONTRIBUTOR})
TOGETHER = EDITORS | OFFICE | {COACH}

PARTNERS = (LEAD, CONTRIBUTOR, SIGNATORY)
HOUSE = (PO, PL)
