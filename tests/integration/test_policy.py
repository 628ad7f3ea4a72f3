"""What a person may see, as a condition of the database: what the policy says case by case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework import policy
from casework.app import create_app
from casework.db import new_id, unit_of_work
from casework.extensions import db
from casework.models import Ambition, Case, Grant, Organisation, Programme, User
from casework.policy import Actor, Held
from casework.roles import CASE_ROLES, Role
from tests.support import campaign
from tests.support.migrating import settings_for

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORGANISATIONS = [UUID(int=n) for n in (1, 2)]
PROGRAMMES = [UUID(int=n) for n in (11, 12)]
CASES = [UUID(int=n) for n in range(100, 112)]
PERSON = UUID(int=1000)

roles = st.sampled_from(list(Role))
scopes = st.one_of(
    st.just(("house", None)),
    st.tuples(st.just("organisation"), st.sampled_from(ORGANISATIONS)),
    st.tuples(st.just("programme"), st.sampled_from(PROGRAMMES)),
    st.tuples(st.just("case"), st.sampled_from(CASES)),
)
denials = st.tuples(st.just("case"), st.sampled_from(CASES))
grants = st.lists(
    st.one_of(
        st.builds(lambda role, at: Held(role, at[0], at[1], denies=False), roles, scopes),
        st.builds(lambda role, at: Held(role, at[0], at[1], denies=False), roles, scopes),
        st.builds(lambda role, at: Held(role, at[0], at[1], denies=True), roles, denials),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def app(databases: Any) -> Iterator[Flask]:
    url = databases.copy()
    made = create_app(settings_for(url))
    with made.app_context():
        with unit_of_work(db.session):
            _furnish()
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def _furnish() -> None:
    """Add a case of every kind: of two organisations or none, two programmes or none, secret."""
    ambition = Ambition(id=new_id(), number=1, name_fr="A", name_nl="A", name_en="A")
    db.session.add(ambition)
    db.session.add(User(id=PERSON, email="p@example.org", name="P", language="en", created_at=NOW))
    for key in ORGANISATIONS:
        db.session.add(Organisation(id=key, name=str(key), country="BE", created_at=NOW))
    db.session.flush()
    for number, key in enumerate(PROGRAMMES):
        row = {f"name_{code}": "P" for code in ("fr", "nl", "en")}
        db.session.add(Programme(id=key, number=number, ambition_id=ambition.id, **row))
    db.session.flush()
    kinds = product((*ORGANISATIONS, None), (PROGRAMMES[0], None), (False, True))
    for key, (organisation, programme, restricted) in zip(CASES, kinds, strict=True):
        db.session.add(
            Case(
                id=key,
                workflow_key="sample",
                workflow_version=1,
                reference=f"X-{key.int}",
                title="X",
                state="draft",
                state_since=NOW,
                organisation_id=organisation,
                programme_id=programme,
                restricted=restricted,
                created_at=NOW,
                updated_at=NOW,
            )
        )


def _all_cases() -> list[Case]:
    return list(db.session.scalars(sa.select(Case).order_by(Case.id)))


@settings(max_examples=campaign.size(150, 2000))
@example([Held(Role.COACH, "house", None, denies=False)])
@given(grants)
def test_a_list_holds_exactly_the_cases_on_which_one_has_a_role(
    app: Flask, held: list[Held]
) -> None:
    actor = Actor(PERSON, tuple(held))
    visible = set(db.session.scalars(sa.select(Case.id).where(policy.visible_to(actor))))
    assert visible == {c.id for c in _all_cases() if policy.roles_on(actor, c)}


@settings(max_examples=campaign.size(100, 1000))
@example([Held(Role.COACH, "house", None, denies=False)], frozenset({Role.COACH}))
@example(
    [
        Held(Role.PROGRAMME_OFFICER, "case", CASES[0], denies=True),
        Held(Role.AUDITOR, "organisation", ORGANISATIONS[0], denies=False),
    ],
    frozenset({Role.AUDITOR}),
)
@given(grants, st.frozensets(roles, min_size=1))
def test_whoever_is_told_as_a_role_holds_that_role_on_the_case(
    app: Flask, held: list[Held], wanted: frozenset[Role]
) -> None:
    actor = Actor(PERSON, tuple(held))
    with db.session.begin_nested() as inner:
        _grant(held)
        db.session.flush()
        found = policy.holders(db.session, _all_cases(), wanted, NOW)
        told = {key for key, people in found.items() if people}
        inner.rollback()
    cases = _all_cases()
    assert told == {(c.id, r) for c in cases for r in policy.roles_on(actor, c) & wanted}


def _grant(held: list[Held], **values: Any) -> None:
    for h in held:
        period = {"starts_at": NOW - DAY, **values}
        db.session.add(
            Grant(
                user_id=PERSON,
                role=h.role,
                scope=h.scope,
                scope_id=h.scope_id,
                denies=h.denies,
                **period,
            )
        )


@pytest.mark.parametrize(
    ("starts", "ends", "counts"),
    [
        (NOW - DAY, None, True),
        (NOW, None, True),
        (NOW + timedelta(seconds=1), None, False),
        (NOW - DAY, NOW + timedelta(seconds=1), True),
        (NOW - DAY, NOW, False),
        (NOW - 2 * DAY, NOW - DAY, False),
    ],
)
def test_a_grant_counts_from_its_beginning_until_before_its_end(
    app: Flask, starts: datetime, ends: datetime | None, counts: bool
) -> None:
    grant = Held(Role.FINANCE, "case", CASES[0], False)
    with db.session.begin_nested() as inner:
        _grant([grant], starts_at=starts, ends_at=ends)
        db.session.flush()
        actor = policy.actor_of(db.session, PERSON, NOW)
        person, at = sa.literal(PERSON), sa.literal(NOW, Grant.starts_at.type)
        told = db.session.scalar(sa.select(policy.held_column(person, at)))
        found = policy.holders(db.session, _all_cases(), [Role.FINANCE], NOW)
        inner.rollback()
    assert actor.held == ((grant,) if counts else ())
    assert policy.actor_told(PERSON, told) == actor
    assert bool(found.get((CASES[0], Role.FINANCE))) is counts


def test_the_owner_alone_follows_a_case_as_its_officer(app: Flask) -> None:
    with db.session.begin_nested() as inner:
        second = User(id=new_id(), email="s@example.org", name="S", language="en", created_at=NOW)
        db.session.add(second)
        db.session.flush()
        _grant([Held(Role.PROGRAMME_OFFICER, "house", None, False)])
        db.session.add(
            Grant(user_id=second.id, role=Role.PROGRAMME_OFFICER, scope="house", starts_at=NOW)
        )
        owned, free = (db.session.get_one(Case, CASES[n]) for n in (0, 2))
        owned.owner_id = second.id
        db.session.flush()
        found = policy.holders(db.session, [owned, free], [Role.PROGRAMME_OFFICER], NOW)
        names = {key[0]: [h.name for h in people] for key, people in found.items()}
        second.active = False
        db.session.flush()
        later = policy.holders(db.session, [owned], [Role.PROGRAMME_OFFICER], NOW)
        inner.rollback()
    assert names == {CASES[0]: ["S"], CASES[2]: ["P", "S"]}
    assert [h.name for h in later[CASES[0], Role.PROGRAMME_OFFICER]] == ["P"]


def test_an_administrator_is_told_of_no_case(app: Flask) -> None:
    assert Role.ADMINISTRATOR not in CASE_ROLES
    with db.session.begin_nested() as inner:
        _grant([Held(Role.ADMINISTRATOR, "house", None, False)])
        db.session.flush()
        found = policy.holders(db.session, _all_cases(), [Role.ADMINISTRATOR], NOW)
        inner.rollback()
    assert found == {}


def test_holders_are_found_in_one_query(app: Flask) -> None:
    cases, statements = _all_cases(), []

    def count(*args: Any) -> None:
        statements.append(args[2])

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        policy.holders(db.session, cases, list(Role), NOW)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) == 1
