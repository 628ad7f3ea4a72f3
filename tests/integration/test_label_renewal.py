"""A new cycle begins where the last one ended: results, evidence, what changed, sector modules."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework.clock import frozen, now
from casework.db import new_id
from casework.extensions import db
from casework.labels.succession import Ancestor, ancestors, descendants
from casework.models import (
    Criterion,
    CriterionMapping,
    Document,
    DocumentVersion,
    Organisation,
    Referential,
)
from casework.models.label_audit import CriterionResult, Evidence, PinnedModule, Snapshot
from casework.models.referential import ReferentialField, ReferentialVersion, Scheme
from casework.queries import referentials
from casework.roles import Role
from casework.services.errors import ForbiddenError, RefusedError
from casework.services.labels import renewal
from casework.services.referentials import publishing
from tests.support import label_audit
from tests.support.council import Council
from tests.support.label_audit import CRITERIA, MOTIVE, Audit
from tests.support.world import World

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RENEWED = datetime(2028, 3, 2, 9, 0, tzinfo=UTC)
NEXT = (
    ("JUR-01", "recommended", False),  # another kind
    ("ASS-01", "mandatory", True),  # RES-02, renumbered
    *(each for each in CRITERIA if each[0] not in {"JUR-01", "RES-02", "ACC-07"}),
    ("NEW-01", "recommended", False),
)


def test_criteria_come_from_what_was_mapped_else_from_their_own_code() -> None:
    found = ancestors(
        {"A", "B", "C", "D"},
        ("A", "X", "B", "C", "N"),
        [("X", "equal", "D"), ("X", "intersects", "A"), ("B", "none", "B"), ("C", "subset", "A")],
    )
    assert found["A"] == (Ancestor("A"),)
    assert found["X"] == (Ancestor("A", "intersects"), Ancestor("D", "equal"))
    assert found["B"] == found["N"] == ()
    assert found["C"] == (Ancestor("A", "subset"),)
    assert descendants(found, {"D"}) == ("X",)
    assert descendants(found, {"A"}) == ("A", "X", "C")


def module(world: World, sectors: list[str], code: str = "SEC-01") -> UUID:
    """Publish a module with one mandatory criterion, for these sectors."""
    with world.writing():
        base = db.session.scalars(sa.select(Referential).where(Referential.key == "cpe")).one()
        row = Referential(
            id=new_id(),
            scheme_id=base.scheme_id,
            key=uuid4().hex[:8],
            base_id=base.id,
            sectors=sectors,
            created_at=now(),
            **label_audit.names(f"Module {code}"),
        )
        version = ReferentialVersion(
            id=new_id(), referential_id=row.id, label="1.0", state="draft", created_at=now()
        )
        for each in (row, version):
            db.session.add(each)
            db.session.flush()
        place = ReferentialField(
            id=new_id(), version_id=version.id, code="S", position=1, **label_audit.names("Sector")
        )
        db.session.add(place)
        db.session.flush()
        text = {f"text_{language}": "What the sector asks" for language in ("fr", "nl", "en")}
        db.session.add(
            Criterion(
                version_id=version.id,
                field_id=place.id,
                code=code,
                position=1,
                kind="mandatory",
                **text,
            )
        )
        db.session.flush()
        version.state, version.published_at = "published", now()
        return version.id


@pytest.fixture
def audit(world: World) -> Audit:
    """A labelled cooperative that has opened its renewal under the next version."""
    with frozen(MARCH):
        made = Audit.engaged(world)
        Council(world, letters="CL", kind="label")
        made.to_committee(ACC_07="not_met")
        made.fire("award", motive=MOTIVE)
    first = made.case_id
    with frozen(RENEWED):
        version = label_audit.referential(world, NEXT, label="2.0")
        with world.writing():
            old, new = (
                db.session.scalars(sa.select(Criterion).where(*where)).one()
                for where in (
                    (Criterion.code == "RES-02",),
                    (Criterion.code == "ASS-01", Criterion.version_id == version),
                )
            )
            small, large = sorted((old.id, new.id))
            db.session.add(
                CriterionMapping(
                    criterion_id=small, other_id=large, relation="equal", changed_at=now()
                )
            )
        made.engage("Renewal")
        assert made.cycle.previous_case_id == first
        made.fire("open_self_assessment")
    return made


def source(audit: Audit) -> UUID:
    query = sa.select(Evidence.id).where(Evidence.case_id == audit.cycle.previous_case_id)
    return db.session.scalars(query).one()


def carry(audit: Audit, who: str, said: str, *chosen: UUID, key: str = "") -> int:
    with audit.world.writing():
        actor = audit.actor(who)
        return renewal.answer(audit.case_id, actor, chosen, said, key or uuid4().hex)


def test_evidence_is_carried_over_once_it_is_confirmed_and_only_then(audit: Audit) -> None:
    piece = source(audit)
    with frozen(RENEWED):
        audit.say_all("self", "member")
        with pytest.raises(RefusedError, match="evidence"):
            audit.fire("declare_admissible")  # what nobody has confirmed does not count
        for who in ("officer", "lead"):
            with pytest.raises(ForbiddenError):
                carry(audit, who, "confirmed", piece)
        with pytest.raises(RefusedError, match="Choose"):
            carry(audit, "member", "confirmed")
        assert carry(audit, "member", "dropped", piece) == 1
        with pytest.raises(RefusedError, match="evidence"):
            audit.fire("declare_admissible")
        assert carry(audit, "member", "confirmed", piece, key="same") == 1
        assert carry(audit, "member", "confirmed", piece, key="same") == 1
        assert carry(audit, "member", "confirmed", piece) == 0
        assert carry(audit, "member", "dropped", piece) == 0
        assert audit.facts.evidenced == {"JUR-01", "ASS-01"}
        assert audit.fire("declare_admissible") == "admissible"
    documents = db.session.scalars(
        sa.select(Document.id).where(Document.case_id == audit.case_id)
    ).all()
    hashes = db.session.scalars(sa.select(DocumentVersion.sha256)).all()
    assert len(documents) == 1
    assert len(set(hashes)) == 1


def test_no_evidence_is_carried_over_for_what_is_closed(audit: Audit) -> None:
    code = sa.select(Criterion.id).where(Criterion.code == "ASS-01")
    with frozen(RENEWED), audit.world.writing() as session:
        audit.world.case(audit.case_id).state = "deferred"
        said = {"layer": "auditor", "revision": 1, "result": "met", "at": now()}
        session.add(
            CriterionResult(case_id=audit.case_id, criterion_id=session.scalar(code), **said)
        )
    with pytest.raises(RefusedError, match="closed at this step"):
        carry(audit, "member", "confirmed", source(audit))
    assert carry(audit, "member", "dropped", source(audit)) == 1


def test_the_pages_of_a_renewal_show_the_last_cycle(audit: Audit) -> None:
    reference = audit.world.case(audit.case_id).reference
    last = audit.cycle.previous_case_id
    assert last is not None
    before = audit.world.case(last).reference
    member = audit.world.client(audit.people["member"])
    page = member.get(f"/cases/{reference}/grid").get_data(as_text=True)
    assert before in page
    assert "1 piece of evidence to re-confirm" in page
    assert page.count("small last-cycle") == 5  # NEW-01 comes from nowhere
    path = f"/cases/{reference}/last-cycle"
    page = member.get(path).get_data(as_text=True)
    assert f'href="/cases/{before}"' in page
    assert "JUR-01, ASS-01" in page
    assert "then: JUR-01, RES-02" in page
    for found in ("NEW-01", "ACC-07", "Criteria renumbered", "<del>mandatory</del>"):
        assert found in page
    assert member.post(path, data={"answer": "confirmed"}).status_code == 422
    sent = {"answer": "confirmed", "evidence": str(source(audit)), "once": "a"}
    assert member.post(path, data=sent).status_code == 303
    assert member.post(path, data=sent).status_code == 303
    confirmed = member.get(path).get_data(as_text=True)
    assert f'href="/cases/{reference}/r/evidence"' in confirmed  # where it is taken away again
    other = {**sent, "evidence": str(uuid4()), "once": "b"}
    assert member.post(path, data=other).status_code == 404
    officer = audit.world.client(audit.people["officer"])
    assert "Confirm what is ticked" not in officer.get(path).get_data(as_text=True)
    assert officer.post(path, data={**sent, "once": "c"}).status_code == 403


def test_modules_of_the_sector_are_pinned_and_count(world: World) -> None:
    with frozen(MARCH):
        made = Audit.engaged(world)
        Council(world, letters="CL", kind="label")
        sector = db.session.get_one(Organisation, made.organisation).sector
        own = module(world, [sector])
        module(world, ["finance"], "FIN-01")
        made.fire("open_self_assessment")
        assert db.session.scalars(sa.select(PinnedModule.version_id)).all() == [own]
        late = module(world, [], "LATE-01")
        assert late not in made.facts.version_ids
        assert [line.code for line in made.facts.lines][-1] == "SEC-01"
        assert "SEC-01" in made.facts.missing("self")
        made.say_all("self", "member")
        with pytest.raises(RefusedError) as refused:
            made.fire("declare_admissible")
        assert "SEC-01" in str([reason.params for reason in refused.value.reasons])
        reference = world.case(made.case_id).reference
        page = world.client(made.people["officer"]).get(f"/cases/{reference}/grid")
        assert "Module SEC-01" in page.get_data(as_text=True)
        assert page.get_data(as_text=True).index("RES-03") < page.get_data(as_text=True).index(
            'id="row-SEC-01"'
        )
        made.say("SEC-01", "self", "member", "not_met", "Not yet.")
        made.save(
            "evidence",
            "member",
            document_id=made.document(),
            criteria=["JUR-01", "RES-02"],
            effective_on=MARCH.date(),
        )
        made.fire("declare_admissible")
        facts = made.facts
        assert facts.rule is not None
        assert facts.rule.decide(facts.grid).mandatory.applicable == 4
        assert db.session.scalars(sa.select(Snapshot)).all() == []
        assert db.session.scalars(sa.select(Scheme)).one().key == "cpe"


def test_the_sectors_of_a_module_are_chosen_and_its_codes_are_its_own(world: World) -> None:
    with frozen(MARCH):
        label_audit.referential(world)
        version = module(world, [])
        other = module(world, ["housing"], "SEC-02")
    row = db.session.get_one(ReferentialVersion, version).referential_id
    base = db.session.scalars(sa.select(Referential.id).where(Referential.base_id.is_(None))).one()
    lead = world.client(world.person(Role.PROGRAMME_LEAD))
    assert "every cooperative" in lead.get("/referentials").get_data(as_text=True)
    path = f"/referentials/{row}/sectors"
    sent = {"sectors": ["health", "housing"], "once": "a"}
    assert lead.post(path, data=sent).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Referential, row).sectors == ["health", "housing"]
    assert "Health and care" in lead.get("/referentials").get_data(as_text=True)
    assert lead.post(path, data={**sent, "sectors": ["space"], "once": "b"}).status_code == 422
    assert lead.post(f"/referentials/{base}/sectors", data={**sent, "once": "c"}).status_code == 422
    finance = world.client(world.person(Role.FINANCE))
    assert finance.post(path, data=sent).status_code == 403
    with world.writing():
        placed = referentials.placed(other)
        assert placed is not None
        assert publishing.faults(placed) == []
        db.session.add(
            ReferentialVersion(
                referential_id=placed.referential.id,
                label="2.0",
                state="draft",
                created_at=now(),
            )
        )
        db.session.flush()
        draft = db.session.scalars(
            sa.select(ReferentialVersion).where(ReferentialVersion.state == "draft")
        ).one()
        place = ReferentialField(
            version_id=draft.id, code="S", position=1, **label_audit.names("Sector")
        )
        db.session.add(place)
        db.session.flush()
        db.session.add(
            Criterion(
                version_id=draft.id,
                field_id=place.id,
                code="SEC-01",
                position=1,
                kind="mandatory",
                text_fr="Pris",
            )
        )
        db.session.flush()
        found = referentials.placed(draft.id)
        assert found is not None
        assert [r.message for r in publishing.faults(found)] == [publishing.IN_A_MODULE]
