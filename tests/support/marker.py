"""A word that stands in every text of a restricted case, to be looked for where it must not be."""

from __future__ import annotations

import io
import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from wtforms import StringField, TextAreaField

from casework.clock import now
from casework.db import announce_read
from casework.extensions import db, house_day
from casework.models import Case, MinutesVersion
from casework.roles import Role
from casework.services import cases, documents, drafts, forms, records, statistics
from casework.services.committees import agenda, deciding, interests, meetings, minutes, opinions
from casework.services.committees.meetings import When
from casework.services.secrecy import granting
from casework.workflows import registry
from casework.workflows.declaration import Section
from tests.support import cast as casting
from tests.support.cast import Somebody, Stage
from tests.support.ethics import Ethics
from tests.support.files import PDF
from tests.support.filling import filled
from tests.support.world import World

MARKER = "Quetzalcoatlus"
WORDS = f"{MARKER} northropi"
ASKED = "northropi"
"""The word that is searched for, so that a page which repeats it does not repeat the marker."""


def stage_with_it(world: World) -> Stage:
    """Return everybody who may ask, and a case in whose every text the marker stands."""
    made = casting.build(world)
    assert made.committee is not None
    made.cases[MARKER] = plant(made.committee)
    statistics.refresh()
    db.session.rollback()
    announce_read()
    return made


def keepers(stage: Stage) -> list[Somebody]:
    """Return the people of the committee who see the case."""
    assert stage.committee is not None
    people = stage.committee.people
    return [Somebody(n, people[n], sits=True) for n in ("chair", "secretary", "other")]


def marked(section: Section, facts: Any) -> dict[str, Any]:
    """Return data for a section with the marker in each of its texts."""
    data = filled(section.form, random.Random(1), house_day(), facts)
    form = forms.bind(section.form, None, facts=facts)
    texts = (StringField, TextAreaField)
    for name, field in form._fields.items():
        if isinstance(field, texts) and "Date" not in type(field).__name__:
            data[name] = f"{WORDS} was here, and stays here."
        elif "Date" in type(field).__name__:
            data[name] = house_day().isoformat()
    return data


def plant(committee: Ethics) -> UUID:
    """Bring a case and write the marker into every text that the workflow has."""
    stranger = committee.world.client()
    brought = stranger.post(
        "/ethics/bring",
        data={
            "title": WORDS,
            "summary": f"{WORDS} was here, and stays here.",
            "question": f"What of {WORDS}, then?",
            "manner": "named",
            "name": MARKER,
            "email": f"{MARKER}@example.org",
            "phone": MARKER,
            "link": MARKER,
            "once": "planted",
        },
    )
    code = brought.get_data(as_text=True).partition("<code>")[2].partition("</code>")[0]
    stranger.post("/ethics/receipt", data={"code": code, "text": WORDS, "once": "written"})
    db.session.rollback()
    case_id = next(case.id for case in db.session.scalars(sa.select(Case)) if case.title == WORDS)
    with committee.world.writing():
        member = committee.people["other"]
        granting.admit(cases.lock(case_id), member, Role.COMMITTEE_MEMBER, None, now())
    committee.fire(case_id, "begin_triage")  # its deadlines begin
    for section in registry.latest("ethics_case").sections:
        if section.edit_states:
            _write(committee, case_id, section)
    _move(committee, case_id)
    _meet(committee, case_id)
    return case_id


def _write(committee: Ethics, case_id: UUID, section: Section) -> None:
    """Save a record of a section, with the case put where the section is written."""
    who = "chair"
    with committee.world.writing():
        db.session.execute(
            sa.update(Case).where(Case.id == case_id).values(state=section.edit_states[0])
        )
    facts = cases.facts_of(committee.world.case(case_id))
    data = marked(section, facts)
    with committee.world.writing():
        changed = section.single or not section.may_add
        row = records.find(section, case_id, None) if changed else None
        seen = records.stamp(row)
        row_id = row.id if row is not None and not section.single else None
        actor = committee.actor(who)
        records.save(case_id, section.key, row_id, actor, data, seen, uuid4().hex)


def _move(committee: Ethics, case_id: UUID) -> None:
    """Make moves whose forms hold the marker, and add a document that bears it."""
    with committee.world.writing():
        db.session.execute(sa.update(Case).where(Case.id == case_id).values(state="scheduled"))
    committee.fire(case_id, "postpone", cause="other", reason=WORDS)
    committee.fire(case_id, "deliberate", motive=f"{WORDS} was here, and stays here.")
    with (
        documents.arriving(io.BytesIO(PDF), f"{MARKER}.pdf") as arrival,
        committee.world.writing(),
    ):
        actor = committee.actor("chair")
        documents.add(case_id, actor, "evidence", WORDS, False, arrival, uuid4().hex)


def _meet(committee: Ethics, case_id: UUID) -> None:
    """Have the committee meet about it, and write the marker wherever members write of it."""
    said = f"{WORDS} was here, and stays here."
    secretary, other, member = (committee.actor(n) for n in ("secretary", "other", "member"))
    start = now() + timedelta(minutes=5)
    with committee.world.writing():
        when = When(start, start + timedelta(hours=2))
        meeting_id = meetings.plan(secretary, committee.committee_id, when, uuid4().hex)
        item_id = agenda.add_case(secretary, meeting_id, case_id, uuid4().hex)
        agenda.send_papers(secretary, meeting_id)
    with committee.world.writing():
        opinions.give(other, item_id, "for", said, uuid4().hex)
        interests.declare(member, item_id, said, uuid4().hex)
        meetings.begin(secretary, meeting_id, uuid4().hex)
        deciding.postpone(secretary, item_id, "other", said, uuid4().hex)
        meetings.hold(secretary, meeting_id, uuid4().hex)
        draft = db.session.scalars(sa.select(MinutesVersion)).one()
        text = f"{draft.text}\n\n{said}"
        minutes.write(secretary, meeting_id, text, 1, uuid4().hex)
        drafts.keep(member.id or uuid4(), "/committees/items/x", {"text": [said]})
