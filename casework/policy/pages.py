"""The rules that a page declares with ``@guarded``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.policy.actors import Actor
from casework.roles import Role

Rule = Callable[[Actor | None], bool]


def anyone(actor: Actor | None) -> bool:
    """Pages for everybody, signed in or not."""
    return True


def signed_in(actor: Actor | None) -> bool:
    """Pages for everybody with an account."""
    return actor is not None and not actor.guest


def guest(actor: Actor | None) -> bool:
    """Pages of those who have come by a link to one case."""
    return actor is not None and actor.guest


def inside(actor: Actor | None) -> bool:
    """Pages for everybody who has signed in, and for guests."""
    return actor is not None


def staff(actor: Actor | None) -> bool:
    """Pages of the office."""
    return actor is not None and actor.is_staff


def office(actor: Actor | None) -> bool:
    """Pages that list what one may see: the office, and who sits in a committee from outside."""
    return staff(actor) or (actor is not None and actor.sits and not actor.is_partner)


def partner(actor: Actor | None) -> bool:
    """Pages of those who belong to a partner organisation."""
    return actor is not None and actor.is_partner


def portal(actor: Actor | None) -> bool:
    """Pages of the portal: partners, and auditors who were given a case."""
    return partner(actor) or (actor is not None and bool(actor.cases_as(Role.AUDITOR)))


def administrator(actor: Actor | None) -> bool:
    """Pages of those who run the installation."""
    return actor is not None and actor.has(Role.ADMINISTRATOR)


def lead(actor: Actor | None) -> bool:
    """Pages of programme leads and administrators: calls, deadline settings."""
    return actor is not None and actor.has(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def keeper(actor: Actor | None) -> bool:
    """Pages of those who keep the records of organisations: programme officers and leads."""
    return actor is not None and actor.has(Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD)


def label_office(actor: Actor | None) -> bool:
    """Pages of those who work on the referentials of labels: programme officers, leads."""
    return actor is not None and actor.has(
        Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR
    )


def treasurer(actor: Actor | None) -> bool:
    """Pages of those who keep what members owe: finance, programme officers and leads."""
    return actor is not None and (actor.has(Role.FINANCE) or keeper(actor))


def committee(actor: Actor | None) -> bool:
    """Pages of committees: those who sit in one, and those who set them up."""
    return actor is not None and (actor.sits or founder(actor))


def founder(actor: Actor | None) -> bool:
    """Pages of those who set committees up and say who sits in them."""
    return actor is not None and actor.has(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def rules() -> dict[str, Any]:
    """Return the rules that a page may declare, by name (for the contract test)."""
    known = (
        anyone,
        signed_in,
        guest,
        inside,
        staff,
        office,
        partner,
        portal,
        administrator,
        lead,
        keeper,
        label_office,
        treasurer,
        committee,
        founder,
    )
    return {rule.__name__: rule for rule in known}
