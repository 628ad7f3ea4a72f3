from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.roles import Role
from casework.workflows import diagram, registry
from casework.workflows.declaration import Party, Previous, Stage, State, Transition
from casework.workflows.diagram_layout import Layout, lay_out
from casework.workflows.diagram_routes import Rect
from casework.workflows.diagram_shape import Shape, shape_of, ways_of
from casework.workflows.diagram_words import text_width, wrap
from casework.workflows.engine import Workflow

OFFICER = frozenset({Role.PROGRAMME_OFFICER})
PARTNER = frozenset({Role.PARTNER_LEAD})


def small() -> Workflow:
    """Two stages, a question in between, two ends."""
    return Workflow(
        key="small",
        version=1,
        label="Small & <simple>",
        prefix="SM",
        stages=(Stage("ask", "Asking"), Stage("answer", "Answering")),
        states=(
            State("draft", "Draft", "Your draft", "ask", Party.PARTNER),
            State("sent", "Sent in", "With us", "ask", Party.US),
            State("question", 'A "question" <open>', "A question to you", "ask", Party.PARTNER),
            State("granted", "Granted", "Granted", "answer", Party.NOBODY, final=True),
            State("refused", "Refused", "Refused", "answer", Party.NOBODY, final=True),
        ),
        transitions=(
            Transition("start", "Start", "Started", (), "draft", roles=PARTNER),
            Transition("send", "Send it in", "Sent", ("draft",), "sent", roles=PARTNER),
            Transition("ask", "Ask: what; and why?", "Asked", ("sent",), "question", roles=OFFICER),
            Transition("reply", "Reply", "Replied", ("question",), "sent", roles=PARTNER),
            Transition("grant", "Grant", "Granted", ("sent",), "granted", roles=OFFICER),
            Transition("refuse", "Refuse", "Refused", ("sent",), "refused", roles=OFFICER),
            Transition("note", "Add a note", "Noted", ("sent",), "sent", roles=OFFICER),
        ),
        load_facts=lambda _session, _ids: {},
    )


def large() -> Workflow:
    """Twenty-three states in four stages, with ways to three ends from almost everywhere."""
    stages = tuple(Stage(f"stage{n}", f"Stage {n}") for n in range(4))
    names = [f"state{n}" for n in range(20)]
    states = [
        State(name, f"The state with number {n} here", f"Public {n}", f"stage{n // 5}", Party.US)
        for n, name in enumerate(names)
    ]
    ends = ("ended", "withdrawn", "stopped")
    states += [
        State(e, e.capitalize(), e.capitalize(), "stage3", Party.NOBODY, final=True) for e in ends
    ]
    moves = [Transition("start", "Start", "Started", (), "state0", roles=PARTNER)]
    moves += [
        Transition(f"on{n}", f"Go on from {n}", "Gone on", (a,), b, roles=OFFICER)
        for n, (a, b) in enumerate(itertools.pairwise(names))
    ]
    moves += [
        Transition(f"back{n}", f"Go back from {n}", "Gone back", (names[n],), names[n - 2], OFFICER)
        for n in range(4, 20, 4)
    ]
    moves += [
        Transition("skip", "Skip", "Skipped", ("state2", "state3"), "state6", roles=OFFICER),
        Transition("end", "End", "Ended", ("state19",), "ended", roles=OFFICER),
        Transition("withdraw", "Withdraw", "Withdrawn", tuple(names), "withdrawn", roles=PARTNER),
        Transition("stop", "Stop", "Stopped", tuple(names[8:]), "stopped", roles=OFFICER),
        Transition(
            "reopen", "Reopen", "Reopened", ends[1:], Previous(tuple(names[1:])), roles=OFFICER
        ),
    ]
    return Workflow(
        key="large",
        version=1,
        label="Large",
        prefix="LG",
        stages=stages,
        states=tuple(states),
        transitions=tuple(moves),
        load_facts=lambda _session, _ids: {},
    )


