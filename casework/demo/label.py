"""Nine invented cooperatives of the label, replayed on their own days by the real services.

The outcomes are those that a rule must tell apart: well over half, exactly half, under half, one
mandatory criterion failed, not applicable ones, suspended, expired, never audited. Loaded once.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import unit_of_work
from casework.demo import label_kit, paper
from casework.demo.label_acts import LANGUAGE, MARK, Acts
from casework.demo.label_cast import (
    AUDITORS,
    CHAIR,
    CONSENTS,
    COOPERATIVES,
    HOME,
    LATE,
    NEVER_LABELLED,
    PRACTICE,
    PRACTICES,
    RECOMMENDED,
    SEATS,
    SECRETARY,
    SHOWN,
    SUSPENDED,
    Cooperative,
)
from casework.demo.organisations import address_of
from casework.demo.people import OURS
from casework.extensions import db, settings
from casework.models import Deadline, Meeting, Message, Organisation, Reminder
from casework.policy import Actor
from casework.roles import Role
from casework.services import cases, documents, marks
from casework.services.committees import agenda, attendance, bodies, deciding, meetings, seats
from casework.services.committees.meetings import When
from casework.services.labels import network

FOUNDED = 1300
"""How many days ago the committee was founded and the auditors were certified."""
FOLLOWED_UP = "La note de veille de l’année est écrite et partagée avec toute l’équipe."
MOTIVE = (
    "Le comité a lu le rapport et la réponse de la coopérative ; le calcul est celui du dossier."
)


def load(began: datetime) -> list[tuple[str, str]]:
    """Replay the years, unless they were; return role and address of those who may sign in."""
    with unit_of_work(db.session):
        if marks.find(MARK) is None:
            _Story(began.astimezone(settings().zone).date()).play()
            marks.leave(MARK, {}, now())
    return [(role, address_of(name, _domain(name))) for role, name in SHOWN]


def _domain(name: str) -> str:
    return f"{HOME}.example" if name in AUDITORS else OURS


class _Story(Acts):
    """All cycles, played day by day; ``today`` is the day of the first loading."""

    def play(self) -> None:
        """Play everything in the order of time."""
        with self._day(FOUNDED) as key:
            self._settle(key)
        first = [c for c in COOPERATIVES if c.decided]
        late, suspended = (self._of(k) for k in (LATE, SUSPENDED))
        self._cycle(late, late.decided[0], late.opened, first=True)
        self._follow_up(late, late.decided[0])
        renewing = [c for c in first if len(c.decided) > 1]
        for each in renewing:
            self._prepare(each, 1100, first=True)
        self._meet(1060, [(c, "award") for c in renewing])
        for each in renewing:
            self._follow_up(each, 1060)
        self._cycle(suspended, suspended.decided[0], suspended.opened, first=True)
        for each in renewing:
            with self._day(330) as key:
                self._move(each, "announce_renewal", {}, key, "system")
        for each in renewing:
            self._prepare(each, each.opened, first=False)
        with self._day(98) as key:
            self._move(late, "expire", {}, key, "system")
        with self._day(60) as key:
            self._engage(late, key, "Label CPE : renouvellement tardif")
            self._move(late, "open_self_assessment", {}, key)
        with self._day(45) as key:
            self._suspend(suspended, key)
        self._meet(20, [(c, c.verdict) for c in renewing])
        self._audit_half(late)
        with self._day(12) as key:
            for name, answer in CONSENTS.items():
                each = self._of(name)
                self._change(each, "practices", {"consent": answer}, key, each.contact)
        self._hush()

    def _of(self, key: str) -> Cooperative:
        return next(c for c in COOPERATIVES if c.key == key)

    def _cycle(self, each: Cooperative, decided: int, opened: int, *, first: bool) -> None:
        self._prepare(each, opened, first=first)
        self._meet(decided, [(each, "award")])

    def _settle(self, key: Any) -> None:
        """Write down members, people, certificates, and found the committee."""
        officer = self._actor("claire")
        for each in COOPERATIVES:
            self._join(each, officer)
        for name in AUDITORS:
            self._person(name, _domain(name))
            self._grant(name, Role.PARTNER_CONTRIBUTOR, HOME)
        for number, name in enumerate(AUDITORS, start=1):
            network.certify(
                officer,
                {
                    "user_id": self.people[name],
                    "number": f"AUD-{number:03d}",
                    "valid_from": self._date(FOUNDED),
                    "valid_until": self._date(-400),
                },
            )
        for name in (*SEATS, SECRETARY):
            self._person(name, OURS)
        lead = self._actor("beatrice")
        names = {"fr": "Comité de labellisation", "nl": "Labelcomité", "en": "Label committee"}
        self.committee = bodies.found(lead, "label", "CL", names, key("found"))
        college = {"fr": "Membres", "nl": "Leden", "en": "Members"}
        college_id = bodies.add_college(
            lead, self.committee, college, len(SEATS), 2, key("college"), votes=True
        )
        first, last = self._date(FOUNDED), self._date(-700)
        for name in SEATS:
            seats.seat(lead, college_id, self.people[name], first, last, "election", key(name))
        for office, name in (("chair", CHAIR), ("secretary", SECRETARY)):
            person = self.people[name]
            bodies.name_officer(lead, self.committee, office, person, first, key(office))
        label_kit.fill(lead, key("kit"))

    def _join(self, each: Cooperative, officer: Actor) -> None:
        row = Organisation(
            name=each.name,
            country="FR",
            town=each.town,
            sector="cooperative",
            language=LANGUAGE,
            version=1,
            created_at=now(),
        )
        db.session.add(row)
        db.session.flush()
        self.houses[each.key] = row.id
        self._person(each.contact, f"{each.key}.example")
        self._grant(each.contact, Role.PARTNER_LEAD, each.key)
        signed = {
            "organisation_id": row.id,
            "share_from": self._date(FOUNDED + 400),
            "charter_version": "2019",
            "charter_signed_on": self._date(FOUNDED + 30),
            "charter_signed_by": each.contact,
        }
        member = network.save_membership(officer, None, signed)
        self.members[each.key] = member.id
        year = self.today.year
        unpaid = each.key == SUSPENDED
        paid = {"year": year, "due_on": date(year, 1, 31), "paid_on": date(year, 1, 15)}
        if not unpaid:
            network.save_due(officer, None, member, {**paid, "exempted": False})

    def _prepare(self, each: Cooperative, opened: int, *, first: bool) -> None:
        """Play a cycle from its engagement until it is before the committee."""
        with self._day(opened + 5) as key:
            self._engage(each, key, "Label CPE" if first else "Label CPE : renouvellement")
        with self._day(opened) as key:
            self._move(each, "open_self_assessment", {}, key)
        said = self._said(each, first=first)
        with self._day(opened - 20) as key:
            self._say(each, "self", each.contact, said, key)
            if each.key == "marees":
                self._add_evidence(each, key)
            self._move(each, "declare_admissible", {}, key)
        with self._day(opened - 24) as key:
            self._form_team(each, key)
        with self._day(opened - 30) as key:
            self._move(each, "begin_audit", {}, key, AUDITORS[0])
            self._say(each, "auditor", AUDITORS[0], said, key)
            self._report(each, key)
        with self._day(opened - 34) as key:
            text = {"text": "Nous avons lu le projet et le partageons."}
            self._save(each, "reply", text, key, each.contact)
            self._move(each, "finalise_report", {}, key, AUDITORS[0])
            self._move(each, "to_committee", {}, key)

    def _audit_half(self, each: Cooperative) -> None:
        """Bring a cycle into its audit: somewhat over a third of the criteria are looked at."""
        said = self._said(each, first=False)
        with self._day(16) as key:
            self._say(each, "self", each.contact, said, key)
            self._move(each, "declare_admissible", {}, key)
        with self._day(9) as key:
            self._form_team(each, key)
        with self._day(3) as key:
            self._move(each, "begin_audit", {}, key, AUDITORS[0])
            begun = dict(list(said.items())[: len(said) * 2 // 5])
            self._say(each, "auditor", AUDITORS[0], begun, key)

    def _said(self, each: Cooperative, *, first: bool) -> dict[str, tuple[str, str]]:
        """Return the results of a cycle: in a first one all that is recommended is met."""
        excused = {**each.excused, **(NEVER_LABELLED if first else {})}
        asked = [code for code in RECOMMENDED if code not in excused]
        met = set(asked) if first else set(asked[: each.met])
        failed = set() if first else {*each.failed, *(c for c in asked if c not in met)}

        def result(code: str) -> tuple[str, str]:
            if code in excused:
                return "not_applicable", excused[code]
            if code in failed:
                return "not_met", "La pratique n’est pas encore en place."
            return "met", "Vu sur pièces."

        return {code: result(code) for code in self._codes(each)}

    def _codes(self, each: Cooperative) -> list[str]:
        db.session.flush()
        facts = cases.facts_of(cases.lock(self.cases[each.key]))
        return [line.code for line in facts.lines if not line.computed]

    def _form_team(self, each: Cooperative, key: Any) -> None:
        for number, name in enumerate(AUDITORS):
            said = {"user_id": self.people[name], "part": "member" if number else "lead"}
            self._save(each, "team", said, key, "claire", name)
        for name in AUDITORS:
            self._save(each, "declarations", {"tie": "none"}, key, name, name)
        day = now().astimezone(settings().zone).date() + timedelta(days=6)
        plan = {"starts_on": day, "ends_on": day, "method": "Sur place : entretiens, sondages."}
        self._save(each, "plan", plan, key)
        visit = {"on": day, "place": each.town, "agenda": "Toute la grille."}
        self._save(each, "visits", visit, key)
        self._move(each, "propose_team", {}, key)
        self._move(each, "accept_team", {}, key, each.contact)
        self._move(each, "schedule_audit", {}, key)

    def _report(self, each: Cooperative, key: Any) -> None:
        criterion, text = PRACTICES.get(each.key, PRACTICE)
        practice = {"kind": "good_practice", "criterion": criterion, "text_fr": text}
        self._save(each, "findings", practice, key, AUDITORS[0])
        day = now().astimezone(settings().zone).date() + timedelta(days=270)
        advice = {
            "criterion": "TER-06",
            "priority": "medium",
            "due_on": day,
            "text_fr": "Écrire chaque année une note de veille sur les besoins du territoire.",
        }
        self._save(each, "recommendations", advice, key, AUDITORS[0])
        report = {
            "context": "Audit par des pairs, sur place, d’après la grille.",
            "conclusion": "La coopérative connaît ses pratiques et sait où elle veut progresser.",
        }
        self._save(each, "report", report, key, AUDITORS[0])
        self._move(each, "issue_draft", {}, key, AUDITORS[0])

    def _follow_up(self, each: Cooperative, decided: int) -> None:
        """Carry the recommendation out within its time, and have somebody else look again."""
        with self._day(decided - 200) as key:
            done = {"owner": each.contact, "progress": "done", "reply": FOLLOWED_UP}
            self._change(each, "follow_up", done, key, each.contact)
        with self._day(decided - 230) as key:
            found = {"outcome": "closed", "checked_on": self._date(decided - 230)}
            self._change(each, "rechecks", found, key, AUDITORS[1])

    def _add_evidence(self, each: Cooperative, key: Any) -> None:
        sheet = io.BytesIO(paper.page(["Statuts", each.name]))
        with documents.arriving(sheet, "statuts.pdf") as arrival:
            added = documents.add(
                self.cases[each.key],
                self._actor(each.contact),
                "evidence",
                "Statuts à jour",
                False,  # noqa: FBT003 - the partner sees it
                arrival,
                key(f"statutes {each.key}"),
            )
        said = {
            "document_id": added.document_id,
            "criteria": ["JUR-01", "JUR-03", "ACC-05"],
            "effective_on": self._date(FOUNDED),
        }
        self._save(each, "evidence", said, key, each.contact)

    def _suspend(self, each: Cooperative, key: Any) -> None:
        member = network.membership(self.members[each.key])
        year = self._date(45).year
        due = {"year": year, "due_on": self._date(120), "paid_on": None, "exempted": False}
        network.save_due(self._actor("claire"), None, member, due)
        said = {"cause": "dues", "reason": "La cotisation est restée impayée après deux relances."}
        self._move(each, "suspend", said, key)

    def _meet(self, ago: int, decisions: list[tuple[Cooperative, str]]) -> None:
        """Hold a meeting of the committee that decides on these cases."""
        with self._day(ago) as key:
            start = now().astimezone(settings().zone).replace(hour=17)
            when = When(start, start + timedelta(hours=2), "Paris")
            secretary = self._actor(SECRETARY)
            meeting_id = meetings.plan(secretary, self.committee, when, key("plan"))
            items = [
                (agenda.add_case(secretary, meeting_id, self.cases[c.key], key(c.key)), c, verdict)
                for c, verdict in decisions
            ]
            agenda.send_papers(secretary, meeting_id)
            meetings.begin(secretary, meeting_id, key("begin"), self.people[CHAIR])
            present: dict[UUID, tuple[str, UUID | None]] = {
                self.people[name]: ("present", None) for name in SEATS
            }
            attendance.note(secretary, meeting_id, present, key("present"))
            for item_id, each, verdict in items:
                self._approve(each, key)
                said = {"motive": MOTIVE}
                if verdict == "refuse":
                    said["next_audit_on"] = self._date(ago - 365).isoformat()
                version = db.session.get_one(Meeting, meeting_id, populate_existing=True).version
                deciding.decide(
                    self._actor(SECRETARY),
                    item_id,
                    verdict,
                    "consensus",
                    said,
                    version,
                    key(f"decide {each.key}"),
                    LANGUAGE,
                )
            meetings.hold(secretary, meeting_id, key("hold"))

    def _approve(self, each: Cooperative, key: Any) -> None:
        """Have the committee approve what does not apply."""
        facts = cases.facts_of(cases.lock(self.cases[each.key]))
        said = {
            line.code: ("not_applicable", line.said("auditor").note)
            for line in facts.lines
            if line.result("auditor") == "not_applicable"
        }
        if said:
            self._say(each, "committee", CHAIR, said, key)

    def _hush(self) -> None:
        """Send nobody a mail of those years, nor a reminder of what was due in them."""
        db.session.flush()
        db.session.execute(
            sa.update(Message)
            .where(
                sa.or_(
                    Message.case_id.in_(self.all_cases),
                    Message.recipient_id.in_(self.people.values()),
                )
            )
            .values(mail_state="none", next_attempt_at=None, read_at=now())
            .execution_options(synchronize_session=False)
        )
        past = sa.select(Deadline.id).where(Deadline.case_id.in_(self.all_cases))
        db.session.execute(
            sa.update(Reminder)
            .where(
                Reminder.deadline_id.in_(past), Reminder.state == "pending", Reminder.at <= now()
            )
            .values(state="superseded")
            .execution_options(synchronize_session=False)
        )
