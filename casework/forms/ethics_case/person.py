"""Who brings a matter without an account, as far as they wish to say, and their receipt code."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.ethics_case.choices import MANNERS
from casework.forms.ethics_case.matter import BroughtForm
from casework.forms.fields import choice, line, paragraph
from casework.i18n import N_

WHO = ("name", "pseudonym", "email", "phone", "link")


class BringForm(BroughtForm):
    """The public form: what it is about, and who brings it."""

    manner = choice(N_("How do you want to bring it?"), MANNERS)
    name = line(N_("Name"), required=False, hint=N_("Only if you give your name."))
    pseudonym = line(
        N_("Another name"), required=False, hint=N_("How we may call you when we write back.")
    )
    email = line(
        N_("E-mail address"),
        required=False,
        most=254,
        hint=N_("Not needed: you read our answers with the receipt code."),
    )
    phone = line(N_("Telephone"), required=False, most=40)
    link = line(
        N_("What ties you to the house"),
        required=False,
        hint=N_("Member, employee, client… If you like."),
    )

    def validate_name(self, field: Any) -> None:
        """Demand the name of those who want to give it."""
        if self.manner.data == "named" and not field.data:
            raise ValidationError(messages.REQUIRED)

    def validate_pseudonym(self, field: Any) -> None:
        """Demand the other name of those who chose one."""
        if self.manner.data == "pseudonymous" and not field.data:
            raise ValidationError(messages.REQUIRED)

    def who(self) -> dict[str, str]:
        """Return what they gave of themselves: nothing at all when they stay anonymous."""
        if self.manner.data == "anonymous":
            return {}
        left_out = {"name"} if self.manner.data == "pseudonymous" else {"pseudonym"}
        return {n: self[n].data for n in WHO if self[n].data and n not in left_out}

    def what(self) -> dict[str, Any]:
        """Return what it is about, without a word on who brings it."""
        return {n: self[n].data for n in ("title", "summary", "question")}


class ReceiptForm(Form):
    """The way back: a receipt code, and perhaps a message."""

    code = line(N_("Receipt code"), most=40)
    text = paragraph(N_("Your message"), required=False, most=10_000)
