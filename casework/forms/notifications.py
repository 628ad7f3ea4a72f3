"""How a person wants to hear of things, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs lag behind
from wtforms.validators import InputRequired

from casework.i18n import N_


def choices_form(
    kinds: Mapping[str, str], choices: Mapping[str, str], sent: Any, kept: Mapping[str, str]
) -> Form:
    """Return a form with one question for each kind of message.

    Args:
        kinds: the kinds of messages with their names.
        choices: what can be chosen, with its words.
        sent: what the browser sent, or None.
        kept: what the person chose before, by kind.
    """

    class ChoicesForm(Form):
        """One question for each kind."""

    for kind, label in kinds.items():
        field = RadioField(
            label,
            [InputRequired(N_("Choose one of these."))],
            choices=[SelectChoice(value, words) for value, words in choices.items()],
        )
        setattr(ChoicesForm, kind, field)
    return ChoicesForm(sent, data=dict(kept))