WORKFLOWS = [small(), large(), *registry.every()]
SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> str:
    root = ET.fromstring(picture)
    drawn = (" ".join(t.itertext()) for t in root.iter(f"{SVG}text"))
    return " ".join(" ".join(drawn).split())


def by_class(picture: str, name: str) -> list[ET.Element]:
    root = ET.fromstring(picture)
    return [e for e in root.iter() if name in e.get("class", "").split()]


def title(element: ET.Element) -> str:
    return element.findtext(f"{SVG}title") or ""


def assert_sound(shape: Shape, layout: Layout) -> None:
    """No box covers another, every line has a way, and none runs through a box."""
    boxes = list(layout.boxes.values())
    assert not any(a.meets(b) for a, b in itertools.combinations(boxes, 2))
    picture = Rect(0, 0, layout.width, layout.height)
    assert all(picture.holds((b.x, b.y)) and picture.holds((b.right, b.bottom)) for b in boxes)
    for pair in shape.lines:
        line = layout.lines[pair]
        assert len(line) >= 2, pair
        for a, b in itertools.pairwise(line):
            assert a[0] == b[0] or a[1] == b[1]
            stretch = Rect(
                min(a[0], b[0]) - 0.1,
                min(a[1], b[1]) - 0.1,
                abs(a[0] - b[0]) + 0.2,
                abs(a[1] - b[1]) + 0.2,
            )
            inner = [Rect(x.x + 1, x.y + 1, x.width - 2, x.height - 2) for x in boxes]
            assert not any(stretch.meets(box) for box in inner), pair


@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.key)
def test_every_state_and_stage_is_drawn_and_no_line_crosses_a_box(workflow, tall):
    shape = shape_of(workflow, ways_of(workflow))
    layout = lay_out(shape, tall)
    assert_sound(shape, layout)
    assert set(layout.boxes) == {s.key for s in workflow.states}
    picture = diagram.svg(workflow, tall=tall)
    boxes = [title(e) for e in by_class(picture, "wf-state")]
    assert boxes == [s.label for s in workflow.states]
    for stage in workflow.stages:
        assert stage.label in texts(picture)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.key)
def test_every_move_can_be_read_somewhere_in_the_picture(workflow):
    picture = diagram.svg(workflow)
    tips = " ".join(e.text or "" for e in ET.fromstring(picture).iter(f"{SVG}title"))
    for transition in workflow.transitions:
        if transition.sources:
            assert transition.label in tips


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.key)
def test_lines_that_end_in_different_boxes_do_not_run_together(workflow):
    layout = lay_out(shape_of(workflow, ways_of(workflow)))
    seen: dict[tuple, str] = {}
    for (_, target), line in layout.lines.items():
        for a, b in itertools.pairwise(line):
            key = (min(a, b), max(a, b))
            assert seen.setdefault(key, target) == target


def test_a_common_end_is_reached_by_letters_instead_of_twenty_lines():
    ways = ways_of(large())
    assert ways.letters == {"withdrawn": "A", "stopped": "B"}
    assert not any(target == "withdrawn" for _, target in ways.lines)
    marks = [e for e in by_class(diagram.svg(large()), "wf-mark-text") if e.text == "A"]
    assert len(marks) == 20 + 1  # its sources, and the end itself
    assert set(ways.back) == {"withdrawn", "stopped"}


def test_the_present_state_and_the_path_are_marked():
    picture = diagram.svg(
        small(),
        now="question",
        visited=("draft", "sent"),
        taken=(("draft", "sent"), ("sent", "question")),
    )
    assert [title(e) for e in by_class(picture, "now")] == ['A "question" <open>']
    assert [title(e) for e in by_class(picture, "visited")] == ["Draft", "Sent in"]
    taken = [e for e in by_class(picture, "wf-edge") if "taken" in e.get("class", "")]
    assert sorted(title(e).partition(":")[0] for e in taken) == [
        "Draft → Sent in",
        'Sent in → A "question" <open>',
    ]
    root = ET.fromstring(picture)
    assert "The case is now here: A" in (root.findtext(f"{SVG}desc") or "")


