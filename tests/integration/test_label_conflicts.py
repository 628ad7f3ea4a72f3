"""Ties of committee members, evidence for what is closed, and what is held about auditors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework.clock import frozen, now
from casework.db import announce_write
from casework.extensions import db
from casework.models import Grant, User
from casework.models.label_audit import Certificate, Declaration, Evidence
from casework.models.referential import Scheme
from casework.queries import personal_data
from casework.roles import Role
from casework.services import background_run, cases, cleaning
from casework.services.committees import interests
from casework.services.errors import InvalidError, RefusedError
from casework.services.personal_data import erasing
from tests.support.council import Council
from tests.support.label_audit import MOTIVE, Audit
from tests.support.world import World

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def audit(world: World) -> Audit:
    with frozen(MARCH):
        return Audit.engaged(world)


def tie(audit: Audit, person: UUID, ended: datetime | None) -> None:
    """Let somebody have had a role in the cooperative until a moment."""
    with audit.world.writing():
        audit.world.grant(person, Role.PARTNER_CONTRIBUTOR, audit.organisation)
        db.session.execute(
            sa.update(Grant)
            .where(Grant.user_id == person, Grant.scope == "organisation")
            .values(ends_at=ended, starts_at=datetime(2010, 1, 1, tzinfo=UTC))
        )


def test_members_of_the_committee_with_a_tie_of_five_years_are_out_at_once(audit: Audit) -> None:
    with frozen(MARCH):
        council = Council(audit.world, 5, letters="CL", kind="label")
        present, lately, edge, long_ago, free = council.members
        audit.to_committee()
        tie(audit, present, None)
        tie(audit, lately, datetime(2021, 3, 3, 12, tzinfo=UTC))
        tie(audit, edge, datetime(2021, 3, 2, 12, tzinfo=UTC))
        tie(audit, long_ago, datetime(2015, 1, 1, tzinfo=UTC))
        meeting = council.plan()
        council.put(meeting, audit.case_id)
        recused = set(council.room(meeting).recused(audit.case_id))
        assert recused == {present, lately}
        assert not {edge, long_ago, free} & recused


def test_the_scheme_says_how_long_a_tie_keeps_a_member_of_the_committee_out(audit: Audit) -> None:
    with frozen(MARCH):
        with audit.world.writing():
            scheme = db.session.scalars(sa.select(Scheme)).one()
            scheme.terms = {**scheme.terms, "conflict_years": 2}
        council = Council(audit.world, 5, letters="CL", kind="label")
        before, after = council.members[:2]
        tie(audit, before, datetime(2024, 3, 1, 12, tzinfo=UTC))
        tie(audit, after, datetime(2024, 3, 3, 12, tzinfo=UTC))
        case = audit.world.case(audit.case_id)
        agenda = cases.workflow_of(case).agenda_in("in_committee", "label")
        years = interests.years_of(case, agenda)
        found = interests.ties(case, {before, after}, MARCH, years)
        assert found == {before: "formerly", after: "organisation"}


def test_evidence_for_a_closed_criterion_is_refused_and_nothing_is_kept(audit: Audit) -> None:
    with frozen(MARCH):
        Council(audit.world, letters="CL", kind="label")
        audit.to_committee(JUR_01="not_met")
        audit.fire("defer", motive=MOTIVE)
        document = audit.document()
        held = sa.select(sa.func.count()).select_from(Evidence)
        before = db.session.scalar(held)
        said: dict[str, Any] = {"document_id": document, "effective_on": date(2026, 1, 5)}
        with pytest.raises(InvalidError) as refused:
            audit.save("evidence", "member", criteria=["JUR-01", "RES-02"], **said)
        (fault,) = refused.value.form.criteria.errors
        assert "RES-02" in str(fault)
        assert "JUR-01" not in str(fault)
        assert db.session.scalar(held) == before
        audit.save("evidence", "member", criteria=["JUR-01"], **said)


def test_auditors_get_what_is_held_about_them_and_are_erased_as_far_as_may_be(
    audit: Audit,
) -> None:
    with frozen(MARCH):
        audit.to_audit()
        auditor = audit.people["auditor"]
        held = {part.key: part.rows for part in personal_data.parts(user(auditor))}
        assert len(held["certificates"]) == len(held["teams"]) == len(held["declarations"]) == 1
        assert held["declarations"][0][1] == "none"
        assert held["teams"][0][1] == "lead"
        with pytest.raises(RefusedError, match="not finished"), audit.world.writing():
            erasing.ask(user(auditor), audit.world.actor(auditor))
        audit.say_all("auditor", "auditor")
        said: dict[str, Any] = {"no_good_practices": True, "no_recommendations": True}
        audit.save("report", "auditor", context="x", conclusion="y", **said)
        audit.fire("issue_draft", "auditor")
        administrator = audit.world.person(Role.ADMINISTRATOR)
        with audit.world.writing():
            erasing.ask(user(auditor), audit.world.actor(auditor))
        with audit.world.writing():
            actor = audit.world.actor(administrator)
            work = erasing.confirm(user(auditor), actor, uuid4().hex).id
        background_run.do_now(work)
        db.session.expire_all()
        assert user(auditor).name.startswith("Former person")
        until = sa.select(Certificate.valid_until).where(Certificate.user_id == auditor)
        assert db.session.scalar(until) == MARCH.date()
        assert declarations(auditor) == 1  # the audit is to be proved for years
        audit.fire("abandon", reason="The cooperative stops here.", next_audit_on=date(2027, 1, 1))
    for years, left in ((9, 1), (11, 0)):
        with frozen(MARCH + timedelta(days=366 * years)):
            announce_write()
            db.session.rollback()
            cleaning.clean(now())
        assert declarations(auditor) == left


def user(key: UUID) -> User:
    return db.session.get_one(User, key, populate_existing=True)


def declarations(key: UUID) -> int:
    query = sa.select(sa.func.count()).where(Declaration.user_id == key)
    return db.session.scalar(query) or 0
