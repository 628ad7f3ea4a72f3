"""Guests by link: one case, what concerns them, until a day; and sent away at once."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from casework import policy
from casework.clock import frozen, now
from casework.extensions import db, house_day
from casework.models import Document, Event, Grant, Guest, MailedLink, Message, User, UserSession
from casework.roles import Role
from casework.services import events, guests
from casework.services.errors import ForbiddenError, RefusedError
from tests.support import mailed
from tests.support.files import PDF
from tests.support.pages import read
from tests.support.project import Project
from tests.support.smtp import SmtpServer
from tests.support.world import World

TYPED = {
    "name": "Nadia of the street",
    "email": "nadia@street.example",
    "language": "en",
    "purpose": "Were you heard at the walk?",
}


@dataclass
class Visit:
    """A project in co-creation to which guests are invited."""

    project: Project
    smtp: SmtpServer

    @property
    def world(self) -> World:
        return self.project.world

    def invite(self, role: Role, **data: object) -> UUID:
        with self.world.writing():
            actor = self.world.actor(self.project.people[Role.PROGRAMME_OFFICER])
            values = {**TYPED, "role": role, "until": house_day() + timedelta(days=30), **data}
            return guests.invite(self.project.id, actor, values, uuid4().hex)

    def link(self, address: str = TYPED["email"]) -> str:
        return mailed.link_in(self.smtp, address)

    def enter(self, address: str = TYPED["email"]) -> FlaskClient:
        browser = self.world.client()
        answer = browser.post(self.link(address), data={})
        assert answer.status_code == 303, answer.status
        assert answer.headers["Location"] == "/guest"
        return browser


@pytest.fixture
def visit(app: Flask, world: World, smtp: SmtpServer) -> Visit:
    project = Project(world).to_co_creation()
    lead = Role.PARTNER_LEAD
    held = (project.today - timedelta(days=3)).isoformat()
    project.write(
        "sessions", lead, status="held", held_on=held, topic="A walk", participants="9", changes="x"
    )
    own = {"investor": "City of Namur", "status": "sounded", "note": "They hesitate."}
    project.write("pledges", lead, **own)
    project.write("pledges", lead, investor="Secret fund", status="pledged", amount_cents="900")
    return Visit(project, smtp)


def test_opening_the_link_uses_nothing_up_and_the_button_lets_in_once(visit: Visit) -> None:
    visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    link = visit.link()
    scanner = visit.world.client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    assert scanner.get("/guest").status_code == 401
    browser = visit.enter()
    assert "Shared gardens" in read(browser, "/guest").text
    again = visit.world.client().post(link, data={})
    assert again.status_code == 410
    text = visit.smtp.mails_to(TYPED["email"])[0].text()
    assert "Were you heard at the walk?" in text
    assert "invites you to have your say; you have no account here" in " ".join(text.split())
    assert "Shared gardens" in text


def test_a_guest_sees_what_concerns_the_role_and_nothing_else(visit: Visit) -> None:
    visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    browser = visit.enter()
    text = read(browser, "/guest").text
    assert "A walk" in text
    for hidden in ("Secret fund", "City of Namur", "900", "History"):
        assert hidden not in text
    reference = visit.project.case.reference
    for path in ("", "/file", "/history", "/documents", "/notes", "/guests", "/r/pledges"):
        assert browser.get(f"/cases/{reference}{path}").status_code == 403, path
    for path in ("/account", "/inbox", "/search?q=gardens", "/mine", "/desk", "/cases", "/work"):
        assert browser.get(path).status_code in {403, 404}, path
    assert browser.get("/").headers["Location"] == "/guest"


def test_a_target_group_says_that_it_was_there(visit: Visit) -> None:
    visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    browser = visit.enter()
    (session,) = visit.project.rows("sessions")
    address = f"/guest/session_voice/{session.id}"
    form = read(browser, address).form("group_words", "seen")
    before = visit.project.case.version
    missing = browser.post(address, data={**form.fields, "group_words": "We were"})
    assert missing.status_code == 422
    assert "We were" in missing.get_data(as_text=True)
    typed = {**form.fields, "group_attended": "yes", "group_words": "We were eleven, not nine."}
    for _ in range(2):
        assert browser.post(address, data=typed).status_code == 303
    (session,) = visit.project.rows("sessions")
    assert (session.group_attended, session.participants) == ("yes", 9)
    assert visit.project.case.version == before  # a comment voids nothing
    officer = visit.world.client(visit.project.people[Role.PROGRAMME_OFFICER])
    path = f"/cases/{visit.project.case.reference}/r/sessions/{session.id}"
    assert "We were eleven, not nine." in read(officer, path).text
    told = sa.select(Message).where(
        Message.recipient_id == visit.project.people[Role.PROGRAMME_OFFICER],
        Message.template == "words",
    )
    said = [m for m in db.session.scalars(told) if "target group" in m.params["subject"]]
    assert len(said) == 1
    assert events.verify([visit.project.id]) == []


def test_a_co_investor_confirms_and_corrects_their_own_pledge_alone(visit: Visit) -> None:
    own, other = visit.project.rows("pledges")
    visit.invite(Role.CO_INVESTOR, record=str(own.id))
    browser = visit.enter()
    text = read(browser, "/guest").text
    assert "City of Namur" in text
    for hidden in ("Secret fund", "A walk", "They hesitate."):
        assert hidden not in text
    assert browser.get(f"/guest/pledge_answer/{other.id}").status_code == 404
    assert browser.post(f"/guest/pledge_answer/{other.id}", data={}).status_code == 404
    (session,) = visit.project.rows("sessions")
    assert browser.get(f"/guest/session_voice/{session.id}").status_code == 404
    assert browser.get("/guest/pledge_answer/new").status_code == 404
    address = f"/guest/pledge_answer/{own.id}"
    form = read(browser, address).form("amount_cents", "seen")
    before = visit.project.case.version
    typed = {**form.fields, "amount_cents": "5 000", "confirmation": "yes", "answer": "In May"}
    assert browser.post(address, data=typed).status_code == 303
    own = visit.project.rows("pledges")[0]
    assert (own.amount_cents, own.confirmation, own.status) == (500_000, "yes", "pledged")
    assert visit.project.case.version > before  # a pledge counts in the funding plan
    stale = browser.post(address, data={**typed, "answer": "In June", "once": "other"})
    assert stale.status_code == 409
    visit.project.write(
        "pledges",
        Role.PARTNER_LEAD,
        own,
        investor="City of Namur",
        status="pledged",
        amount_cents="4 000",
    )
    assert visit.project.rows("pledges")[0].confirmation == ""


def test_no_guest_is_found_among_the_people_of_the_house(visit: Visit) -> None:
    """The guest's role counts for who comes by the link, and for nobody who signs in."""
    guest_id = visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    guest = db.session.get_one(Guest, guest_id)
    actor = visit.world.actor(guest.user_id)
    assert actor.held == ()
    assert not policy.may_see(actor, visit.project.case)
    browser = visit.world.client(guest.user_id)
    assert browser.get("/guest").status_code == 403
    assert browser.get(f"/cases/{visit.project.case.reference}").status_code == 404
    assert db.session.get_one(User, guest.user_id).joined_at is None


