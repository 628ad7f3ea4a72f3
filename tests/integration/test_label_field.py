"""Audits in the field: what a device is given, and what becomes of what it sends."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework import vault
from casework.clock import now
from casework.extensions import db
from casework.models import Document, Grant, User
from casework.models.label_audit import CriterionResult, Evidence, FieldEntry, FieldKey, TeamMember
from casework.queries import personal_data
from casework.roles import Role
from casework.services import cleaning, events
from casework.services.secrecy import keys
from tests.support.files import EXE, PDF, PNG
from tests.support.label_audit import Audit
from tests.support.world import World

MOMENT = "2026-03-02T09:30:00+01:00"


@pytest.fixture
def audit(world: World) -> Audit:
    """An audit under way with two auditors, who have said nothing yet."""
    made = Audit.engaged(world)
    made.to_audit("second")
    return made


class Device:
    """A tablet of somebody, as far as the server knows it."""

    def __init__(self, audit: Audit, who: str) -> None:
        self.browser: FlaskClient = audit.world.client(audit.people[who])
        self.place = f"/cases/{audit.world.case(audit.case_id).reference}/field/"

    def data(self) -> dict[str, Any]:
        """Return what the device takes along."""
        answer = self.browser.get(f"{self.place}data")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        found: dict[str, Any] = answer.get_json()
        return found

    def row(self, code: str) -> dict[str, Any]:
        """Return one criterion of it."""
        groups = self.data()["audit"]["groups"]
        return next(r for g in groups for r in g["rows"] if r["code"] == code)

    def send(self, *entries: dict[str, Any]) -> list[dict[str, Any]]:
        """Send results, and return what became of each."""
        answer = self.browser.post(f"{self.place}entries", json={"entries": entries})
        assert answer.status_code == 200
        found: list[dict[str, Any]] = answer.get_json()["answers"]
        return found

    def photo(self, code: str, name: str, content: bytes, key: UUID) -> dict[str, Any]:
        """Send a photo."""
        sent = {
            "id": str(key),
            "code": code,
            "taken_at": MOMENT,
            "caption": "The board",
            "file": (io.BytesIO(content), name),
        }
        answer = self.browser.post(f"{self.place}photos", data=sent)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.get_json()
        return found


def entry(code: str, base: int = 0, result: str = "met", note: str = "", **more: Any) -> Any:
    return {
        "id": str(uuid4()),
        "code": code,
        "base": base,
        "result": result,
        "note": note,
        "taken_at": MOMENT,
        **more,
    }


def count(model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def test_the_team_alone_is_given_the_audit_and_its_key(audit: Audit) -> None:
    device = Device(audit, "auditor")
    page = device.browser.get(device.place).get_data(as_text=True)
    case = audit.world.case(audit.case_id)
    for secret in (case.title, "Terre en Commun", "Ada Auditor", "csrf-token", 'name="reader"'):
        assert secret not in page  # the page is kept on the device in the open
    worker = device.browser.get(f"{device.place}worker.js", buffered=True)
    assert worker.mimetype == "text/javascript"
    for who in ("member", "officer", "lead"):
        other = Device(audit, who).browser
        for path in ("", "data"):
            assert other.get(device.place + path).status_code == 403
        for path in ("key", "entries", "photos"):
            assert other.post(device.place + path).status_code == 403
    given = device.browser.post(f"{device.place}key").get_json()
    assert device.browser.post(f"{device.place}key").get_json() == given
    assert Device(audit, "second").browser.post(f"{device.place}key").get_json() != given
    row = db.session.get(FieldKey, UUID(given["id"]))
    assert row is not None
    assert given["key"] not in row.sealed
    assert vault.unseal(row.sealed) == given["key"]
    assert device.data()["key"] == given["id"]
    assert keys.rotate() >= 2  # they are sealed anew like everything else, and stay what they are
    assert device.browser.post(f"{device.place}key").get_json() == given


def test_what_arrives_twice_is_taken_over_once(audit: Audit) -> None:
    device = Device(audit, "auditor")
    first, second = entry("JUR-01"), entry("RES-02", result="partial", note="Half.")
    later = entry("RES-02", note="Whole now.", follows=second["id"])
    sent = (first, second, later)
    answers = device.send(*sent)
    assert [(a["outcome"], a["revision"]) for a in answers] == [
        ("saved", 1),
        ("saved", 1),
        ("saved", 2),
    ]
    assert device.send(*sent) == answers
    assert (count(CriterionResult) - 5, count(FieldEntry)) == (3, 3)  # five are the cooperative's
    (alike,) = device.send(entry("JUR-01"))  # another device has seen the same
    assert (alike["outcome"], alike["revision"]) == ("same", 1)
    assert device.row("RES-02")["auditor"]["note"] == "Whole now."
    assert events.verify([audit.case_id]) == []
    (foreign,) = Device(audit, "second").send({**first, "note": "Mine."})
    assert foreign["outcome"] == "refused"


def test_a_stale_result_waits_beside_the_newer_one_until_somebody_chooses(audit: Audit) -> None:
    ada, bea = Device(audit, "auditor"), Device(audit, "second")
    bea.send(entry("JUR-01", note="Seen by Bea."))
    stale = entry("JUR-01", result="not_met", note="Seen by Ada.")
    assert ada.send(stale)[0]["outcome"] == "conflict"
    again = entry("JUR-01", result="partial", note="Ada looked twice.", follows=stale["id"])
    assert ada.send(again)[0]["outcome"] == "conflict"  # it takes the place of her first
    row = bea.row("JUR-01")
    assert row["auditor"]["note"] == "Seen by Bea."
    assert [each["note"] for each in row["conflicts"]] == ["Ada looked twice."]
    page = bea.browser.get(bea.place.replace("field/", "grid")).get_data(as_text=True)
    for words in ("Two results: choose one", "Seen by Bea.", "Ada looked twice."):
        assert words in page
    assert "offline" not in page, "a stale result may have been typed online"
    coop = audit.world.client(audit.people["member"])
    assert "Ada looked" not in coop.get(bea.place.replace("field/", "grid")).get_data(as_text=True)
    audit.say_all("auditor", "auditor", JUR_01="met")
    newest = ada.row("JUR-01")["auditor"]["revision"]
    audit.save(
        "report",
        "auditor",
        context="C",
        conclusion="C",
        no_good_practices=True,
        no_recommendations=True,
    )
    draft = {"once": uuid4().hex, "version": audit.world.case(audit.case_id).version}
    closing = audit.world.client(audit.people["auditor"])
    refused = closing.post(ada.place.replace("field/", "do/issue_draft"), data=draft)
    assert "still stand beside a newer one" in refused.get_data(as_text=True)
    path = f"{ada.place.replace('field/', 'grid')}/JUR-01/conflicts/{row['conflicts'][0]['id']}"
    stale_choice = {"pick": "entry", "seen": str(newest - 1), "once": "a"}
    assert bea.browser.post(path, data=stale_choice).status_code == 409
    choice = {"pick": "entry", "seen": str(newest), "once": "b"}
    assert bea.browser.post(path, data=choice).status_code == 303
    assert bea.browser.post(path, data=choice).status_code == 303  # sent twice
    row = ada.row("JUR-01")
    assert (row["auditor"]["note"], row["auditor"]["revision"]) == ("Ada looked twice.", newest + 1)
    assert row["conflicts"] == []
    ada_herself = db.session.get_one(User, audit.people["auditor"])
    held = {part.key: part.rows for part in personal_data.parts(ada_herself)}
    assert [each[3] for each in held["field"]] == ["Seen by Ada.", "Ada looked twice."]
    # in the field: what stands is chosen, which is a revision too
    assert bea.send(entry("RES-02", base=1, note="Bea."))[0]["outcome"] == "saved"
    mine = entry("RES-02", base=0, result="partial", note="Ada.")
    assert ada.send(mine)[0]["outcome"] == "conflict"
    standing = ada.row("RES-02")["auditor"]
    keep = {"result": standing["result"], "note": standing["note"]}
    chosen = entry("RES-02", base=standing["revision"], **keep, settles=mine["id"])
    assert ada.send(chosen)[0]["revision"] == standing["revision"] + 1
    assert audit.facts.conflicts == 0


def test_a_photo_becomes_evidence_once(audit: Audit) -> None:
    device, key = Device(audit, "auditor"), uuid4()
    before = count(Document)
    assert device.photo("JUR-01", "board.png", PNG, key)["outcome"] == "saved"
    assert device.photo("JUR-01", "board.png", PNG, key)["outcome"] == "saved"
    assert count(Document) == before + 1
    piece = db.session.scalars(sa.select(Evidence).order_by(Evidence.position.desc())).first()
    assert piece is not None
    assert (piece.criteria, piece.effective_on.isoformat()) == (["JUR-01"], "2026-03-02")
    assert "The board" in device.row("JUR-01")["evidence"][-1]
    for name, content in (("board.png", EXE), ("board.pdf", PDF)):
        refused = device.photo("JUR-01", name, content, uuid4())
        assert (refused["outcome"], bool(refused["why"])) == ("refused", True)
    assert device.photo("RES-03", "board.png", PNG, uuid4())["outcome"] == "refused"  # computed
    assert (count(Document), count(Evidence)) == (before + 1, 2)


def test_what_cannot_be_is_refused_one_by_one_with_its_reason(audit: Audit) -> None:
    device = Device(audit, "auditor")
    answers = device.send(
        entry("JUR-01", result="not_applicable", note="No."),
        entry("RES-02", result="not_applicable"),
        entry("RES-03"),
        entry("NO-99"),
        entry("ACC-06", result="excellent"),
        entry("ACC-07", note="x" * 10_001),
        entry("ACC-06", note="Fine."),
    )
    assert [a["outcome"] for a in answers] == ["refused"] * 6 + ["saved"]
    whys = [a["why"] for a in answers[:6]]
    for why, words in zip(whys, ("always applies", "", "computed", "NO-99", "", "10"), strict=True):
        assert why
        assert words in why
    malformed: list[Any] = [{}, {"entries": [{}]}, {"entries": [entry("JUR-01", base=-1)]}, [1]]
    for nonsense in malformed:
        assert device.browser.post(f"{device.place}entries", json=nonsense).status_code == 400
    wrong = [entry("JUR-01", taken_at="soon"), entry("JUR-01", id="x"), entry("JUR-01", settles=3)]
    for each in wrong:
        sent = {"entries": [each]}
        assert device.browser.post(f"{device.place}entries", json=sent).status_code == 400
    db.session.execute(
        sa.update(TeamMember)
        .where(TeamMember.user_id == audit.people["auditor"])
        .values(removed_at=now())
    )
    db.session.commit()
    (refused,) = device.send(entry("JUR-01"))
    assert "not on the team" in refused["why"]
    assert "audit" not in device.data()


def test_keys_are_forgotten_with_the_audit_and_with_the_role(audit: Audit) -> None:
    ada, bea = Device(audit, "auditor"), Device(audit, "second")
    key = ada.browser.post(f"{ada.place}key").get_json()["id"]
    other = bea.browser.post(f"{bea.place}key").get_json()["id"]
    db.session.execute(
        sa.update(Grant).where(Grant.user_id == audit.people["second"]).values(ends_at=now())
    )
    db.session.commit()
    assert bea.browser.get(f"{bea.place}data").status_code == 404
    db.session.remove()
    assert cleaning.clean(now())["field_keys"] == 1
    assert _sealed(other) == ""
    assert _sealed(key) != ""
    with audit.world.writing():  # who may not decide goes on auditing
        audit.world.grant(
            audit.people["auditor"], Role.COMMITTEE_MEMBER, case=audit.case_id, denies=True
        )
    assert cleaning.clean(now())["field_keys"] == 0
    assert _sealed(key) != ""
    audit.say_all("auditor", "auditor")
    audit.save(
        "report",
        "auditor",
        context="C",
        conclusion="C",
        no_good_practices=True,
        no_recommendations=True,
    )
    audit.fire("issue_draft", "auditor")
    assert _sealed(key) == ""
    assert ada.browser.post(f"{ada.place}key").status_code == 422
    data = ada.data()
    assert (data["key"], data["forgotten"], "audit" in data) == (None, [key], False)
    assert "not open" in data["closed"]
    (late,) = ada.send(entry("JUR-01", base=1, note="Too late."))
    assert "closed at this step" in late["why"]
    photo = ada.photo("JUR-01", "board.png", PNG, uuid4())
    assert photo["outcome"] == "refused"


def _sealed(key: str) -> str:
    db.session.expire_all()
    row = db.session.get(FieldKey, UUID(key))
    assert row is not None
    return row.sealed
