"""What a person may see, read and change of the cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.models.case import Case
from casework.models.document import Document
from casework.models.guest import Guest, GuestDocument
from casework.policy.actors import Actor
from casework.roles import (
    CASE_BY_CASE,
    CASE_ROLES,
    COMMITTEE_ROLES,
    GUEST_ROLES,
    HOUSE_ROLES,
    INSIDE_ROLES,
    PARTNER_ROLES,
    Audience,
    Role,
)
from casework.workflows.declaration import Section
from casework.workflows.engine import Workflow


def roles_on(actor: Actor, case: Case) -> frozenset[Role]:
    """Return the roles in which a person may look at and work on a case; empty: none at all.

    A recusal from a committee takes all of them but that of the case's auditor: who audits may not
    decide, and goes on auditing.
    """
    if case.id in actor.hidden_case_ids:
        return frozenset()
    if case.id in actor.denied_case_ids:
        return frozenset({Role.AUDITOR})
    scopes: set[tuple[str, UUID | None]] = {("case", case.id)}
    if not case.restricted:
        scopes |= {
            ("house", None),
            ("organisation", case.organisation_id),
            ("programme", case.programme_id),
        }
    return frozenset(
        h.role
        for h in actor.held
        if not h.denies
        and (h.role in CASE_ROLES or (actor.guest and h.role in GUEST_ROLES))
        and (h.scope, h.scope_id) in scopes
        and not (h.role in CASE_BY_CASE and h.scope == "house")
    )


def may_see(actor: Actor, case: Case) -> bool:
    """Say whether a person may see a case at all."""
    return bool(roles_on(actor, case))


def audits(actor: Actor, case: Case) -> bool:
    """Say whether a person is an auditor of this case."""
    return Role.AUDITOR in roles_on(actor, case)


def side_of(roles: frozenset[Role]) -> str:
    """Return ``office`` when they read the case from within, else ``portal``."""
    return "office" if roles & INSIDE_ROLES else "portal"


def sees_house(actor: Actor) -> bool:
    """Say whether a person sees every case that is not restricted (recusals aside)."""
    return bool(actor.house_roles & (CASE_ROLES - CASE_BY_CASE))


def sees_no_less(actor: Actor, before: Actor) -> bool:
    """Say whether a person sees every case that they saw with the grants of ``before``.

    True only when it is certain from the grants alone: what was put together with the former ones
    may then still be theirs.
    """
    if not actor.denied_case_ids <= before.denied_case_ids:
        return False
    if not before.scoped("case") <= actor.scoped("case"):
        return False
    if sees_house(actor):
        return True
    return (
        not sees_house(before)
        and before.scoped("programme") <= actor.scoped("programme")
        and before.organisation_ids <= actor.organisation_ids
    )


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on :class:`Case` that every query over cases must carry."""
    ways: list[sa.ColumnElement[bool]] = []
    open_ways: list[sa.ColumnElement[bool]] = []
    if sees_house(actor):
        open_ways.append(sa.true())
    if programmes := actor.scoped("programme"):
        open_ways.append(Case.programme_id.in_(programmes))
    if organisations := actor.organisation_ids:
        open_ways.append(Case.organisation_id.in_(organisations))
    if open_ways:
        ways.append(sa.and_(Case.restricted.is_(False), sa.or_(*open_ways)))
    if cases := actor.scoped("case"):
        ways.append(Case.id.in_(cases))
    if not ways:
        return sa.false()
    scope = sa.or_(*ways)
    if actor.hidden_case_ids:
        scope = sa.and_(scope, Case.id.not_in(actor.hidden_case_ids))
    return scope


def may_see_in_committee(actor: Actor, case: Case) -> bool:
    """Say whether a person may see what a committee has of a case: nobody recused, no auditor."""
    return case.id not in actor.denied_case_ids and may_see(actor, case)


def visible_in_committee_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on :class:`Case` under which :func:`may_see_in_committee` says yes."""
    return sa.and_(visible_to(actor), Case.id.not_in(actor.denied_case_ids))


def acts_known_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition on :class:`Case` under which an administrator knows who did what.

    Never what it says. Of the other cases they know that there was an act, and its reference.
    """
    known = sa.or_(Case.restricted.is_(False), visible_to(actor))
    return sa.and_(known, Case.id.not_in(actor.denied_case_ids))


