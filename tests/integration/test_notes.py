"""Notes on a case: each for its audience, never across, corrected and withdrawn with a trace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from casework.clock import now
from casework.extensions import db
from casework.models import Event, Message, Note, NotificationChoice, User
from casework.roles import Audience, Role
from casework.services import events, notes
from casework.services.outbox import letters
from casework.services.outbox.inbox import page as inbox_page
from tests.support.pages import read
from tests.support.world import World

SECRET = "The partner's bookkeeping worries us"
SHARED = "We come by on Thursday, see https://example.org/way?a=1&b=2"


@dataclass
class Conversation:
    """A request with everybody around it."""

    world: World
    case_id: UUID
    organisation: UUID
    lead: UUID
    contributor: UUID
    officer: UUID
    finance: UUID
    coach: UUID

    @property
    def reference(self) -> str:
        return self.world.case(self.case_id).reference

    def write(self, who: UUID, audience: Audience, text: str, key: str = "") -> UUID:
        with self.world.writing():
            return notes.write(self.case_id, self.world.actor(who), audience, text, key)

    def told(self, who: UUID) -> list[Message]:
        query = sa.select(Message).where(Message.recipient_id == who, Message.kind == "note")
        return list(db.session.scalars(query.order_by(Message.created_at, Message.id)))


@pytest.fixture
def talk(world: World) -> Conversation:
    organisation = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, organisation, name="Lena Lead")
    contributor = world.person(Role.PARTNER_CONTRIBUTOR, organisation)
    officer = world.person(Role.PROGRAMME_OFFICER, name="Omar Officer")
    finance = world.person(Role.FINANCE)
    case_id = world.start("sample", lead, organisation, title="A new roof")
    coach = world.person(Role.COACH, case=case_id)
    with world.writing():
        world.case(case_id).owner_id = officer
    return Conversation(world, case_id, organisation, lead, contributor, officer, finance, coach)


def test_a_note_is_read_by_its_audience_on_every_page(talk: Conversation) -> None:
    talk.write(talk.officer, Audience.TEAM, SECRET)
    talk.write(talk.officer, Audience.PARTNER, SHARED)
    for path in ("", "/notes", "/file"):
        for who in (talk.officer, talk.finance, talk.coach):
            text = read(talk.world.client(who), f"/cases/{talk.reference}{path}").text
            assert SECRET in text, path
            assert "We come by on Thursday" in text, path
        for who in (talk.lead, talk.contributor):
            text = read(talk.world.client(who), f"/cases/{talk.reference}{path}").text
            assert "We come by on Thursday" in text, path


def test_partners_never_come_across_a_note_of_the_team(app: Flask, talk: Conversation) -> None:
    note = talk.write(talk.officer, Audience.TEAM, SECRET)
    browser = talk.world.client(talk.lead)
    reference = talk.reference
    pages = [
        *(f"/cases/{reference}{path}" for path in ("", "/notes", "/history", "/file", "/drawing")),
        *("/mine", "/inbox", "/deadlines", f"/organisations/{talk.organisation}"),
        f"/organisations/{talk.organisation}/timeline",
        "/search?q=worries",
        "/account",
    ]
    opened = 0
    for path in pages:
        answer = browser.get(path, follow_redirects=True)
        opened += answer.status_code == 200
        page = answer.get_data(as_text=True)
        found = re.sub(r'value="[^"]*"', "", page)  # but for the words that the search was asked
        for words in (SECRET, "bookkeeping", "The team only", "Note written", str(note)):
            assert words not in found, f"{path} tells of it: {words}"
    assert opened >= len(pages) - 2
    assert talk.told(talk.lead) == talk.told(talk.contributor) == []
    for method in ("get", "post"):
        answer = getattr(browser, method)(f"/cases/{reference}/notes/{note}")
        assert answer.status_code == 404
    assert browser.post(f"/cases/{reference}/notes/{note}/withdraw").status_code == 404
    assert SECRET in read(talk.world.client(talk.officer), f"/cases/{reference}").text


def test_a_partner_writes_for_both_and_cannot_choose_the_team(talk: Conversation) -> None:
    browser = talk.world.client(talk.lead)
    address = f"/cases/{talk.reference}/notes"
    assert "audience" not in read(browser, address).form("text").fields
    sent = browser.post(address, data={"text": "Hello", "audience": "team", "once": "a"})
    assert sent.status_code == 303
    db.session.rollback()
    assert [n.audience for n in db.session.scalars(sa.select(Note))] == ["partner"]


def test_who_works_on_the_case_is_told_and_others_once_they_take_part(talk: Conversation) -> None:
    talk.write(talk.officer, Audience.TEAM, SECRET)
    assert len(talk.told(talk.coach)) == 1
    assert talk.told(talk.finance) == talk.told(talk.officer) == []
    talk.write(talk.finance, Audience.TEAM, "I have looked at it.")
    assert len(talk.told(talk.officer)) == 1
    talk.write(talk.lead, Audience.PARTNER, "Thank you for coming.")
    assert len(talk.told(talk.contributor)) == 1
    assert len(talk.told(talk.officer)) == 2
    assert talk.told(talk.finance) == []
    talk.write(talk.coach, Audience.TEAM, "Then all is well.")
    assert len(talk.told(talk.finance)) == 1


def test_a_note_reaches_inbox_and_mail_as_each_person_chose(app: Flask, talk: Conversation) -> None:
    with talk.world.writing():
        db.session.add(NotificationChoice(user_id=talk.contributor, kind="note", choice="none"))
        db.session.add(NotificationChoice(user_id=talk.coach, kind="note", choice="daily"))
    talk.write(talk.officer, Audience.PARTNER, SHARED)
    states = [talk.told(who)[0].mail_state for who in (talk.lead, talk.contributor, talk.coach)]
    assert states == ["pending", "none", "digest"]
    shown = inbox_page(talk.world.actor(talk.lead), "en", now()).entries[0].words
    assert "Omar Officer wrote: “We come by on Thursday" in shown.line
    lead = db.session.get_one(User, talk.lead)
    mail = letters.write(talk.told(talk.lead)[0], lead, now()).mail
    assert "We come by on Thursday" in str(mail.get_body(("plain",)))
    assert f"/cases/{talk.reference}/notes" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_message_says_nothing_to_somebody_who_is_no_longer_of_the_audience(
    talk: Conversation,
) -> None:
    talk.write(talk.officer, Audience.TEAM, SECRET)
    (message,) = talk.told(talk.coach)
    with talk.world.writing():
        db.session.execute(
            sa.text("DELETE FROM access_grant WHERE user_id = :id").bindparams(
                sa.bindparam("id", talk.coach, sa.Uuid())
            )
        )
        talk.world.grant(talk.coach, Role.PARTNER_LEAD, talk.organisation)
    actor, coach = talk.world.actor(talk.coach), db.session.get_one(User, talk.coach)
    (entry,) = inbox_page(actor, "en", now()).entries
    assert entry.words.hidden
    assert SECRET not in entry.words.line
    with pytest.raises(letters.NotToBeSentError):
        letters.write(db.session.get_one(Message, message.id), coach, now())


def test_a_mail_about_a_confidential_case_holds_none_of_its_words(talk: Conversation) -> None:
    with talk.world.writing():
        talk.world.case(talk.case_id).restricted = True
        talk.world.grant(talk.lead, Role.PARTNER_LEAD, case=talk.case_id)
        talk.world.grant(talk.officer, Role.PROGRAMME_OFFICER, case=talk.case_id)
    talk.write(talk.officer, Audience.PARTNER, SHARED)
    assert talk.told(talk.contributor) == []
    (message,) = talk.told(talk.lead)
    assert "Thursday" not in str(message.params)
    mail = letters.write(message, db.session.get_one(User, talk.lead), now()).mail
    assert "Thursday" not in mail.as_string()
    assert "roof" not in mail.as_string()
    (entry,) = inbox_page(talk.world.actor(talk.lead), "en", now()).entries
    assert "Thursday" in entry.words.line


def test_a_note_is_plain_text_in_which_only_web_addresses_are_links(talk: Conversation) -> None:
    talk.write(
        talk.lead,
        Audience.PARTNER,
        "<b>bold</b> javascript:alert(1) https://example.org/x?<script>\nsecond line",
    )
    answer = talk.world.client(talk.officer).get(f"/cases/{talk.reference}/notes")
    page = answer.get_data(as_text=True)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert '<a href="https://example.org/x?&lt;script&gt;"' in page
    assert 'rel="nofollow noopener noreferrer"' in page
    assert 'href="javascript' not in page


def test_a_note_leaves_the_version_of_the_case_and_the_chain_whole(talk: Conversation) -> None:
    before = talk.world.case(talk.case_id).version
    note = talk.write(talk.officer, Audience.TEAM, SECRET)
    row = db.session.get_one(Note, note)
    with talk.world.writing():
        actor = talk.world.actor(talk.officer)
        notes.correct(talk.case_id, note, actor, "Nothing worries us", notes.stamp(row), "")
        notes.withdraw(talk.case_id, note, actor, "")
    assert talk.world.case(talk.case_id).version == before
    assert events.verify([talk.case_id]) == []
    kinds = db.session.execute(
        sa.select(Event.kind, Event.name, Event.canonical).where(Event.kind.like("note%"))
    ).all()
    assert [row.kind for row in kinds] == ["note", "note_corrected", "note_withdrawn"]
    assert {row.name for row in kinds} == {"team"}
    assert not any("worries" in row.canonical for row in kinds)


def test_a_form_sent_twice_is_one_note(talk: Conversation) -> None:
    browser = talk.world.client(talk.officer)
    for _ in range(2):
        data = {"text": "Once", "audience": "team", "once": "a"}
        assert browser.post(f"/cases/{talk.reference}/notes", data=data).status_code == 303
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Note)) == 1
    assert len(talk.told(talk.coach)) == 1


def test_its_author_corrects_it_and_what_it_said_stays_readable(talk: Conversation) -> None:
    note = talk.write(talk.officer, Audience.PARTNER, "On Tursday")
    address = f"/cases/{talk.reference}/notes/{note}"
    browser = talk.world.client(talk.officer)
    form = read(browser, address).form("text", "seen")
    assert form.fields["text"] == "On Tursday"
    sent = browser.post(address, data={**form.fields, "text": "On Thursday"})
    assert sent.status_code == 303
    stale = browser.post(address, data={**form.fields, "text": "On Friday", "once": "other"})
    assert stale.status_code == 409
    text = read(talk.world.client(talk.lead), f"/cases/{talk.reference}/notes").text
    assert "On Thursday" in text
    assert "On Tursday" in text
    assert "corrected on" in text
    assert "On Tursday" not in read(talk.world.client(talk.lead), f"/cases/{talk.reference}").text
    (entry,) = inbox_page(talk.world.actor(talk.lead), "en", now()).entries
    assert "On Thursday" in entry.words.line


def test_nobody_else_corrects_or_withdraws_it(talk: Conversation) -> None:
    note = talk.write(talk.lead, Audience.PARTNER, "Ours")
    address = f"/cases/{talk.reference}/notes/{note}"
    for who in (talk.officer, talk.contributor):
        browser = talk.world.client(who)
        assert browser.get(address).status_code == 403
        assert browser.post(address, data={"text": "Theirs"}).status_code == 403
        assert browser.post(f"{address}/withdraw").status_code == 403
    assert "Ours" in read(talk.world.client(talk.officer), f"/cases/{talk.reference}").text


def test_what_was_withdrawn_is_shown_to_nobody_and_that_it_was_there_is(
    talk: Conversation,
) -> None:
    note = talk.write(talk.officer, Audience.PARTNER, "Sent too soon")
    address = f"/cases/{talk.reference}/notes/{note}"
    browser = talk.world.client(talk.officer)
    assert browser.post(f"{address}/withdraw", data={"once": "a"}).status_code == 303
    assert browser.get(address).status_code == 303
    for who in (talk.officer, talk.lead):
        for path in ("", "/notes", "/history", "/file"):
            page = read(talk.world.client(who), f"/cases/{talk.reference}{path}").text
            assert "Sent too soon" not in page
        assert (
            "Withdrawn by its author"
            in read(talk.world.client(who), f"/cases/{talk.reference}/notes").text
        )
    (entry,) = inbox_page(talk.world.actor(talk.lead), "en", now()).entries
    assert entry.words.line == "The note was withdrawn."


def test_what_is_typed_outlives_a_fault(talk: Conversation) -> None:
    browser = talk.world.client(talk.officer)
    long = "word " * 1_001
    answer = browser.post(
        f"/cases/{talk.reference}/notes", data={"text": long, "audience": "team", "once": "a"}
    )
    assert answer.status_code == 422
    assert long.strip() in answer.get_data(as_text=True)
    place = f"/cases/{talk.reference}/notes"
    browser.post(f"/drafts?place={place}", data={"text": "Half a", "audience": "partner"})
    form = read(browser, place).form("text")
    assert form.fields["text"] == "Half a"
    assert form.fields["audience"] == "partner"


def test_recused_people_hear_and_read_nothing(talk: Conversation) -> None:
    with talk.world.writing():
        talk.world.grant(talk.coach, Role.COACH, case=talk.case_id, denies=True)
    talk.write(talk.officer, Audience.TEAM, SECRET)
    assert talk.told(talk.coach) == []
    assert talk.world.client(talk.coach).get(f"/cases/{talk.reference}/notes").status_code == 404


def test_a_committee_hears_what_is_written_for_it_and_nothing_of_the_team(
    talk: Conversation,
) -> None:
    member = talk.world.person(Role.COMMITTEE_MEMBER, case=talk.case_id)
    talk.write(talk.officer, Audience.TEAM, SECRET)
    talk.write(talk.officer, Audience.COMMITTEE, "Please look at the budget first")
    assert [m.template for m in talk.told(member)] == ["note/committee"]
    browser = talk.world.client(member)
    for path in ("", "/notes", "/history", "/file"):
        page = read(browser, f"/cases/{talk.reference}{path}").text
        assert SECRET not in page
        assert "The team only" not in page
    assert "the budget first" in read(browser, f"/cases/{talk.reference}/notes").text
    sent = browser.post(f"/cases/{talk.reference}/notes", data={"text": "We shall", "once": "a"})
    assert sent.status_code == 303
    for path in ("", "/notes", "/history", "/file"):
        page = read(talk.world.client(talk.lead), f"/cases/{talk.reference}{path}").text
        assert "budget first" not in page
        assert "The committee and the team" not in page
