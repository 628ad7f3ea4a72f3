"""Random acts on random cases, valid and not, through the real services: what always holds."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from casework import reference
from casework.clock import set_for_tests
from casework.extensions import db
from casework.models import Deadline, Event, Message, Organisation, Reminder
from casework.queries.records import rows
from casework.roles import Role
from casework.services import records, sweep, waivers
from casework.services.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
from casework.workflows import registry
from casework.workflows.checks import targets
from casework.workflows.declaration import Section
from tests.support import campaign
from tests.support.databases import SqliteDatabases
from tests.support.filling import filled
from tests.support.migrating import migrate
from tests.support.plain import Cast, cast_in

EXPECTED = (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotOpenError,
    RefusedError,
    StaleError,
)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHO = ("officer", "lead", "finance", "coach", "administrator", "partner", "contributor", "stranger")
ROLES = {
    "lead": Role.PROGRAMME_LEAD,
    "officer": Role.PROGRAMME_OFFICER,
    "finance": Role.FINANCE,
    "partner": Role.PARTNER_LEAD,
    "contributor": Role.PARTNER_CONTRIBUTOR,
    "signatory": Role.PARTNER_SIGNATORY,
}
INSIDERS = tuple(ROLES)
MOST_CASES = 3


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """SQLite databases to copy; the machine makes a fresh one for every run."""
    made = SqliteDatabases(Path(tmp_path_factory.mktemp("stateful")))
    made.prepare(migrate)
    return made


class Acts(RuleBasedStateMachine):
    """People act, time passes, the sweep runs; ``workflow_key`` says on which kind of case."""

    databases: SqliteDatabases
    workflow_key: str

    def __init__(self) -> None:
        super().__init__()
        self.url = self.databases.copy()
        self.stack = ExitStack()
        self.cast: Cast = self.stack.enter_context(cast_in(self.url))
        self.cast.people["signatory"] = self.cast.world.person(
            Role.PARTNER_SIGNATORY, self.cast.organisation
        )
        with self.cast.in_one_transaction():
            reference.load()
            own = db.session.get_one(Organisation, self.cast.organisation)
            own.registry_number = "0403170701"
        self.now = MONDAY
        set_for_tests(self.now)
        self.moves: dict[UUID, list[tuple[str, str | None]]] = {}
        self.versions: dict[UUID, int] = {}
        self.used: list[tuple[UUID, str, str, str, int]] = []

    def teardown(self) -> None:
        self.stack.close()
        set_for_tests(None)
        self.databases.drop(self.url)

    @property
    def workflow(self) -> Any:
        return registry.latest(self.workflow_key)

    @initialize()
    def first_case(self) -> None:
        self.start_case(title="A shed")

    @rule(title=st.sampled_from(["A shed", "A SHED", "OH"]))
    def start_case(self, title: str) -> None:
        if len(self.moves) < MOST_CASES:
            case_id = self.cast.start(self.workflow_key, title)
            self.moves[case_id] = [(self.workflow.starting()[0].name, None)]
            self.versions[case_id] = 0

    @rule(seed=st.integers(0, 2**32))
    def go_on(self, seed: int) -> None:
        """People fill in the file as far as they may, and make the first move that is open."""
        chance = random.Random(seed)
        case_id = chance.choice(list(self.moves))
        state = self._state(case_id)
        for section in self.workflow.sections:
            if state in section.edit_states:
                self._write(case_id, section, _one_of(section.edit_roles, chance), chance)
        leaving = [t for t in self.workflow.leaving(state) if t.roles]
        leaving = chance.sample(leaving, len(leaving))
        if chance.random() < 0.9:  # most people do not give up
            leaving = [t for t in leaving if not self._ends(t.to)] or leaving
        for transition in leaving:
            for who in [w for w, role in ROLES.items() if role in transition.roles]:
                self._fire(case_id, transition.name, who, chance, well=True)
                if self._state(case_id) != state:
                    return

    @rule(seed=st.integers(0, 2**32), who=st.sampled_from(WHO))
    def try_any_move(self, seed: int, who: str) -> None:
        """Somebody tries some move, open or not, with anything in its form."""
        chance = random.Random(seed)
        case_id = chance.choice(list(self.moves))
        name = chance.choice([t.name for t in self.workflow.transitions] + ["no_such_move"])
        self._fire(case_id, name, who, chance, well=chance.random() < 0.5)

    @rule(seed=st.integers(0, 2**32), who=st.sampled_from(INSIDERS), late=st.integers(1, 3))
    def act_on_a_stale_page(self, seed: int, who: str, late: int) -> None:
        chance = random.Random(seed)
        case_id = chance.choice(list(self.moves))
        name = chance.choice(self.workflow.transitions).name
        before = self.cast.snapshot(case_id)
        version = before["case"]["version"] - late
        with pytest.raises((StaleError, NotFoundError)):
            self.cast.fire(case_id, name, who, version=version)
        assert self.cast.snapshot(case_id) == before

    @rule(seed=st.integers(0, 2**32))
    def click_again(self, seed: int) -> None:
        if not self.used:
            return
        case_id, name, who, key, version = random.Random(seed).choice(self.used)
        before = self.cast.snapshot(case_id)
        assert self.cast.fire(case_id, name, who, key=key, version=version).repeated
        assert self.cast.snapshot(case_id) == before

    @rule(seed=st.integers(0, 2**32), who=st.sampled_from(WHO))
    def waive_something(self, seed: int, who: str) -> None:
        chance = random.Random(seed)
        case_id = chance.choice(list(self.moves))
        pairs = [(t.name, g.name) for t in self.workflow.transitions for g in t.guards]
        name, guard = chance.choice(pairs)
        actor = self.cast.world.actor(self.cast.people[who])
        with self._unchanged_unless_done(case_id), self.cast.in_one_transaction():
            waivers.waive(case_id, name, guard, actor, "For a good reason", uuid4().hex)

    @rule(seed=st.integers(0, 2**32), who=st.sampled_from(INSIDERS))
    def write_a_record(self, seed: int, who: str) -> None:
        """Somebody fills in the form of one of the case's sections."""
        if not self.workflow.sections:
            return
        chance = random.Random(seed)
        case_id = chance.choice(list(self.moves))
        self._write(case_id, chance.choice(self.workflow.sections), who, chance)

    def _write(self, case_id: UUID, section: Section, who: str, chance: random.Random) -> None:
        data = filled(section.form, chance, self._today(), self._facts(case_id))
        actor = self.cast.world.actor(self.cast.people[who])
        for row in self._some_records(section, case_id, chance):
            key, seen = row.id if row is not None else None, records.stamp(row)
            with self._unchanged_unless_done(case_id), self.cast.in_one_transaction():
                records.save(case_id, section.key, key, actor, data, seen, uuid4().hex)

    def _some_records(self, section: Section, case_id: UUID, chance: random.Random) -> list[Any]:
        """Return the records to be changed; None among them stands for a new one."""
        found: list[Any] = rows(section, case_id)
        if not section.may_add:
            return found
        if found and (section.single or chance.random() < 0.8):
            return [chance.choice(found)]
        return [None]

    @rule(hours=st.sampled_from([1, 12, 24, 72, 24 * 14, 24 * 40, 24 * 400]))
    def let_time_pass_and_sweep(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        set_for_tests(self.now)
        db.session.rollback()
        result = sweep.sweep()
        assert result.failed == 0
        for case_id, moves in self.moves.items():  # what deadlines have moved
            made = self._transitions(case_id)
            for event in made[len(moves) :]:
                assert event.actor_id is None
                assert self.workflow.transition_by_name[event.name].system
                moves.append((event.name, event.from_state))
        told = sa.select(sa.func.count()).select_from(Message)
        before = db.session.scalar(told)
        db.session.rollback()
        sweep.sweep()
        assert db.session.scalar(told) == before, "a second sweep has told something again"
        db.session.rollback()

    def _fire(
        self, case_id: UUID, name: str, who: str, chance: random.Random, *, well: bool
    ) -> None:
        case = self.cast.case(case_id)
        before, version = case.state, case.version
        transition = self.workflow.transition_by_name.get(name)
        data: Mapping[str, Any] = {}
        if transition is not None and transition.form is not None and well:
            data = filled(transition.form, chance, self._today(), self._facts(case_id))
        key, override = uuid4().hex, chance.choice(["", "For a good reason"])
        with self._unchanged_unless_done(case_id):
            done = self.cast.fire(
                case_id, name, who, version=version, key=key, override=override, **data
            )
            self.used.append((case_id, name, who, key, version))
            if done.moved:
                self.moves[case_id].append((name, before))

    def _unchanged_unless_done(self, case_id: UUID) -> Any:
        return _Unchanged(self.cast, case_id)

    def _ends(self, to: Any) -> bool:
        return isinstance(to, str) and self.workflow.state_by_key[to].final

    def _state(self, case_id: UUID) -> str:
        return self.cast.case(case_id).state

    def _today(self) -> date:
        return self.now.date()

    def _facts(self, case_id: UUID) -> Any:
        facts = self.workflow.load_facts(db.session, [case_id])[case_id]
        db.session.rollback()
        return facts

    def _transitions(self, case_id: UUID) -> list[Event]:
        return [e for e in self.cast.events(case_id) if e.kind == "transition"]

    @invariant()
    def events_match_the_moves_one_to_one(self) -> None:
        for case_id, moves in self.moves.items():
            assert [(e.name, e.from_state) for e in self._transitions(case_id)] == moves

    @invariant()
    def every_move_is_declared(self) -> None:
        for case_id in self.moves:
            for event in self._transitions(case_id):
                transition = self.workflow.transition_by_name[event.name]
                assert event.to_state in targets(transition)
                assert event.from_state in (transition.sources or (None,))
            assert self._state(case_id) in self.workflow.state_by_key

    @invariant()
    def the_chain_verifies(self) -> None:
        for case_id in self.moves:
            assert self.cast.faults(case_id) == []

    @invariant()
    def the_version_grows(self) -> None:
        for case_id, seen in self.versions.items():
            version = self.cast.case(case_id).version
            assert version >= max(seen, len(self.moves[case_id]))
            self.versions[case_id] = version

    @invariant()
    def deadlines_run_where_they_may(self) -> None:
        for case_id in self.moves:
            case = self.cast.case(case_id)
            running = db.session.scalars(
                sa.select(Deadline).where(
                    Deadline.case_id == case_id, Deadline.state.in_(("open", "stopped"))
                )
            ).all()
            for deadline in running:
                declared = self.workflow.deadline_by_key[deadline.rule]
                if declared.states:
                    allowed = declared.states if deadline.state == "open" else declared.stops_in
                    assert case.state in allowed, (deadline.rule, deadline.state, case.state)
                else:
                    assert not self.workflow.state_by_key[case.state].final or case.closed_at
            due = [d.due_at for d in running if d.state == "open"]
            assert case.next_due_at == min(due, default=None)

    @invariant()
    def nothing_is_pending_on_a_closed_deadline(self) -> None:
        odd = (
            sa.select(sa.func.count())
            .select_from(Reminder)
            .join(Deadline)
            .where(Reminder.state == "pending", Deadline.state.not_in(("open",)))
        )
        assert db.session.scalar(odd) == 0

    @invariant()
    def a_case_is_closed_exactly_at_its_end(self) -> None:
        for case_id in self.moves:
            case = self.cast.case(case_id)
            assert (case.closed_at is not None) == self.workflow.state_by_key[case.state].final


def _one_of(roles: frozenset[Role], chance: random.Random) -> str:
    return chance.choice([w for w, role in ROLES.items() if role in roles] or ["coach"])


class _Unchanged:
    """Lets an act be refused, and sees that a refused act has changed nothing."""

    def __init__(self, cast: Cast, case_id: UUID) -> None:
        self.cast, self.case_id = cast, case_id
        self.before = cast.snapshot(case_id)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> bool:
        if error is None:
            return False
        if isinstance(error, EXPECTED):
            assert self.cast.snapshot(self.case_id) == self.before, error
            return True
        return False


@pytest.mark.parametrize("workflow", ["sample", "partner_project"])
def test_random_acts(sqlite: SqliteDatabases, workflow: str) -> None:
    class Machine(Acts):
        databases = sqlite
        workflow_key = workflow

    run_machine(
        Machine,
        settings=settings(
            max_examples=campaign.size(25, 400),
            stateful_step_count=campaign.size(30, 80),
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes ages
            deadline=None,
        ),
    )
