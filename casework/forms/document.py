"""What is asked when a document is added, replaced or taken back."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField
from wtforms.validators import StopValidation

from casework.forms.base import Form
from casework.forms.fields import NOTHING_CHOSEN, Choices, choice, line
from casework.i18n import N_

NO_FILE = N_("Choose the file that you want to send.")


class Chosen:
    """Refuses a form that was sent without a file."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the validator

    def __call__(self, _form: Any, field: Any) -> None:
        """Stop when no file was chosen."""
        if not getattr(field.data, "filename", ""):
            raise StopValidation(NO_FILE)


class VersionForm(Form):
    """A file; what it really is, is looked at when it has arrived."""

    file = FileField(
        N_("File"),
        description=N_(
            "PDF, Word, Excel, PowerPoint, OpenDocument, a picture, plain text or a mail."
        ),
        validators=[Chosen()],
    )


class DocumentForm(VersionForm):
    """A new document: of which kind it is, and how it is called."""

    kind = choice(N_("Kind of document"), ())
    title = line(
        N_("Title"), hint=N_("Empty: the name of the file is taken."), required=False, most=200
    )
    house_only = BooleanField(N_("Only for us: the partner does not see it"))

    def offer(self, kinds: Choices, *, house: bool) -> None:
        """Offer these kinds; outside the house nothing can be kept from the partner."""
        self.kind.choices = [NOTHING_CHOSEN, *kinds] if len(kinds) > 1 else list(kinds)
        if not house:
            del self.house_only


class WithdrawForm(Form):
    """Why a document is taken back."""

    reason = line(N_("Why is it taken back?"), most=500, least=5)
