"""What forms say when something is wrong: English message ids, translated when they are shown."""

from __future__ import annotations

from typing import Any, Self

from markupsafe import escape

from casework.i18n import N_

REQUIRED = N_("This answer is needed.")
NOT_OFFERED = N_("Choose one of the answers offered.")
NOT_A_NUMBER = N_("Write a whole number, in figures.")
NOT_A_DATE = N_("This date does not exist. Write day, month and year, for instance 28/02/2027.")
NOT_A_TIME = N_("Write a time of the day, for instance 14:30.")
NOT_AN_ADDRESS = N_("Write an e-mail address such as name@example.org.")
NOT_AN_AMOUNT = N_("Write an amount in figures, for instance 1 200,50.")
AMBIGUOUS_AMOUNT = N_(
    "It is not clear whether this separates thousands or cents. Write 1 200,50 or 1200.50."
)
TOO_MANY_DECIMALS = N_("An amount has two decimals at most.")
NEGATIVE_AMOUNT = N_("An amount cannot be negative here.")
AMOUNT_TOO_LARGE = N_("This amount is too large to be true.")
TOO_LONG = N_("Write at most %(most)d characters; this text has %(length)d.")
TOO_SHORT = N_("Write at least %(least)d characters: a whole sentence.")
OUT_OF_RANGE = N_("Write a number from %(least)d to %(most)d.")
YEAR_OUT_OF_RANGE = N_("Is this year right? Write a date between %(first)d and %(last)d.")
IN_THE_PAST = N_("This date lies in the past.")
IN_THE_FUTURE = N_("This date lies in the future.")
BEFORE_THE_FIRST = N_("The last day lies before the first.")


class Message(str):
    """A message with values in it; as text it is English, on a page in the reader's language.

    A template finds ``__html__``, which translates the message id and only then puts the
    values in.
    """

    __slots__ = ("msgid", "params")
    msgid: str
    params: dict[str, Any]

    def __new__(cls, msgid: str, **params: Any) -> Self:
        """Make the English text and keep what it was made of."""
        text = super().__new__(cls, msgid % params)
        text.msgid = msgid
        text.params = params
        return text

    def __html__(self) -> str:
        from flask_babel import gettext  # a page asks; the forms themselves know no Flask

        return str(escape(gettext(self.msgid, **self.params)))
