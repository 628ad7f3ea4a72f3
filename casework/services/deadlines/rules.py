"""The rules in force: what a workflow declares, with what an administrator has tuned."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from casework.calendar import Length, Offset
from casework.db import constants
from casework.extensions import db
from casework.models import DeadlineSetting
from casework.roles import Role
from casework.workflows.declaration import DeadlineRule, ReminderRule
from casework.workflows.engine import Workflow

_WRITTEN = re.compile(r"(?P<offset>.+?) (?P<escalates>escalates )?to (?P<role>[a-z_]+)")


def written(reminder: ReminderRule) -> str:
    """Write a reminder as settings keep it: "-3 wd to programme_officer"."""
    return f"{reminder.offset} {'escalates ' if reminder.escalates else ''}to {reminder.to}"


def read(text: str) -> ReminderRule:
    """Read a reminder that :func:`written` wrote.

    Raises:
        ValueError: the text is not a reminder.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a reminder")
    return ReminderRule(
        Offset.parse(match["offset"]), Role(match["role"]), match["escalates"] is not None
    )


def effective_rules(workflow: Workflow) -> dict[str, DeadlineRule]:
    """Return the workflow's deadline rules by key, each as tuned last (one query)."""
    return tuned_rules([workflow])[workflow.key, workflow.version]


def tuned_rules(workflows: Iterable[Workflow]) -> dict[tuple[str, int], dict[str, DeadlineRule]]:
    """Return the rules in force of several workflows, by their key and version (one query)."""
    wanted = list(workflows)
    keys = tuple(sorted({w.key for w in wanted}))
    rows = db.session.scalars(_settings_query(keys))
    newest = {(row.workflow_key, row.rule): row for row in rows}
    return {
        (w.key, w.version): {r.key: tuned(r, newest.get((w.key, r.key))) for r in w.deadlines}
        for w in wanted
    }


@cache
def _settings_query(keys: tuple[str, ...]) -> Any:
    known = DeadlineSetting.workflow_key.in_(constants(keys))
    return sa.select(DeadlineSetting).where(known).order_by(DeadlineSetting.version)


def tuned(rule: DeadlineRule, setting: DeadlineSetting | None) -> DeadlineRule:
    """Return a declared rule with the length and the reminders of a setting."""
    if setting is None:
        return rule
    return replace(
        rule,
        length=Length.parse(setting.length) if setting.length and rule.length else rule.length,
        reminders=tuple(read(text) for text in setting.reminders),
    )
