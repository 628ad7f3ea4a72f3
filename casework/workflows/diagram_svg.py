"""The picture of a workflow as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from casework.i18n import N_
from casework.workflows import diagram_pen as pen
from casework.workflows.declaration import State, Transition
from casework.workflows.diagram_layout import Layout
from casework.workflows.diagram_routes import Point, Rect
from casework.workflows.diagram_shape import Pair, Ways, named_in_public
from casework.workflows.diagram_words import LABEL_SIZE, ground_of, place_beside, wrap
from casework.workflows.engine import Workflow

Translate = Callable[[str], str]
Mark = tuple[str, str, bool]  # the sign, what it says when pointed at, whether it was taken

LINE_HEIGHT = 13.5
MARK_RADIUS = 7.0
NOTE_HEIGHT = 20.0
WIDE, MIDDLE = 960.0, 580.0
BACK_MARK, AGAIN_MARK = "↶", "↻"
NAMED_ENDS = N_("Ends")
BACK = N_("back to where the case came from")
LETTERS_EXPLAINED = N_(
    "A letter in a box: from here a case can also move to the state that bears this letter."
)
BACK_EXPLAINED = N_("A bent arrow: from here a case can go back to where it came from.")
STANDS_HERE = N_("The case is now here: %(state)s.")

STYLE = """
.wf { font: 600 12px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; background: #fff; }
.wf text { fill: #4a5566; }
rect.wf-stage { fill: #f6f3ec; stroke: #e4e0d8; }
.wf-state { fill: #fff; stroke: #857f72; stroke-width: 1.25; }
.wf-state.visited { fill: #e3f0ee; stroke: #0f5c5c; stroke-width: 1.75; }
.wf-state.now { fill: #0f5c5c; stroke: #e09a30; stroke-width: 3.5; }
.wf text, .wf-state text { stroke: none; }
.wf-state text { fill: #1c2430; }
.wf-state.now text { fill: #fff; }
.wf-edge { fill: none; stroke: #857f72; stroke-width: 1.25; }
.wf-edge.taken { stroke: #0f5c5c; stroke-width: 2.75; }
.wf-arrow { fill: #857f72; stroke: none; }
.wf-arrow.taken { fill: #0f5c5c; }
.wf-mark { fill: none; stroke-width: 1; }
.wf-mark.taken { stroke-width: 2.5; }
.wf text.wf-mark-text { font-size: 10px; }
.wf text.wf-edge-label { font-size: 11px; font-weight: 450; }
.wf-final { stroke-width: 1; }
"""


@dataclass(frozen=True)
class Drawing:
    """A picture about to be drawn: what is known of the workflow, the case and the reader."""

    workflow: Workflow
    translate: Translate
    ways: Ways
    layout: Layout
    now: str | None
    visited: frozenset[str]
    taken: frozenset[Pair]
    public: bool

    def parts(self, *, standalone: bool) -> Iterator[str]:
        """Yield the SVG text, with a stylesheet when it has to stand alone."""
        notes = self._notes()
        width = pen.num(self.layout.width)
        height = pen.num(self.layout.height + NOTE_HEIGHT * len(notes))
        # tells the stylesheet below which width the picture scrolls rather than shrinks
        broad = "wf-middle" if self.layout.width > MIDDLE else "wf-narrow"
        breadth = "wf-wide" if self.layout.width > WIDE else broad
        name = f"wf-{escape(self.workflow.key)}"
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="wf {breadth}" role="img" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'aria-labelledby="{name}-title {name}-desc">'
            f'<title id="{name}-title">{escape(self.translate(self.workflow.label))}</title>'
            f'<desc id="{name}-desc">{escape(self._description())}</desc>'
        )
        if standalone:
            yield f"<style>{STYLE}</style>"
        yield from self._bands()
        yield from self._lines()
        yield from self._line_labels()
        yield from self._starts()
        for state in self.workflow.states:
            yield self._state(state)
        for number, note in enumerate(notes):
            y = self.layout.height + 12 + NOTE_HEIGHT * number
            yield pen.text(note, 8, y, "wf-edge-label", "start")
        yield "</svg>"

    def _description(self) -> str:
        said = self.translate(N_("%(states)s states in %(stages)s stages.")) % {
            "states": len(self.workflow.states),
            "stages": len(self.workflow.stages),
        }
        if self.now is None:
            return said
        label = self._label(self.workflow.state_by_key[self.now])
        return f"{said} {self.translate(STANDS_HERE) % {'state': label}}"

    def _notes(self) -> list[str]:
        notes = [LETTERS_EXPLAINED] if self.ways.lettered else []
        notes += [BACK_EXPLAINED] if self.ways.back and not self.public else []
        return [self.translate(note) for note in notes]

    def _label(self, state: State) -> str:
        return self.translate(state.public_label if self.public else state.label)

    def _bands(self) -> Iterator[str]:
        headings = {s.key: s.label for s in self.workflow.stages}
        for band in self.layout.bands:
            heading = headings[band.key] if band.key is not None else NAMED_ENDS
            rect = band.rect
            yield pen.rectangle(rect, 10, "wf-stage")
            yield pen.text(self.translate(heading), rect.x + 12, rect.y + 20, "wf-stage", "start")

    def _lines(self) -> Iterator[str]:
        # what has been taken is drawn last, so that it lies on top
        lines = sorted(self.layout.lines.items(), key=lambda item: item[0] in self.taken)
        for pair, line in lines:
            if line:
                yield self._line(pair, line)

    def _line(self, pair: Pair, line: Sequence[Point]) -> str:
        taken = " taken" if pair in self.taken else ""
        path = pen.rounded(line)
        tip = escape(self._tooltip(pair, self.ways.lines[pair]))
        # a broad line that cannot be seen makes the tooltip easy to reach
        return (
            f'<g class="wf-edge{taken}"><title>{tip}</title>'
            f'<path d="{path}" stroke="none" stroke-width="9" pointer-events="stroke"/>'
            f'<path d="{path}"/><path class="wf-arrow{taken}" d="{pen.arrow(line)}"/></g>'
        )

    def _line_labels(self) -> Iterator[str]:
        lines = self.layout.lines
        taken = [*self.layout.boxes.values(), *self._frame()]
        for pair, line in lines.items():
            text = self._names(self.ways.lines[pair])
            others = [r for other in lines if other != pair for r in ground_of(lines[other])]
            place = place_beside(line, text, [*taken, *others]) if text and line else None
            if place is not None:
                taken.append(place)
                x, y = place.middle
                yield pen.text(text, x, y + 4, "wf-edge-label")

    def _frame(self) -> Iterator[Rect]:
        """Yield what surrounds the boxes: headings, borders of bands, all that is outside."""
        width, height = self.layout.width, self.layout.height
        yield Rect(-width, 0, width, height)
        yield Rect(width, 0, width, height)
        for band in self.layout.bands:
            rect = band.rect
            yield Rect(rect.x, rect.y, rect.width, 24)
            yield Rect(rect.x, rect.bottom - 1, rect.width, 2)
            yield Rect(rect.x - 1, rect.y, 2, rect.height)
            yield Rect(rect.right - 1, rect.y, 2, rect.height)

    def _starts(self) -> Iterator[str]:
        for line in self.layout.starts.values():
            (x, y), _ = line
            yield (
                f'<g class="wf-edge"><path d="{pen.rounded(line)}"/>'
                f'<path class="wf-arrow" d="{pen.arrow(line)}"/>'
                f'<circle class="wf-arrow" cx="{pen.num(x)}" cy="{pen.num(y)}" r="4"/></g>'
            )

    def _state(self, state: State) -> str:
        box = self.layout.boxes[state.key]
        classes = "wf-state"
        if state.key == self.now:
            classes += " now"
        elif state.key in self.visited:
            classes += " visited"
        marks = "".join(self._marks(state, box))
        label = self._label(state)
        lines = wrap(label, box.width - 12, 4)
        x, y = box.middle
        y += LABEL_SIZE * 0.36 - (len(lines) - 1) * LINE_HEIGHT / 2 - (8 if marks else 0)
        spans = "".join(
            f'<tspan x="{pen.num(x)}" y="{pen.num(y + n * LINE_HEIGHT)}">{escape(line)}</tspan>'
            for n, line in enumerate(lines)
        )
        inner = Rect(box.x + 3.5, box.y + 3.5, box.width - 7, box.height - 7)
        rim = pen.rectangle(inner, 6, "wf-final", 'fill="none"') if state.final else ""
        return (
            f'<g class="{classes}"><title>{escape(label)}</title>{pen.rectangle(box, 9)}{rim}'
            f'<text class="wf-label" text-anchor="middle">{spans}</text>{marks}</g>'
        )

    def _marks(self, state: State, box: Rect) -> Iterator[str]:
        marks = [*self._letters(state), *(() if self.public else self._bent_arrows(state))]
        y = box.bottom - MARK_RADIUS - 5
        x = box.middle[0] - (len(marks) - 1) * (MARK_RADIUS + 1.5)
        for sign, tip, taken in marks:
            classes = "wf-mark taken" if taken else "wf-mark"
            yield (
                f'<g><title>{escape(tip)}</title><circle class="{classes}" fill="none" '
                f'cx="{pen.num(x)}" cy="{pen.num(y)}" r="{pen.num(MARK_RADIUS)}"/>'
                f"{pen.text(sign, x, y + 3.5, 'wf-mark-text')}</g>"
            )
            x += 2 * MARK_RADIUS + 3

    def _letters(self, state: State) -> Iterator[Mark]:
        if state.key in self.ways.letters:
            yield self.ways.letters[state.key], self._label(state), False
        for pair, transitions in sorted(self.ways.lettered.items(), key=self._letter_of):
            if pair[0] == state.key:
                letter = self.ways.letters[pair[1]]
                yield letter, self._tooltip(pair, transitions), pair in self.taken

    def _letter_of(self, way: tuple[Pair, list[Transition]]) -> str:
        return self.ways.letters[way[0][1]]

    def _bent_arrows(self, state: State) -> Iterator[Mark]:
        key = state.key
        back = self._names(self.ways.back.get(key, ()))
        if back:
            drawn = {**self.ways.lines, **self.ways.lettered}
            went = any(pair[0] == key and pair not in drawn for pair in self.taken)
            yield BACK_MARK, f"{back}: {self.translate(BACK)}", went
        again = self._names(self.ways.again.get(key, ()))
        if again:
            yield AGAIN_MARK, again, (key, key) in self.taken

    def _tooltip(self, pair: Pair, transitions: Iterable[Transition]) -> str:
        states = self.workflow.state_by_key
        there = f"{self._label(states[pair[0]])} → {self._label(states[pair[1]])}"
        names = self._names(transitions)
        return f"{there}: {names}" if names else there

    def _names(self, transitions: Iterable[Transition]) -> str:
        return " / ".join(
            self.translate(t.label) for t in transitions if not self.public or named_in_public(t)
        )