def test_a_partner_who_is_also_a_guest_comes_with_the_guests_rights_alone(visit: Visit) -> None:
    lead = db.session.get_one(User, visit.project.people[Role.PARTNER_LEAD])
    address = lead.email
    visit.invite(Role.TARGET_GROUP_REPRESENTATIVE, email=address)
    browser = visit.enter(address)
    assert browser.get(f"/cases/{visit.project.case.reference}").status_code == 403
    assert browser.get("/account").status_code == 403


def test_a_guest_reads_the_documents_that_the_house_ticks_and_no_others(visit: Visit) -> None:
    project = visit.project
    officer = visit.world.client(project.people[Role.PROGRAMME_OFFICER])
    lead = visit.world.client(project.people[Role.PARTNER_LEAD])
    reference = project.case.reference
    for title, only in (("Plan", ""), ("Letter", ""), ("For us alone", "y")):
        data = {"kind": "other", "title": title, "file": (io.BytesIO(PDF), "a.pdf")}
        data |= {"house_only": only} if only else {}
        sent = officer.post(f"/cases/{reference}/documents", data=data)
        assert sent.status_code == 303
    ids = {d.title: d.id for d in db.session.scalars(sa.select(Document))}
    guest_id = visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    guest = visit.enter()

    def reads() -> set[str]:
        found = set()
        for title, document_id in ids.items():
            with guest.get(f"/guest/documents/{document_id}") as answer:
                found |= {title} if answer.status_code == 200 else set()
        return found

    address = f"/cases/{reference}/guests/{guest_id}/documents"
    assert reads() == set()
    assert lead.post(address, data={"document": str(ids["Plan"])}).status_code == 403
    assert officer.post(address, data={"document": str(ids["For us alone"])}).status_code == 404
    assert reads() == set()
    for _ in range(2):
        done = officer.post(address, data={"document": str(ids["Plan"]), "once": "a"})
        assert done.status_code == 303
    assert reads() == {"Plan"}
    page = read(guest, "/guest").text
    assert "Plan" in page
    assert "Letter" not in page
    assert guest.get(f"/cases/{reference}/documents/{ids['Plan']}/1").status_code == 403
    shown = sa.select(sa.func.count()).where(Event.kind == "guest_documents")
    assert db.session.scalar(shown) == 1
    back = f"/cases/{reference}/documents/{ids['Plan']}/withdraw"
    assert officer.post(back, data={"reason": "It is not the right one."}).status_code == 303
    assert reads() == set()
    assert officer.post(address, data={"document": str(ids["Letter"])}).status_code == 303
    assert reads() == {"Letter"}
    assert officer.post(address, data={}).status_code == 303
    assert reads() == set()
    assert events.verify([project.id]) == []


