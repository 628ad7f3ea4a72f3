"""Guards that several workflows share: on what was written in the form of a move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from casework.i18n import N_
from casework.workflows.declaration import Guard, Question, Reason


def text_given(field: str, message: str, least: int = 1) -> Guard:
    """Return a guard that demands a text of ``least`` characters in the form's ``field``."""

    def check(question: Question) -> Iterable[Reason]:
        if question.data is None:
            return
        if len(str(question.data.get(field) or "").strip()) < least:
            yield Reason(message)

    return Guard(f"{field}_given", check, reads=(field,))


def not_past(field: str) -> Guard:
    """Return a guard that refuses a day in the form's ``field`` that is over.

    The facts must know ``today``, the day in the house's zone.
    """

    def check(question: Question) -> Iterable[Reason]:
        day: date | None = (question.data or {}).get(field)
        if day is not None and day < question.facts.today:
            yield Reason(N_("%(day)s lies in the past."), {"day": day})

    return Guard(f"{field}_not_past", check, reads=(field,))


def reason_given(least: int = 10) -> Guard:
    """Return a guard that demands a written reason."""
    return text_given("reason", N_("Give a reason: everybody concerned may read it."), least)


def motive_given(least: int = 20) -> Guard:
    """Return a guard that demands a motive of a sentence or more."""
    return text_given("motive", N_("Give the motive of the decision in a whole sentence."), least)
