"""The base of all forms: plain WTForms, with the day on which they are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from wtforms import Form as PlainForm

from casework import clock
from casework.roles import Role


class Form(PlainForm):
    """A form without Flask.

    ``choice_sources`` names, for each select field whose choices lie in the database, where they
    come from; whoever binds the form fills them in. ``prepare`` shows it the facts of the case,
    and who fills it in.
    ``heads`` names columns of a list that are no field of the form.
    ``not_for_partners`` names the texts that partners do not read.
    """

    choice_sources: ClassVar[Mapping[str, str]] = {}
    heads: ClassVar[Mapping[str, str]] = {}
    not_for_partners: ClassVar[tuple[str, ...]] = ()

    def prepare(
        self, facts: Any, *, roles: frozenset[Role] = frozenset(), today: date | None = None
    ) -> None:
        """Take from the facts what the form needs: the day it is in the house's zone.

        ``today`` is that day for facts that do not know it. ``roles`` are those of whoever fills
        in the form; none where that does not matter.
        """
        self._today: date | None = getattr(facts, "today", None) or today

    @property
    def today(self) -> date:
        """The present day in the house's zone; a form that nobody prepared knows that in UTC."""
        return getattr(self, "_today", None) or clock.now().date()
