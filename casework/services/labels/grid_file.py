"""A cooperative's self-assessment as a workbook: written out, filled in, taken back whole.

Each line says which revision whoever filled it in had seen, so that nothing that was written since
is covered. With one fault nothing of a file is taken over.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from casework.folding import folded
from casework.forms.messages import Message
from casework.i18n import LANGUAGES, N_
from casework.labels.criteria import (
    KIND_LABELS,
    RESULT_LABELS,
    Kind,
    Result,
    impossible,
)
from casework.models import Case
from casework.policy import Actor, may_see, roles_on
from casework.queries.labels.grid import Group
from casework.services import cases, receipts
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.exporting.sheets import XlsxSheet
from casework.services.importing import rows
from casework.services.importing.columns import COLUMNS, GRID
from casework.services.labels import results
from casework.services.outbox.tongue import gettext, spoken
from casework.workflows.label_audit.fact_parts import Line
from casework.workflows.label_audit.facts import LabelFacts

LAYER = "self"
FAULTY = N_("The file has faults: nothing of it has been taken over.")
UNKNOWN = N_("This cycle has no criterion “%(code)s”.")
DOUBLED = N_("Line %(line)d is about this criterion already.")
NOT_A_RESULT = N_(
    "“%(said)s” is not a result. Write met, partly met, not met, not applicable or not assessed."
)
NEWER = N_("Somebody has written this result since the file was made. Take a new file.")
NOT_A_NUMBER = N_("This was not there in the file that you took. Leave it as it was.")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell: its line, the key of its column, and a text for the reader."""

    line: int
    column: str
    message: Message


@dataclass
class Content:
    """What a file says that is new, by the criteria's codes, and everything that is wrong."""

    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


class FaultyFileError(Exception):
    """A file of which nothing is taken over; ``faults`` says everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


def write(
    case: Case, facts: LabelFacts, groups: Sequence[Group], language: str, file: BinaryIO
) -> None:
    """Write the self-assessment as a workbook; no cell of it is ever a formula."""
    heads = [column.heads()[language] for column in COLUMNS[GRID]]
    with tempfile.TemporaryDirectory() as scratch:
        sheet = XlsxSheet(file, heads, gettext("Criteria"), gettext("About"), Path(scratch))
        for group in groups:
            for row in group.rows:
                said = row.line.said(LAYER)
                known: Mapping[str, Any] = {
                    "code": row.line.code,
                    "field": group.heading.name(language),
                    "text": row.criterion.text(language),
                    "kind": gettext(KIND_LABELS[Kind(row.criterion.kind)]),
                    "evidence": row.criterion.evidence(language),
                    "na_condition": _when(row.criterion, language),
                    "result": _result(row.line),
                    "note": said.note,
                    "revision": said.revision,
                }
                sheet.row([known[column.key] for column in COLUMNS[GRID]])
        sheet.close(_about(case, facts))


def read(content: bytes, filename: str, facts: LabelFacts) -> Content:
    """Judge a file against the grid as it is now.

    Raises UnreadableError when nothing can be done with the whole file.
    """
    found = Content()
    seen: dict[str, int] = {}
    words = _result_words()
    for number, said in rows.read(GRID, content, filename).lines:
        code = said.get("code", "")
        line = facts.by_code.get(code)
        if line is None:
            found.faults.append(Fault(number, "code", Message(UNKNOWN, code=code[:40])))
        elif code in seen:
            found.faults.append(Fault(number, "code", Message(DOUBLED, line=seen[code])))
        else:
            seen[code] = number
            _judge(number, said, line, facts, words, found)
    return found


def take_over(case_id: UUID, actor: Actor, content: bytes, filename: str, key: str) -> int:
    """Write what a file says that is new, all of it or nothing; return how many results changed.

    Raises NotFoundError, ForbiddenError, RefusedError, FaultyFileError, UnreadableError.
    """
    case = cases.lock(case_id)
    if not may_see(actor, case):
        raise NotFoundError(str(case_id))
    if LAYER not in results.layers_for(case, roles_on(actor, case)):
        raise ForbiddenError(LAYER)
    if (before := receipts.find(key, actor.id)) is not None:
        return int(before["changed"])
    judged = read(content, filename, results.facts_for(case))
    if judged.faults:
        raise FaultyFileError(judged.faults)
    return results.save_many(case_id, LAYER, actor, judged.said, key)


def labels() -> dict[str, str]:
    """Return what the columns are called, by key."""
    return {column.key: gettext(column.label) for column in COLUMNS[GRID]}


def _judge(
    number: int,
    said: Mapping[str, str],
    line: Line,
    facts: LabelFacts,
    words: Mapping[str, str],
    found: Content,
) -> None:
    """Note what one line says that is new, or what is wrong with it."""
    typed, note = said.get("result", ""), said.get("note", "")
    known = line.said(LAYER)
    if line.computed or (not typed and not note):
        return  # nobody writes it; or nothing is said here
    result = words.get(folded(typed)) if typed else str(known.result)
    if result is None:
        found.faults.append(Fault(number, "result", Message(NOT_A_RESULT, said=typed[:40])))
        return
    if (result, note) == (known.result, known.note):
        return
    faults = [
        *_impossible(line, result, note),
        *_outdated(said.get("revision", ""), known.revision),
    ]
    if facts.locked(line.code):
        faults.append(("result", Message(results.LOCKED, criterion=line.code)))
    found.faults += [Fault(number, column, message) for column, message in faults]
    if not faults:
        found.said[line.code] = (result, note)


def _impossible(line: Line, result: str, note: str) -> Iterable[tuple[str, Message]]:
    allowed = line.criterion.na_allowed
    if fault := impossible(Result(result), na_allowed=allowed, na_reason=note):
        yield {"na_reason": "note"}.get(fault[0], fault[0]), Message(fault[1])


def _outdated(text: str, revision: int) -> Iterable[tuple[str, Message]]:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        yield "revision", Message(NOT_A_NUMBER)
    elif text and int(text) != revision:
        yield "revision", Message(NEWER)


def _result_words() -> Mapping[str, str]:
    """Return the results by folded word: their key, and their label in any language."""
    found = {result.value: result.value for result in Result}
    found |= {result.value.replace("_", " "): result.value for result in Result}
    for language in LANGUAGES:
        with spoken(language):
            found |= {folded(gettext(label)): str(r) for r, label in RESULT_LABELS.items()}
    return found


def _result(line: Line) -> str:
    if line.computed:
        return gettext("computed")
    said = line.said(LAYER)
    return gettext(RESULT_LABELS[said.result]) if said.revision else ""


def _when(criterion: Any, language: str) -> str:
    if not criterion.na_allowed:
        return gettext("No")
    return criterion.na_condition(language) or gettext("Yes")


def _about(case: Case, facts: LabelFacts) -> list[tuple[str, str]]:
    return [
        (gettext("Case"), f"{case.reference} · {case.title}"),
        (gettext("Version of the referential"), facts.version_label),
        *((gettext("Sector modules"), module.name) for module in facts.modules),
        (
            gettext("How to fill it in"),
            gettext(
                "Write in the columns “Result” and “Observation”, save the file and send it back. "
                "Lines that you leave as they are change nothing."
            ),
        ),
    ]
