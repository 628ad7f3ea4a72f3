"""What every workflow of the registry promises, whoever wrote it."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from casework import checking, reference
from casework.app import create_app
from casework.clock import frozen
from casework.extensions import db
from casework.models import sealing
from casework.policy import SYSTEM
from casework.roles import Role
from casework.services import cases, forms
from casework.web import casepage
from casework.workflows import diagram, registry
from casework.workflows.checks import structural_faults, targets
from casework.workflows.declaration import Question, Reason, Transition
from casework.workflows.engine import Workflow
from tests.support import ethics, label_audit
from tests.support.databases import Databases
from tests.support.filling import filled
from tests.support.migrating import settings_for
from tests.support.plain import Cast, assemble, know_the_sample
from tests.support.world import World

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PLACE = re.compile(r"%\((\w+)\)[a-z]")

know_the_sample()
WORKFLOWS = registry.every()
MOVES = [(w, t) for w in WORKFLOWS for t in w.transitions]


def _name(value: Any) -> str:
    return str(getattr(value, "key", None) or getattr(value, "name", value))


@pytest.fixture(scope="module")
def application(databases: Databases) -> Iterator[Flask]:
    url = databases.copy()
    made = create_app(settings_for(url))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="module")
def cast(application: Flask) -> Cast:
    made = assemble(World(application))
    with made.in_one_transaction():
        reference.load()
    ethics.gather(made.world)  # without a chair nobody could bring it a matter
    with frozen(MONDAY):
        label_audit.referential(made.world)  # nor could anybody be audited against nothing
    return made


@pytest.fixture(scope="module")
def started(cast: Cast) -> dict[str, UUID]:
    """A freshly started case of each workflow."""
    return {w.key: _start(cast, w) for w in registry.current()}


def _start(cast: Cast, workflow: Workflow) -> UUID:
    transition = workflow.starting()[0]
    ours, partner = cast.organisation, cast.people["partner"]
    if workflow.key == "label_audit":  # for members only, and one cycle at a time
        ours = cast.world.organisation("Un membre")
        partner = cast.world.person(Role.PARTNER_LEAD, ours)
        label_audit.enrol(cast.world, ours)
    with frozen(MONDAY), cast.in_one_transaction():
        data = _data(transition)
        data = {name: value for name, value in data.items() if not name.endswith("_id")}
        actor = SYSTEM if transition.system else cast.world.actor(partner)
        organisation = None if transition.system else ours
        done = cases.open_case(workflow, transition.name, actor, organisation, data, uuid4().hex)
    return done.case_id


def _data(transition: Transition, facts: Any = None) -> dict[str, Any]:
    return filled(transition.form, random.Random(1), TODAY, facts) if transition.form else {}


def test_the_house_has_its_workflows_and_the_tests_theirs() -> None:
    assert {"partner_project", "sample"} <= {w.key for w in WORKFLOWS}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_the_declaration_is_sound(workflow: Workflow) -> None:
    assert structural_faults(workflow) == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_its_templates_exist_and_can_be_read(application: Flask, workflow: Workflow) -> None:
    assert list(checking._template_faults(workflow)) == []
    application.jinja_env.get_template(f"workflows/{workflow.key}/panel.html")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_the_machine_knows_the_declared_moves_and_no_other(workflow: Workflow) -> None:
    declared = {
        (t.name, source, target)
        for t in workflow.transitions
        for source in t.sources or ("new",)
        for target in targets(t)
    }
    known = {
        (name, source, transition.dest)
        for name, event in workflow.machine.events.items()
        for source, found in event.transitions.items()
        for transition in found
    }
    assert known == declared


@pytest.mark.parametrize(("workflow", "transition"), MOVES, ids=_name)
def test_every_form_of_a_move_can_be_shown_and_sent(
    cast: Cast, started: dict[str, UUID], workflow: Workflow, transition: Transition
) -> None:
    if transition.form is None:
        return
    facts = workflow.load_facts(db.session, [started[workflow.key]])[started[workflow.key]]
    assert not forms.bind(transition.form, None, facts=facts).errors
    empty = forms.bind(transition.form, {}, facts=facts)
    empty.validate()
    form = forms.bind(transition.form, _data(transition, facts), facts=facts)
    form.validate()
    assert set(forms.clean(form)) <= set(form._fields)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_every_form_of_a_section_can_be_shown_and_sent(
    cast: Cast, started: dict[str, UUID], workflow: Workflow
) -> None:
    facts = workflow.load_facts(db.session, [started[workflow.key]])[started[workflow.key]]
    for section in workflow.sections:
        data = filled(section.form, random.Random(1), TODAY, facts)
        forms.bind(section.form, data, facts=facts).validate()
        for column in section.columns:
            assert hasattr(section.model, column), f"{section.key} shows {column}"
        for name in ("id", "case_id", "position", "removed_at", "updated_at"):
            assert hasattr(section.model, name), f"{section.key} has no {name}"


def _reasons(guard: Any, question: Question) -> tuple[Reason, ...]:
    return tuple(guard.reasons(question))


@pytest.mark.parametrize(("workflow", "transition"), MOVES, ids=_name)
def test_every_reason_says_all_that_it_announces(
    cast: Cast, started: dict[str, UUID], workflow: Workflow, transition: Transition
) -> None:
    """Asks each guard of a fresh case: nothing typed yet, an empty form, a full one."""
    case_id = started[workflow.key]
    facts = (
        workflow.load_facts(db.session, [case_id])[case_id]
        if transition.sources
        else workflow.start_facts(db.session, cast.organisation, {})
    )
    blank = dict.fromkeys(transition.form()._fields) if transition.form else {}
    typed = blank
    if transition.form:
        typed = forms.clean(forms.bind(transition.form, _data(transition, facts), facts=facts))
    sections = set(workflow.section_by_key) | set(casepage.PAGES)
    for guard in transition.guards:
        for data in (None, blank, typed):
            question = Question(facts, MONDAY, frozenset(Role), data)
            for reason in _reasons(guard, question):
                assert set(PLACE.findall(reason.message)) <= set(reason.params), reason
                assert reason.section is None or reason.section in sections, reason
                assert reason.message.strip()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_facts_of_many_cases_take_as_many_queries_as_those_of_one(
    cast: Cast, started: dict[str, UUID], workflow: Workflow
) -> None:
    import sqlalchemy as sa

    ids = [started[workflow.key], *(_start(cast, workflow) for _ in range(4))]
    counts = []
    for asked in (ids[:1], ids):
        seen: list[Any] = []

        def count(*args: Any, seen: list[Any] = seen) -> None:
            seen.append(args[2])

        db.session.rollback()
        sa.event.listen(db.engine, "before_cursor_execute", count)
        try:
            found = workflow.load_facts(db.session, asked)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", count)
        assert set(found) == set(asked)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_facts_are_frozen(cast: Cast, started: dict[str, UUID], workflow: Workflow) -> None:
    facts = workflow.load_facts(db.session, [started[workflow.key]])[started[workflow.key]]
    with pytest.raises(AttributeError):
        facts.state = "elsewhere"


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_it_can_be_drawn(workflow: Workflow, public: bool) -> None:
    picture = diagram.svg(workflow, standalone=True, public=public)
    ET.fromstring(picture)
    outline = str(diagram.outline(workflow, public=public))
    for state in workflow.states:
        assert (state.public_label if public else state.label) in outline


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_its_mermaid_names_every_state(workflow: Workflow) -> None:
    text = diagram.mermaid(workflow)
    assert text.startswith("stateDiagram")
    for state in workflow.states:
        assert state.key in text


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_a_deadline_asks_and_reminds_people_who_can_see_the_case(workflow: Workflow) -> None:
    for deadline in workflow.deadlines:
        for role in (deadline.owner, *(r.to for r in deadline.reminders)):
            assert role is not Role.ADMINISTRATOR, deadline.key
    for where, notice in checking.notices(workflow):
        assert Role.ADMINISTRATOR not in notice.to, where


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=_name)
def test_a_declared_text_has_no_place_that_cannot_be_filled(workflow: Workflow) -> None:
    """Notices may name places (another test says which); no other text may."""
    notices = {t for _, n in checking.notices(workflow) for t in (n.subject, n.line)}
    for text in set(checking.texts(workflow)) - notices:
        assert not PLACE.search(text), text


@pytest.mark.usefixtures("application")
def test_the_check_of_the_command_finds_no_fault_in_the_house() -> None:
    ours = [f for f in checking.faults() if not f.startswith("sample:")]
    assert ours == []
    db.session.rollback()
    assert checking.database_faults() == []


def test_every_text_of_a_restricted_case_is_sealed() -> None:
    for workflow in (w for w in WORKFLOWS if w.secrecy):
        for section in workflow.sections:
            for column in section.model.__table__.c:
                text = isinstance(column.type, sa.Text) or column.type.python_type is str
                short = isinstance(column.type, sa.String) and column.type.length
                if text and not short:
                    assert sealing.is_sealed(column), f"{workflow.key}: {column}"