def may_edit(section: Section, roles: frozenset[Role], state: str) -> bool:
    """Say whether people in these roles may write a section's records in this state."""
    return bool(section.edit_roles & roles) and state in section.edit_states


def may_change(section: Section, row: Any, roles: frozenset[Role]) -> bool:
    """Say whether people in these roles, who may write a section, may change this record of it."""
    return section.own is None or row is None or section.own(row, roles)


def may_read(section: Section, roles: frozenset[Role], state: str) -> bool:
    """Say whether people in these roles may read a section while the case stands in this state."""
    if section.guests or roles <= GUEST_ROLES:
        return bool(section.guests & roles)
    if roles & INSIDE_ROLES:
        return True
    return not section.house_only and state not in section.hidden_in


def may_keep(actor: Actor, case: Case, workflow: Workflow) -> bool:
    """Say whether a person keeps a restricted case: gives access to it, may ask who brought it."""
    secrecy = workflow.secrecy
    return case.restricted and secrecy is not None and bool(roles_on(actor, case) & secrecy.keepers)


def audiences_of(roles: frozenset[Role]) -> frozenset[Audience]:
    """Return for which audiences people in these roles on a case read and write notes."""
    if roles & HOUSE_ROLES:
        return frozenset(Audience)
    committee = {Audience.COMMITTEE} if roles & COMMITTEE_ROLES else set()
    partner = {Audience.PARTNER} if roles & (PARTNER_ROLES | {Role.AUDITOR}) else set()
    return frozenset(committee | partner)


def may_assign(actor: Actor, case: Case) -> bool:
    """Say whether a person may name who is in charge of a case."""
    return bool(roles_on(actor, case) & {Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD})


def may_be_in_charge(actor: Actor, case: Case) -> bool:
    """Say whether a person can be put in charge of a case: they see it as officer or lead."""
    return bool(roles_on(actor, case) & {Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD})


def may_coach(actor: Actor, case: Case) -> bool:
    """Say whether a person can be made the coach of a case: a coach, and not recused from it."""
    return actor.has(Role.COACH) and not case.restricted and case.id not in actor.denied_case_ids


def may_hand_over(actor: Actor, case: Case) -> bool:
    """Say whether a person may hand over a case of somebody who leaves.

    An administrator may, without seeing the case: it goes to somebody who sees it already.
    """
    return actor.has(Role.ADMINISTRATOR) or may_assign(actor, case)


def may_enter_absence(actor: Actor, person_id: UUID) -> bool:
    """Say whether somebody may enter when a person is away: their own days, leads all days."""
    return actor.id == person_id or actor.has(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def may_invite(actor: Actor, case: Case, workflow: Workflow) -> bool:
    """Say whether a person may invite guests to a case: they never come to a restricted one."""
    inviting = {Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.PARTNER_LEAD}
    known = bool(workflow.guest_roles) and not case.restricted
    return known and bool(roles_on(actor, case) & inviting)


def may_show_documents(actor: Actor, case: Case, workflow: Workflow) -> bool:
    """Say whether a person may show documents to guests: those of the house who may invite."""
    showing = {Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD}
    return may_invite(actor, case, workflow) and bool(roles_on(actor, case) & showing)


def may_be_shown() -> sa.ColumnElement[bool]:
    """Return the condition on :class:`Document` that guests may be shown it at all."""
    return sa.and_(Document.house_only.is_(False), Document.withdrawn_at.is_(None))


def shown_to(guest: Guest) -> sa.ColumnElement[bool]:
    """Return the condition on :class:`Document` that every query for a guest must carry."""
    shown = sa.select(GuestDocument.document_id).where(GuestDocument.guest_id == guest.id)
    return sa.and_(Document.case_id == guest.case_id, Document.id.in_(shown), may_be_shown())


def may_start(actor: Actor, workflow: Workflow) -> frozenset[UUID]:
    """Return the organisations for which a person may start a case of the workflow."""
    roles = {role for t in workflow.starting() for role in t.roles} & PARTNER_ROLES
    return actor.organisations_as(*roles) if roles else frozenset()
