"""What is under way in a running house that would take people long to begin by hand.

It is made by the house's own services in its database, beside its processes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import current_app

from casework.app import create_app
from casework.clock import now
from casework.config import Settings
from casework.db import new_id
from casework.extensions import db
from casework.models import BackgroundWork, Case, Committee, User
from casework.roles import Role
from casework.services.committees import bodies, meetings
from tests.support.council import Council, new
from tests.support.ethics import MOTIVE, Ethics
from tests.support.site import Site
from tests.support.world import World


def sitting(site: Site, secretary: str) -> tuple[str, str, str]:
    """Found a committee with one meeting to come, one under way and one that is over.

    ``secretary`` is the address of whoever keeps it. Returns the committee, its college, and the
    page of an item that is ready to be decided.
    """
    with _inside(site) as world:
        council = Council(world, letters="MB")
        keeper = _person(secretary)
        with world.writing():
            founder = council.actor(council.lead)
            bodies.name_officer(founder, council.id, "secretary", keeper, council.today, new())
        council.secretary = keeper
        council.put(council.plan(10), council.case("A meadow for all"))
        _hold(council, over=True)
        open_one, items = _hold(council, over=False)
        number = council.meeting(open_one).number
        return str(council.id), str(council.college), f"/meetings/{number}/items/{items[2]}"


def _hold(council: Council, *, over: bool) -> tuple[UUID, list[UUID]]:
    """Open a meeting with three items; decide on all of them, or on one while one is voted on."""
    meeting = council.plan()
    items = [council.put(meeting, council.case(t)) for t in ("A kiln", "A loom", "A barn")]
    council.papers(meeting)
    council.begin(meeting)
    council.decide(items[0])
    if not over:
        council.poll(items[1])
        return meeting, items
    council.decide(items[1])
    council.decide(items[2])
    with council.world.writing():
        meetings.hold(council.actor(council.secretary), meeting, new())
    return meeting, items


def redacted_text(site: Site, chair: str, secretary: str, member: str) -> str:
    """Bring a case of the ethics committee to a redacted text that waits for its second reader."""
    with _inside(site) as world:
        committee_id = db.session.scalars(
            sa.select(Committee.id).where(Committee.kind == "ethics")
        ).one()
        people = {"chair": chair, "secretary": secretary, "member": member}
        ours = Ethics(world, committee_id, {who: _person(a) for who, a in people.items()})
        case_id = ours.bring(question="May they do so, after all of this?")
        ours.to_drafting(case_id)
        ours.save(case_id, "opinion", question="May they do so, after this?", text="No.")
        ours.fire(case_id, "adopt_opinion", motive=MOTIVE)
        ours.let_in(case_id, "member")
        said = {"title": "On promises", "text": "A promise binds.", "consent": "given"}
        ours.save(case_id, "publication", "member", **said)
        return f"/cases/{world.case(case_id).reference}/publication"


def work_under_way(site: Site, address: str) -> str:
    """Have a piece of somebody's long work stand still half way, and return its page."""
    with _inside(site) as world, world.writing():
        work = BackgroundWork(
            id=new_id(),
            kind="export_cases",
            owner_id=_person(address),
            language="fr",
            key=new(),
            params={},
            state="running",
            done=3,
            total=10,
            result={},
            error_params={},
            attempts=1,
            created_at=now(),
            started_at=now(),
            claimed_until=now() + timedelta(days=1),
        )
        db.session.add(work)
        return f"/work/{work.id}"


def somebody_who_left(site: Site) -> str:
    """Close an account and return its page."""
    with _inside(site) as world:
        person = world.person(None, name="Somebody who left")
        with world.writing():
            db.session.get_one(User, person).active = False
        return f"/people/{person}"


def somebody_in_charge(site: Site) -> UUID:
    """Add an officer who is in charge of one case."""
    with _inside(site) as world:
        person = world.person(Role.PROGRAMME_OFFICER, name="Somebody who leaves")
        organisation = world.organisation("The house on the hill")
        partner = world.person(Role.PARTNER_LEAD, organisation)
        case_id = world.start("partner_project", partner, organisation, title="A well")
        with world.writing():
            db.session.get_one(Case, case_id).owner_id = person
        return person


def in_a_month() -> date:
    """Return a day that is not over anywhere and no year away."""
    return now().date() + timedelta(days=30)


def _person(address: str) -> UUID:
    return db.session.scalars(sa.select(User.id).where(User.email == address)).one()


@contextmanager
def _inside(site: Site) -> Iterator[World]:
    """Work in the database of a running house, in a world whose addresses nobody has yet."""
    settings = Settings.load({"CASEWORK_DATA_DIR": str(site.data_dir)})
    with create_app(settings).app_context():
        present = db.session.scalar(sa.select(sa.func.count()).select_from(User)) or 0
        db.session.rollback()
        yield World(current_app, itertools.count(present + 1))
        db.session.remove()
        db.engine.dispose()