def test_a_lettered_way_and_a_way_back_that_were_taken_are_marked():
    taken = (("state3", "withdrawn"), ("withdrawn", "state3"))
    picture = diagram.svg(large(), now="state3", taken=taken)
    marked = [e for e in by_class(picture, "wf-mark") if "taken" in e.get("class", "")]
    assert len(marked) == 2


def test_partners_read_their_own_words_and_no_move_of_the_house():
    picture = diagram.svg(small(), public=True)
    assert "With us" in picture
    assert "Sent in" not in picture
    assert "Refuse<" not in picture
    assert "Send it in" in picture
    rows = {row.key: row for row in diagram.outline(small(), public=True)}
    assert [way.label for way in rows["sent"].ways] == []
    assert rows["question"].ways == (diagram.Way("Reply", ("With us",)),)


def test_texts_are_translated_and_escaped_and_there_is_no_style_attribute():
    picture = diagram.svg(small(), lambda text: f"{text} <b>&\"'")
    assert "<b>" not in picture
    assert "Draft" in texts(picture)
    assert not re.search(r"\sstyle=", picture)
    assert "<style" not in picture
    assert "<style>" in diagram.svg(small(), standalone=True)
    root = ET.fromstring(picture)
    assert root.get("role") == "img"
    ids = {e.get("id") for e in root.iter()}
    assert set((root.get("aria-labelledby") or "").split()) <= ids


def test_the_outline_says_every_way_out():
    rows = {row.key: row for row in diagram.outline(small())}
    assert rows["draft"].stage == "Asking"
    assert rows["granted"].final
    assert rows["granted"].ways == ()
    assert diagram.Way("Grant", ("Granted",)) in rows["sent"].ways
    back = {row.key: row for row in diagram.outline(large())}["withdrawn"].ways[0]
    assert len(back.targets) == 19


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.key)
def test_mermaid_names_every_state_and_every_move(workflow):
    text = diagram.mermaid(workflow)
    lines = text.splitlines()
    assert lines[0] == "stateDiagram-v2"
    for state in workflow.states:
        assert any(line.endswith(f'" as {state.key}') for line in lines)
        assert (f"    {state.key} --> [*]" in lines) == state.final
    for transition in workflow.transitions:
        if not isinstance(transition.to, Previous):
            for source in transition.sources or ("[*]",):
                assert any(line.startswith(f"    {source} --> {transition.to} :") for line in lines)


def test_mermaid_quotes_its_own_signs():
    text = diagram.mermaid(small())
    assert 'state "A #quot;question#quot; #lt;open#gt;" as question' in text
    assert "sent --> question : Ask#58; what#59; and why?" in text


def test_long_labels_are_wrapped_and_cut():
    lines = wrap("Donaudampfschifffahrtsgesellschaftskapitän is asked for more and more", 100, 3)
    assert len(lines) == 3
    assert all(text_width(line, 12) <= 100 for line in lines)
    assert lines[-1].endswith("…")
    assert wrap("Short", 100, 3) == ["Short"]
    assert wrap("", 100, 3) == []


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    names = [f"s{n}" for n in range(draw(st.integers(1, 14)))]
    stage = [draw(st.integers(0, 3)) for _ in names]
    apart = draw(st.integers(0, 3))
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names))
    lines = draw(st.lists(pairs.filter(lambda p: p[0] != p[1]), max_size=18, unique=True))
    if len(names) == 1:
        lines = []
    ends = frozenset(names) - {s for s, _ in lines}
    return Shape(
        bands=tuple(
            (f"band{n}", tuple(name for name, at in zip(names, stage, strict=True) if at == n))
            for n in range(4)
        ),
        apart=tuple(f"apart{n}" for n in range(apart)),
        lines=tuple(lines),
        starts=(names[0],),
        ends=ends,
    )


@given(shapes(), st.booleans())
def test_any_shape_can_be_laid_out(shape, tall):
    assert_sound(shape, lay_out(shape, tall))
