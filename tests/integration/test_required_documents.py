"""Documents that must be there before a case comes into a state."""

from __future__ import annotations

import io
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from casework.extensions import db
from casework.roles import Role
from casework.services import documents
from casework.services.documents import requirements
from casework.services.errors import ForbiddenError, RefusedError
from casework.workflows import registry
from tests.support.files import PDF
from tests.support.world import World


@dataclass
class Stage:
    world: World
    partner: UUID
    lead: UUID
    case_id: UUID

    def need(self, *states: str) -> None:
        workflow = registry.latest("sample")
        with self.world.writing():
            actor = self.world.actor(self.lead)
            requirements.choose(actor, workflow, workflow.documents[0], states)

    def file(self) -> UUID:
        arriving = documents.arriving(io.BytesIO(PDF), "a.pdf")
        with self.world.writing(), arriving as arrival:
            actor = self.world.actor(self.partner)
            key = uuid4().hex
            return documents.add(self.case_id, actor, "other", "", False, arrival, key).document_id

    def page(self, person: UUID, path: str = "") -> str:
        reference = self.world.case(self.case_id).reference
        db.session.rollback()
        return self.world.client(person).get(f"/cases/{reference}{path}").get_data(as_text=True)


@pytest.fixture
def stage(world: World) -> Stage:
    organisation = world.organisation()
    partner = world.person(Role.PARTNER_LEAD, organisation)
    lead = world.person(Role.PROGRAMME_LEAD)
    return Stage(world, partner, lead, world.start("sample", partner, organisation, title="Roof"))


def test_a_needed_document_that_is_missing_stops_the_move_and_says_so(stage: Stage):
    stage.need("asked")
    with pytest.raises(RefusedError) as refused:
        stage.world.fire(stage.case_id, "ask", stage.partner)
    assert [r.params for r in refused.value.reasons] == [{"kind": "Other document"}]
    assert "this document is needed for the step" in stage.page(stage.partner)
    page = stage.page(stage.partner, "/documents")
    assert "Needed for the next step" in page
    assert "missing" in page
    stage.file()
    assert "missing" not in stage.page(stage.partner, "/documents")
    stage.world.fire(stage.case_id, "ask", stage.partner)
    assert stage.world.case(stage.case_id).state == "asked"


def test_a_document_taken_back_is_not_there(stage: Stage):
    stage.need("asked")
    document = stage.file()
    with stage.world.writing():
        actor = stage.world.actor(stage.partner)
        documents.withdraw(stage.case_id, actor, document, "wrong one", uuid4().hex)
    with pytest.raises(RefusedError):
        stage.world.fire(stage.case_id, "ask", stage.partner)


def test_only_the_move_into_the_state_is_stopped(stage: Stage):
    stage.need("granted")
    stage.world.fire(stage.case_id, "ask", stage.partner)
    stage.world.fire(stage.case_id, "refuse", stage.lead, reason="Not for us at all.")
    assert stage.world.case(stage.case_id).state == "refused"
    stage.need("asked")
    with pytest.raises(RefusedError):  # also on the way back
        stage.world.fire(stage.case_id, "reopen", stage.lead, reason="We were too quick.")


def test_only_leads_choose_and_only_states_that_people_move_into(stage: Stage):
    workflow = registry.latest("sample")
    kind = workflow.documents[0]
    assert requirements.choosable(workflow) == ["asked", "unclear", "granted", "refused"]
    with stage.world.writing(), pytest.raises(ForbiddenError):
        requirements.choose(stage.world.actor(stage.partner), workflow, kind, ["asked"])
    with stage.world.writing(), pytest.raises(ValueError, match="cannot be asked"):
        requirements.choose(stage.world.actor(stage.lead), workflow, kind, ["lapsed"])


def test_a_lead_chooses_on_a_page_and_the_choice_is_remembered(stage: Stage):
    browser, url = stage.world.client(stage.lead), "/document-settings/sample/other"
    assert "1 open case has no document" in browser.get(url).get_data(as_text=True)
    answer = browser.post(url, data={"states": ["asked"], "once": "a"})
    assert answer.status_code == 303
    assert "Asked" in browser.get("/document-settings").get_data(as_text=True)
    assert browser.post(url, data={"states": ["nowhere"], "once": "b"}).status_code == 422
    stale = browser.post(url, data={"states": [], "once": "c", "seen": "7"})
    assert stale.status_code == 409
    assert browser.post(url, data={"states": [], "once": "d", "seen": "1"}).status_code == 303
    stage.world.fire(stage.case_id, "ask", stage.partner)
