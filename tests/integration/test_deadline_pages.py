"""The pages on which deadlines are tuned and reminders foretold, in a browser's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from casework import clock
from casework.app import create_app
from casework.db import announce_write
from casework.extensions import db
from casework.models import ClosingDay, DeadlineSetting, User
from tests.support import signing
from tests.support.migrating import settings_for
from tests.support.timeline import (
    LEAD,
    OFFICER,
    PARTNER,
    Timeline,
    moment,
    statements,
    timeline_in,
)

FRIDAY = moment("2026-11-20", "15:00")
ANSWER = "/deadline-settings/timeline/answer"
TYPED = {
    "seen": "0",
    "amount": "20",
    "unit": "wd",
    "reminders-0-amount": "1",
    "reminders-0-distance": "-wd",
    "reminders-0-role": "programme_officer",
    "reminders-1-amount": "50",
    "reminders-1-distance": "%",
    "reminders-1-role": "programme_lead",
    "reminders-1-escalates": "y",
}


@pytest.fixture
def world(fresh_database_url: str) -> Iterator[Timeline]:
    app = create_app(settings_for(fresh_database_url))
    app.config["WTF_CSRF_ENABLED"] = False
    with timeline_in(app) as made, clock.frozen(FRIDAY):
        yield made


def client_of(world: Timeline, user: User) -> FlaskClient:
    client = world.app.test_client()
    signing.sign_in(client, user.id)
    with client.session_transaction() as session:
        session["language"] = "en"
    db.session.commit()
    return client


@pytest.fixture
def lead(world: Timeline) -> FlaskClient:
    return client_of(world, world.people[LEAD])


def text(response: TestResponse) -> str:
    announce_write()
    return response.get_data(as_text=True)


def settings_kept() -> list[DeadlineSetting]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(DeadlineSetting)))


def test_the_list_shows_every_deadline_in_words(world: Timeline, lead: FlaskClient) -> None:
    page = text(lead.get("/deadline-settings"))
    assert "First answer" in page
    assert "10 working days" in page
    assert "3 working days before the end" in page
    assert "after 50% of the time" in page


def test_the_form_shows_what_holds(world: Timeline, lead: FlaskClient) -> None:
    page = text(lead.get(ANSWER))
    assert 'value="10"' in page
    assert 'name="reminders-1-amount"' in page


def test_trying_out_writes_nothing_and_shows_before_and_after(
    world: Timeline, lead: FlaskClient
) -> None:
    case = world.case(FRIDAY)
    response = lead.post(ANSWER, data={**TYPED, "try": "1"})
    page = text(response)
    assert response.status_code == 200
    assert case.reference in page
    for day in ("4", "18"):
        assert re.search(rf"\b{day} Dec|Dec {day}\b", page)
    assert "Keep it and change 1 running deadline" in page
    assert settings_kept() == []


def test_keeping_it_leaves_what_runs_alone(world: Timeline, lead: FlaskClient) -> None:
    case = world.case(FRIDAY)
    response = lead.post(ANSWER, data={**TYPED, "save": "new"})
    assert response.status_code == 303
    (setting,) = settings_kept()
    assert setting.length == "20 wd"
    assert setting.reminders == [
        "-1 wd to programme_officer",
        "50 % escalates to programme_lead",
    ]
    assert world.running(case, "answer").due_at == moment("2026-12-04", "23:59:59")
    assert "Earlier settings" in text(lead.get(ANSWER))


def test_what_runs_changes_when_that_is_asked(world: Timeline, lead: FlaskClient) -> None:
    case = world.case(FRIDAY)
    response = lead.post(ANSWER, data={**TYPED, "save": "running"}, follow_redirects=True)
    assert "1 deadline was changed." in text(response)
    db.session.rollback()
    assert world.running(case, "answer").due_at == moment("2026-12-18", "23:59:59")


def test_rows_are_added_and_removed_without_losing_anything(
    world: Timeline, lead: FlaskClient
) -> None:
    page = text(lead.post(ANSWER, data={**TYPED, "amount": "21", "add-reminders": "1"}))
    assert 'name="reminders-2-amount"' in page
    assert 'value="21"' in page
    page = text(lead.post(ANSWER, data={**TYPED, "remove-reminders-0": "1"}))
    assert 'name="reminders-0-amount"' not in page
    assert 'value="50"' in page
    assert settings_kept() == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"amount": "0"}, "at least one hour or one day"),
        ({"amount": ""}, "Say how long the deadline is."),
        ({"amount": "many"}, "Write a whole number, in figures."),
        ({"unit": "years"}, "Choose one of the answers offered."),
        ({"reminders-0-amount": "-1"}, "Write a number without a sign."),
        ({"reminders-0-amount": ""}, "This answer is needed."),
        ({"reminders-0-amount": "999999"}, "is not a reminder"),
        ({"reminders-0-amount": "200"}, "before the deadline begins"),
        ({"seen": "7"}, "Somebody has changed this deadline"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    world: Timeline, lead: FlaskClient, typed: dict[str, str], said: str
) -> None:
    response = lead.post(ANSWER, data={**TYPED, **typed, "save": "new"})
    page = text(response)
    assert response.status_code == 422
    assert said in page
    assert 'value="50"' in page
    assert settings_kept() == []


def test_a_deadline_with_a_date_of_its_own_has_no_length_to_type(
    world: Timeline, lead: FlaskClient
) -> None:
    page = text(lead.get("/deadline-settings/timeline/condition"))
    assert 'name="amount"' not in page
    reminders = {k: v for k, v in TYPED.items() if k.startswith(("reminders-0", "seen"))}
    response = lead.post("/deadline-settings/timeline/condition", data={**reminders, "save": "new"})
    assert response.status_code == 303
    assert settings_kept()[0].length is None


@pytest.mark.parametrize("path", ["/deadline-settings/timeline/other", "/deadline-settings/x/y"])
def test_what_is_not_there_is_not_found(world: Timeline, lead: FlaskClient, path: str) -> None:
    assert lead.get(path).status_code == 404


def test_closing_days_are_added_and_removed(world: Timeline, lead: FlaskClient) -> None:
    response = lead.post(
        "/deadline-settings/closing-days", data={"day": "24/12/2026", "label": "Bridge"}
    )
    assert response.status_code == 303
    announce_write()
    db.session.rollback()
    assert db.session.scalars(sa.select(ClosingDay.day)).all() == [date(2026, 12, 24)]
    assert "Bridge" in text(lead.get("/deadline-settings"))
    lead.post("/deadline-settings/closing-days/2026-12-24/remove")
    db.session.rollback()
    assert db.session.scalars(sa.select(ClosingDay.day)).all() == []
    assert lead.post("/deadline-settings/closing-days/never/remove").status_code == 404


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("30/02/2027", "This date does not exist."),
        ("01/01/2020", "This date lies in the past."),
        ("", "This answer is needed."),
    ],
)
def test_a_closing_day_that_cannot_be_is_said(
    world: Timeline, lead: FlaskClient, day: str, said: str
) -> None:
    response = lead.post("/deadline-settings/closing-days", data={"day": day, "label": "Bridge"})
    assert response.status_code == 422
    page = text(response)
    assert said in page
    assert 'value="Bridge"' in page


@pytest.mark.parametrize("role", [OFFICER, PARTNER])
def test_others_do_not_tune(world: Timeline, role: str) -> None:
    client = client_of(world, next(u for r, u in world.people.items() if r == role))
    assert client.get("/deadline-settings").status_code == 403
    assert client.post(ANSWER, data={**TYPED, "save": "new"}).status_code == 403
    announce_write()
    assert settings_kept() == []


def test_the_page_of_what_will_be_sent(world: Timeline) -> None:
    case = world.case(FRIDAY)
    world.case(FRIDAY, restricted=True)
    officer = client_of(world, world.people[OFFICER])
    page = text(officer.get("/reminders?until=2026-12-07"))
    assert case.title in page
    assert "programme_officer" in page
    assert "3 working days before the end" in page
    assert "Case 2" not in page
    assert "Nothing will be sent" in text(officer.get("/reminders?until=2026-11-21"))


def test_a_date_that_is_none_is_said(world: Timeline) -> None:
    officer = client_of(world, world.people[OFFICER])
    response = officer.get("/reminders?until=30/02/2027")
    assert response.status_code == 422
    assert "This date does not exist." in text(response)


def test_partners_do_not_see_what_is_sent_to_others(world: Timeline) -> None:
    assert client_of(world, world.people[PARTNER]).get("/reminders").status_code == 404


def test_the_pages_cost_the_same_for_one_case_and_for_many(world: Timeline) -> None:
    officer, lead = (client_of(world, world.people[r]) for r in (OFFICER, LEAD))

    def cost(case_count: int) -> list[int]:
        announce_write()
        for _ in range(case_count):
            world.case(FRIDAY)
        with statements() as page:
            officer.get("/reminders?until=2026-12-31")
        with statements() as tried:
            lead.post(ANSWER, data={**TYPED, "try": "1"})
        return [page["SELECT"], tried["SELECT"]]

    few, many = cost(1), cost(20)
    assert few == many
    assert max(many) <= 15


def test_many_are_shown_page_by_page(world: Timeline) -> None:
    for _ in range(101):
        world.case(FRIDAY)
    officer = client_of(world, world.people[OFFICER])
    page = text(officer.get("/reminders?until=2026-12-01&page=2"))
    assert page.count("3 working days before the end") == 1