def test_an_old_link_has_a_new_one_mailed_to_the_same_address(visit: Visit) -> None:
    visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    link = visit.link()
    browser = visit.world.client()
    with frozen(mailed.later(days=15)):
        assert browser.get(link).status_code == 410
        assert browser.post(link, data={}).status_code == 410
        assert browser.post(f"{link}/again", data={}).status_code == 303
        renewed = visit.link()
        assert renewed != link
        assert browser.post(renewed, data={}).status_code == 303
        assert browser.get("/guest").status_code == 200


def test_a_visit_ends_by_itself_on_its_last_day(visit: Visit) -> None:
    visit.invite(Role.TARGET_GROUP_REPRESENTATIVE, until=house_day() + timedelta(days=1))
    link = visit.link()
    browser = visit.enter()
    with frozen(mailed.later(days=3)):
        assert browser.get("/guest").status_code == 401
        page = browser.get(link)
        assert page.status_code == 410
        assert "Send me a new link" not in page.get_data(as_text=True)
        sent = len(visit.smtp.mails_to(TYPED["email"]))
        browser.post(f"{link}/again", data={})
        assert len(mailed.letters(visit.smtp, TYPED["email"])) == sent


def test_who_is_sent_away_is_out_at_once_and_what_they_said_stays(visit: Visit) -> None:
    guest_id = visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    browser = visit.enter()
    reference = visit.project.case.reference
    lead = visit.world.client(visit.project.people[Role.PARTNER_LEAD])
    assert "Nadia of the street" in read(lead, f"/cases/{reference}/guests").text
    for _ in range(2):
        ended = lead.post(f"/cases/{reference}/guests/{guest_id}/revoke", data={"once": "a"})
        assert ended.status_code == 303
    assert browser.get("/guest").status_code == 401
    db.session.rollback()
    left = sa.select(UserSession).where(UserSession.guest_id == guest_id)
    assert db.session.scalars(left).all() == []
    open_links = sa.select(MailedLink).where(
        MailedLink.guest_id == guest_id,
        MailedLink.used_at.is_(None),
        MailedLink.withdrawn_at.is_(None),
    )
    assert db.session.scalars(open_links).all() == []
    kinds = db.session.scalars(
        sa.select(Event.kind).where(Event.kind.like("guest%")).order_by(Event.seq)
    )
    assert list(kinds) == ["guest_invited", "guest_revoked"]
    assert events.verify([visit.project.id]) == []


