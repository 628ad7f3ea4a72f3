"""What the house has decided about itself: its calendar, and which day it is there."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from casework.calendar import WorkingCalendar
from casework.extensions import db, settings
from casework.models import ClosingDay


def calendar() -> WorkingCalendar:
    """Return the house's working calendar: its zone, its country, its own closing days."""
    known = settings()
    closing = frozenset(db.session.scalars(_closing_query()))
    return WorkingCalendar(ZoneInfo(known.house_zone), known.house_country, closing)


@cache
def _closing_query() -> Any:
    return sa.select(ClosingDay.day)
