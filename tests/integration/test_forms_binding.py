"""Forms as services bind them: with the house's day, and with the roles of who fills them in."""

from __future__ import annotations

from datetime import UTC, date, datetime

from casework.clock import frozen
from casework.forms.pilot import LearningNoteForm
from casework.services import forms
from tests.support.world import World

PAST_MIDNIGHT_IN_THE_HOUSE = datetime(2027, 6, 30, 22, 30, tzinfo=UTC)


def test_a_form_without_facts_goes_by_the_day_of_the_house(world: World) -> None:
    typed = {"noted_on": "2027-07-01", "observation": "Nobody came.", "lesson": "Rain."}
    with world.app.app_context(), frozen(PAST_MIDNIGHT_IN_THE_HOUSE):
        form = forms.bind(LearningNoteForm, typed)
        assert form.validate(), form.errors
        assert isinstance(form, LearningNoteForm)
        assert form.today == date(2027, 7, 1)
