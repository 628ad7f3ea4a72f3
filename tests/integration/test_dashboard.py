"""The dashboard counts what happened, says as of when, and leaves confidential cases out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework import clock
from casework.extensions import db
from casework.models import Case, CaseFigure, StageVisit
from casework.queries.dashboard.measures import within
from casework.roles import Role
from casework.services import statistics
from casework.services.sweep import sweep
from tests.support.project import Project
from tests.support.world import World

NOW = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


class Office:
    """Requests that come and go in November and December."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.organisation = world.organisation()
        self.partner = world.person(Role.PARTNER_LEAD, self.organisation)
        self.officer = world.person(Role.PROGRAMME_OFFICER)

    def ask(self, title: str) -> UUID:
        case = self.world.start("sample", self.partner, self.organisation, title=title)
        self.world.fire(case, "ask", self.partner)
        return case

    def refuse(self, case: UUID) -> None:
        self.world.fire(case, "refuse", self.officer, reason="It is too large.")

    def browser(self, person: UUID) -> FlaskClient:
        db.session.rollback()
        return self.world.client(person)

    def table(self, key: str, person: UUID | None = None, query: str = "") -> list[list[str]]:
        address = f"/dashboard/{key}.csv?workflow=sample{query}"
        answer = self.browser(person or self.officer).get(address)
        assert answer.status_code == 200
        return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))[1:]


@pytest.fixture
def office(world: World) -> Iterator[Office]:
    with clock.frozen(NOW):
        yield Office(world)


def swept() -> None:
    db.session.rollback()
    sweep()


def refresh() -> int:
    db.session.rollback()
    return statistics.refresh()


def test_cases_are_counted_where_they_stand_and_when_they_left(office: Office) -> None:
    cases = [office.ask(f"Roof {n}") for n in range(3)]
    with clock.frozen(NOW + timedelta(days=4)):
        office.refuse(cases[0])
    with clock.frozen(NOW + timedelta(days=30)):
        office.refuse(cases[1])
        refresh()
        assert office.table("stages") == [["Asking", "1"], ["Answer", "0"]]
        assert office.table("lengths")[0] == ["Asking", "2", "4", "30"]
        assert office.table("flow")[-2:] == [["2026-11", "3", "1"], ["2026-12", "0", "1"]]
        assert office.table("flow", query="&months=3")[0][0] == "2026-10"
        assert [row[1] for row in office.table("waiting")] == ["0", "1", "0", "0"]


def test_deadlines_are_kept_late_or_missed(office: Office) -> None:
    in_time, late, silent = (office.ask(f"Roof {n}") for n in range(3))
    office.world.fire(silent, "question", office.officer, reason="How large is it?")
    with clock.frozen(NOW + timedelta(days=2)):
        office.refuse(in_time)
    with clock.frozen(NOW + timedelta(days=19, hours=12)):
        swept()  # the last warning, a day before
    with clock.frozen(NOW + timedelta(days=40)):
        office.refuse(late)
        swept()
        assert office.world.case(silent).state == "lapsed"
        refresh()
        assert office.table("deadlines") == [
            ["Answer", "1", "1", "0", "50"],
            ["Reply to our question", "0", "0", "1", "0"],
        ]
        page = office.browser(office.officer).get("/dashboard?workflow=sample").text
        assert "In time is highest for Answer: 1" in page


def test_only_what_has_changed_is_looked_at_again(office: Office) -> None:
    office.ask("Roof 1")
    with clock.frozen(NOW + timedelta(hours=1)):
        second = office.ask("Roof 2")
        assert refresh() == 2
    with clock.frozen(NOW + timedelta(hours=2)):
        office.refuse(second)
        assert refresh() == 1
        assert office.table("stages")[0] == ["Asking", "1"]
        kept = [tuple(row) for row in db.session.execute(sa.select(StageVisit.__table__))]
        db.session.rollback()
        statistics.rebuild()
        again = [tuple(row) for row in db.session.execute(sa.select(StageVisit.__table__))]
        assert sorted(again, key=str) == sorted(kept, key=str)


