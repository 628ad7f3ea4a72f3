"""A label's network in figures: a year, compared without names, and the renewals to come."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework import clock
from casework.calendar import add_months
from casework.db import new_id
from casework.extensions import db
from casework.models import Case
from casework.models.label_audit import Cycle
from casework.models.referential import Scheme
from casework.queries.labels import figures, network, synthesis, wave
from casework.roles import Role
from tests.support.label_audit import referential
from tests.support.network import Network
from tests.support.world import World

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 7, 1)


@pytest.fixture
def scheme(world: World) -> Iterator[Scheme]:
    with clock.frozen(NOW):
        version = referential(world)
        with world.writing() as session:
            Network(version, 13, 6, TODAY).write(session)
        yield db.session.scalars(sa.select(Scheme)).one()


def office(world: World) -> FlaskClient:
    officer = world.person(Role.PROGRAMME_OFFICER, language="en")
    db.session.rollback()
    return world.client(officer)


def test_a_year_is_counted_from_what_happened(world: World, scheme: Scheme) -> None:
    found = synthesis.read(scheme, 2026, TODAY)
    assert [s.day.year for s in found.standings] == list(range(2017, 2027))
    assert (found.now.active, found.now.audited, found.now.never) == (13, 12, 1)
    before = next(s for s in found.standings if s.day == date(2021, 12, 31))
    assert (before.active, before.audited, before.labelled) == (13, 4, 4)
    # members 2, 5, 8 and 11 come in 2023 and 2026; 8 and 11 after today
    assert found.audits == 2
    assert found.now.labelled == 8  # of those that begin in the third year, none
    codes = {p.criterion.code: (p.met, p.applicable) for p in found.passed}
    assert codes["INF-01"] == (1, 2)
    assert codes["JUR-01"] == (2, 2)
    assert found.closed.applicable == 4
    assert found.days == [142]  # the other decision is still to come
    assert [(field and field.code, number) for field, number in found.practices] == [("F", 2)]
    assert sum(found.compared.values()) == 12


def test_whoever_is_no_longer_covered_is_to_be_audited_from_that_day_on(scheme: Scheme) -> None:
    newest = sa.func.max(Cycle.audited_on).label("day")
    query = sa.select(newest).join(Case, Case.id == Cycle.case_id).group_by(Case.organisation_id)
    lasts = sorted(day for day in db.session.scalars(query) if day is not None)
    last = add_months(lasts[0], 36)
    for day in (last, last + timedelta(days=1)):
        late = sum(network.is_overdue(audited, day) for audited in lasts)
        assert synthesis.read(scheme, day.year, day).now.audited == len(lasts) - late
    assert late


def test_a_year_of_the_past_ends_with_its_last_day(scheme: Scheme) -> None:
    found = synthesis.read(scheme, 2024, TODAY)
    assert found.now.day == date(2024, 12, 31)
    assert found.audits == 4
    assert found.closed.display("en") == "4/8 (50.0%)"


def test_nobody_is_found_by_comparing_and_every_figure_says_where_it_is_from(
    scheme: Scheme, world: World
) -> None:
    with world.app.test_request_context(headers={"Accept-Language": "en"}):
        made = figures.everything(synthesis.read(scheme, 2026, TODAY), "en", small=True)
    assert all(figure.note and not figure.empty for figure in made)
    compared = next(figure for figure in made if figure.key == "compared")
    counts = [value for row in compared.rows for value in row[1:]]
    assert {value for value in counts if value is not None} <= set(range(5, 14))
    assert compared.rows[-1][-1] == 12
    page = office(world).get("/labels/year").text
    assert "Do not hand them on" in page
    other = world.client(world.person(Role.ADMINISTRATOR, language="en"))
    assert "Do not hand them on" not in other.get("/labels/year").text
    assert "Fictional referential, not official" in page
    assert page.count('<svg class="chart"') >= 3
    for figure in made:
        assert f'href="#{figure.key}"' in page


def test_the_year_leaves_the_house_as_files(world: World, scheme: Scheme) -> None:
    browser = office(world)
    rows = list(
        csv.reader(io.StringIO(browser.get("/labels/year.csv").get_data().decode("utf-8-sig")))
    )
    coverage = next(row for row in rows if row[1] == "Coverage")
    # a file may be handed on: of two audits no result is told, nor that one member had none
    results = [row for row in rows if row[0].startswith(("Pass rate", "Mandatory", "Good"))]
    assert {row[3] for row in results} <= {"–", "0"}
    assert next(row for row in rows if row[1] == "Never audited")[3] == "–"
    # all members but one were audited: their number would tell of that one
    assert coverage[3:] == ["–", "Members audited within 36 months, of the active members."]
    years = [row for row in rows if row[0] == "Ten years of the network" and row[1] == "2026"]
    assert [row[3] for row in years] == ["–", "8", "–", "13"]
    assert "12/13 (92.3%)" in browser.get("/labels/year").text
    assert ["Fictional referential, not official"] in [row[:1] for row in rows]
    assert browser.get("/labels/year.xlsx").get_data().startswith(b"PK")
    assert browser.get("/labels/year.pdf").get_data().startswith(b"%PDF")
    assert browser.get("/labels/renewals.pdf").status_code == 200
    assert browser.get("/labels/year.doc").status_code == 404


def test_renewals_are_spread_over_quarters_with_the_days_they_take(
    world: World, scheme: Scheme
) -> None:
    found = wave.renewals(scheme, TODAY)
    with world.app.test_request_context(headers={"Accept-Language": "en"}):
        drawn = wave.figure(scheme, TODAY, "en")
    assert sum(int(row[1] or 0) for row in drawn.rows) == len(found)
    assert [row[0] for row in drawn.rows[:2]] == ["late", "Q3 2026"]
    assert all(int(row[2] or 0) == 4 * int(row[1] or 0) for row in drawn.rows)
    assert all(one.audit_by < TODAY for one in found[: int(drawn.rows[0][1] or 0)])
    assert len(drawn.rows) >= wave.SHOWN


def test_an_audit_without_a_label_is_followed_by_the_next_one(world: World, scheme: Scheme) -> None:
    def later(state: str, audited_on: date | None, at: datetime) -> None:
        moment = {"created_at": at, "updated_at": at}
        case = Case(
            id=new_id(),
            workflow_key="label_audit",
            workflow_version=1,
            reference=state,
            title="Label",
            state=state,
            state_since=at,
            **{"organisation_id": owner, **moment},
        )
        with world.writing() as session:
            session.add(case)
            session.flush()
            session.add(
                Cycle(
                    case_id=case.id,
                    version_id=version,
                    engaged_on=TODAY,
                    **{"audited_on": audited_on, **moment},
                )
            )

    def late() -> tuple[int, int]:
        found = wave.renewals(scheme, TODAY)
        return len(found), sum(one.opened for one in found)

    version = db.session.scalars(sa.select(Cycle.version_id)).first()
    held = sa.select(Case).where(Case.state == "labelled").order_by(Case.created_at.desc())
    owner = db.session.scalars(held).all()[0].organisation_id
    before, _none = late()
    later("closed", TODAY, NOW)
    assert late() == (before - 1, 0)
    later("engaged", None, NOW + timedelta(days=1))
    assert late() == (before, 1)


def test_without_a_label_the_pages_say_so(world: World) -> None:
    browser = office(world)
    assert "No label yet" in browser.get("/labels/year").text
    assert "No label yet" in browser.get("/labels/renewals").text
    assert browser.get("/labels/year.csv").status_code == 404
