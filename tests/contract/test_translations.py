"""Everything that somebody reads is there in every language, and says its values there too."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import casework.workflows
import dev
from casework import checking
from casework.roles import ROLE_LABELS
from casework.workflows import registry
from casework.workflows.engine import Workflow
from tests.support.processes import ROOT

PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[sd]|%)")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts of the code as it is now, extracted as `make messages` does."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    pybabel = [sys.executable, "-m", "babel.messages.frontend"]
    subprocess.run([*pybabel, *dev.extraction(str(target))], cwd=ROOT, check=True, timeout=60)
    return read(target)


@pytest.fixture(scope="module", params=dev.LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """The translations into one language."""
    folder = ROOT / "casework" / "translations" / request.param
    return read(folder / "LC_MESSAGES" / "messages.po", request.param)


def read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def forms_of(text: Any) -> tuple[str, ...]:
    """Return the singular and plural of a message, or its one text."""
    return (text,) if isinstance(text, str) else tuple(text)


def texts(catalogue: Catalog) -> Iterator[Message]:
    """Yield all messages but the head of the file."""
    return (message for message in catalogue if message.id)


def fault(message: Message, found: Message | None) -> str | None:
    """Say what is wrong with the translation of a message, if anything is."""
    if found is None:
        return "missing"
    if found.fuzzy:
        return "fuzzy"
    source, said = forms_of(message.id), forms_of(found.string)
    if len(source) != len(said) or not all(part and part.strip() for part in said):
        return "empty"
    for before, after in zip(source, said, strict=True):
        if placeholders(before) != placeholders(after):
            return f"other placeholders in {after!r}"
    return None


def placeholders(text: str) -> list[str]:
    return sorted(match.group() for match in PLACEHOLDER.finditer(text))


def test_every_text_of_the_code_is_translated(template: Catalog, catalogue: Catalog):
    faults = {
        forms_of(message.id)[0]: wrong
        for message in texts(template)
        if (wrong := fault(message, catalogue.get(message.id, message.context)))
    }
    assert faults == {}, f"{catalogue.locale}: run `make messages`, then fill these in"


def test_every_translation_takes_the_values_of_its_text(template: Catalog, catalogue: Catalog):
    for message in texts(template):
        values = {n: 1 for part in forms_of(message.id) for n in PLACEHOLDER.findall(part) if n}
        if not values:
            continue
        found = catalogue.get(message.id, message.context)
        for said in forms_of(found.string) if found else ():
            assert said % values  # a stray percent sign raises here


def house_workflows() -> list[Workflow]:
    """Return the workflows of the house, without those that other tests make known."""
    folder = Path(str(casework.workflows.__file__)).parent
    return [w for w in registry.every() if (folder / w.key).is_dir()]


def fields_of(form: Any) -> Iterator[str]:
    """Yield what the fields of a form say: labels, hints, choices, also of forms in forms."""
    for field in form:
        yield from (field.label.text, field.description)
        for _, label, *_rest in getattr(field, "choices", None) or ():
            yield label
        inner = field.append_entry() if hasattr(field, "append_entry") else field
        if hasattr(inner, "form"):
            yield from fields_of(inner.form)


def declared() -> Iterator[tuple[str, str]]:
    """Yield every declared text that a page looks up when it shows it, and where it stands."""
    yield from ROLE_LABELS.items()
    for workflow in house_workflows():
        for text in checking.texts(workflow):
            yield workflow.key, text
        moves = {t.form for t in workflow.transitions if t.form is not None}
        for form in {s.form for s in workflow.sections} | moves:
            for text in fields_of(form()):
                yield form.__name__, text


def test_every_declared_text_is_in_the_catalogue(catalogue: Catalog):
    known = {forms_of(message.id)[0] for message in texts(catalogue) if message.string}
    said = [(place, text) for place, text in declared() if text]
    assert said
    assert [found for found in said if found[1] not in known] == []
