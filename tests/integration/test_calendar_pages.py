"""The calendar shows the running deadlines by day, the feed carries them away, both by policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.test import TestResponse

from casework import clock
from casework.extensions import db
from casework.models import CalendarFeed, Case, ClosingDay, Deadline, User
from casework.roles import Role
from tests.support.world import World

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DUE = date(2026, 12, 4)  # ten working days after the 20th of November


class House:
    """One request of a partner that waits for an answer of its officer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.organisation = world.organisation()
        self.partner = world.person(Role.PARTNER_LEAD, self.organisation)
        self.officer = world.person(Role.PROGRAMME_OFFICER)
        self.other = world.person(Role.PROGRAMME_OFFICER)
        self.stranger = world.person(Role.PARTNER_LEAD, world.organisation("Elsewhere"))
        self.case = self.ask("A new roof")

    def ask(self, title: str) -> UUID:
        case = self.world.start("sample", self.partner, self.organisation, title=title)
        self.world.fire(case, "ask", self.partner)
        self.change(Case, case, owner_id=self.officer)
        return case

    def change(self, model: type[Any], row_id: UUID, **values: Any) -> None:
        with self.world.writing():
            row = db.session.get_one(model, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def move_deadline(self, due: datetime) -> None:
        with self.world.writing():
            row = db.session.scalars(sa.select(Deadline)).one()
            row.due_at, row.moved_at = due, clock.now()

    def browser(self, person: UUID | None = None) -> FlaskClient:
        db.session.rollback()
        return self.world.client(person)

    def feed_of(self, person: UUID) -> str:
        """Ask for an address as a person does, and return its path."""
        browser = self.browser(person)
        page = browser.post("/account/calendar-feed", follow_redirects=True).text
        return page.split('value="http://127.0.0.1')[1].split('"')[0]

    def read(self, path: str, **headers: str) -> TestResponse:
        return self.browser().get(path, headers=headers)

    def events(self, path: str) -> list[Any]:
        answer = self.read(path)
        assert answer.status_code == 200
        return list(Calendar.from_ical(answer.get_data()).walk("VEVENT"))


@pytest.fixture
def house(world: World) -> Iterator[House]:
    with clock.frozen(NOW):
        yield House(world)


def test_the_month_shows_a_deadline_on_its_day(house: House) -> None:
    page = house.browser(house.officer).get("/calendar?month=2026-12").text
    before, after = page.split('href="/calendar?day=2026-12-04"')
    assert "A new roof" in after.split("/calendar?day=2026-12-05")[0]
    assert "A new roof" not in before
    week = house.browser(house.officer).get("/calendar?week=2026-W49").text
    assert "A new roof" in week
    day = house.browser(house.officer).get("/calendar?day=2026-12-04").text
    assert "A new roof" in day
    assert "A new roof" not in house.browser(house.officer).get("/calendar?day=2026-12-03").text


def test_the_calendar_is_mine_until_all_are_asked_for(house: House) -> None:
    month = "/calendar?month=2026-12"
    assert "A new roof" not in house.browser(house.other).get(month).text
    assert "A new roof" in house.browser(house.other).get(f"{month}&whose=all").text
    none = f"{month}&whose=all&workflow=partner_project"
    assert "A new roof" not in house.browser(house.other).get(none).text
    assert house.browser(house.partner).get(month).status_code == 404


def test_days_on_which_the_house_is_closed_say_so(house: House) -> None:
    with house.world.writing():
        db.session.add(ClosingDay(day=date(2026, 12, 28), label="Between the years"))
    page = house.browser(house.officer).get("/calendar?month=2026-12").text
    assert "Between the years" in page
    assert "Christmas Day" in page


def test_a_full_day_shows_a_few_and_counts_the_others(house: House) -> None:
    for number in range(5):
        house.ask(f"Roof {number}")
    page = house.browser(house.officer).get("/calendar?month=2026-12").text
    assert "and 3 more" in page
    assert page.count('class="cal-entry"') == 3


def test_a_restricted_case_shows_no_title_and_only_to_whom_it_is_granted(house: House) -> None:
    house.change(Case, house.case, restricted=True)
    month = "/calendar?month=2026-12&whose=all"
    reference = house.world.case(house.case).reference
    assert reference not in house.browser(house.officer).get(month).text
    with house.world.writing():
        house.world.grant(house.officer, Role.PROGRAMME_OFFICER, case=house.case)
    page = house.browser(house.officer).get(month).text
    assert reference in page
    assert "Confidential case" in page
    assert "A new roof" not in page


@pytest.mark.parametrize(
    "query",
    [
        "month=2026-13",
        "month=nonsense",
        "month=0000-01",
        "month=9999-12",
        "week=2026-W54",
        "week=W1",
        "day=2026-02-30",
        "day=<script>",
        "day=" + "9" * 10_000,
        "month=٢٠٢٦-١١",
    ],
)
def test_a_date_that_makes_no_sense_is_said_to(house: House, query: str) -> None:
    answer = house.browser(house.officer).get(f"/calendar?{query}")
    assert answer.status_code == 200
    assert "We do not know this date" in answer.text
    assert "<script>" not in answer.text


def test_a_partner_sees_what_they_have_to_do(house: House) -> None:
    assert "Nothing waits for you" in house.browser(house.partner).get("/deadlines").text
    house.world.fire(house.case, "question", house.officer, reason="How large is it?")
    page = house.browser(house.partner).get("/deadlines").text
    assert "Reply to our question" in page
    assert "A new roof" in page
    assert "A new roof" not in house.browser(house.stranger).get("/deadlines").text


def test_the_feed_holds_each_deadline_as_a_whole_day(house: House) -> None:
    path = house.feed_of(house.officer)
    (event,) = house.events(path)
    reference = house.world.case(house.case).reference
    assert event["DTSTART"].dt == DUE
    assert event["DTEND"].dt == DUE + timedelta(days=1)
    assert event["SUMMARY"] == f"Answer · A new roof ({reference})"
    assert event["URL"] == f"http://127.0.0.1/cases/{reference}"
    assert event["SEQUENCE"] == 0


def test_a_moved_deadline_keeps_its_name_and_raises_its_sequence(house: House) -> None:
    path = house.feed_of(house.officer)
    (before,) = house.events(path)
    with clock.frozen(NOW + timedelta(hours=2)):
        # half past eleven in the evening, in the house's zone the next day
        house.move_deadline(datetime(2026, 12, 10, 23, 30, tzinfo=UTC))
    (after,) = house.events(path)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt > before["DTSTAMP"].dt
    assert after["DTSTART"].dt == date(2026, 12, 11)


def test_what_is_met_or_no_longer_seen_leaves_the_feed(house: House) -> None:
    path = house.feed_of(house.officer)
    tag = house.read(path).headers["ETag"]
    assert house.read(path, **{"If-None-Match": tag}).status_code == 304
    house.world.fire(house.case, "refuse", house.officer, reason="It is too large.")
    assert house.read(path, **{"If-None-Match": tag}).status_code == 200
    assert house.events(path) == []


def test_the_feed_follows_sight_at_the_moment_of_reading(house: House) -> None:
    path = house.feed_of(house.officer)
    with house.world.writing():
        house.world.grant(house.officer, Role.PROGRAMME_OFFICER, case=house.case)
    house.change(Case, house.case, restricted=True)
    (event,) = house.events(path)
    assert "Confidential case" in event["SUMMARY"]
    assert b"A new roof" not in house.read(path).get_data()
    with house.world.writing():
        house.world.grant(house.officer, Role.PROGRAMME_OFFICER, case=house.case, denies=True)
    assert house.events(path) == []


def test_a_partner_has_a_feed_of_their_own(house: House) -> None:
    path = house.feed_of(house.partner)
    assert house.events(path) == []
    house.world.fire(house.case, "question", house.officer, reason="How large is it?")
    (event,) = house.events(path)
    assert event["SUMMARY"].startswith("Reply to our question")
    assert house.events(house.feed_of(house.stranger)) == []


def test_an_address_that_was_replaced_or_ended_is_gone(house: House) -> None:
    first = house.feed_of(house.officer)
    second = house.feed_of(house.officer)
    assert first != second
    assert house.read(first).status_code == 410
    assert house.read(second).status_code == 200
    house.browser(house.officer).post("/account/calendar-feed/revoke")
    answer = house.read(second)
    assert answer.status_code == 410
    assert answer.mimetype == "text/plain"
    assert "no longer works" in answer.text
    page = house.browser(house.officer).get("/account/calendar-feed").text
    assert "Give me an address" in page


def test_the_feed_of_somebody_who_left_is_gone(house: House) -> None:
    path = house.feed_of(house.officer)
    house.change(User, house.officer, active=False)
    assert house.read(path).status_code == 410


def test_no_secret_lies_in_the_database_and_no_other_address_opens(house: House) -> None:
    path = house.feed_of(house.officer)
    token = path.removeprefix("/calendar/feed/").removesuffix(".ics")
    row = db.session.scalars(sa.select(CalendarFeed)).one()
    assert token not in {row.nonce, row.token_hash, str(row.id)}
    for wrong in ("nonsense", row.nonce, row.token_hash, "x" * 5000, "é"):
        assert house.read(f"/calendar/feed/{wrong}.ics").status_code == 404
    assert house.read("/account/calendar-feed").status_code == 302
