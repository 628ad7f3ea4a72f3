"""Two records of one organisation become one in one step, and two again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.clock import now
from casework.extensions import db
from casework.models import (
    Call,
    CallExtension,
    Event,
    FormerNumber,
    Grant,
    Organisation,
    OrganisationInvitation,
    OrganisationMerge,
    User,
)
from casework.queries import organisations_twins
from casework.roles import Role
from casework.services import events, joining, merging, organisations
from casework.services.errors import RefusedError
from tests.support.pages import Page
from tests.support.world import World

KEPT, MERGED = "0403019261", "0999900337"
TAKES_ALL = dict.fromkeys(merging.FIELDS, "merged")


class Two:
    """Two records of the same organisation, each with a lead and a case."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kept = world.organisation("Les Tabliers Verts", registry_number=KEPT)
        self.merged = world.organisation("ASBL Tabliers verts", registry_number=MERGED)
        self.officer = world.person(Role.PROGRAMME_OFFICER)
        self.lead = world.person(Role.PARTNER_LEAD, self.kept)
        self.other_lead = world.person(Role.PARTNER_LEAD, self.merged)
        self.own = world.start("sample", self.lead, self.kept, title="Oven")
        self.case = world.start("sample", self.other_lead, self.merged, title="Garden")

    def browser(self, person: UUID) -> FlaskClient:
        db.session.rollback()  # the test lets go of the database before somebody else signs in
        return self.world.client(person)

    def merge(self, **wins: str) -> UUID:
        with self.world.writing():
            actor = self.world.actor(self.officer)
            return merging.merge(actor, self.kept, self.merged, wins).id

    def undo(self, merge_id: UUID) -> dict[str, Any]:
        with self.world.writing():
            return merging.undo(self.world.actor(self.officer), merge_id).left or {}

    def row(self, key: UUID) -> Organisation:
        return db.session.get_one(Organisation, key, populate_existing=True)


@pytest.fixture
def two(world: World) -> Two:
    return Two(world)


def standing(two: Two) -> dict[str, Any]:
    """Return all that a merger touches, to be compared."""
    rows: dict[str, Any] = {}
    models: tuple[Any, ...] = (
        Organisation,
        Grant,
        CallExtension,
        FormerNumber,
        OrganisationInvitation,
    )
    for model in models:
        for row in db.session.scalars(sa.select(model)).all():
            db.session.refresh(row)
            values = {c.key: getattr(row, c.key) for c in sa.inspect(model).columns}
            values.pop("version", None)
            rows[f"{model.__name__} {row.id}"] = values
    rows["cases"] = {c: two.world.case(c).organisation_id for c in (two.own, two.case)}
    return rows


def extension(two: Two, organisation: UUID, until: date, call: UUID | None = None) -> UUID:
    with two.world.writing():
        if call is None:
            row = Call(
                **dict.fromkeys(("title_fr", "title_nl", "title_en"), "Call"),
                opens_on=date(2020, 1, 1),
                always_open=True,
                created_at=now(),
                updated_at=now(),
            )
            db.session.add(row)
            db.session.flush()
            call = row.id
        db.session.add(
            CallExtension(
                call_id=call,
                organisation_id=organisation,
                until=until,
                reason="They asked.",
                granted_by_id=two.officer,
                created_at=now(),
            )
        )
        return call


def test_the_record_that_stays_takes_everything_over(two: Two) -> None:
    call = extension(two, two.merged, date(2034, 2, 1))
    extension(two, two.kept, date(2034, 1, 1), call)
    two.merge(name="merged", registry_number="merged")
    assert two.world.case(two.case).organisation_id == two.kept
    kept, merged = two.row(two.kept), two.row(two.merged)
    assert (kept.name, kept.registry_number) == ("ASBL Tabliers verts", MERGED)
    assert (merged.merged_into_id, merged.registry_number) == (two.kept, None)
    assert organisations.by_number("BE", KEPT) is kept, "found by its former number too"
    assert two.world.actor(two.other_lead).organisation_ids == {two.kept}
    until = sa.select(CallExtension.until).where(CallExtension.organisation_id == two.kept)
    assert db.session.scalars(until).all() == [date(2034, 2, 1)], "the later day counts"
    kinds = sa.select(Event.kind, Event.name).where(Event.case_id == two.case)
    assert ("organisation", "joined") in db.session.execute(kinds.order_by(Event.seq)).all()
    assert events.verify() == []


def test_undoing_puts_back_everything(two: Two) -> None:
    call = extension(two, two.merged, date(2034, 2, 1))
    extension(two, two.kept, date(2034, 1, 1), call)
    extension(two, two.merged, date(2034, 3, 1))
    with two.world.writing():  # somebody leads both, and a helper joins the second
        two.world.grant(two.lead, Role.PARTNER_LEAD, two.merged)
        two.world.grant(two.lead, Role.PARTNER_CONTRIBUTOR, two.merged)
    before = standing(two)
    left = two.undo(two.merge(**TAKES_ALL))
    assert not any(left.values())
    assert standing(two) == before
    assert events.verify() == []


def test_undoing_leaves_what_has_changed_since_and_says_so(two: Two) -> None:
    third = two.world.organisation("Une Autre Maison")
    done = two.merge(town="merged", name="merged")
    with two.world.writing():
        two.row(two.kept).name = "Les Tabliers"
        two.world.case(two.case).organisation_id = third
        grant = sa.select(Grant).where(Grant.user_id == two.other_lead)
        db.session.scalars(grant).one().scope_id = third
    left = two.undo(done)
    assert left["fields"] == ["name"]
    assert left["cases"] == [str(two.case)]
    assert len(left["grants"]) == 1
    assert two.row(two.kept).name == "Les Tabliers"
    assert two.world.case(two.case).organisation_id == third
    with pytest.raises(RefusedError):
        two.undo(done)


