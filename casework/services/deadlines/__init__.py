"""Deadlines: opened, stopped, resumed, moved, closed; what an administrator tunes about them.

Callers hold the lock of the case. Nothing here commits, and nothing is sent: reminders are rows
that :func:`casework.services.sweep.sweep` turns into messages when their moment has come.
"""

from casework.services.deadlines.acts import (
    act_done,
    follow_facts,
    move_due,
    refresh_next_due,
    schedule,
    settle,
)
from casework.services.deadlines.closing_days import add_closing_day, closing_days, drop_closing_day
from casework.services.deadlines.dates import follow_dates
from casework.services.deadlines.moves import follow_move
from casework.services.deadlines.rules import effective_rules, tuned, tuned_rules
from casework.services.deadlines.running import (
    Change,
    apply_setting_to_running,
    preview_setting,
)
from casework.services.deadlines.settings import (
    Fault,
    SettingError,
    change_setting,
    checked,
    current_setting,
    history,
)

__all__ = [
    "Change",
    "Fault",
    "SettingError",
    "act_done",
    "add_closing_day",
    "apply_setting_to_running",
    "change_setting",
    "checked",
    "closing_days",
    "current_setting",
    "drop_closing_day",
    "effective_rules",
    "follow_dates",
    "follow_facts",
    "follow_move",
    "history",
    "move_due",
    "preview_setting",
    "refresh_next_due",
    "schedule",
    "settle",
    "tuned",
    "tuned_rules",
]