def test_another_link_takes_the_place_of_the_former(visit: Visit) -> None:
    guest_id = visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    first = visit.link()
    officer = visit.world.client(visit.project.people[Role.PROGRAMME_OFFICER])
    address = f"/cases/{visit.project.case.reference}/guests/{guest_id}/resend"
    assert officer.post(address, data={"once": "a"}).status_code == 303
    assert visit.link() != first
    assert visit.world.client().post(first, data={}).status_code == 410
    visit.enter()


def test_inviting_by_form_says_what_is_wrong_and_happens_once(visit: Visit) -> None:
    reference = visit.project.case.reference
    officer = visit.world.client(visit.project.people[Role.PROGRAMME_OFFICER])
    address = f"/cases/{reference}/guests"
    typed = {**TYPED, "role": "co_investor", "until": visit.project.in_days(20), "once": "a"}
    for wrong in (
        {},  # no pledge chosen
        {"email": "nowhere"},
        {"until": visit.project.in_days(-1)},
        {"until": visit.project.in_days(900)},
        {"role": "programme_lead"},
        {"record": str(uuid4())},
    ):
        answer = officer.post(address, data={**typed, **wrong})
        assert answer.status_code == 422, wrong
        assert "Were you heard at the walk?" in answer.get_data(as_text=True)
    pledge = visit.project.rows("pledges")[0]
    for _ in range(2):
        sent = officer.post(address, data={**typed, "record": str(pledge.id)})
        assert sent.status_code == 303
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Guest)) == 1
    twice = officer.post(address, data={**typed, "record": str(pledge.id), "once": "b"})
    assert twice.status_code == 422


@pytest.mark.parametrize(
    "role", [Role.FINANCE, Role.COACH, Role.PARTNER_CONTRIBUTOR, Role.PARTNER_SIGNATORY]
)
def test_only_officers_and_leads_invite(visit: Visit, role: Role) -> None:
    browser = visit.world.client(visit.project.people[role])
    address = f"/cases/{visit.project.case.reference}/guests"
    assert browser.get(address).status_code == 403
    assert browser.post(address, data=TYPED).status_code == 403


def test_nobody_is_invited_to_a_confidential_or_a_closed_case(visit: Visit) -> None:
    project = visit.project
    officer = project.people[Role.PROGRAMME_OFFICER]
    with visit.world.writing():
        project.case.restricted = True
        visit.world.grant(officer, Role.PROGRAMME_OFFICER, case=project.id)
    with pytest.raises(ForbiddenError):
        visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    with visit.world.writing():
        project.case.restricted = False
    project.move("withdraw", Role.PARTNER_LEAD, reason="We found another way to do it.")
    with pytest.raises(RefusedError):
        visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)


def test_a_recused_guests_grant_is_the_only_right_they_have(visit: Visit) -> None:
    guest_id = visit.invite(Role.TARGET_GROUP_REPRESENTATIVE)
    guest = db.session.get_one(Guest, guest_id)
    actor = policy.guest_of(db.session(), guest.grant_id, now())
    assert actor is not None
    assert policy.roles_on(actor, visit.project.case) == {Role.TARGET_GROUP_REPRESENTATIVE}
    assert not actor.is_staff
    assert not actor.is_partner
    seen = sa.select(sa.func.count()).where(policy.visible_to(actor))
    assert db.session.scalar(seen) == 0
    ended = db.session.get_one(Grant, guest.grant_id).ends_at
    assert ended == guest.ends_at
