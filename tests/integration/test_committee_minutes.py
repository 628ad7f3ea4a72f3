"""Opinions before a meeting, and its minutes after it."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pypdf import PdfReader

from casework.clock import frozen, now
from casework.extensions import db
from casework.models import Decision, MinutesVersion, User
from casework.roles import Role
from casework.services.committees import meetings, minutes, opinions
from casework.services.errors import NotFoundError, RefusedError
from tests.support.council import Council, new, reason_of
from tests.support.world import World


def test_opinions_are_for_members_who_see_the_file(council: Council, world: World) -> None:
    case_id, meeting_id = council.case(), council.plan(10)
    item_id = council.put(meeting_id, case_id)
    member = council.members[2]
    with pytest.raises(NotFoundError):  # before the papers
        opinions.give(council.actor(member), item_id, "for", "", new())
    council.papers(meeting_id)
    with world.writing():
        opinions.give(council.actor(member), item_id, "for", "A good one.", new())
        opinions.give(council.actor(member), item_id, "against", "No.", new())
    council.recuse(item_id, council.members[3])
    with pytest.raises(NotFoundError):
        opinions.give(council.actor(council.members[3]), item_id, "for", "", new())


def test_minutes_say_what_happened_and_are_approved_by_a_later_meeting(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    meeting_id, item_id, case_id = held
    council.recuse(item_id, council.members[3])
    council.note(meeting_id, {council.members[4]: "absent"})
    council.decide(item_id)
    keeper = council.actor(council.secretary)
    with world.writing():
        meetings.hold(keeper, meeting_id, new())
    text = db.session.scalars(
        sa.select(MinutesVersion.text).where(MinutesVersion.meeting_id == meeting_id)
    ).one()
    assert "Recused: Member 4." in text
    assert "Absent: Expert 1, Expert 2, Member 5." in text
    assert "Decided by consensus: Decline.\n\nReasons: " in text
    assert world.case(case_id).reference in text
    with pytest.raises(RefusedError), world.writing():
        minutes.approve(keeper, meeting_id, meeting_id, new())
    with world.writing():
        minutes.write(keeper, meeting_id, text + "\nAdded.", 1, new())
    with pytest.raises(RefusedError) as changed, world.writing():
        minutes.write(keeper, meeting_id, "Other", 1, new())
    assert reason_of(changed) == minutes.CHANGED
    later = council.plan()
    council.begin(later)
    with world.writing():
        minutes.approve(keeper, meeting_id, later, new())
    with pytest.raises(RefusedError) as approved, world.writing():
        minutes.write(keeper, meeting_id, "Other", 2, new())
    assert reason_of(approved) == minutes.APPROVED


def test_minutes_of_a_restricted_case_hold_nothing_of_its_content(
    council: Council, world: World
) -> None:
    secret, meeting_id = council.case("Zebrafish quokka", restricted=True), council.plan()
    with world.writing():
        world.grant(council.secretary, Role.COMMITTEE_SECRETARY, case=secret)
    item_id = council.put(meeting_id, secret)
    council.begin(meeting_id)
    council.decide(item_id, motive="The zebrafish is not ours to keep.")
    with world.writing():
        meetings.hold(council.actor(council.secretary), meeting_id, new())
    last = minutes.newest(meeting_id)
    decision = db.session.scalars(sa.select(Decision)).one()
    assert last is not None
    for text in (last.text, decision.canonical):
        assert world.case(secret).reference in text
        assert "ebrafish" not in text


# The draft's mark and the heading of the sheet, by language.
SHEETS = {
    "fr": ("Projet : pas encore approuvé", "Procès-verbal de la réunion"),
    "nl": ("Ontwerp: nog niet goedgekeurd", "Verslag van vergadering"),
    "en": ("Draft: not approved yet", "Minutes of meeting"),
}


def close(council: Council, world: World, meeting_id: UUID, language: str = "en") -> str:
    """Close a meeting as a secretary of a language does, and return where it stands."""
    with world.writing():
        db.session.execute(
            sa.update(User).where(User.id == council.secretary).values(language=language)
        )
        meetings.hold(council.actor(council.secretary), meeting_id, new())
    return f"/meetings/{council.meeting(meeting_id).number}/minutes"


def read(browser: FlaskClient, path: str) -> PdfReader:
    answer = browser.get(f"{path}/pdf", buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    return PdfReader(io.BytesIO(answer.data))


def words(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("language", SHEETS)
def test_the_pdf_says_what_the_minutes_say_in_their_language(
    held: tuple[UUID, UUID, UUID], council: Council, world: World, language: str
) -> None:
    meeting_id, item_id, _case = held
    council.decide(item_id)
    here = close(council, world, meeting_id, language)
    last = minutes.newest(meeting_id)
    assert last is not None
    with world.writing():
        text = last.text + "\n*Starred*, 7 € #read(1).\n"
        minutes.write(council.actor(council.secretary), meeting_id, text, 1, new())
    browser = world.client(council.members[1])
    reader = read(browser, here)
    draft, title = SHEETS[language]
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith(title)
    assert str(reader.root_object["/Lang"]) == language
    found = words(reader)
    for line in text.replace("#", "").splitlines()[1:]:
        assert " ".join(line.split()) in found.replace("#", ""), line
    assert found.count(draft) == 2
    name = browser.get(f"{here}/pdf").headers["Content-Disposition"]
    assert name == f"attachment; filename={council.meeting(meeting_id).number}-v2.pdf"
    later = council.plan()
    council.begin(later)
    with world.writing():
        minutes.approve(council.actor(council.secretary), meeting_id, later, new())
    assert draft not in words(read(browser, here))


def test_who_is_recused_reads_nothing_of_the_item_and_edits_no_minutes(
    held: tuple[UUID, UUID, UUID], council: Council, world: World
) -> None:
    meeting_id, item_id, case_id = held
    other = council.put(meeting_id, council.case("Zebrafish quokka"))
    council.recuse(item_id, council.chair)
    for each in (item_id, other):
        council.decide(each)
    here = close(council, world, meeting_id)
    last = minutes.newest(meeting_id)
    assert last is not None
    said = "Recused: Member 1."
    assert said in last.text
    chair, member = world.client(council.chair), world.client(council.members[1])
    for path in (here, f"{here}/print"):
        assert said in member.get(path).get_data(as_text=True)
        page = chair.get(path).get_data(as_text=True)
        assert said not in page
        assert "You may not see what was said here." in page
        assert "Zebrafish quokka" in page
    assert said in words(read(member, here))
    found = words(read(chair, here))
    assert said not in found
    assert world.case(case_id).reference in found
    assert f"{here}/edit" not in chair.get(here).get_data(as_text=True)
    assert chair.get(f"{here}/edit").status_code == 303
    with pytest.raises(RefusedError) as refused, world.writing():
        minutes.write(council.actor(council.chair), meeting_id, "Mine", 1, new())
    assert reason_of(refused) == minutes.PARTLY_HIDDEN


def test_minutes_of_a_restricted_case_are_read_by_those_who_had_it_before_them(
    council: Council, world: World
) -> None:
    secret, meeting_id = council.case("Zebrafish quokka", restricted=True), council.plan()
    with world.writing():
        world.grant(council.secretary, Role.COMMITTEE_SECRETARY, case=secret)
    item_id = council.put(meeting_id, secret)
    council.papers(meeting_id)
    council.begin(meeting_id)
    council.decide(item_id)
    here = close(council, world, meeting_id)
    late = world.person(None, name="Late")
    with world.writing():
        text = f"# Minutes\n\n## 1. {world.case(secret).reference}\n\nOf zebrafish."
        minutes.write(council.actor(council.secretary), meeting_id, text, 1, new())
        world.grant(late, Role.COMMITTEE_MEMBER, committee=council.id)
    with frozen(now() + timedelta(days=60)):
        assert not council.sees(council.members[1], secret)
        assert "zebrafish" in words(read(world.client(council.members[1]), here))
        assert "zebrafish" not in words(read(world.client(late), here))
