"""The pages of committees: composed, called together, run item by item, written down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from casework.clock import now
from casework.extensions import db
from casework.models import Case, Committee, Meeting, MeetingItem, MinutesVersion, Opinion, Poll
from casework.roles import Role
from casework.services.committees import agenda, meetings
from tests.support import crowd
from tests.support.council import Council, new
from tests.support.world import World

MOST = 15


def send(browser: FlaskClient, path: str, **fields: Any) -> str:
    """Send a form as the page does, and return where one ends up."""
    answer = browser.post(path, data={"once": new(), **fields}, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def look(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def number_of(council: Council, meeting_id: UUID) -> str:
    return council.meeting(meeting_id).number


def test_a_lead_founds_a_committee_and_gives_its_seats(world: World) -> None:
    browser = world.client(world.person(Role.PROGRAMME_LEAD))
    names = {f"name_{code}": f"Comité {code}" for code in ("fr", "nl", "en")}
    page = send(browser, "/committees/new", kind="decision", prefix="cd", **names)
    assert "Comité en" in page
    committee = db.session.scalars(sa.select(Committee)).one()
    here = f"/committees/{committee.id}"
    college = {f"name_{code}": f"Collège {code}" for code in ("fr", "nl", "en")}
    page = send(browser, f"{here}/colleges/new", target="3", minimum="1", votes="y", **college)
    chosen = re.search(r'value="([0-9a-f-]{36})">Collège en', look(browser, f"{here}/seats/new"))
    assert chosen is not None
    seat = {
        "college_id": chosen[1],
        "email": "ann@example.org",
        "language": "fr",
        "origin": "election",
        "starts_on": "2026-01-01",
        "ends_on": "2029-12-31",
    }
    page = send(browser, f"{here}/seats/new", name="Ann Sax", **seat)
    assert "Ann Sax" in page
    again = browser.post(f"{here}/seats/new", data={"once": new(), "name": "Ann Sax", **seat})
    assert again.status_code == 422
    assert "sits in this committee already" in again.get_data(as_text=True)
    office = {"office": "chair", "email": "ann@example.org", "language": "fr"}
    page = send(browser, f"{here}/officers/new", name="Ann", starts_on="2026-01-01", **office)
    assert page.count("Ann Sax") >= 2
    rules = {"quorum_percent": "60", "proxies_each": "0", "method": "vote", "majority": "absolute"}
    days = {"papers_days": "5", "minutes_days": "10", "sight_days": "30"}
    assert "60 %" in send(browser, f"{here}/rules", **rules, **days)


def test_a_draw_is_shown_with_all_that_repeating_it_takes(world: World) -> None:
    council = Council(world)
    browser = world.client(council.lead)
    listed = "\n".join(f"Person {n}, person{n}@lots.example" for n in range(5))
    page = send(
        browser,
        f"/committees/{council.id}/draws/new",
        college_id=str(council.college),
        places="2",
        entries=listed,
    )
    assert "gives the same result" in page
    assert page.count("@lots.example") == 7  # two drawn, and the whole list
    broken = {"college_id": str(council.college), "places": "2", "entries": "Nobody"}
    answer = browser.post(f"/committees/{council.id}/draws/new", data={"once": new(), **broken})
    assert answer.status_code == 422


def test_the_secretary_runs_a_meeting_from_the_agenda_to_the_minutes(
    council: Council, world: World
) -> None:
    case_id = council.case("Shared gardens")
    browser = world.client(council.secretary)
    today = council.today.isoformat()
    page = send(
        browser,
        f"/committees/{council.id}/meetings/new",
        day=today,
        begins="14h",
        ends="16:30",
        place="Namur",
    )
    meeting = db.session.scalars(sa.select(Meeting)).one()
    here = f"/meetings/{meeting.number}"
    assert "Shared gardens" in page  # among what is ready
    page = send(browser, f"{here}/cases", case=str(case_id))
    page = send(browser, f"{here}/subjects", subject="Dates of next year")
    assert "Dates of next year" in page
    page = send(browser, f"{here}/papers")
    assert "The papers are out" in page
    send(browser, f"{here}/begin")
    there = {f"presence-{who}": "present" for who in council.members}
    page = send(browser, f"{here}/attendance", **there)
    assert "Quorum reached" in page
    items = db.session.scalars(sa.select(MeetingItem).order_by(MeetingItem.position)).all()
    item = f"{here}/items/{items[0].id}"
    send(browser, f"{item}/polls", verdict="decline")
    poll = db.session.scalars(sa.select(Poll)).one()
    votes = {f"vote-{who}": "yes" for who in council.members[:3]}
    send(browser, f"{item}/polls/{poll.id}/votes", **votes)
    assert "Carried." in send(browser, f"{item}/polls/{poll.id}/close")
    form = look(browser, f"{item}/decide/decline")
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    decision = {"method": "vote", "version": version[1]}
    short = browser.post(f"{item}/decide/decline", data={"once": new(), **decision, "motive": "No"})
    assert short.status_code == 422
    assert "No</textarea>" in short.get_data(as_text=True)
    motive = "It does not fit what we can carry."
    page = send(browser, f"{item}/decide/decline", **decision, motive=motive)
    assert "The decision is taken" in page
    assert world.case(case_id).state == "declined"
    send(browser, f"{here}/items/{items[1].id}/note", note="Four dates.")
    send(browser, f"{here}/close")
    page = look(browser, f"{here}/minutes")
    assert "Decided by vote: Decline." in page
    assert "Four dates." in page
    text = db.session.scalars(sa.select(MinutesVersion.text)).one()
    page = send(browser, f"{here}/minutes/edit", text=f"{text}\nCorrected.", version="1")
    assert "Corrected." in page
    stale = browser.post(
        f"{here}/minutes/edit", data={"once": new(), "text": "My long text", "version": "1"}
    )
    assert stale.status_code == 422
    assert "My long text" in stale.get_data(as_text=True)
    assert "Corrected." in look(browser, f"{here}/minutes/print")
    calendar = browser.get(f"{here}/invitation")
    assert calendar.content_type == "text/calendar; charset=utf-8"
    assert b"SEQUENCE:0" in calendar.data


def test_a_member_says_whether_they_come_gives_an_opinion_and_declares_an_interest(
    council: Council, world: World
) -> None:
    case_id, meeting_id = council.case("Shared gardens"), council.plan(10)
    item_id = council.put(meeting_id, case_id)
    here = f"/meetings/{number_of(council, meeting_id)}"
    member = council.members[2]
    browser = world.client(member)
    assert browser.get("/").location == "/desk"
    assert "Shared gardens" not in look(browser, here)
    council.papers(meeting_id)
    page = look(browser, "/committees")
    assert "1 opinion to give" in page
    assert "Shared gardens" in look(browser, here)
    assert "Shared gardens" in look(browser, f"/cases/{world.case(case_id).reference}")
    send(browser, f"{here}/announce", answer="no", reason="Ill")
    page = send(browser, f"{here}/items/{item_id}/opinion", leaning="for", text="Good idea.")
    assert "Good idea." in page
    assert page.count("still missing") == len(council.members) + len(council.experts) - 1
    assert db.session.scalars(sa.select(Opinion.user_id)).one() == member
    send(browser, f"{here}/items/{item_id}/interest", text="My sister works there.", sure="1")
    for path in (here, f"{here}/items/{item_id}", "/committees", "/inbox"):
        page = look(browser, path)
        assert "Shared gardens" not in page, path
        assert "Good idea." not in page, path
    assert browser.get(f"/cases/{world.case(case_id).reference}").status_code == 404


def test_nobody_else_opens_a_meeting(council: Council, world: World) -> None:
    meeting_id = council.plan(10)
    item_id = council.put(meeting_id, council.case())
    number = number_of(council, meeting_id)
    strangers = (
        world.person(Role.PROGRAMME_OFFICER),
        world.person(Role.PROGRAMME_LEAD),
        world.person(Role.ADMINISTRATOR),
        council.partner,
        world.person(None),
    )
    for person in strangers:
        browser = world.client(person)
        for path in (f"/meetings/{number}", f"/meetings/{number}/items/{item_id}"):
            assert browser.get(path).status_code in {403, 404}, path
    member = world.client(council.members[1])
    for act in ("begin", "papers", "close", "cases", "move"):
        answer = member.post(f"/meetings/{number}/{act}", data={"once": new()})
        assert answer.status_code == 403, act


def test_a_restricted_case_shows_its_number_and_nothing_else(
    council: Council, world: World
) -> None:
    secret, meeting_id = council.case("Zebrafish quokka", restricted=True), council.plan(10)
    with world.writing():
        world.grant(council.chair, Role.COMMITTEE_CHAIR, case=secret)
        agenda.add_case(council.actor(council.chair), meeting_id, secret, new())
    here = f"/meetings/{number_of(council, meeting_id)}"
    browser = world.client(council.members[2])
    item_id = db.session.scalars(sa.select(MeetingItem.id)).one()
    for path in (here, f"{here}/items/{item_id}", "/committees"):
        page = look(browser, path)
        assert "Zebrafish" not in page, path
        assert "Terre en Commun" not in page, path
    assert "Confidential case" in look(browser, here)


def test_what_is_refused_is_told_on_the_page(council: Council, world: World) -> None:
    meeting_id = council.plan(10)
    browser = world.client(council.secretary)
    here = f"/meetings/{number_of(council, meeting_id)}"
    assert "it can be opened on that day" in send(browser, f"{here}/begin")
    assert "nothing on the agenda" in send(browser, f"{here}/papers")
    moved = browser.post(
        f"{here}/move",
        data={"once": new(), "day": "2031-05-02", "begins": "14:00", "ends": "13:00"},
    )
    assert moved.status_code == 422
    page = send(
        browser, f"{here}/move", day="2031-05-02", begins="14:00", ends="15:00", version="99"
    )
    assert "Somebody has changed the meeting" in page


def _statements(world: World, person: UUID, path: str) -> int:
    browser = world.client(person)
    db.session.remove()
    with crowd.statements(db.engine) as said:
        answer = browser.get(path, buffered=True)
    assert answer.status_code == 200, path
    return len(said)


def test_pages_ask_as_often_for_two_hundred_items_as_for_one(world: World) -> None:
    council = Council(world, members=30)
    meeting_id = council.plan(10)
    item_id = council.put(meeting_id, council.case())
    council.papers(meeting_id)
    here = f"/meetings/{number_of(council, meeting_id)}"
    paths = (
        here,
        f"{here}/items/{item_id}",
        "/committees",
        f"/committees/{council.id}",
    )
    few = {p: _statements(world, council.secretary, p) for p in paths}
    member = {p: _statements(world, council.members[3], p) for p in paths}
    _crowd(council, meeting_id, 200)
    assert {p: _statements(world, council.secretary, p) for p in paths} == few
    assert {p: _statements(world, council.members[3], p) for p in paths} == member
    assert max(*few.values(), *member.values()) <= MOST, (few, member)


def _crowd(council: Council, meeting_id: UUID, count: int) -> None:
    """Give the meeting many items, and the house many cases that are ready."""
    first = council.case("One of many")
    row = council.world.case(first)
    columns = {c.key: getattr(row, c.key) for c in sa.inspect(Case).column_attrs}
    from casework.db import new_id

    with council.world.writing():
        for number in range(2 * count):
            values = {**columns, "id": new_id(), "reference": f"PP-2030-{number:04d}"}
            db.session.add(Case(**values))
            db.session.flush()
            if number < count:
                db.session.add(
                    MeetingItem(
                        meeting_id=meeting_id,
                        case_id=values["id"],
                        position=number + 2,
                        state="planned",
                        first_at=now() - timedelta(days=3),
                        added_at=now(),
                    )
                )
        for days in range(20, 50):
            when = meetings.When(now() + timedelta(days=days), now() + timedelta(days=days + 1))
            meetings.plan(council.actor(council.secretary), council.id, when, new())


def test_who_works_in_the_office_and_sits_finds_the_meeting_on_the_desk(
    council: Council, world: World
) -> None:
    meeting_id = council.plan(10)
    council.put(meeting_id, council.case())
    council.papers(meeting_id)
    with world.writing():
        world.grant(council.members[1], Role.FINANCE)
    page = look(world.client(council.members[1]), "/desk")
    assert f"/meetings/{number_of(council, meeting_id)}" in page
    assert "1 opinion to give" in page
    with world.writing():
        world.grant(council.lead, Role.PROGRAMME_LEAD)
    assert "/meetings/" not in look(world.client(council.lead), "/desk")


def test_who_sits_from_outside_has_a_desk_and_a_list_of_what_they_may_see(
    council: Council, world: World
) -> None:
    meeting_id, before, elsewhere = council.plan(10), council.case("Gardens"), council.case("Bikes")
    council.put(meeting_id, before)
    council.papers(meeting_id)
    browser = world.client(council.members[1])
    page = look(browser, "/")
    assert f"/meetings/{number_of(council, meeting_id)}" in page
    assert "1 opinion to give" in page
    listed = look(browser, "/cases?filters=open")
    assert "Gardens" in listed
    assert "Bikes" not in listed
    for of_the_office in ("/exports", "/bulk", "/views", 'name="owner"', 'name="programme"'):
        assert of_the_office not in listed, of_the_office
    assert look(browser, "/cases/counts")
    assert look(browser, "/calendar")
    assert browser.get(f"/cases/{_reference(elsewhere)}").status_code == 404


def _reference(case_id: UUID) -> str:
    return str(db.session.scalar(sa.select(Case.reference).where(Case.id == case_id)))
