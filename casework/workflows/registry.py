"""All workflows, by key and version: those of the house and those a setting names."""

from __future__ import annotations

import importlib
import logging
import os
import pkgutil
from pathlib import Path

import casework.workflows
from casework.workflows.engine import BrokenWorkflowError, Workflow

_workflows: dict[tuple[str, int], Workflow] = {}
_template_folders: list[Path] = []
_broken: list[BrokenWorkflowError] = []
_loaded = False

log = logging.getLogger(__name__)


class DuplicateWorkflowError(Exception):
    """Two definitions claim the same key and version, or the same prefix of references."""


class UnknownWorkflowError(LookupError):
    """No definition has this key and version."""


def register(workflow: Workflow, templates: Path | None = None) -> None:
    """Make a workflow known; ``templates`` is a folder of its own that holds its templates.

    Raises DuplicateWorkflowError.
    """
    for known in _workflows.values():
        same_key = known.key == workflow.key
        if same_key and known.version == workflow.version:
            raise DuplicateWorkflowError(f"{workflow.key} version {workflow.version}")
        if not same_key and known.prefix == workflow.prefix:
            raise DuplicateWorkflowError(f"prefix {workflow.prefix}")
    _workflows[workflow.key, workflow.version] = workflow
    if templates is not None and templates not in _template_folders:
        _template_folders.append(templates)


def load() -> list[BrokenWorkflowError]:
    """Import all definitions, once; return those that are broken (they are logged, too).

    Definitions are every ``casework.workflows.<key>.definition`` and the modules that
    ``CASEWORK_WORKFLOWS`` names, separated by commas. A module offers ``WORKFLOWS``, a tuple of
    :class:`Workflow`; a folder ``templates`` beside it is searched for its templates.
    """
    global _loaded  # noqa: PLW0603 - the registry is the one thing that is loaded once a process
    if _loaded:
        return list(_broken)
    _loaded = True
    names = [
        f"casework.workflows.{info.name}.definition"
        for info in pkgutil.iter_modules(casework.workflows.__path__)
        if info.ispkg
    ]
    names += [n.strip() for n in os.environ.get("CASEWORK_WORKFLOWS", "").split(",") if n.strip()]
    for name in names:
        try:
            module = importlib.import_module(name)
        except BrokenWorkflowError as error:
            log.error("%s", error)  # noqa: TRY400 - the faults say it all
            _broken.append(error)
            continue
        folder = Path(str(module.__file__)).parent / "templates"
        for workflow in module.WORKFLOWS:
            register(workflow, folder if folder.is_dir() else None)
    return list(_broken)


def get(key: str, version: int) -> Workflow:
    """Return a workflow. Raises UnknownWorkflowError."""
    load()
    try:
        return _workflows[key, version]
    except KeyError:
        raise UnknownWorkflowError(f"{key} version {version}") from None


def current() -> list[Workflow]:
    """Return the newest version of every workflow, by label."""
    load()
    newest: dict[str, Workflow] = {}
    for workflow in _workflows.values():
        if workflow.key not in newest or newest[workflow.key].version < workflow.version:
            newest[workflow.key] = workflow
    return sorted(newest.values(), key=lambda w: w.label)


def latest(key: str) -> Workflow:
    """Return the newest version of the workflow ``key``. Raises UnknownWorkflowError."""
    for workflow in current():
        if workflow.key == key:
            return workflow
    raise UnknownWorkflowError(key)


def every() -> list[Workflow]:
    """Return all versions of all workflows."""
    load()
    return list(_workflows.values())


def template_folders() -> list[Path]:
    """Return the template folders of workflows that live outside the house."""
    load()
    return list(_template_folders)
