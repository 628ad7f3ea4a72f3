"""The figures of the dashboard, made from cases, events and deadlines; see ``refreshing``."""

from casework.services.statistics.comparing import faults
from casework.services.statistics.refreshing import as_of, rebuild, refresh

__all__ = ["as_of", "faults", "rebuild", "refresh"]
