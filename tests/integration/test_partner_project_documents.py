"""Documents of a partner project: who may change which of them at which step."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
import sqlalchemy as sa

from casework.extensions import db
from casework.models import Document
from casework.roles import Role
from casework.services import documents
from casework.services.documents import LOCKED, NOT_NOW, ClosedKindError
from tests.support.project import PDF, Project
from tests.support.world import World

LEAD, SIGNATORY = Role.PARTNER_LEAD, Role.PARTNER_SIGNATORY
PO, PL = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD


@pytest.fixture
def project(world: World) -> Project:
    return Project(world)


def only(project: Project, kind: str) -> Document:
    query = sa.select(Document).where(Document.case_id == project.id, Document.kind == kind)
    return db.session.scalars(query.where(Document.withdrawn_at.is_(None))).one()


def add(project: Project, kind: str, role: Role) -> None:
    project.file(kind, role)


def replace(project: Project, kind: str, role: Role) -> None:
    document_id = only(project, kind).id
    with project.world.writing(), documents.arriving(io.BytesIO(PDF), "v2.pdf") as arrival:
        actor = project.world.actor(project.people[role])
        documents.add_version(project.id, actor, document_id, arrival, uuid4().hex)


def withdraw(project: Project, kind: str, role: Role) -> None:
    document_id = only(project, kind).id
    with project.world.writing():
        actor = project.world.actor(project.people[role])
        documents.withdraw(project.id, actor, document_id, "The wrong one", uuid4().hex)


def refused(project: Project, kind: str, role: Role) -> set[str]:
    """Try to add, replace and take back; return the reasons that were given."""
    found = set()
    for act in (add, replace, withdraw):
        with pytest.raises(ClosedKindError) as fault:
            act(project, kind, role)
        found.add(fault.value.reason.message)
    return found


def test_partners_bring_the_agreement_when_it_is_to_be_signed(project: Project) -> None:
    project.to_co_creation()
    with pytest.raises(ClosedKindError) as fault:
        project.file("agreement", LEAD)
    assert fault.value.reason.message == NOT_NOW
    project.prepare_proposal()
    project.move("submit_proposal", SIGNATORY)
    project.tick_completeness()
    project.move("put_on_agenda", PO, meeting_on=project.in_days(20))
    project.move("approve", PL, motive="It bridges two sectors well.")
    project.file("agreement", SIGNATORY)
    replace(project, "agreement", SIGNATORY)
    withdraw(project, "agreement", SIGNATORY)


def test_nobody_changes_the_agreement_once_it_is_signed(project: Project) -> None:
    project.to_pilot()
    assert refused(project, "agreement", SIGNATORY) == {LOCKED}
    assert refused(project, "agreement", PO) == {LOCKED}
    browser = project.world.client(project.people[PO])
    address = f"/cases/{project.case.reference}/documents"
    document = only(project, "agreement").id
    page = browser.get(address).get_data(as_text=True)
    assert f"{document}/withdraw" not in page
    assert f"{document}/versions" not in page
    answer = browser.post(f"{address}/{document}/withdraw", data={"reason": "The wrong one"})
    assert answer.status_code == 422
    assert LOCKED in answer.get_data(as_text=True)
    ends = {"reason": "The host is bankrupt", "money_position": "All paid", "lesson": "Ask twice"}
    project.move("stop", PL, **ends)
    assert refused(project, "agreement", PO) == {LOCKED}


def test_a_proposal_keeps_its_documents_while_it_is_judged(project: Project) -> None:
    project.to_co_creation()
    project.file("budget_annex", LEAD)
    project.prepare_proposal()
    project.move("submit_proposal", SIGNATORY)
    assert refused(project, "budget_annex", LEAD) == {NOT_NOW}
    replace(project, "budget_annex", PO)
    project.move("ask_proposal_info", PO, items=[{"item": "Lease", "reason": "For how long?"}])
    project.file("other", LEAD)
    replace(project, "budget_annex", LEAD)
    (item,) = project.rows("info")
    project.write("info", LEAD, item, answer="Nine years")
    project.move("answer_proposal_info", LEAD)
    project.tick_completeness()
    project.move("put_on_agenda", PO, meeting_on=project.in_days(20))
    assert refused(project, "other", LEAD) == {NOT_NOW}
    project.file("pack", PO)
