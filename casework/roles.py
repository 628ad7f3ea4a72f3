"""The roles a person can hold, on which side they stand, and how they are called."""

from __future__ import annotations

from enum import StrEnum

from casework.i18n import N_


class Role(StrEnum):
    """A role that a grant gives to a person in a scope (see :mod:`casework.policy`)."""

    PROGRAMME_OFFICER = "programme_officer"
    PROGRAMME_LEAD = "programme_lead"
    FINANCE = "finance"
    COACH = "coach"
    ADMINISTRATOR = "administrator"
    PARTNER_LEAD = "partner_lead"
    PARTNER_CONTRIBUTOR = "partner_contributor"
    PARTNER_SIGNATORY = "partner_signatory"
    COMMITTEE_MEMBER = "committee_member"
    COMMITTEE_CHAIR = "committee_chair"
    COMMITTEE_SECRETARY = "committee_secretary"
    AUDITOR = "auditor"
    TARGET_GROUP_REPRESENTATIVE = "target_group_representative"
    CO_INVESTOR = "co_investor"


ROLE_LABELS: dict[Role, str] = {
    Role.PROGRAMME_OFFICER: N_("Programme officer"),
    Role.PROGRAMME_LEAD: N_("Programme lead"),
    Role.FINANCE: N_("Finance"),
    Role.COACH: N_("Coach"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.PARTNER_LEAD: N_("Partner lead"),
    Role.PARTNER_CONTRIBUTOR: N_("Partner contributor"),
    Role.PARTNER_SIGNATORY: N_("Partner signatory"),
    Role.COMMITTEE_MEMBER: N_("Committee member"),
    Role.COMMITTEE_CHAIR: N_("Committee chair"),
    Role.COMMITTEE_SECRETARY: N_("Committee secretary"),
    Role.AUDITOR: N_("Auditor"),
    Role.TARGET_GROUP_REPRESENTATIVE: N_("Target-group representative"),
    Role.CO_INVESTOR: N_("Co-investor"),
}

HOUSE_ROLES: frozenset[Role] = frozenset(
    {
        Role.PROGRAMME_OFFICER,
        Role.PROGRAMME_LEAD,
        Role.FINANCE,
        Role.COACH,
        Role.ADMINISTRATOR,
    }
)
PARTNER_ROLES: frozenset[Role] = frozenset(
    {Role.PARTNER_LEAD, Role.PARTNER_CONTRIBUTOR, Role.PARTNER_SIGNATORY}
)
# Held in a committee, and on the cases that are before it; never in the whole house.
COMMITTEE_ROLES: frozenset[Role] = frozenset(
    {Role.COMMITTEE_MEMBER, Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY}
)
# Whoever reads a case from within: the house's own records and words, too. An auditor is a peer
# from another cooperative who is given one case after the other.
INSIDE_ROLES: frozenset[Role] = HOUSE_ROLES | COMMITTEE_ROLES | {Role.AUDITOR}
# Whoever holds one of these sees the cases given to them, one by one, and no other of the house.
CASE_BY_CASE: frozenset[Role] = COMMITTEE_ROLES | {Role.COACH, Role.AUDITOR}
# A guest has a mailed link to one case, and sees of it what is declared for the role.
GUEST_ROLES: frozenset[Role] = frozenset({Role.TARGET_GROUP_REPRESENTATIVE, Role.CO_INVESTOR})
# An administrator runs the installation and sees no content of cases by that role alone.
CASE_ROLES: frozenset[Role] = frozenset(Role) - {Role.ADMINISTRATOR} - GUEST_ROLES

# Where a role can be held. A coach works on cases that are given to them, so in no programme.
HELD_IN: dict[str, frozenset[Role]] = {
    "house": HOUSE_ROLES,
    "programme": frozenset({Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.FINANCE}),
    "organisation": PARTNER_ROLES,
    "case": CASE_ROLES,
}


class Audience(StrEnum):
    """For whom a note on a case is written."""

    TEAM = "team"
    PARTNER = "partner"
    COMMITTEE = "committee"


AUDIENCE_LABELS: dict[Audience, str] = {
    Audience.TEAM: N_("The team only"),
    Audience.PARTNER: N_("The partner and the team"),
    Audience.COMMITTEE: N_("The committee and the team"),
}
