"""What ``casework check`` looks at: declarations, templates, translations, and stored cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from casework.i18n import LANGUAGES
from casework.workflows import registry
from casework.workflows.declaration import Notice, Tell
from casework.workflows.engine import Workflow

PACKAGE = Path(__file__).parent
SOURCE_LANGUAGE = "en"  # the texts of the declarations themselves


def faults() -> list[str]:
    """Return every fault of every workflow, as sentences."""
    found = [f"{e.key}: {fault}" for e in registry.load() for fault in e.faults]
    catalogues = {code: _catalogue(code) for code in LANGUAGES if code != SOURCE_LANGUAGE}
    for workflow in registry.every():
        found += [f"{workflow.key}: {fault}" for fault in _template_faults(workflow)]
        for code, catalogue in catalogues.items():
            found += [
                f"{workflow.key}: no {code} translation of “{text}”"
                for text in sorted(set(texts(workflow)))
                if not _translated(catalogue, text)
            ]
    return found


def database_faults() -> list[str]:
    """Return the open cases whose definition or state is gone."""
    from casework.extensions import db
    from casework.models import Case

    rows = db.session.execute(
        sa.select(Case.workflow_key, Case.workflow_version, Case.state, sa.func.count()).group_by(
            Case.workflow_key, Case.workflow_version, Case.state
        )
    )
    found = []
    for key, version, state, number in rows:
        try:
            workflow = registry.get(key, version)
        except registry.UnknownWorkflowError:
            found.append(f"{number} cases follow {key} version {version}, which is gone")
            continue
        if state not in workflow.state_by_key:
            found.append(f"{number} cases stand in {state}, which {key} no longer has")
    return found


def texts(workflow: Workflow) -> Iterator[str]:
    """Yield every text of a declaration that somebody reads."""
    yield from (text for text in _declared(workflow) if text)


def notices(workflow: Workflow) -> Iterator[tuple[str, Notice]]:
    """Yield every notice that a declaration gives, each after where it is given."""
    for transition in workflow.transitions:
        for notice in transition.notices:
            yield transition.name, notice
        if transition.approvals and transition.approvals.notice:
            yield transition.name, transition.approvals.notice
    for section in workflow.sections:
        for effect in section.on_save:
            if isinstance(effect, Tell):
                yield section.key, effect.notice


def _declared(workflow: Workflow) -> Iterator[str]:
    yield workflow.label
    for stage in workflow.stages:
        yield stage.label
    for state in workflow.states:
        yield from (state.label, state.public_label)
    for transition in workflow.transitions:
        yield from (transition.label, transition.done, transition.hint)
    for _, notice in notices(workflow):
        yield from (notice.subject, notice.line)
    for deadline in workflow.deadlines:
        yield from (deadline.label, deadline.asks)
    for section in workflow.sections:
        yield from (section.label, section.intro, section.add_label)
        yield from (listed.label for listed in section.listed)
    for kind in workflow.documents:
        yield kind.label


def _template_faults(workflow: Workflow) -> Iterator[str]:
    folders = [PACKAGE / "templates", *registry.template_folders()]
    place = Path("workflows") / workflow.key / "panel.html"
    if not any((folder / place).is_file() for folder in folders):
        yield f"the template {place} is missing"


def _catalogue(code: str) -> Catalog:
    place = PACKAGE / "translations" / code / "LC_MESSAGES" / "messages.po"
    if not place.is_file():
        return Catalog(code)
    with place.open("rb") as file:
        return read_po(file, locale=code)


def _translated(catalogue: Catalog, text: str) -> bool:
    message = catalogue.get(text)
    return message is not None and bool(message.string) and not message.fuzzy
