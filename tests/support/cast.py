"""Everybody who may ask for a page, and the cases they may ask about."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa

from casework import reference
from casework.clock import now
from casework.extensions import db
from casework.models import Call, Case, Grant, User
from casework.roles import HOUSE_ROLES, PARTNER_ROLES, Role
from casework.services import documents, guests
from casework.workflows import registry
from tests.support import ethics, label_audit, labels
from tests.support.ethics import Ethics
from tests.support.files import PDF
from tests.support.world import World

RESTRICTED = "restricted"
ETHICS = "ethics_case"
LABEL = "label_audit"


@dataclass(frozen=True)
class Somebody:
    """A person, or nobody in particular, and the kinds of case they may read."""

    name: str
    user_id: UUID | None
    reads: frozenset[str] = frozenset()
    office: bool = False
    leads: bool = False
    administers: bool = False
    partner: bool = False
    foreign: bool = False
    sits: bool = False
    keeps: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass
class Stage:
    """One case of each kind, with what hangs on it, and the people around them."""

    world: World
    organisation_id: UUID
    foreign_id: UUID
    call_id: UUID
    outsider_id: UUID
    cases: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, UUID] = field(default_factory=dict)
    people: list[Somebody] = field(default_factory=list)
    committee: Ethics | None = None
    shelf: labels.Shelf | None = None

    def case(self, kind: str) -> Case:
        """Return the case of a kind."""
        return self.world.case(self.cases[kind])


def title(kind: str) -> str:
    """Return the title of the case of a kind: a word that no other page holds."""
    return f"Zebrafish {kind} quokka"


def build(world: World) -> Stage:
    """Make a case of every workflow and a restricted one, and everybody who may ask for them."""
    with world.writing():
        reference.load()
    own = world.organisation("Terre en Commun")
    foreign = world.organisation("Une Autre Maison")
    lead = world.person(Role.PARTNER_LEAD, own, name="Lead of the cases")
    label_audit.referential(world)
    label_audit.enrol(world, own)
    with world.writing():
        call = Call(
            title_fr="Appel",
            title_nl="Oproep",
            title_en="Call",
            opens_on=now().date(),
            always_open=True,
            created_at=now(),
            updated_at=now(),
        )
        db.session.add(call)
        db.session.flush()
        call_id = call.id
    stage = Stage(world, own, foreign, call_id, lead, shelf=labels.shelf(world))
    for kind in (*(w.key for w in registry.current()), RESTRICTED):
        key = "partner_project" if kind == RESTRICTED else kind
        adding = lead
        if registry.latest(key).secrecy:
            stage.committee = ethics.gather(world)
            adding = stage.committee.people["secretary"]
            stage.cases[kind] = stage.committee.bring(title=title(kind))
        else:
            stage.cases[kind] = world.start(key, lead, own, title=title(kind))
        arriving = documents.arriving(io.BytesIO(PDF), "zebrafish.pdf")
        with world.writing(), arriving as arrival:
            actor = world.actor(adding)
            added = documents.add(
                stage.cases[kind], actor, "other", title(kind), False, arrival, uuid4().hex
            )
        stage.documents[kind] = added.document_id
    with world.writing():
        db.session.execute(
            sa.update(Case).where(Case.id == stage.cases[RESTRICTED]).values(restricted=True)
        )
    stage.people = [
        *_house(world),
        *_partners(world, own, foreign),
        *_odd(world, stage),
        *_sitting(stage),
    ]
    return stage


def _open_kinds() -> frozenset[str]:
    return frozenset(w.key for w in registry.current() if not w.secrecy)


def _house(world: World) -> list[Somebody]:
    # A coach reads the cases given to them; an administrator reads none by that role alone.
    readers = {Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.FINANCE}
    return [
        Somebody(
            str(role),
            world.person(role),
            _open_kinds() if role in readers else frozenset(),
            office=True,
            leads=role in {Role.PROGRAMME_LEAD, Role.ADMINISTRATOR},
            administers=role is Role.ADMINISTRATOR,
        )
        for role in sorted(HOUSE_ROLES)
    ]


def _partners(world: World, own: UUID, foreign: UUID) -> list[Somebody]:
    inside = [
        Somebody(str(role), world.person(role, own), _open_kinds(), partner=True)
        for role in sorted(PARTNER_ROLES)
    ]
    outside = [
        Somebody(f"foreign {role}", world.person(role, foreign), partner=True, foreign=True)
        for role in sorted(PARTNER_ROLES)
    ]
    return [*inside, *outside]


def _odd(world: World, stage: Stage) -> list[Somebody]:
    secret = stage.cases[RESTRICTED]
    every = _open_kinds() | {RESTRICTED}
    officer, own_lead = Role.PROGRAMME_OFFICER, Role.PARTNER_LEAD
    recused, recused_partner = world.person(officer), world.person(own_lead, stage.organisation_id)
    granted, coach = world.person(officer), world.person(Role.COACH)
    granted_partner = world.person(own_lead, stage.organisation_id)
    ended, ended_partner = world.person(officer), world.person(own_lead, stage.organisation_id)
    inactive, auditor = world.person(officer), world.person(None)
    with world.writing():
        for case_id in stage.cases.values():
            world.grant(recused, officer, case=case_id)
            if case_id != stage.cases.get(ETHICS):
                world.grant(coach, Role.COACH, case=case_id)
            for person in (recused, recused_partner):
                world.grant(person, officer, case=case_id, denies=True)
        world.grant(granted, officer, case=secret)
        world.grant(auditor, Role.AUDITOR, case=stage.cases[LABEL])
        world.grant(granted_partner, own_lead, case=secret)
        over = now() - timedelta(minutes=1)
        db.session.execute(
            sa.update(Grant).where(Grant.user_id.in_([ended, ended_partner])).values(ends_at=over)
        )
        db.session.execute(sa.update(User).where(User.id == inactive).values(active=False))
    return [
        Somebody("anonymous", None),
        Somebody("nobody's role", world.person(None)),
        Somebody("recused officer", recused, office=True),
        Somebody("recused partner", recused_partner, partner=True),
        Somebody("officer granted the restricted case", granted, every, office=True),
        Somebody("coach of the cases", coach, every, office=True),
        Somebody("partner granted the restricted case", granted_partner, every, partner=True),
        Somebody("officer whose grant has ended", ended),
        Somebody("partner whose grant has ended", ended_partner),
        Somebody("inactive officer", inactive),
        Somebody("auditor of the audit", auditor, frozenset({LABEL})),
    ]


def _sitting(stage: Stage) -> list[Somebody]:
    """Return the ethics committee: its secretary keeps its case, a member knows its number."""
    if stage.committee is None:
        return []
    people = stage.committee.people
    return [
        Somebody(
            "ethics secretary",
            people["secretary"],
            frozenset({ETHICS}),
            sits=True,
            keeps=True,
        ),
        Somebody("ethics member", people["member"], sits=True),
    ]


def invite_guest(stage: Stage) -> UUID:
    """Invite somebody of the target group to the project, and return them as a guest."""
    officer = next(p.user_id for p in stage.people if p.name == "programme_officer")
    assert officer is not None
    values = {
        "name": "Guest of the case",
        "email": "guest@street.example",
        "language": "en",
        "role": Role.TARGET_GROUP_REPRESENTATIVE,
        "until": now().date() + timedelta(days=30),
        "purpose": "Were you heard?",
    }
    with stage.world.writing():
        actor = stage.world.actor(officer)
        return guests.invite(stage.cases["partner_project"], actor, values, uuid4().hex)