def test_a_chain_of_mergers_is_undone_from_its_end(two: Two) -> None:
    third = two.world.organisation("Tabliers", registry_number="0999900438")
    first = two.merge()
    with two.world.writing():
        actor = two.world.actor(two.officer)
        second = merging.merge(actor, third, two.kept, {}).id
    officer = two.browser(two.officer)
    moved = officer.get(f"/organisations/{two.merged}")
    assert moved.headers["Location"] == f"/organisations/{third}", "an old address leads on"
    assert MERGED in officer.get(f"/organisations/{third}").text
    with pytest.raises(RefusedError):
        two.undo(first)
    two.undo(second)
    two.undo(first)
    assert two.row(two.merged).registry_number == MERGED
    assert db.session.scalars(sa.select(FormerNumber)).all() == []


def test_a_merged_record_and_its_number_are_not_used_again(two: Two) -> None:
    two.merge()
    actor = two.world.actor(two.officer)
    with pytest.raises(RefusedError), two.world.writing():
        merging.merge(actor, two.kept, two.merged, {})
    values = {"name": "New", "country": "BE", "registry_number": MERGED, "sector": "other"}
    with pytest.raises(RefusedError) as refused, two.world.writing():
        organisations.save(two.world.actor(two.officer), None, values)
    assert refused.value.reasons[0].params == {"name": "Les Tabliers Verts"}


def test_the_page_shows_both_previews_and_joins_once(two: Two) -> None:
    browser = two.browser(two.officer)
    place = f"/organisations/{two.kept}/join/{two.merged}"
    page = Page(browser.get(place))
    assert "Garden" in page.text
    assert "Oven" not in page.text, "only what moves"
    data = page.form("seen", "once").fields | {"name": "nonsense", "town": "x" * 10_000}
    answers = [browser.post(place, data=data) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert db.session.scalar(sa.select(sa.func.count(OrganisationMerge.id))) == 1
    assert two.row(two.kept).name == "Les Tabliers Verts"
    undone = browser.post(
        f"/organisations/joined/{db.session.scalar(sa.select(OrganisationMerge.id))}/undo"
    )
    assert undone.headers["Location"] == f"/organisations/{two.merged}"
    assert two.row(two.merged).merged_into_id is None


def test_a_page_that_shows_old_values_joins_nothing(two: Two) -> None:
    browser = two.browser(two.officer)
    place = f"/organisations/{two.kept}/join/{two.merged}"
    data = Page(browser.get(place)).form("seen").fields
    with two.world.writing():
        two.row(two.merged).version += 1
    assert browser.post(place, data=data).status_code == 409
    assert two.row(two.merged).merged_into_id is None
    assert browser.get(f"/organisations/{two.kept}/join/{two.kept}").status_code == 303
    partner = two.browser(two.lead)
    assert partner.get(place).status_code == 403
    assert two.browser(two.officer).get(f"/organisations/{two.kept}/join/x").status_code == 404


def test_the_preview_tells_nothing_of_cases_that_its_reader_may_not_see(two: Two) -> None:
    with two.world.writing():
        two.world.case(two.case).restricted = True
    page = two.browser(two.officer).get(f"/organisations/{two.kept}/join/{two.merged}")
    assert two.world.case(two.case).reference not in page.text
    two.merge()
    assert two.world.case(two.case).organisation_id == two.kept, "it goes along unseen"


def test_twins_are_found_by_name_site_number_and_likeness(world: World) -> None:
    names = {
        "Les Tabliers Verts asbl": {},
        "TABLIERS-VERTS": {},
        "Tablier Vert": {},
        "Autre nom": {"website": "https://www.tabliers.example/fr"},
        "Le Pain": {"website": "https://facebook.com/tabliers"},
        "Terre": {},
    }
    ids = {name: world.organisation(name, **values) for name, values in names.items()}
    with world.writing():
        first = db.session.get_one(Organisation, ids["Les Tabliers Verts asbl"])
        first.website = "http://tabliers.example"
    found = {t.organisation.name: t.why for t in organisations_twins.likely(first)}
    assert found == {
        "TABLIERS-VERTS": ("name",),
        "Autre nom": ("site",),
        "Tablier Vert": ("alike",),
    }
    pairs = {frozenset((p.first.name, p.second.name)) for p in organisations_twins.pairs()}
    assert pairs == {frozenset((first.name, other)) for other in ("TABLIERS-VERTS", "Autre nom")}


def asked_to_join(two: Two, organisation: UUID, person: UUID) -> None:
    with two.world.writing():
        asker = two.world.actor(two.lead if organisation == two.kept else two.other_lead)
        row = db.session.get_one(Organisation, organisation)
        joining.ask(asker, row, db.session.get_one(User, person), "Sam", Role.PARTNER_CONTRIBUTOR)


def test_who_is_asked_to_join_is_asked_once_and_again_by_both_after_undoing(two: Two) -> None:
    twice, once = two.world.person(Role.FINANCE), two.world.person(Role.FINANCE)
    for organisation, person in ((two.kept, twice), (two.merged, twice), (two.merged, once)):
        asked_to_join(two, organisation, person)
    before = standing(two)
    merge_id = two.merge()
    assert [o.id for _i, o, _by in joining.waiting_for(twice)] == [two.kept]
    assert [o.id for _i, o, _by in joining.waiting_for(once)] == [two.kept]
    assert not two.undo(merge_id)["invitations"]
    assert standing(two) == before


def test_every_column_that_names_an_organisation_is_known_to_merging() -> None:
    named = {
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "organisation"
    }
    assert named == merging.known_references()
