"""Budget lines, sources of funding, pledges of co-investors."""

from __future__ import annotations

from typing import Any

from casework.forms.base import Form
from casework.forms.fields import choice, line, money, paragraph
from casework.i18n import N_

CATEGORIES = (
    ("staff", N_("Staff")),
    ("volunteers", N_("Volunteers and participants")),
    ("services", N_("Services bought")),
    ("equipment", N_("Equipment")),
    ("travel", N_("Travel and meetings")),
    ("communication", N_("Communication")),
    ("overhead", N_("Overhead")),
    ("other", N_("Other costs")),
)
SOURCES = (
    ("grant", N_("Our grant")),
    ("own", N_("Own means of the partners")),
    ("public", N_("Public funding")),
    ("income", N_("Income of the project")),
    ("other", N_("Another source")),
)
PLEDGE_STATUSES = (
    ("sounded", N_("Sounded")),
    ("pledged", N_("Pledged")),
    ("signed", N_("Signed")),
    ("paid", N_("Paid")),
)


class BudgetLineForm(Form):
    """One cost."""

    label = line(N_("What is paid for?"))
    category = choice(N_("Kind of cost"), CATEGORIES)
    amount_cents = money(N_("Amount"))
    note = paragraph(N_("How was it worked out?"), required=False, most=1_000)


class FundingSourceForm(Form):
    """One source of the funding plan; co-investors have their own page."""

    kind = choice(N_("Where does it come from?"), SOURCES)
    label = line(N_("Name of the source"), required=False)
    amount_cents = money(N_("Amount"))


CONFIRMATIONS = (
    ("yes", N_("Yes, we confirm it")),
    ("no", N_("No, not as it stands")),
)


class PledgeForm(Form):
    """A co-investor, and how firm the promise is."""

    investor = line(N_("Co-investor"))
    contact = line(N_("Contact person"), required=False)
    status = choice(N_("How firm is it?"), PLEDGE_STATUSES, default="sounded")
    amount_cents = money(
        N_("Amount"),
        hint=N_("It counts in the funding plan from the day it is pledged."),
        required=False,
    )
    note = paragraph(N_("Note"), required=False, most=1_000)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and demand an amount for what was pledged."""
        valid = super().validate(extra_validators)
        amount = self.amount_cents
        if self.status.data != "sounded" and amount.data is None and not amount.errors:
            amount.errors = [N_("Say how much was pledged.")]
            return False
        return valid


class PledgeRecord(PledgeForm):
    """A pledge with what the co-investor says of it, as it is shown."""

    confirmation = choice(N_("Confirmed by the co-investor?"), CONFIRMATIONS)
    answer = paragraph(N_("What the co-investor adds"))


class PledgeForInvestor(Form):
    """A pledge as the co-investor sees it: without what others have noted about them."""

    investor = line(N_("Co-investor"))
    status = choice(N_("How firm is it?"), PLEDGE_STATUSES)
    amount_cents = money(N_("Amount"))
    confirmation = choice(N_("Confirmed by the co-investor?"), CONFIRMATIONS)
    answer = paragraph(N_("What the co-investor adds"))


class PledgeAnswerForm(Form):
    """What a co-investor says of their own pledge: right as it is, or what is right."""

    amount_cents = money(N_("What you put in"), hint=N_("Correct the amount if it is not right."))
    confirmation = choice(N_("Do you confirm this pledge?"), CONFIRMATIONS)
    answer = paragraph(N_("Would you like to add something?"), required=False, most=2_000)
