"""What an administrator tunes of a deadline: its length and its reminders, version by version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from casework.calendar import Length, Unit, WorkingCalendar, due, when
from casework.extensions import db
from casework.i18n import N_
from casework.models import DeadlineSetting
from casework.policy import Actor, lead
from casework.roles import CASE_ROLES, ROLE_LABELS
from casework.services import house
from casework.services.deadlines.rules import read, tuned, written
from casework.services.errors import ForbiddenError
from casework.workflows.declaration import DeadlineRule, ReminderRule
from casework.workflows.engine import Workflow

MOST_REMINDERS = 12
LONGEST = timedelta(days=3653)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: an English text with named places, and the values for them.

    ``labels`` are values that are texts to be translated themselves.
    """

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


class SettingError(Exception):
    """A setting that cannot be; ``faults`` says everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f.message % {**f.params, **f.labels} for f in faults))
        self.faults = tuple(faults)


def current_setting(workflow_key: str, rule: str) -> DeadlineSetting | None:
    """Return the newest setting of a rule; None where the declaration holds."""
    rows = history(workflow_key, rule)
    return rows[0] if rows else None


def history(workflow_key: str, rule: str) -> list[DeadlineSetting]:
    """Return all settings of a rule, newest first."""
    query = sa.select(DeadlineSetting).where(
        DeadlineSetting.workflow_key == workflow_key, DeadlineSetting.rule == rule
    )
    return list(db.session.scalars(query.order_by(DeadlineSetting.version.desc())))


def checked(
    workflow: Workflow, rule: str, length: str, reminders: Sequence[str], now: datetime
) -> DeadlineRule:
    """Return a declared rule as these settings would tune it.

    Args:
        workflow: the workflow that declares the rule.
        rule: the rule's key.
        length: "10 wd", "48 h" …; empty for a deadline whose end is a date of its own.
        reminders: "-3 wd to programme_officer", "+1 wd escalates to programme_lead" …
        now: the moment from which it is tried out.

    Raises:
        KeyError: the workflow has no such rule.
        SettingError: with every fault at once.
    """
    declared = workflow.deadline_by_key[rule]
    faults: list[Fault] = []
    new_length = _length(declared, length.strip(), faults)
    promised = _reminders(reminders, faults)
    setting = DeadlineSetting(
        length=str(new_length) if new_length else None, reminders=[written(r) for r in promised]
    )
    result = tuned(declared, setting)
    if not faults:
        faults = _faults_together(result, now, house.calendar())
    if faults:
        raise SettingError(faults)
    return result


def change_setting(
    workflow: Workflow,
    rule: str,
    length: str,
    reminders: Sequence[str],
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> DeadlineSetting:
    """Write a new version of a rule's setting; running deadlines stay as they are.

    ``seen`` is the version that the actor saw (0: none yet). Raises what :func:`checked`
    raises, ForbiddenError, and SettingError when somebody else was faster.
    """
    if actor.id is None or not lead(actor):
        raise ForbiddenError("deadline_setting")
    result = checked(workflow, rule, length, reminders, now)
    before = current_setting(workflow.key, rule)
    version = before.version if before else 0
    if seen is not None and seen != version:
        raise SettingError([Fault(N_("Somebody has changed this deadline since you opened it."))])
    setting = DeadlineSetting(
        workflow_key=workflow.key,
        rule=rule,
        version=version + 1,
        length=str(result.length) if result.length else None,
        reminders=[written(r) for r in result.reminders],
        changed_at=now,
        changed_by_id=actor.id,
    )
    db.session.add(setting)
    db.session.flush()
    return setting


def _length(declared: DeadlineRule, text: str, faults: list[Fault]) -> Length | None:
    if declared.length is None:
        if text and declared.length_fact:
            faults.append(
                Fault(N_("The length of this deadline is set with the scheme of the label."))
            )
        elif text:
            faults.append(Fault(N_("This deadline ends on a date of its own and has no length.")))
        return None
    if not text:
        faults.append(Fault(N_("Say how long the deadline is.")))
        return None
    try:
        length = Length.parse(text)
    except ValueError:
        faults.append(
            Fault(
                N_("“%(text)s” is not a length. Write for instance 10 wd, 7 d, 6 m or 48 h."),
                {"text": text[:40]},
            )
        )
        return None
    if length.amount == 0 or length.unit is Unit.SECONDS:
        faults.append(Fault(N_("A deadline is at least one hour or one day long.")))
        return None
    return length


def _reminders(texts: Sequence[str], faults: list[Fault]) -> list[ReminderRule]:
    promised: list[ReminderRule] = []
    for text in texts:
        try:
            reminder = read(text)
        except ValueError:
            faults.append(
                Fault(
                    N_("“%(text)s” is not a reminder. Write for instance -3 wd, +1 wd or 50 %%."),
                    {"text": text[:60]},
                )
            )
            continue
        if reminder.to not in CASE_ROLES:
            faults.append(
                Fault(
                    N_("%(role)s: this role reads no cases and cannot be reminded of them."),
                    labels={"role": ROLE_LABELS[reminder.to]},
                )
            )
        promised.append(reminder)
    for (key, role), count in Counter((r.key, r.to) for r in promised).items():
        if count > 1:
            faults.append(
                Fault(
                    N_("%(role)s is reminded twice at %(offset)s."),
                    {"offset": key},
                    {"role": ROLE_LABELS[role]},
                )
            )
    if len(promised) > MOST_REMINDERS:
        faults.append(
            Fault(N_("A deadline has at most %(count)s reminders."), {"count": MOST_REMINDERS})
        )
    return promised


def _faults_together(rule: DeadlineRule, now: datetime, cal: WorkingCalendar) -> list[Fault]:
    """Return what is wrong with a length and reminders that are sound each by itself."""
    faults = []
    end = due(now, rule.length, cal) if rule.length else None
    if end is not None and end - now > LONGEST:
        faults.append(Fault(N_("A deadline is at most ten years long.")))
    if end is not None:
        begin = cal.start_of_day(cal.local_date(now))
        faults += [
            Fault(
                N_("The reminder %(offset)s would go out before the deadline begins."),
                {"offset": reminder.key},
            )
            for reminder in rule.reminders
            if when(reminder.offset, now, end, cal) < begin
        ]
    if rule.fires and rule.notice_days and not any(_warns(r) for r in rule.reminders):
        faults.append(
            Fault(
                N_("This deadline ends in a move made by itself: somebody must be warned before.")
            )
        )
    return faults


def _warns(reminder: ReminderRule) -> bool:
    offset = reminder.offset
    return offset.amount <= 100 if offset.unit == "%" else offset.amount <= 0  # noqa: PLR2004 - the end is at 100 %
