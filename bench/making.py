"""Cases with their whole history, made in bulk: what years of work would have left behind.

Events are chained by the same hashes over the same canonical text as the product's own
(:mod:`casework.services.events`); the bench proves some of the chains before it measures.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from bench import words
from bench.cast import DAY, YEARS, Cast, Organisation
from bench.documents import PAPERS
from bench.paths import SHARES, WORKFLOW, Path, paths
from bench.tables import Table, dashed, iso, stored
from casework.calendar import Unit
from casework.folding import folded
from casework.roles import PARTNER_ROLES, Role
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule

SEED = 2026
CHUNK = 2_000
OWN = 100  # cases of the officer who reads the measured pages
UNREAD = 15  # nobody has more unread messages than this
NEW = 200  # among the newest cases, an idea just received is nobody's yet
DOCUMENTS = 4
DEADLINES = 3
MAKING = "co_creation"
DAYS: dict[object, float] = {Unit.WORKING_DAYS: 7 / 5, Unit.MONTHS: 30.4, Unit.HOURS: 1 / 24}


@dataclass
class _Story:
    """One case while it is told."""

    number: int
    key: str
    path: Path
    organisation: Organisation
    owner: str | None
    born: int
    pace: int
    title: str
    at: int = 0
    seq: int = 0
    head: str = ""
    since: int = 0
    due: int | None = None
    partner_due: int | None = None


class Making:
    """Makes the rows of as many cases as are asked for; the same ones in every run of a day."""

    def __init__(self, cases: int, now: int) -> None:
        self.cases, self.now = cases, now
        self.dice = Random(SEED)  # noqa: S311 - figures for a bench
        self.cast = Cast(self.dice, now, cases)
        self.ids = self.cast.ids
        self._paths = paths()
        self._workflow = registry.latest(WORKFLOW)
        self._unread: Counter[str] = Counter()
        self._years: Counter[int] = Counter()
        self._tables()

    def _tables(self) -> None:
        own = ("id", "case_id", "created_at", "updated_at")
        self._case = Table("case_file", _CASE)
        self._event = Table("event", _EVENT)
        self._payload = Table("event_payload", ("event_id", "salt", "text"))
        self._deadline = Table("deadline", _DEADLINE)
        self._reminder = Table("reminder", _REMINDER)
        self._message = Table("message", _MESSAGE)
        paper = ("id", "case_id", "kind", "title", "created_at")
        self._document = Table("document", paper)
        self._version = Table("document_version", _VERSION)
        self._idea = Table("pp_idea", (*own, *_IDEA))
        self._team = Table("pp_team", (*own, "officer_id", "coach_id"))
        self._share = Table("pp_portfolio_share", (*own, "programme_id", "share"))
        self._budget = Table("pp_budget_line", (*own, "label", "amount_cents"))
        self._funding = Table("pp_funding_source", (*own, "label", "amount_cents"))
        sheet = ("hypothesis", "scale", "starts_on", "ends_on")
        self._sheet = Table("pp_pilot_sheet", (*own, *sheet))
        self._counter = Table("counter", ("series", "last"))

    def chunks(self) -> Iterator[list[Table]]:
        """Yield tables with rows to be written, in an order in which each finds what it needs."""
        self.cast.gather()
        yield list(self.cast.tables)
        own = [t for t in vars(self).values() if isinstance(t, Table) and t is not self._counter]
        states = self._states()
        for number in range(self.cases):
            self._tell(number, states[number])
            if number % CHUNK == CHUNK - 1:
                yield [*own, self.cast.grants]
        for year, last in self._years.items():
            self._counter.add(f"{self._workflow.prefix}-{year}", last)
        yield [*own, self.cast.grants, self._counter]

    def _states(self) -> list[str]:
        """Return a state for each case: spread as in SHARES, for the reader's own ones too."""
        names, weights = list(SHARES), list(SHARES.values())
        states = self.dices(names, weights)
        spread = [n for n, share in SHARES.items() for _ in range(max(1, round(share * OWN / 100)))]
        Random(SEED).shuffle(spread)  # noqa: S311 - the same at every size
        for place, state in zip(self._own(), itertools.cycle(spread), strict=False):
            states[place] = state
        return states

    def dices(self, names: list[str], weights: list[float]) -> list[str]:
        """Throw the dice for every case."""
        return self.dice.choices(names, weights, k=self.cases)

    def _own(self) -> range:
        """The places of the cases of the officer who reads."""
        step = max(1, self.cases // OWN)
        return range(step // 2, self.cases, step)

    def _tell(self, number: int, state: str) -> None:
        dice, path = self.dice, self._paths[state]
        span = YEARS * 365 * DAY
        born = self.cast.begin + DAY + (span - 3 * DAY) * number // self.cases
        length = min(self.now - born - DAY, (30 + dice.randrange(30)) * DAY * len(path.steps))
        title = f"{dice.choice(words.WHAT)} {dice.choice(words.WHOM)} {number}"
        fresh = state == "idea_submitted" and number >= self.cases - NEW
        owner: str | None = (
            self.cast.reader if number in self._own() else dice.choice(self.cast.officers)
        )
        if state == "idea_draft" or fresh:
            owner = None
        story = _Story(
            number=number,
            key=self.ids.at(born),
            path=path,
            organisation=dice.choice(self.cast.organisations),
            owner=owner,
            born=born,
            pace=max(60, length // (len(path.steps) + DOCUMENTS + 3)),
            title=title,
            at=born,
        )
        programme = dice.choice(self.cast.programmes)
        self._live(story)
        self._deadlines(story)
        self._records(story, programme)
        self._file(story, programme)

    def _live(self, story: _Story) -> None:
        """Make the moves, and what was written and handed in between them."""
        story.since = story.at
        papers = 0
        for place, step in enumerate(story.path.steps):
            who = story.owner or self.cast.lead if step.by_house else story.organisation.lead
            event = self._append(
                story, "transition", None if step.by_itself else who, step, '{"data":{}}'
            )
            story.since = story.at
            if place >= len(story.path.steps) - 3:
                self._messages(story, event, step.name)
            story.at += story.pace
            if place == 0:
                for _ in range(2):
                    words_ = _written(story)
                    self._append(story, "record", story.organisation.lead, None, words_, "idea")
                    story.at += story.pace
            while papers < DOCUMENTS * (place + 1) // len(story.path.steps):
                self._paper(story, papers)
                papers += 1
                story.at += story.pace

    def _append(
        self,
        story: _Story,
        kind: str,
        actor: str | None,
        step: Any,
        payload: str,
        name: str = "",
    ) -> str:
        """Append an event to the case's chain, with the canonical text of the product."""
        key = self.ids.at(story.at)
        story.seq += 1
        salt = f"{self.dice.getrandbits(128):032x}"
        digest = hashlib.sha256(f"{salt}:{payload}".encode()).hexdigest()
        before = f'"{step.before}"' if step and step.before else "null"
        after = f'"{step.after}"' if step else "null"
        said = f'"{dashed(actor)}"' if actor else "null"
        name = step.name if step else name
        canonical = (
            f'{{"actor":{said},"at":"{iso(story.at)}","case":"{dashed(story.key)}","from":{before},'
            f'"id":"{dashed(key)}","kind":"{kind}","name":"{name}","payload":"{digest}",'
            f'"previous":"{story.head}","seq":{story.seq},"to":{after}}}'
        )
        story.head = hashlib.sha256(canonical.encode()).hexdigest()
        self._event.add(
            key,
            story.key,
            story.seq,
            kind,
            name,
            stored(story.at),
            actor,
            step.before if step else None,
            step.after if step else None,
            canonical,
            story.head,
        )
        self._payload.add(key, salt, payload)
        return key

    def _messages(self, story: _Story, event: str, name: str) -> None:
        """Tell the partner and the officer of a move."""
        if not self._workflow.transition_by_name[name].notices:
            return
        occasion, moment = f"event:{event}:0", stored(story.at)
        params = f'{{"event_id": "{dashed(event)}"}}'
        for person in {story.organisation.lead, story.owner or self.cast.lead}:
            key = self.ids.at(story.at)
            unread = self._unread[person] < UNREAD and story.at > self.now - 14 * DAY
            self._unread[person] += unread
            read = None if unread else stored(story.at + 3600)
            mail = f"<{key}@bench.example>"
            about = (key, person, story.key, occasion, "case_moved", f"transition/{name}/0")
            self._message.add(*about, params, moment, read, "sent", mail, moment)

    def _paper(self, story: _Story, place: int) -> None:
        paper = PAPERS[(story.number + place) % len(PAPERS)]
        key, moment = self.ids.at(story.at), stored(story.at)
        who = story.organisation.lead
        self._document.add(key, story.key, paper.kind, paper.title, moment)
        version = self.ids.at(story.at)
        self._version.add(
            version, key, 1, paper.name, paper.type, paper.size, paper.hash, moment, who
        )
        told = json.dumps(
            {"document_id": dashed(key), "house_only": False, "number": 1, "title": paper.title},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        self._append(story, "document", who, None, told, paper.kind)

    def _deadlines(self, story: _Story) -> None:
        dice, begin = self.dice, story.born
        for rule in story.path.met[:DEADLINES]:
            length = self._days(rule.length)
            kept = dice.random() < 0.9
            closed = begin + length * (dice.randrange(20, 95) if kept else 130) // 100
            closed = min(closed, self.now - DAY)
            self._deadline_row(
                story, rule, begin, begin + length, "met" if kept else "missed", closed
            )
            begin += story.pace * 2
        for rule in story.path.running:
            late = rule.fires is None and dice.random() < 0.08
            ahead = -dice.randrange(1, 30) if late else dice.randrange(1, 150)
            due = self.now + ahead * DAY + 3600
            opened = min(story.since, due - DAY)
            self._deadline_row(story, rule, opened, due, "open", None)
            story.due = min(story.due or due, due)
            if rule.public and rule.owner in PARTNER_ROLES:
                story.partner_due = min(story.partner_due or due, due)

    def _deadline_row(
        self,
        story: _Story,
        rule: DeadlineRule,
        opened: int,
        due: int,
        state: str,
        closed: int | None,
    ) -> None:
        key, length = self.ids.at(opened), str(rule.length) if rule.length else None
        since = stored(opened)
        self._deadline.add(
            *(key, story.key, story.key, rule.key, length, since, since, since, length),
            *(stored(due), state, stored(closed) if closed else None),
        )
        for reminder in rule.reminders:
            at = due + int(reminder.offset.amount * DAYS.get(reminder.offset.unit, 1)) * DAY
            out = at < (closed or self.now)
            how = "done" if out else "pending" if state == "open" else "cancelled"
            self._reminder.add(
                *(self.ids.at(opened), key, reminder.key, reminder.to.value, reminder.escalates),
                *(stored(at), how, stored(at) if out else None),
            )

    def _days(self, length: Any) -> int:
        return int(length.amount * DAYS.get(length.unit, 1)) * DAY if length else 40 * DAY

    def _records(self, story: _Story, programme: str) -> None:
        dice, moment = self.dice, stored(story.born)

        def own() -> tuple[str, str, str, str]:
            return self.ids.at(story.born), story.key, moment, moment

        challenge, thought = dice.choice(words.SENTENCES), dice.choice(words.SENTENCES)
        people, amount = dice.randrange(10, 900), dice.randrange(5, 200) * 100_000
        whom = dice.choice(words.WHOM)
        self._idea.add(*own(), story.title, challenge, whom, people, programme, thought, amount)
        if not story.path.been(MAKING):
            return
        coach = dice.choice(self.cast.coaches)
        self._team.add(*own(), story.owner, coach)
        self.cast.grant(coach, Role.COACH, "case", story.key, moment)
        self._share.add(*own(), programme, 100)
        for label in ("Personnel", "Locaux", "Matériel"):
            self._budget.add(*own(), label, amount // 3)
        self._funding.add(*own(), "Subside", amount // 3 * 3)
        if story.path.been("pilot_running"):
            first = datetime.fromtimestamp(story.since, UTC).date()
            last = datetime.fromtimestamp(story.since + 180 * DAY, UTC).date()
            self._sheet.add(*own(), challenge, thought, first.isoformat(), last.isoformat())

    def _file(self, story: _Story, programme: str) -> None:
        """Write the case itself, as its history has left it."""
        year = datetime.fromtimestamp(story.born, UTC).year
        self._years[year] += 1
        path, steps = story.path, story.path.steps
        self._case.add(
            story.key,
            WORKFLOW,
            self._workflow.version,
            f"{self._workflow.prefix}-{year}-{self._years[year]:04d}",
            story.title,
            folded(story.title),
            path.state,
            steps[-1].before,
            stored(story.since),
            story.organisation.key,
            programme,
            story.owner,
            len(steps) + 1,
            stored(story.due) if story.due else None,
            stored(story.partner_due) if story.partner_due else None,
            story.seq,
            story.head,
            stored(story.born),
            stored(story.at),
            stored(story.since) if path.final else None,
        )


def _written(story: _Story) -> str:
    return json.dumps(
        {
            "after": {"challenge": words.SENTENCES[story.seq % 4], "title": story.title},
            "before": None if story.seq == 1 else {"challenge": "", "title": story.title},
            "record_id": dashed(story.key),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


_CASE = (
    *("id", "workflow_key", "workflow_version", "reference", "title", "folded_title"),
    *(
        "state",
        "previous_state",
        "state_since",
        "organisation_id",
        "programme_id",
        "owner_id",
        "version",
        "next_due_at",
    ),
    *("partner_due_at", "event_count", "event_hash", "created_at", "updated_at", "closed_at"),
)
_EVENT = (
    *("id", "case_id", "seq", "kind", "name", "at", "actor_id", "from_state", "to_state"),
    *("canonical", "hash"),
)
_DEADLINE = (
    *("id", "case_id", "subject_id", "rule", "length", "anchor_at", "opened_at", "started_at"),
    *("running", "due_at", "state", "closed_at"),
)
_REMINDER = ("id", "deadline_id", "rule", "audience", "escalates", "at", "state", "done_at")
_MESSAGE = (
    *("id", "recipient_id", "case_id", "occasion", "kind", "template", "params", "created_at"),
    *("read_at", "mail_state", "mail_message_id", "sent_at"),
)
_VERSION = (
    *("id", "document_id", "number", "filename", "media_type", "size", "sha256", "uploaded_at"),
    "uploaded_by_id",
)
_IDEA = (
    *("title", "challenge", "target_group", "people", "programme_id", "anchoring_thought"),
    "amount_cents",
)
