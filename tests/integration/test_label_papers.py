"""What comes out of a label audit: certificate, public register, verification page."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from casework.backup.sqlite import WANTED
from casework.clock import frozen
from casework.db import new_id
from casework.extensions import db
from casework.labels.ladder import LadderRule
from casework.models import Case, Event, Message, Organisation
from casework.models.label_audit import Cycle, KitFile, Label
from casework.models.referential import Scheme
from casework.services.labels import lapsing, leaving
from casework.services.sweep import sweep
from tests.support import crowd
from tests.support.council import Council
from tests.support.files import PDF
from tests.support.label_audit import MOTIVE, Audit
from tests.support.world import World

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAST_DAY = datetime(2029, 3, 1, 9, 0, tzinfo=UTC)
NUMBER = "CPE-2026-0001-v1.0"


@pytest.fixture
def audit(world: World) -> Audit:
    """A cooperative that was given the label, by a ladder of one level, in March 2026."""
    with frozen(MARCH):
        made = Audit.engaged(world)
        with world.writing():
            scheme = db.session.scalars(sa.select(Scheme)).one()
            scheme.family, scheme.parameters = "ladder", LadderRule(levels=1).parameters()
        Council(world, letters="CL", kind="label")
        made.to_committee(ACC_07="not_met")
        made.fire("award", motive=MOTIVE)
    return made


def place(audit: Audit, paper: str = "") -> str:
    return f"/cases/{audit.world.case(audit.case_id).reference}/label{paper}"


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_certificate_is_there_while_the_right_to_the_mark_lasts(audit: Audit) -> None:
    member = audit.world.client(audit.people["member"])
    with frozen(MARCH):
        assert place(audit) in member.get(place(audit).removesuffix("/label")).text
        assert f'href="{place(audit, "/certificate")}"' in member.get(place(audit)).text
        answer = member.get(place(audit, "/certificate"))
    assert answer.mimetype == "application/pdf"
    assert f"filename={NUMBER}.pdf" in answer.headers["Content-Disposition"]
    reader = PdfReader(io.BytesIO(answer.data))
    assert reader.xmp_metadata is not None
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()
    assert str(reader.root_object["/Lang"]) == "fr"
    words = " ".join(text_of(answer.data).split())
    for said in (NUMBER, "Terre en Commun", "2 mars 2026", "1er mars 2029", "non officiel"):
        assert said in words
    assert f"http://127.0.0.1/register/{NUMBER}" in words
    with frozen(MARCH):
        stranger = audit.world.client(audit.world.person(None))
        assert stranger.get(place(audit, "/certificate")).status_code == 404
        audit.fire("suspend", cause="voluntary", reason="They have asked for it themselves.")
        refused = member.get(place(audit, "/certificate"))
    assert refused.status_code == 303
    assert place(audit, "/certificate") not in member.get(place(audit)).text


def test_everybody_verifies_a_label_and_learns_its_status_of_the_day_alone(audit: Audit) -> None:
    anybody = audit.world.client()
    days = {
        MARCH: "in force today",
        LAST_DAY: "in force today",
        LAST_DAY + timedelta(days=1): "has expired",  # and no sweep has come by
    }
    for day, said in days.items():
        with frozen(day):
            answer = anybody.get(f"/register/{NUMBER}", headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        assert said in answer.text
        assert "Fictional referential, not official" in answer.text
        assert re.search(r"1/2|50[.,]0", answer.text) is None
        assert "Set-Cookie" not in answer.headers
    with frozen(MARCH):
        audit.fire("suspend", cause="voluntary", reason="They have asked for it themselves.")
        for language, said in (("fr", "suspendu"), ("nl", "geschorst"), ("en", "suspended")):
            answer = anybody.get(f"/register/{NUMBER.lower()}?lang={language}")
            assert said in answer.text
            assert answer.headers["Content-Language"] == language
        assert anybody.get("/register/CPE-2026-0001").status_code == 200
        assert anybody.get("/register/CPE-2026-0001-v9").status_code == 404
        assert anybody.get("/register/%3Cscript%3E").status_code == 404


def test_the_register_tells_gaps_and_no_scores_and_runs_no_formula(audit: Audit) -> None:
    with audit.world.writing():
        case = audit.world.case(audit.case_id)
        owner = db.session.get_one(Organisation, case.organisation_id)
        owner.name, owner.town = "=cmd|' /C calc'!A0", "Nantes"
        later = _label(audit, date(2029, 5, 1), "CPE-2029-0001", "active")
        of_it = sa.select(Label).where(Label.number == later)
        db.session.scalars(of_it).one().restored = True
    with frozen(datetime(2029, 6, 1, 9, 0, tzinfo=UTC)):
        anybody = audit.world.client()
        page = anybody.get("/register?q=nantes", headers={"Accept-Language": "en"})
        found = json.loads(anybody.get("/register/labels.json").data)
        sheet = anybody.get("/register/labels.csv").data.decode("utf-8-sig")
        again = anybody.get("/register/labels.json")
        same = anybody.get(
            "/register/labels.json", headers={"If-None-Match": again.headers["ETag"]}
        )
    assert same.status_code == 304
    assert again.headers["Cache-Control"] == "public, max-age=300"
    lines = [(r["number"], r["status"], r["from"], r["to"]) for r in found["labels"]]
    assert lines == [
        (NUMBER, "expired", "2026-03-02", "2029-03-01"),
        ("", "gap", "2029-03-02", "2029-04-30"),
        (f"{later}-v1.0", "active", "2029-05-01", "2032-04-30"),
    ]
    assert set(found["labels"][0]) == {
        *("name", "town", "number", "status", "from", "to", "version", "remark")
    }
    assert page.text.count("<tr") == 4
    assert page.text.count(">restored<") == 1, "and the gap is not erased"
    assert [r["remark"].startswith("restored · ") for r in found["labels"]] == [False, False, True]
    rows = list(csv.reader(io.StringIO(sheet)))
    assert rows[1][0].startswith("'=cmd")
    assert rows[0] == ["name", "town", "number", "status", "from", "to", "version", "remark"]


def test_the_register_asks_as_often_for_many_labels_as_for_one(audit: Audit) -> None:
    counts = []
    for number in range(2):
        for path in ("/register", "/register/labels.json", f"/register/{NUMBER}"):
            db.session.remove()
            with frozen(MARCH), crowd.statements(db.engine) as said:
                assert audit.world.client().get(path).status_code == 200
            counts.append((path, len(said)))
        if not number:
            with audit.world.writing():
                for year in range(30, 50):
                    _label(audit, date(2000 + year, 1, 1), f"CPE-20{year}-0001", "pending")
    assert counts[:3] == counts[3:]
    assert max(number for _path, number in counts) <= 4


def test_a_label_ends_on_its_day_though_its_case_is_elsewhere(audit: Audit) -> None:
    with frozen(MARCH):
        audit.fire("appeal", "member", reason="We ask for another reading of the file.")
        audit.fire("send_back", motive=MOTIVE)
    assert audit.state == "audit_in_progress"
    with frozen(LAST_DAY):
        assert lapsing.follow_calendar(LAST_DAY) == 0
    after = LAST_DAY + timedelta(days=1)
    with frozen(after):
        assert audit.facts.label_state == "expired"
        sweep()
        row = audit.label
        assert (row.state, row.ended_on) == ("expired", date(2029, 3, 1))
        told = db.session.scalars(
            sa.select(Message.recipient_id)
            .join(Event, Message.occasion.startswith(sa.literal("event:") + _hyphened(Event.id)))
            .where(Event.kind == "label_ended")
        ).all()
        member = audit.world.client(audit.people["member"])
        history = place(audit).replace("/label", "/history")
        assert "The label has ended" in member.get(history).text
        assert lapsing.follow_calendar(after) == 0
    subjects = db.session.scalars(sa.select(Message.params)).all()
    assert sum("mark may no longer be used" in str(params) for params in subjects) >= 2, told


def test_who_leaves_without_a_label_is_told_of_none(world: World) -> None:
    with frozen(MARCH):
        audit = Audit.engaged(world)
        audit.fire("leave_network", reason="They have told us that they leave the union.")
    assert not any("mark may" in str(p) for p in db.session.scalars(sa.select(Message.params)))


def test_who_leaves_the_network_leaves_it_with_every_cycle(audit: Audit) -> None:
    with frozen(MARCH + timedelta(days=30)):
        with audit.world.writing():
            number = _label(audit, date(2029, 3, 2), "CPE-2029-0009", "pending")
        other = db.session.scalars(sa.select(Case).where(Case.reference == f"LA-{number}")).one()
        audit.world.fire(other.id, "leave_network", audit.people["officer"], reason="They left.")
        told = {str(params) for params in db.session.scalars(sa.select(Message.params))}
        assert any("will not begin" in params for params in told)
        assert not any("mark may no longer" in params for params in told)
        assert (leaving.end_other_cycles(), leaving.end_other_cycles()) == (1, 0)
        assert (audit.state, audit.label.state) == ("left_network", "withdrawn")
        assert audit.cycle.next_audit_on is None
        history = place(audit).replace("/label", "/history")
        assert other.reference in audit.world.client(audit.people["member"]).get(history).text


def _hyphened(column: Any) -> Any:
    return sa.cast(column, sa.Text)


def _label(audit: Audit, first: date, number: str, state: str) -> str:
    """Write a label of a later cycle of the same cooperative, and return its number."""
    case = audit.world.case(audit.case_id)
    other = Case(
        id=new_id(),
        **{
            column.key: getattr(case, column.key)
            for column in Case.__mapper__.column_attrs
            if column.key not in {"id", "reference", "event_hash", "event_count"}
        },
        reference=f"LA-{number}",
    )
    db.session.add(other)
    db.session.flush()
    cycle = audit.cycle
    values = {"created_at": case.created_at, "updated_at": case.created_at, "position": 0}
    db.session.add(
        Cycle(
            id=new_id(), case_id=other.id, version_id=cycle.version_id, engaged_on=first, **values
        )
    )
    last = first.replace(year=first.year + 3) - timedelta(days=1)
    db.session.add(
        Label(
            id=new_id(),
            case_id=other.id,
            number=number,
            starts_on=first,
            ends_on=last,
            state=state,
            created_at=case.created_at,
        )
    )
    db.session.flush()
    return number


def test_letter_and_report_say_what_was_decided_in_their_language(audit: Audit) -> None:
    member = audit.world.client(audit.people["member"])
    with frozen(MARCH):
        page = member.get(place(audit)).text
        letter = re.search(r'href="([^"]+/label/decisions/\d+)"', page)
        assert letter is not None
        words = " ".join(text_of(member.get(letter[1]).data).split())
        report = " ".join(text_of(member.get(place(audit, "/report")).data).split())
        mission = " ".join(text_of(member.get(place(audit, "/mission")).data).split())
        agreed = " ".join(text_of(member.get(place(audit, "/agreement")).data).split())
        stranger = audit.world.client(audit.world.person(None))
        for paper in ("/mission", "/agreement"):
            assert stranger.get(place(audit, paper)).status_code == 404
        assert stranger.get(letter[1]).status_code == 404
        assert stranger.get(place(audit, "/report")).status_code == 404
        assert member.get(place(audit, "/decisions/1")).status_code == 404
        assert "/do/appeal" in member.get(place(audit).removesuffix("/label")).text
        audit.fire("appeal", "member", reason="We ask for another reading of the file.")
        audit.fire("confirm_on_appeal", motive=MOTIVE)
        assert "/do/appeal" not in member.get(place(audit).removesuffix("/label")).text
        answer = re.search(r'href="([^"]+/label/decisions/\d+)"', member.get(place(audit)).text)
        assert answer is not None
        confirmed = " ".join(text_of(member.get(answer[1]).data).split())
    for said in (
        *("Décision sur votre recours", "2 mars 2026 est maintenu : Votre coopérative reçoit"),
        *("3/3 (100,0 %)", "pas d’autre recours"),
    ):
        assert said in confirmed
    for said in (
        *("Terre en Commun", "2 mars 2026", "reçoit le label", "3/3 (100,0 %)", "1/2 (50,0 %)"),
        *(MOTIVE, "ACC-07 – What ACC-07 asks (non satisfait)", "1er avril 2026", "30 jours"),
        *("non officiel", "casework@fondation.example", NUMBER, "1er mars 2029"),
    ):
        assert said in words
    assert "Niveau atteint 1" in words
    assert "accordé à partir du niveau 1" in words
    for said in ("On site.", "Well kept.", "Ada Auditor", "What JUR-01 asks", "Said why."):
        assert said in report
    for said in ("Ada Auditor", "5 mars 2026", "On site.", "non officiel"):
        assert said in mission
    for said in ("Terre en Commun", "2019 · 23 mai 2019", "15 jours", "30 jours"):
        assert said in agreed
    audit.owe(date(2028, 1, 1))
    with frozen(LAST_DAY):
        assert not audit.facts.dues_paid
        later = " ".join(text_of(member.get(place(audit, "/report")).data).split())
    assert later == report, "a final report says what it said"
    assert "We agree with all of it." in report
    assert "non officiel" in report


def test_a_report_is_the_auditors_own_until_its_draft_is_issued(world: World) -> None:
    with frozen(MARCH):
        audit = Audit.engaged(world)
        audit.to_audit()
        audit.say_all("auditor", "auditor")
        audit.save(
            "report",
            "auditor",
            context="On site.",
            conclusion="Well kept.",
            no_good_practices=True,
            no_recommendations=True,
        )
        member, auditor = (world.client(audit.people[who]) for who in ("member", "auditor"))
        assert member.get(place(audit, "/report")).status_code == 303
        assert auditor.get(place(audit, "/report")).status_code == 200
        audit.fire("issue_draft", "auditor")
        draft = " ".join(text_of(member.get(place(audit, "/report")).data).split())
    assert "Projet de rapport" in draft


def recipients(move: str) -> set[UUID]:
    """Return whom a move has told at once."""
    rows = db.session.scalars(sa.select(Message).where(Message.template == f"transition/{move}/0"))
    return {m.recipient_id for m in rows}


def test_the_brand_kit_is_the_cooperatives_while_the_right_to_the_mark_lasts(audit: Audit) -> None:
    scheme = db.session.scalars(sa.select(Scheme.id)).one()
    page = f"/referentials/schemes/{scheme}/kit"
    lead, member = (audit.world.client(audit.people[who]) for who in ("lead", "member"))
    with frozen(MARCH):
        for _twice in range(2):
            sent = {"title": "Logo", "once": "a", "file": (io.BytesIO(PDF), "logo.pdf")}
            assert lead.post(page, data=sent).status_code == 303
        wrong = {"title": "Logo", "once": "b", "file": (io.BytesIO(PDF), "logo.png")}
        refused = lead.post(page, data=wrong)
        assert refused.status_code == 422
        assert 'value="Logo"' in refused.text
        row = db.session.scalars(sa.select(KitFile)).one()
        assert member.get(page).status_code == 403
        own = place(audit, f"/kit/{row.id}")
        assert f'href="{own}"' in member.get(place(audit)).text
        assert member.get(own, buffered=True).data == PDF
        for other in ("auditor", "finance"):
            assert audit.world.client(audit.people[other]).get(own).status_code == 403
        assert set(WANTED.split()) >= {"la_kit_file"}
        audit.fire("suspend", cause="voluntary", reason="They have asked for it themselves.")
        assert member.get(own, buffered=True).status_code == 403
        assert own not in member.get(place(audit)).text
        assert recipients("suspend") == {audit.people["member"]}
        assert "The mark may not be used meanwhile" in member.get("/inbox").text
        audit.fire("lift_suspension", reason="They have asked for it once more.")
        assert member.get(own, buffered=True).status_code == 200
    with frozen(LAST_DAY + timedelta(days=1)):
        assert member.get(own, buffered=True).status_code == 403  # though no sweep has come by yet
    with frozen(MARCH):
        assert recipients("withdraw") == set()
        audit.fire("withdraw", reason="They use the mark against its rules.")
        assert recipients("withdraw") == {audit.people["member"]}  # an officer has made the move
        assert "from today it gives no right to the mark" in member.get("/inbox").text
        assert member.get(own, buffered=True).status_code == 403
    with frozen(MARCH):
        assert lead.post(f"{page}/{row.id}/withdraw", data={"once": "c"}).status_code == 303
        assert member.get(own, buffered=True).status_code == 404
