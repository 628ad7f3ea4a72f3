"""Whatever people do in a meeting, in any order: no decision without quorum, none with a vote of
somebody who was recused.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from casework.committees.quorum import QuorumRule, needed_of
from casework.extensions import db
from casework.models import Ballot, Decision, Poll
from casework.services.committees import deciding
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from tests.support import campaign
from tests.support.council import Council
from tests.support.databases import SqliteDatabases
from tests.support.migrating import migrate
from tests.support.plain import cast_in

ITEMS = 2
members = st.integers(0, 4)
items = st.integers(0, ITEMS - 1)
choices = st.sampled_from(("yes", "no", "abstain"))
REFUSALS = (RefusedError, ForbiddenError, NotFoundError)


class Meeting(RuleBasedStateMachine):
    """A meeting with five members and two cases, in which people do what they like."""

    databases: SqliteDatabases

    def __init__(self) -> None:
        super().__init__()
        self.url = self.databases.copy()
        self.stack = ExitStack()
        self.council = Council(self.stack.enter_context(cast_in(self.url)).world)
        self.meeting = self.council.plan()
        cases = [self.council.case(f"Case {n}") for n in range(ITEMS)]
        self.items = [self.council.put(self.meeting, case_id) for case_id in cases]
        self.council.begin(self.meeting, {})
        self.polls: list[UUID] = []

    def teardown(self) -> None:
        self.stack.close()
        self.databases.drop(self.url)

    def _try(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except REFUSALS:
            db.session.rollback()
            return None

    @rule(who=members, said=st.sampled_from(("present", "remote", "absent")))
    def come_or_go(self, who: int, said: str) -> None:
        person = self.council.members[who]
        self._try(lambda: self.council.note(self.meeting, {person: said}))

    @rule()
    def everybody_comes(self) -> None:
        there = dict.fromkeys(self.council.members, "present")
        self._try(lambda: self.council.note(self.meeting, there))

    @rule(which=items, who=members)
    def recuse(self, which: int, who: int) -> None:
        self._try(lambda: self.council.recuse(self.items[which], self.council.members[who]))

    @rule(which=items, secret=st.booleans())
    def open_vote(self, which: int, secret: bool) -> None:
        poll = self._try(lambda: self.council.poll(self.items[which], secret=secret))
        if poll is not None:
            self.polls.append(poll)

    @precondition(lambda self: self.polls)
    @rule(who=members, choice=choices, own=st.booleans())
    def vote(self, who: int, choice: str, own: bool) -> None:
        person = self.council.members[who]
        by = person if own else None
        self._try(lambda: self.council.cast(self.polls[-1], {person: choice}, by=by))

    @precondition(lambda self: self.polls)
    @rule(choice=choices)
    def everybody_votes(self, choice: str) -> None:
        for person in self.council.members:
            act = functools.partial(self.council.cast, self.polls[-1], {person: choice}, by=person)
            self._try(act)

    @precondition(lambda self: self.polls)
    @rule()
    def close_vote(self) -> None:
        self._try(lambda: self.council.close(self.polls[-1]))

    @rule(which=items)
    def carry_a_vote(self, which: int) -> None:
        self.everybody_comes()
        self.open_vote(which, secret=False)
        if self.polls:
            self.everybody_votes("yes")
            self.close_vote()

    @rule(which=items, who=members)
    def recuse_after_the_vote_and_decide(self, which: int, who: int) -> None:
        self.carry_a_vote(which)
        self.recuse(which, who)
        self.decide(which, "vote")

    @rule(which=items, method=st.sampled_from(("vote", "consensus")))
    def decide(self, which: int, method: str) -> None:
        self._try(lambda: self.council.decide(self.items[which], method=method))

    @invariant()
    def every_decision_had_its_quorum_and_no_vote_of_a_recused(self) -> None:
        for decision in db.session.scalars(sa.select(Decision)).all():
            self._check(decision)
        db.session.rollback()

    def _check(self, decision: Decision) -> None:
        assert deciding.unchanged(decision)
        said = json.loads(decision.canonical)
        voting = {str(m) for m in self.council.members}
        people = [p for p in said["people"] if p["id"] in voting]
        free = [p for p in people if not p["recused"]]
        there = [p for p in free if p["presence"] in {"present", "remote"}]
        rules = QuorumRule(50, above=True, college_minima=True)
        assert there
        assert len(there) >= needed_of(len(free), rules)
        if said["method"] == "consensus":
            return
        out = {p["id"] for p in people if p["recused"]}
        poll = db.session.get_one(Poll, UUID(said["vote"]["poll"]))
        assert poll.carried
        cast = db.session.scalars(sa.select(Ballot.user_id).where(Ballot.poll_id == poll.id))
        assert not {str(who) for who in cast} & out
        assert poll.item_id == decision.item_id


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """SQLite databases to copy; the machine makes a fresh one for every run."""
    made = SqliteDatabases(Path(tmp_path_factory.mktemp("committees")))
    made.prepare(migrate)
    return made


def test_no_decision_without_quorum_and_none_with_a_vote_of_a_recused(
    sqlite: SqliteDatabases,
) -> None:
    machine = type("Here", (Meeting,), {"databases": sqlite})
    run_machine(
        machine,
        settings=settings(
            max_examples=campaign.size(8, 100),
            stateful_step_count=30,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes ages
            deadline=None,
        ),
    )
