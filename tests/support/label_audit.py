"""A label in the test's world: a small referential, a member, auditors, and a cycle of theirs."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from casework import policy
from casework.clock import now
from casework.db import new_id
from casework.extensions import db, house_day
from casework.models import Case
from casework.models.label_audit import Certificate, Cycle, Due, Label, Membership
from casework.models.referential import (
    Criterion,
    Referential,
    ReferentialField,
    ReferentialVersion,
    Scheme,
)
from casework.roles import Role
from casework.services import cases, documents, records
from casework.services.labels import results
from casework.workflows import registry
from casework.workflows.label_audit.facts import LabelFacts
from tests.support.files import PDF
from tests.support.world import World

CRITERIA = (
    ("JUR-01", "mandatory", False),
    ("RES-02", "mandatory", True),
    ("RES-03", "mandatory", False),
    ("ACC-06", "recommended", False),
    ("ACC-07", "recommended", True),
    ("INF-01", "informative", False),
)
MOTIVE = "The committee has read the report and the reply."
CHARTER = "2019"


def referential(
    world: World, criteria: Any = CRITERIA, label: str = "1.0", key: str = "cpe"
) -> UUID:
    """Publish a version of a small referential under one scheme, and return the version."""
    with world.writing():
        scheme = db.session.scalar(sa.select(Scheme).where(Scheme.key == key))
        if scheme is None:
            scheme = Scheme(
                id=new_id(),
                key=key,
                prefix=key.upper(),
                family="threshold",
                parameters={"num": 1, "den": 2},
                official=False,
                terms={},
                computed={"RES-03": "dues"},
                charter_version=CHARTER,
                created_at=now(),
                **names("Label"),
            )
            db.session.add(scheme)
            db.session.flush()
            db.session.add(
                Referential(
                    id=new_id(),
                    scheme_id=scheme.id,
                    key=key,
                    created_at=now(),
                    **names("Referential"),
                )
            )
            db.session.flush()
        of_it = sa.select(Referential.id).where(Referential.scheme_id == scheme.id)
        base = db.session.scalars(of_it).first()
        version = ReferentialVersion(
            id=new_id(), referential_id=base, label=label, state="draft", created_at=now()
        )
        db.session.add(version)
        db.session.flush()
        place = ReferentialField(
            id=new_id(), version_id=version.id, code="F", position=1, **names("Field")
        )
        db.session.add(place)
        db.session.flush()
        for position, (code, kind, na_allowed) in enumerate(criteria, start=1):
            texts = {f"text_{code_}": f"What {code} asks" for code_ in ("fr", "nl", "en")}
            db.session.add(
                Criterion(
                    version_id=version.id,
                    field_id=place.id,
                    code=code,
                    position=position,
                    kind=kind,
                    na_allowed=na_allowed,
                    **texts,
                )
            )
        db.session.flush()
        version.state, version.published_at = "published", now()
        return version.id


def names(text: str) -> dict[str, str]:
    """Return one name in every language."""
    return {f"name_{code}": f"{text} {code}" for code in ("fr", "nl", "en")}


def enrol(world: World, organisation: UUID) -> UUID:
    """Make an organisation a member that has signed the charter and owes nothing."""
    with world.writing():
        row = Membership(
            id=new_id(),
            organisation_id=organisation,
            share_from=date(2019, 1, 1),
            charter_version=CHARTER,
            charter_signed_on=date(2019, 5, 23),
            charter_signed_by="The manager",
            created_at=now(),
        )
        db.session.add(row)
        return row.id


@dataclass
class Audit:
    """A cooperative, the house, two certified auditors, and their cycle of the label."""

    world: World
    people: dict[str, UUID] = field(default_factory=dict)
    organisation: UUID = field(default_factory=uuid4)
    membership: UUID = field(default_factory=uuid4)
    case_id: UUID = field(default_factory=uuid4)

    @classmethod
    def engaged(
        cls, world: World, criteria: Any = CRITERIA, title: str = "Label", key: str = "cpe"
    ) -> Audit:
        """Have a cooperative engage in the label."""
        referential(world, criteria, key=key)
        made = cls(world, organisation=world.organisation())
        made.membership = enrol(world, made.organisation)
        made.people = {
            "member": world.person(Role.PARTNER_LEAD, made.organisation),
            "officer": world.person(Role.PROGRAMME_OFFICER),
            "lead": world.person(Role.PROGRAMME_LEAD),
            "finance": world.person(Role.FINANCE),
            "auditor": world.person(None, name="Ada Auditor"),
            "second": world.person(None, name="Bea Auditor"),
        }
        for who in ("auditor", "second"):
            made.certify(who)
        made.engage(title, key)
        return made

    def certify(self, who: str, until: date = date(2099, 12, 31)) -> None:
        """Certify somebody as auditor."""
        with self.world.writing():
            db.session.add(
                Certificate(
                    user_id=self.people[who],
                    number=uuid4().hex[:12],
                    valid_from=date(2020, 1, 1),
                    valid_until=until,
                    created_at=now(),
                )
            )

    def engage(self, title: str = "Label", key: str = "") -> UUID:
        """Begin a cycle of the scheme with this key, or of the usual one."""
        workflow = registry.latest("label_audit")
        scheme = db.session.scalar(sa.select(Scheme.id).where(Scheme.key == key))
        db.session.rollback()
        with self.world.writing():
            done = cases.open_case(
                workflow,
                "engage",
                self.actor("member"),
                self.organisation,
                {"title": title, "scheme_id": str(scheme or "")},
                uuid4().hex,
            )
        self.case_id = done.case_id
        return done.case_id

    def actor(self, who: str) -> policy.Actor:
        """Return somebody as services know them; ``system`` is the system."""
        return policy.SYSTEM if who == "system" else self.world.actor(self.people[who])

    def fire(self, name: str, who: str = "officer", override: str = "", **data: Any) -> str:
        """Make a move, as a meeting's decision where a committee decides; return the state."""
        decided = bool(registry.latest("label_audit").decided_by(name))
        by = "lead" if decided else who
        with self.world.writing():
            cases.fire(
                self.case_id,
                name,
                self.actor(by),
                data,
                None,
                uuid4().hex,
                override,
                decision=uuid4() if decided else None,
            )
        return self.state

    @property
    def state(self) -> str:
        """Where the case stands."""
        return str(db.session.scalar(sa.select(Case.state).where(Case.id == self.case_id)))

    @property
    def reference(self) -> str:
        """The reference of the case."""
        return db.session.scalars(sa.select(Case.reference).where(Case.id == self.case_id)).one()

    @property
    def facts(self) -> LabelFacts:
        """The facts of the case."""
        db.session.rollback()
        return results.facts_for(self.world.case(self.case_id))

    @property
    def cycle(self) -> Cycle:
        """The cycle of the case."""
        db.session.expire_all()
        return db.session.scalars(sa.select(Cycle).where(Cycle.case_id == self.case_id)).one()

    @property
    def label(self) -> Label:
        """The label that the case has earned."""
        db.session.expire_all()
        return db.session.scalars(sa.select(Label).where(Label.case_id == self.case_id)).one()

    def save(self, section: str, who: str, record: UUID | None = None, **data: Any) -> UUID:
        """Write a record."""
        found = registry.latest("label_audit").section_by_key[section]
        with self.world.writing():
            held = record or found.single
            row = records.find(found, self.case_id, record) if held else None
            seen = records.stamp(row)
            actor = self.actor(who)
            done = records.save(self.case_id, section, record, actor, data, seen, uuid4().hex)
        return done.record_id

    def say(self, code: str, layer: str, who: str, result: str = "met", note: str = "") -> int:
        """Write a result, having seen the newest."""
        seen = self.facts.by_code[code].said(layer).revision
        with self.world.writing():
            actor = self.actor(who)
            key = uuid4().hex
            return results.save(self.reference, code, layer, actor, result, note, seen, key)

    def say_all(self, layer: str, who: str, **other: str) -> None:
        """Write all results of a layer: met, or as named (``RES_02="not_applicable"``)."""
        for line in self.facts.lines:
            if not line.computed:
                result = other.get(line.code.replace("-", "_"), "met")
                self.say(line.code, layer, who, result, "" if result == "met" else "Said why.")

    def document(self, title: str = "Statutes") -> UUID:
        """Add a document, as the cooperative does."""
        arriving = documents.arriving(io.BytesIO(PDF), "statutes.pdf")
        with self.world.writing(), arriving as arrival:
            added = documents.add(
                self.case_id, self.actor("member"), "evidence", title, False, arrival, uuid4().hex
            )
        return added.document_id

    def owe(self, due_on: date, paid_on: date | None = None) -> UUID:
        """Write down what the cooperative owes for a year."""
        with self.world.writing():
            row = Due(
                id=new_id(),
                membership_id=self.membership,
                year=due_on.year,
                due_on=due_on,
                paid_on=paid_on,
                created_at=now(),
            )
            db.session.add(row)
            return row.id

    def to_admissible(self) -> None:
        """Assess oneself, with evidence for what is mandatory, and be admitted."""
        self.fire("open_self_assessment")
        self.say_all("self", "member")
        codes = ["JUR-01", "RES-02"]
        self.save(
            "evidence",
            "member",
            document_id=self.document(),
            criteria=codes,
            effective_on=house_day(),
        )
        self.fire("declare_admissible")

    def to_audit(self, *others: str) -> None:
        """Name the team, have it accepted, schedule the audit and begin it."""
        self.to_admissible()
        for who in others:
            self.save("team", "officer", user_id=self.people[who], part="member")
            self.save("declarations", who, tie="none")
        self.save("team", "officer", user_id=self.people["auditor"], part="lead")
        self.save("declarations", "auditor", tie="none")
        day = house_day() + timedelta(days=3)
        self.save("plan", "officer", starts_on=day, ends_on=day, method="On site.")
        self.fire("propose_team")
        self.fire("accept_team", "member")
        self.fire("schedule_audit")
        self.fire("begin_audit", "auditor")

    def to_draft(self, **other: str) -> None:
        """Audit everything, write the report and issue its draft."""
        self.to_audit()
        self.say_all("auditor", "auditor", **other)
        self.save(
            "report",
            "auditor",
            context="On site.",
            conclusion="Well kept.",
            no_good_practices=True,
            no_recommendations=True,
        )
        self.fire("issue_draft", "auditor")

    def to_committee(self, **other: str) -> None:
        """Bring the case before a committee, which must have been founded."""
        self.to_draft(**other)
        self.save("reply", "member", text="We agree with all of it.")
        self.fire("finalise_report", "auditor")
        self.fire("to_committee")
