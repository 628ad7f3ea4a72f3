"""What the lines of a file say of fields and criteria, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from casework.folding import folded
from casework.forms.messages import Message
from casework.i18n import LANGUAGES, N_
from casework.labels import applicability
from casework.labels.criteria import CODE, KIND_LABELS, MOST_WEIGHT, Kind
from casework.labels.ladder import MOST_LEVELS
from casework.services.outbox.tongue import gettext, spoken
from casework.services.referentials.drafting import TEXTS

EMPTY = N_("This cell is empty.")
NOT_A_CODE = N_("Write a code of at most 20 letters, figures, dots and hyphens, without spaces.")
NOT_A_KIND = N_("There is no kind “%(said)s”. Write mandatory, recommended or informative.")
NOT_A_NUMBER = N_("Write a whole number from 1 to %(most)d.")
NOT_A_CHOICE = N_("Write yes or no.")
DOUBLED = N_("Line %(line)d has the code %(code)s already.")
OTHER_NAME = N_("Line %(line)d gives this field another name.")
NO_TEXT = N_("Write the criterion in one language at least.")
UNKNOWN_CODE = N_("No line has the code %(other)s, on which this criterion depends.")
RING = N_("These criteria depend on one another in a ring: %(codes)s.")
TOO_LONG = N_("Write at most %(most)d characters.")

MOST_TEXT, MOST_NOTE = 4_000, 1_000
YES, NO = N_("Yes"), N_("No")
YES_WORDS = {"1", "true", "yes", "oui", "ja", "vrai", "waar", "x"}
NO_WORDS = {"", "0", "false", "no", "non", "nee", "faux", "onwaar"}

Lines = Sequence[tuple[int, Mapping[str, str]]]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell: its line, the key of its column, and a text for the reader."""

    line: int
    column: str
    message: Message


@dataclass
class Content:
    """What a file holds: fields and criteria as rows of the tables, and what is wrong.

    A criterion has the code of its field under ``field``.
    """

    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    criteria: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def judge(lines: Lines, base: Mapping[str, applicability.Condition] | None = None) -> Content:
    """Judge the lines of a file, all together.

    ``base`` has the conditions of the criteria that a module is added to. Nothing that has a fault
    is of use: whoever takes a file over asks for its faults first.
    """
    content = Content()
    where: dict[str, int] = {}
    conditions: dict[str, applicability.Condition] = dict(base or {})
    for line, said in lines:
        one = _Line(line, said, content)
        one.field(where)
        code = one.code("code")
        if code in content.criteria or code in conditions:
            one.fault("code", DOUBLED, line=where.get(code, 0), code=code)
            continue
        where[code] = line
        content.criteria[code] = one.criterion(code, len(content.criteria) + 1)
        conditions[code] = one.condition
    _demand_whole(content, conditions, where)
    content.faults.sort(key=lambda fault: fault.line)
    return content


def _demand_whole(
    content: Content,
    conditions: Mapping[str, applicability.Condition],
    where: Mapping[str, int],
) -> None:
    """Note conditions on what is not there, and those that form a ring."""
    for code, absent in applicability.unknown(conditions).items():
        for other in absent:
            said = Message(UNKNOWN_CODE, other=other)
            content.faults.append(Fault(where.get(code, 0), "applies_if", said))
    ring = applicability.cycle(conditions)
    for code in dict.fromkeys(ring):
        said = Message(RING, codes=" → ".join(ring))
        content.faults.append(Fault(where.get(code, 0), "applies_if", said))


class _Line:
    """One line of the file."""

    def __init__(self, number: int, said: Mapping[str, str], content: Content) -> None:
        self.number = number
        self.said = said
        self.content = content
        self.condition: applicability.Condition = {}

    def fault(self, column: str, message: str, **params: Any) -> None:
        self.content.faults.append(Fault(self.number, column, Message(message, **params)))

    def field(self, where: dict[str, int]) -> None:
        """Take the field over, or what it is called where an earlier line did not say."""
        code = self.code("field")
        known = self.content.fields.setdefault(
            code, {"code": code, "position": len(self.content.fields) + 1}
        )
        first = where.setdefault(f"field {code}", self.number)
        for language in LANGUAGES:
            name, before = self._text(f"field_{language}", 200), known.get(f"name_{language}", "")
            if name and before and name != before:
                self.fault(f"field_{language}", OTHER_NAME, line=first)
            known[f"name_{language}"] = before or name

    def code(self, column: str) -> str:
        text = self.said.get(column, "")
        if not text:
            self.fault(column, EMPTY)
        elif not CODE.fullmatch(text):
            self.fault(column, NOT_A_CODE)
        return text or f"?{self.number}"

    def criterion(self, code: str, position: int) -> dict[str, Any]:
        most = {name: MOST_TEXT if name.startswith("text") else MOST_NOTE for name in TEXTS}
        texts = {name: self._text(name, most[name]) for name in TEXTS}
        if not any(texts[f"text_{language}"] for language in LANGUAGES):
            self.fault("text_fr", NO_TEXT)
        self._read_condition()
        return {
            "field": self.said.get("field", ""),
            "code": code,
            "position": position,
            "kind": self._kind(),
            "weight": self._number("weight", MOST_WEIGHT),
            "na_allowed": self._yes_no("na_allowed"),
            "level": self._number("level", MOST_LEVELS),
            "applies_if": applicability.written(self.condition),
            "source": self._text("source", 200),
            **texts,
        }

    def _read_condition(self) -> None:
        try:
            self.condition = applicability.read(self.said.get("applies_if", ""))
        except applicability.ConditionError as error:
            self.fault("applies_if", error.message, **error.params)

    def _kind(self) -> str:
        text = self.said.get("kind", "")
        if not text:
            self.fault("kind", EMPTY)
            return ""
        found = kind_words().get(folded(text))
        if found is None:
            self.fault("kind", NOT_A_KIND, said=text[:40])
        return found or ""

    def _number(self, column: str, most: int) -> int:
        text = self.said.get(column, "") or "1"
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
        if plain and 1 <= int(text) <= most:
            return int(text)
        self.fault(column, NOT_A_NUMBER, most=most)
        return 1

    def _yes_no(self, column: str) -> bool:
        text = folded(self.said.get(column, ""))
        found = answer_words().get(text)
        if found is None:
            self.fault(column, NOT_A_CHOICE)
        return bool(found)

    def _text(self, column: str, most: int) -> str:
        text = self.said.get(column, "")
        if len(text) > most:
            self.fault(column, TOO_LONG, most=most)
        return text


@cache
def answer_words() -> Mapping[str, bool]:
    """Return what yes and no are written as, folded: in any language as our own files say it."""
    found = dict.fromkeys(YES_WORDS, True) | dict.fromkeys(NO_WORDS, False)
    for language in LANGUAGES:
        with spoken(language):
            found |= {folded(gettext(YES)): True, folded(gettext(NO)): False}
    return found


@cache
def kind_words() -> Mapping[str, str]:
    """Return the kinds by folded word: their key, its initial, their label in any language."""
    found = {word: kind.value for kind in Kind for word in (kind.value, kind.value[0])}
    for language in LANGUAGES:
        with spoken(language):
            found |= {folded(gettext(label)): kind.value for kind, label in KIND_LABELS.items()}
    return found