def test_a_case_that_becomes_confidential_is_no_longer_counted(office: Office) -> None:
    case = office.ask("Roof")
    refresh()
    assert office.table("stages")[0] == ["Asking", "1"]
    with office.world.writing():
        row = db.session.get_one(Case, case)
        row.restricted, row.updated_at = True, clock.now()
    refresh()
    assert office.table("stages")[0] == ["Asking", "0"]
    assert db.session.scalars(sa.select(CaseFigure)).all() == []


def test_those_who_see_less_count_less(office: Office) -> None:
    mine, other = office.ask("Mine"), office.ask("Not mine")
    coach = office.world.person(Role.COACH, case=mine)
    administrator = office.world.person(Role.ADMINISTRATOR)
    recused = office.world.person(Role.PROGRAMME_OFFICER)
    with office.world.writing():
        office.world.grant(recused, Role.PROGRAMME_OFFICER, case=other, denies=True)
    refresh()
    assert office.table("stages")[0] == ["Asking", "2"]
    assert office.table("stages", coach)[0] == ["Asking", "1"]
    assert office.table("stages", recused)[0] == ["Asking", "1"]
    assert office.table("stages", administrator)[0] == ["Asking", "0"]
    assert office.browser(office.partner).get("/dashboard").status_code == 404


def test_the_portfolio_counts_money_once_it_is_granted(world: World) -> None:
    project = Project(world).to_submitted()
    refresh()
    officer = project.people[Role.PROGRAMME_OFFICER]
    browser = world.client(officer)
    text = browser.get("/dashboard/programmes.csv?workflow=partner_project").get_data()
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    held = next(row for row in rows if row[0].startswith("4 "))
    assert held[1:] == ["1", "0", "48000.0", "0.0"]


@pytest.mark.parametrize(
    "query",
    [
        "workflow=none",
        "months=9999999999",
        "months=-1",
        "programme=<script>",
        "programme=" + "9" * 9,
    ],
)
def test_nonsense_falls_back_to_the_usual(office: Office, query: str) -> None:
    office.ask("Roof")
    refresh()
    answer = office.browser(office.officer).get(f"/dashboard?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert office.browser(office.officer).get("/dashboard/nonsense.csv").status_code == 404


def test_a_house_without_figures_says_so(office: Office) -> None:
    assert "No figures yet" in office.browser(office.officer).get("/dashboard").text
    refresh()
    page = office.browser(office.officer).get("/dashboard").text
    assert "Nothing to show for this choice yet" in page


def test_the_desk_shows_where_the_cases_stand(office: Office) -> None:
    office.refuse(office.ask("Roof 1"))
    office.ask("Roof 2")
    refresh()
    page = office.browser(office.officer).get("/desk").text
    assert "half in 0 d" in page


@pytest.mark.parametrize(
    ("histogram", "half", "most"),
    [({}, None, None), ({3: 1}, 3, 3), ({1: 5, 2: 4, 90: 1}, 1, 2), ({0: 1, 10: 1}, 0, 10)],
)
def test_half_and_nine_of_ten(histogram: dict[int, int], half: int, most: int) -> None:
    assert within(histogram, 0.5) == half
    assert within(histogram, 0.9) == most


def test_figures_that_are_not_what_the_cases_say_are_found(office: Office) -> None:
    case = office.ask("Roof")
    with clock.frozen(NOW + timedelta(days=1)):
        assert statistics.faults() == []  # none was made yet
        refresh()
        assert statistics.faults() == []
        office.refuse(case)  # after the figures, which say as of when they are
        db.session.rollback()
        assert statistics.faults() == []
    with clock.frozen(NOW + timedelta(days=2)):
        refresh()
        assert statistics.faults() == []
        with office.world.writing():
            db.session.execute(sa.delete(StageVisit).where(StageVisit.case_id == case))
            db.session.execute(sa.update(CaseFigure).values(final=False))
        one_case, sums = statistics.faults()
        assert "the figures of 1 cases" in one_case
        assert "by stage" in sums
        db.session.rollback()
        statistics.rebuild()
        assert statistics.faults() == []
