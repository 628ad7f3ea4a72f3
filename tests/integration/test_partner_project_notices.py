"""Who is told of what moves no state: reports, reviews, evidence, conditions, signatures."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from casework.extensions import db
from casework.models import Message
from casework.roles import Role
from casework.workflows.declaration import Notice
from casework.workflows.partner_project import notices
from tests.support.project import Project
from tests.support.world import World

LEAD, SIGNATORY = Role.PARTNER_LEAD, Role.PARTNER_SIGNATORY
PO, PL, FIN = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.FINANCE


@pytest.fixture
def project(world: World) -> Project:
    return Project(world)


class Ear:
    """Hears what people were told since it last listened, besides the words of moves."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.heard: set[object] = set()
        self.news()

    def news(self) -> set[tuple[Role, str]]:
        """Return who was told what: role, subject as it was declared."""
        roles = {person: role for role, person in self.project.people.items()}
        rows = db.session.scalars(sa.select(Message).where(Message.template == "words")).all()
        new = {row for row in rows if row.id not in self.heard}
        self.heard |= {row.id for row in new}
        return {(roles[row.recipient_id], row.params["subject"]) for row in new}


def said(role: Role, notice: Notice) -> set[tuple[Role, str]]:
    return {(role, notice.subject)}


def test_a_quarterly_report_and_its_review_are_told(project: Project) -> None:
    project.to_pilot()
    ear = Ear(project)
    report = {
        "from_on": project.in_days(-90),
        "to_on": project.in_days(0),
        "progress": "Ten gardens",
        "spent_cents": "100",
    }
    project.write("reports", LEAD, **report)
    assert ear.news() == said(PO, notices.QUARTERLY_REPORT.notice)
    (row,) = project.rows("reports")
    project.write("reports", LEAD, row, **{**report, "progress": "Eleven gardens"})
    assert ear.news() == set(), "the officer knows already"
    (row,) = project.rows("reports")
    back = {"status": "sent_back", "review_note": "The receipts"}
    project.write("report_reviews", PO, row, **back)
    assert ear.news() == said(LEAD, notices.REPORT_SENT_BACK.notice)
    (row,) = project.rows("reports")
    project.write("reports", LEAD, row, **{**report, "spent_cents": "90"})
    assert ear.news() == said(PO, notices.QUARTERLY_REPORT.notice)
    (row,) = project.rows("reports")
    project.write("report_reviews", FIN, row, status="validated")
    assert ear.news() == said(LEAD, notices.REPORT_VALIDATED.notice)
    (row,) = project.rows("reports")
    project.write("report_reviews", FIN, row, status="validated", review_note="Thank you")
    assert ear.news() == set()


def test_a_final_report_and_its_review_are_told(project: Project) -> None:
    project.to_closing()
    ear = Ear(project)
    project.report()
    assert ear.news() == said(PO, notices.FINAL_REPORT.notice)
    (row,) = project.rows("final_review")
    project.write("final_review", FIN, row, status="validated")
    assert ear.news() == said(LEAD, notices.REPORT_VALIDATED.notice)
    inbox = project.world.client(project.people[LEAD]).get("/inbox").get_data(as_text=True)
    assert "Your report is validated: Shared gardens" in inbox


def test_evidence_and_the_lifting_of_a_condition_are_told(project: Project) -> None:
    project.to_deliberation()
    ear = Ear(project)
    condition = {"text": "A lease of nine years", "blocking": True, "due_on": project.in_days(30)}
    project.write("conditions", PL, **condition, evidence="It is signed", lifted=True)
    assert ear.news() == set(), "partners hear of no condition before the decision"
    (row,) = project.rows("conditions")
    project.write("conditions", PL, row, **condition)
    project.move("approve_with_conditions", PL, motive="It bridges two sectors well.")
    (row,) = project.rows("condition_evidence")
    project.write("condition_evidence", LEAD, row, evidence="The lease is signed")
    assert ear.news() == said(PO, notices.EVIDENCE_GIVEN.notice)
    (row,) = project.rows("conditions")
    seen = {**condition, "evidence": "The lease is signed"}
    project.write("conditions", PO, row, **{**seen, "due_on": project.in_days(31)})
    assert ear.news() == set()
    (row,) = project.rows("conditions")
    project.write("conditions", PO, row, **seen, lifted=True)
    assert ear.news() == said(LEAD, notices.CONDITION_LIFTED.notice)


@pytest.mark.parametrize(("first", "second"), [(PL, SIGNATORY), (SIGNATORY, PL)])
def test_whoever_must_still_sign_is_asked(project: Project, first: Role, second: Role) -> None:
    project.to_agreement()
    project.file("agreement")
    project.file("investor_letter")
    (pledge,) = project.rows("pledges")
    signed = {"investor": "City", "status": "signed", "amount_cents": "400"}
    project.write("pledges", LEAD, pledge, **signed)
    ear = Ear(project)
    project.move("start_pilot", first)
    assert ear.news() == {(second, "Your signature is asked: the agreement of %(title)s")}
    project.move("start_pilot", second)
    assert project.state == "pilot_running"
    assert ear.news() == set()


@pytest.mark.parametrize(("first", "second"), [(PO, FIN), (FIN, PO)])
def test_whoever_must_still_agree_to_the_closing_is_asked(
    project: Project, first: Role, second: Role
) -> None:
    project.to_closing()
    project.report()
    (row,) = project.rows("final_review")
    project.write("final_review", FIN, row, status="validated")
    ear = Ear(project)
    project.move("close", first)
    assert ear.news() == {(second, "Your approval is asked: closing %(title)s")}
    inbox = project.world.client(project.people[second]).get("/inbox").get_data(as_text=True)
    assert "Your approval is asked: closing Shared gardens" in inbox
