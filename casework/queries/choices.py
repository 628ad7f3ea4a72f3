"""What a select field may offer when the choice lies in the database.

A form names its sources in ``choice_sources`` (field name → source name); the forms themselves
run no query.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from casework import policy
from casework.clock import now
from casework.extensions import db, house_day
from casework.models import (
    Ambition,
    Committee,
    Grant,
    Mandate,
    Organisation,
    Programme,
    User,
)
from casework.models.label_audit import Certificate
from casework.models.referential import Scheme
from casework.queries import calls
from casework.roles import Role

Choices = list[tuple[str, str]]


def fill(form: Any, language: str) -> None:
    """Give the form's select fields (nested ones too) their choices, in the reader's language."""
    for name, source in getattr(form, "choice_sources", {}).items():
        field = form[name]
        found = [(value, Markup.escape(label)) for value, label in SOURCES[source](language)]
        field.choices = [*(field.choices or []), *found]


def programmes(language: str) -> Choices:
    """Return the active programmes, by number."""
    rows = db.session.execute(_programmes_query(language))
    return [(str(p.id), f"{p.number} · {p.name}") for p in rows]


@cache
def _programmes_query(language: str) -> Any:
    name = getattr(Programme, f"name_{language}").label("name")
    query = sa.select(Programme.id, Programme.number, name).where(Programme.active)
    return query.order_by(Programme.number)


def organisations(language: str) -> Choices:
    """Return all organisations, by name."""
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.merged_into_id.is_(None))
        .order_by(Organisation.name)
    )
    return [(str(r.id), r.name) for r in rows]


def _people(*roles: Role) -> Choices:
    rows = db.session.execute(_people_query(roles), {"now": now()})
    return [(str(r.id), r.name) for r in rows]


@cache
def _people_query(roles: tuple[Role, ...]) -> Any:
    holding = sa.select(Grant.user_id).where(
        Grant.role.in_(roles),
        # each written with the columns of the index on grants
        sa.or_(
            sa.and_(Grant.scope == "house", Grant.scope_id.is_(None)), Grant.scope == "programme"
        ),
        Grant.denies.is_(False),
        policy.in_force(sa.bindparam("now", type_=Grant.starts_at.type)),
    )
    # read from the grants of the house, which are few, to the people, who are many
    return (
        sa.select(User.id, User.name)
        .where(User.id.in_(holding), User.active)
        .order_by(User.name, User.id)
    )


def officers(language: str) -> Choices:
    """Return the programme officers and leads of the house."""
    return _people(Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD)


def coaches(language: str) -> Choices:
    """Return the coaches of the house."""
    return _people(Role.COACH)


def ethics_members(language: str) -> Choices:
    """Return who sits in the ethics committee today."""
    today = house_day()
    rows = db.session.execute(
        sa.select(User.id, User.name)
        .where(
            User.active.is_(True),
            User.id.in_(
                sa.select(Mandate.user_id)
                .join(Committee, Committee.id == Mandate.committee_id)
                .where(
                    Committee.kind == "ethics",
                    Mandate.starts_on <= today,
                    Mandate.ends_on >= today,
                )
            ),
        )
        .order_by(User.name, User.id)
    )
    return [(str(r.id), r.name) for r in rows]


def calls_open(language: str) -> Choices:
    """Return the calls that are open today, or extended for somebody, newest first."""
    return [(str(c.id), c.title(language)) for c in calls.open_or_extended(now())]


def ambitions(language: str) -> Choices:
    """Return the ambitions, by number."""
    name = getattr(Ambition, f"name_{language}")
    rows = db.session.execute(
        sa.select(Ambition.id, Ambition.number, name.label("name")).order_by(Ambition.number)
    )
    return [(str(a.id), f"{a.number} · {a.name}") for a in rows]


def every_call(language: str) -> Choices:
    """Return all calls, the newest first."""
    return [(str(c.id), c.title(language)) for c in calls.every()]


def schemes(language: str) -> Choices:
    """Return the labels, by name."""
    rows = db.session.scalars(sa.select(Scheme).order_by(Scheme.created_at, Scheme.key))
    return [(str(s.id), s.name(language)) for s in rows]


def auditors(language: str) -> Choices:
    """Return who was ever certified as auditor and still has an account, by name."""
    certified = sa.select(Certificate.user_id)
    rows = db.session.execute(
        sa.select(User.id, User.name)
        .where(User.id.in_(certified), User.active.is_(True))
        .order_by(User.name, User.id)
    )
    return [(str(r.id), r.name) for r in rows]


def everybody(language: str) -> Choices:
    """Return all people with an account, by name."""
    rows = db.session.execute(
        sa.select(User.id, User.name, User.email)
        .where(User.active.is_(True))
        .order_by(User.name, User.id)
    )
    return [(str(r.id), f"{r.name} · {r.email}") for r in rows]


SOURCES: dict[str, Callable[[str], Choices]] = {
    "programmes": programmes,
    "organisations": organisations,
    "officers": officers,
    "coaches": coaches,
    "calls": calls_open,
    "every_call": every_call,
    "ambitions": ambitions,
    "ethics_members": ethics_members,
    "schemes": schemes,
    "auditors": auditors,
    "everybody": everybody,
}
