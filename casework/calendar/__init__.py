"""Working days, lengths of deadlines, clocks that stop, and the moments of reminders.

Pure arithmetic: no database, no settings, and the present moment is always an argument.
"""

from casework.calendar.countries import COUNTRIES
from casework.calendar.lengths import Length, Unit, add_months, due, next_occurrence
from casework.calendar.offsets import CIVIL_HOUR, Offset, OffsetUnit, when
from casework.calendar.stopping import remaining, resume, run_start
from casework.calendar.working_days import WorkingCalendar, as_utc

__all__ = [
    "CIVIL_HOUR",
    "COUNTRIES",
    "Length",
    "Offset",
    "OffsetUnit",
    "Unit",
    "WorkingCalendar",
    "add_months",
    "as_utc",
    "due",
    "next_occurrence",
    "remaining",
    "resume",
    "run_start",
    "when",
]
