"""The pages of label audits: the grid, one criterion, members with their dues, auditors."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook

from casework.calendar import add_months
from casework.extensions import db, house_day
from casework.models import Change, Deadline
from casework.models.label_audit import Certificate, CriterionResult, Due, Membership
from casework.roles import Role
from tests.support import crowd, label_audit
from tests.support.council import Council
from tests.support.label_audit import MOTIVE, Audit
from tests.support.world import World


@pytest.fixture
def audit(world: World) -> Audit:
    return Audit.engaged(world)


def grid(audit: Audit, code: str = "") -> str:
    reference = audit.world.case(audit.case_id).reference
    return f"/cases/{reference}/grid" + (f"/{code}" if code else "")


def test_both_sides_find_the_grid_from_the_case(audit: Audit) -> None:
    audit.to_audit()
    path = grid(audit).removesuffix("/grid")
    for who in ("member", "officer", "auditor"):
        browser = audit.world.client(audit.people[who])
        db.session.remove()
        with crowd.statements(db.engine) as said:
            page = browser.get(path).get_data(as_text=True)
        assert f'href="{grid(audit)}"' in page
        assert len(said) <= 15
    browser = audit.world.client(audit.people["auditor"])
    assert browser.get("/").headers["Location"] == "/mine"
    mine = browser.get("/mine").get_data(as_text=True)
    assert f'href="{path}"' in mine
    assert "Audit under way" in mine  # in the house's words: it is not the auditor who is audited
    named = browser.get(f"{path}/r/evidence").get_data(as_text=True)
    assert named.count("Statutes") == 3  # to open, to remove, and in what changed: never a key
    assert browser.get("/deadlines").status_code == 200


def test_a_result_is_saved_on_the_grid_and_every_revision_stays(audit: Audit) -> None:
    audit.fire("open_self_assessment")
    browser = audit.world.client(audit.people["member"])
    assert "Committee" not in browser.get(grid(audit)).get_data(as_text=True)  # nothing to say yet
    sent = {"result": "partial", "note": "Nearly.", "layer": "self", "seen": "0", "once": "a"}
    answer = browser.post(grid(audit, "JUR-01"), data=sent)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/grid#row-JUR-01")
    assert browser.post(grid(audit, "JUR-01"), data=sent).status_code == 303  # sent twice
    again = {**sent, "result": "met", "note": "Now it is.", "seen": "1", "once": "b"}
    assert browser.post(grid(audit, "JUR-01"), data=again).status_code == 303
    page = browser.get(grid(audit, "JUR-01")).get_data(as_text=True)
    assert "Nearly." in page
    assert "Now it is." in page
    assert "revision 2" in page
    stale = {**sent, "note": "Too late.", "once": "c"}
    late = browser.post(grid(audit, "JUR-01"), data=stale)
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert "Too late.</textarea>" in page  # what was typed, beside what stands
    assert "Now it is." in page
    assert 'name="seen" value="2"' in page
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CriterionResult)) == 2


def test_a_refused_result_says_why_and_keeps_what_was_typed(audit: Audit) -> None:
    audit.to_audit()
    browser = audit.world.client(audit.people["auditor"])
    sent = {"result": "not_applicable", "note": "Kept words.", "layer": "auditor", "seen": "0"}
    answer = browser.post(grid(audit, "JUR-01"), data=sent)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "always applies" in page
    assert "Kept words." in page
    instant = browser.post(grid(audit, "JUR-01"), data=sent, headers={"HX-Request": "true"})
    assert instant.status_code == 200
    assert 'id="row-JUR-01"' in instant.get_data(as_text=True)


def test_a_cooperative_sees_the_auditors_results_with_the_draft_and_not_before(
    audit: Audit,
) -> None:
    audit.to_audit()
    audit.say("JUR-01", "auditor", "auditor", "not_met", "A secret of the audit.")
    member = audit.world.client(audit.people["member"])
    for path in (grid(audit), grid(audit, "JUR-01")):
        assert "A secret of the audit." not in member.get(path).get_data(as_text=True)
    officer = audit.world.client(audit.people["officer"])
    assert "A secret of the audit." in officer.get(grid(audit)).get_data(as_text=True)
    history = grid(audit).replace("/grid", "/history")
    assert "A secret of the audit." not in member.get(history).get_data(as_text=True)
    audit.say_all("auditor", "auditor")
    audit.say("JUR-01", "auditor", "auditor", "not_met", "A secret of the audit.")
    audit.save(
        "report",
        "auditor",
        context="x",
        conclusion="y",
        no_good_practices=True,
        no_recommendations=True,
    )
    audit.fire("issue_draft", "auditor")
    assert "A secret of the audit." in member.get(grid(audit)).get_data(as_text=True)


def test_the_grid_asks_as_often_for_120_criteria_as_for_6(world: World) -> None:
    counts = []
    for number in (6, 120):
        label_audit.referential(world, _criteria(number), label=f"{number}")
        audit = Audit(world, organisation=world.organisation())
        label_audit.enrol(world, audit.organisation)
        audit.people["member"] = world.person(Role.PARTNER_LEAD, audit.organisation)
        audit.people["officer"] = world.person(Role.PROGRAMME_OFFICER)
        audit.engage()
        audit.fire("open_self_assessment")
        audit.save(
            "evidence",
            "member",
            document_id=audit.document(),
            criteria=[code for code, *_ in _criteria(number)],
            effective_on=house_day(),
        )
        browser = world.client(audit.people["member"])
        path = grid(audit)
        db.session.remove()
        with crowd.statements(db.engine) as said:
            page = browser.get(path).get_data(as_text=True)
        assert page.count('class="criterion"') == number
        counts.append(len(said))
    assert counts[0] == counts[1] <= 15


def _criteria(number: int) -> list[tuple[str, str, bool]]:
    return [(f"C-{n:03d}", "mandatory" if n % 2 else "recommended", False) for n in range(number)]


def test_members_dues_and_auditors_are_written_down(audit: Audit) -> None:
    browser = audit.world.client(audit.people["officer"])
    other = audit.world.organisation("Autre Maison")
    sent = {"organisation_id": other, "share_from": "2026-01-01", "once": "a"}
    backwards = {**sent, "share_until": "2025-12-31"}
    assert browser.post("/labels/members/new", data=backwards).status_code == 422
    assert browser.post("/labels/members/new", data=sent).status_code == 303
    again = browser.post("/labels/members/new", data={**sent, "once": "b"})
    assert again.status_code == 422
    row = db.session.scalars(sa.select(Membership).where(Membership.organisation_id == other)).one()
    path = f"/labels/members/{row.id}"
    changed = {"charter_version": "2019", "charter_signed_on": "2026-01-02", "seen": "1"}
    assert browser.post(f"{path}/edit", data={**changed, "once": "c"}).status_code == 303
    assert browser.post(f"{path}/edit", data={**changed, "once": "d"}).status_code == 409
    finance = audit.world.client(audit.people["finance"])
    due = {"year": "2026", "due_on": "2026-01-31", "once": "e"}
    assert finance.post(f"{path}/dues/new", data=due).status_code == 303
    assert finance.post(f"{path}/dues/new", data={**due, "once": "f"}).status_code == 422
    assert finance.post(f"{path}/edit", data=changed).status_code == 403
    assert "unpaid" in browser.get(path).get_data(as_text=True)
    certificate = {
        "user_id": audit.people["finance"],
        "number": "A-1",
        "valid_from": "2026-01-01",
        "valid_until": "2028-12-31",
        "once": "g",
    }
    assert browser.post("/labels/auditors/new", data=certificate).status_code == 303
    db.session.scalars(sa.select(Certificate).where(Certificate.number == "A-1")).one()
    assert len(db.session.scalars(sa.select(Change.id)).all()) >= 4


def test_members_without_an_audit_for_three_years_are_listed(audit: Audit) -> None:
    browser = audit.world.client(audit.people["officer"])
    path = "/labels/members?audit=overdue"
    assert "Terre en Commun" in browser.get(path).get_data(as_text=True)
    with audit.world.writing():
        audit.cycle.audited_on = add_months(house_day(), -36)
    assert "Terre en Commun" not in browser.get(path).get_data(as_text=True)
    assert "Terre en Commun" in browser.get("/labels/members").get_data(as_text=True)
    with audit.world.writing():
        audit.cycle.audited_on = add_months(house_day(), -36) - timedelta(days=1)
    assert "Terre en Commun" in browser.get(path).get_data(as_text=True)


def test_unpaid_dues_open_a_deadline_on_the_label_and_paying_closes_it(audit: Audit) -> None:
    Council(audit.world, letters="CL", kind="label")
    audit.to_committee()
    audit.fire("award", motive=MOTIVE)
    finance = audit.world.client(audit.people["finance"])
    path = f"/labels/members/{audit.membership}/dues"
    due = {"year": "2026", "due_on": date(2030, 1, 31).isoformat(), "once": "a"}
    assert finance.post(f"{path}/new", data=due).status_code == 303
    assert _deadline(audit.case_id) == "open"
    row = db.session.scalars(sa.select(Due)).one()
    paid = {**due, "paid_on": house_day().isoformat(), "seen": "1", "once": "b"}
    assert finance.post(f"{path}/{row.id}", data=paid).status_code == 303
    assert _deadline(audit.case_id) != "open"


def _deadline(case_id: UUID) -> str | None:
    db.session.expire_all()
    query = sa.select(Deadline.state).where(Deadline.case_id == case_id, Deadline.rule == "dues")
    return db.session.scalar(query)


def _lines(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _workbook(lines: list[list[Any]]) -> tuple[io.BytesIO, str]:
    book, file = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for line in lines:
        sheet.append(line)
    book.save(file)
    file.seek(0)
    return file, "grid.xlsx"


def test_the_self_assessment_goes_out_and_comes_in_as_a_workbook(audit: Audit) -> None:
    audit.fire("open_self_assessment")
    audit.say("JUR-01", "self", "member", "partial", '=HYPERLINK("https://evil.example")')
    browser = audit.world.client(audit.people["member"])
    out = grid(audit).replace("/grid", "/self-assessment.xlsx")
    into = grid(audit).replace("/grid", "/self-assessment/file")
    assert f'href="{into}"' in browser.get(grid(audit)).get_data(as_text=True)
    head, *lines = _lines(browser.get(out).get_data())
    code, result, note = (
        head.index(name)
        for name in (
            "Code of the criterion",
            "Result",
            "Observation, or why it does not apply",
        )
    )
    assert [line[code] for line in lines] == [each[0] for each in label_audit.CRITERIA]
    assert lines[0][note] == '=HYPERLINK("https://evil.example")'
    cell = load_workbook(io.BytesIO(browser.get(out).get_data())).worksheets[0].cell(2, note + 1)
    assert cell.data_type == "s"  # a text, and no formula
    assert (lines[0][result], lines[2][result]) == ("partly met", "computed")
    lines[0][result], lines[1][result] = "satisfait", "niet van toepassing"
    lines[3][result], lines[4][code] = "perhaps", "NONE-01"
    faulty = browser.post(into, data={"file": _workbook([head, *lines, lines[0]]), "once": "a"})
    assert faulty.status_code == 422
    page = faulty.get_data(as_text=True)
    for words in (
        "“perhaps” is not a result",
        "no criterion “NONE-01”",
        "Say why",
        "Line 2 is about",
    ):
        assert words in page
    assert audit.facts.by_code["JUR-01"].said("self").revision == 1, "nothing of it"
    lines[1][note], lines[3][result], lines[4][code] = "Aucune association.", "", "ACC-07"
    sent = {"file": _workbook([head, *lines]), "once": "b"}
    assert browser.post(into, data=sent).status_code == 303
    sent = {"file": _workbook([head, *lines]), "once": "b"}
    assert browser.post(into, data=sent).status_code == 303  # sent twice
    said = {line.code: line.said("self") for line in audit.facts.lines}
    assert (said["JUR-01"].result, said["JUR-01"].revision) == ("met", 2)
    assert (said["RES-02"].result, said["RES-02"].note) == ("not_applicable", "Aucune association.")
    assert said["ACC-06"].revision == said["RES-03"].revision == 0
    lines[0][result] = "not met"
    late = browser.post(into, data={"file": _workbook([head, *lines]), "once": "c"})
    assert "since the file was made" in late.get_data(as_text=True)
    other = browser.post(into, data={"file": (io.BytesIO(b"%PDF"), "a.xlsx"), "once": "d"})
    assert other.status_code == 422
    officer = audit.world.client(audit.people["officer"])
    assert officer.get(into).status_code == 200
    assert officer.post(into, data={"file": _workbook([head]), "once": "e"}).status_code == 403
