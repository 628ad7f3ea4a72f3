"""Sessions with the target group, members of the consortium, risks."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.choices import SECTORS
from casework.forms.fields import WholeNumberField, choice, day, line, paragraph
from casework.forms.validators import Range
from casework.i18n import N_

SESSION_STATUSES = (("planned", N_("Planned")), ("held", N_("Held")))
ATTENDED = (("yes", N_("Yes, we took part")), ("no", N_("No, we did not take part")))
LIKELIHOODS = (("low", N_("Low")), ("medium", N_("Medium")), ("high", N_("High")))


class SessionForm(Form):
    """A session with the target group: planned for a day, or held and with what it changed."""

    status = choice(N_("Was it held?"), SESSION_STATUSES, default="planned")
    held_on = day(N_("Day"))
    topic = line(N_("What is it about?"))
    participants = WholeNumberField(
        N_("People of the target group who took part"), [Range(0, 100_000)]
    )
    changes = paragraph(
        N_("What changed because of it?"),
        hint=N_("Needed once the session was held: what they said and what you did with it."),
        required=False,
    )

    def validate_held_on(self, field: Any) -> None:
        """Refuse a session held in the future."""
        if self.status.data == "held" and field.data and field.data > self.today:
            raise ValidationError(messages.IN_THE_FUTURE)

    def validate_participants(self, field: Any) -> None:
        """Demand a figure for a session that was held."""
        if self.status.data == "held" and field.data is None and not field.errors:
            raise ValidationError(N_("Say how many people took part, even if it was nobody."))

    def validate_changes(self, field: Any) -> None:
        """Demand what changed for a session that was held."""
        if self.status.data == "held" and not field.data:
            raise ValidationError(N_("Say what the session changed, or that it changed nothing."))


class SessionRecord(SessionForm):
    """A session with what the target group itself says of it, as it is shown."""

    group_attended = choice(N_("Confirmed by the target group?"), ATTENDED)
    group_words = paragraph(N_("What the target group says"))


class SessionVoiceForm(Form):
    """What the target group says of a session that it was invited to."""

    group_attended = choice(N_("Did you take part?"), ATTENDED)
    group_words = paragraph(
        N_("What would you like to say about it?"),
        hint=N_("Were you heard? Is what is written above right? What is missing?"),
        required=False,
        most=2_000,
    )


class ConsortiumMemberForm(Form):
    """An organisation that carries the project along."""

    name = line(N_("Organisation"))
    sector = choice(N_("Sector"), SECTORS)
    contribution = paragraph(N_("What does it bring?"), required=False, most=2_000)


class RiskForm(Form):
    """What might go wrong."""

    risk = line(N_("What might go wrong?"), most=300)
    likelihood = choice(N_("How likely is it?"), LIKELIHOODS, default="medium")
    measure = paragraph(N_("What will you do about it?"), most=2_000)
