"""The pilot, its learning, and the views and decisions on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.fields import NOTHING_CHOSEN, choice, day, line, money, paragraph
from casework.forms.validators import NotFuture
from casework.i18n import N_
from casework.roles import HOUSE_ROLES, PARTNER_ROLES, Role

PARTIES = (
    ("officer", N_("Programme officer")),
    ("partner", N_("Partner")),
    ("target_group", N_("Target group")),
)
HOUSE_PARTIES = frozenset({"officer", "target_group"})
PARTNER_PARTIES = frozenset({"partner"})
GROUP = frozenset({"target_group"})
OTHER_SIDE = N_("Each side writes its own view: choose one that is yours to write.")
ADVICES = (
    ("adjust", N_("Adjust the pilot")),
    ("scale", N_("Carry it further")),
    ("anchor", N_("Anchor it")),
    ("stop", N_("Stop")),
)


def own_parties(roles: frozenset[Role]) -> frozenset[str]:
    """Return the parties whose view on the pilot people in these roles write."""
    house = HOUSE_PARTIES if roles & HOUSE_ROLES else frozenset()
    partner = PARTNER_PARTIES if roles & PARTNER_ROLES else frozenset()
    return house | partner | (GROUP if Role.TARGET_GROUP_REPRESENTATIVE in roles else frozenset())


class PilotSheetForm(Form):
    """What a pilot tests, where, and between which days."""

    hypothesis = paragraph(
        N_("What do you want to find out?"),
        hint=N_("“We believe that … and we shall know it when …”"),
        most=2_000,
    )
    scale = line(N_("How small do you begin?"), hint=N_("Places, people, weeks."), most=300)
    starts_on = day(N_("First day"))
    ends_on = day(N_("Last day"))

    def validate_ends_on(self, field: Any) -> None:
        """Refuse a pilot that ends before it begins."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(messages.BEFORE_THE_FIRST)


class IndicatorForm(Form):
    """Something that is measured; the value reached, or the reason for none, comes later."""

    label = line(N_("What do you measure?"))
    unit = line(N_("In which unit?"), required=False, most=50)
    baseline = line(N_("Where does it stand today?"), most=100)
    target = line(N_("Where should it go?"), most=100)
    actual = line(N_("Where is it now?"), required=False, most=100)
    missing_reason = paragraph(N_("If there is no value: why not?"), required=False, most=1_000)


class LearningNoteForm(Form):
    """What was seen, and what was learnt from it."""

    noted_on = day(N_("Day"), NotFuture())
    observation = paragraph(N_("What did you see?"), hint=N_("Mistakes are welcome here."))
    lesson = paragraph(N_("What do you learn from it?"))


class PilotViewForm(Form):
    """How one party looks back on the pilot."""

    party = choice(N_("Whose view is it?"), PARTIES)
    view = paragraph(N_("How do they look back on the pilot?"))
    advice = choice(N_("What would they do next?"), ADVICES, required=False)
    given_on = day(N_("Day"), NotFuture())

    def prepare(
        self, facts: Any, *, roles: frozenset[Role] = frozenset(), today: date | None = None
    ) -> None:
        """Offer the parties whose view these roles may write, besides what forms always need."""
        super().prepare(facts, roles=roles, today=today)
        if roles:
            own = own_parties(roles)
            self.party.choices = [NOTHING_CHOSEN, *(p for p in PARTIES if p[0] in own)]

    def validate_party(self, field: Any) -> None:
        """Refuse to speak for the other side, and say so instead of "not offered"."""
        offered = {value for value, *_ in field.choices}
        if field.data in dict(PARTIES) and field.data not in offered:
            field.errors[:] = []
            raise ValidationError(OTHER_SIDE)


class LearningSynthesisForm(Form):
    """What the whole pilot taught."""

    worked = paragraph(N_("What worked?"))
    did_not_work = paragraph(N_("What did not work?"))
    conclusion = paragraph(N_("What follows from it?"))


class ChangeForm(Form):
    """One change made to the pilot."""

    changed_on = day(N_("Day"), NotFuture())
    change = paragraph(N_("What do you change?"), most=2_000)
    why = paragraph(N_("Why?"), most=2_000)


class ScalePlanForm(Form):
    """How far the project is carried, and who pays for it."""

    reach = paragraph(N_("How far do you carry it?"), hint=N_("Places, people, years."))
    steps = paragraph(N_("In which steps?"))
    budget_cents = money(N_("What it costs"))
    funding_cents = money(N_("What is funded already"))
    funded_by = paragraph(N_("By whom?"), required=False, most=2_000)


class MilestoneForm(Form):
    """A point to be reached by a day."""

    label = line(N_("What shall be reached?"))
    due_on = day(N_("By which day?"))
    reached_on = day(N_("Reached on"), NotFuture(), required=False)


class AdjustForm(Form):
    """The decision to adjust the pilot once more; from the third time on with a reason."""

    reason = paragraph(
        N_("Reason"),
        hint=N_("Needed from the third adjustment on."),
        required=False,
        most=2_000,
    )


class StopForm(Form):
    """Stopping a project: why, what becomes of the money, and what was learnt."""

    reason = paragraph(N_("Reason"), least=10)
    money_position = paragraph(
        N_("Where does the money stand?"),
        hint=N_("What was paid, what was spent, what comes back."),
        most=2_000,
    )
    lesson = paragraph(
        N_("What do we learn from it?"),
        hint=N_("It is kept with the learning notes: others should not have to repeat it."),
    )
