"""Asking for information, and answering item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, FieldList, FormField
from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.fields import line, paragraph
from casework.i18n import N_

MOST_ITEMS = 12


class InfoItemForm(Form):
    """One item that is asked for, with the reason why; a row left blank counts for nothing."""

    item = line(N_("What do we need?"), required=False, most=300)
    reason = line(N_("Why do we ask for it?"), required=False, most=500)

    def validate_reason(self, field: Any) -> None:
        """Demand a reason where something is asked for."""
        if self.item.data and not field.data:
            raise ValidationError(N_("Say why you ask for it: the partner reads the reason."))

    def validate_item(self, field: Any) -> None:
        """Demand the item where a reason was written."""
        if self.reason.data and not field.data:
            raise ValidationError(N_("Say what you need."))


class AskInfoForm(Form):
    """A request for information, item by item."""

    items = FieldList(
        FormField(InfoItemForm, label=N_("Item")),
        label=N_("What we ask for"),
        min_entries=1,
        max_entries=MOST_ITEMS,
    )

    def validate_items(self, field: Any) -> None:
        """Demand at least one item."""
        if not filled(field.data):
            raise ValidationError(N_("Ask for one thing at least."))


def filled(rows: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Return the rows in which something was written."""
    return [row for row in rows or () if row.get("item") or row.get("reason")]


class InfoAnswerForm(Form):
    """The answer to one item, or the reason why there is none."""

    answer = paragraph(
        N_("Your answer"),
        hint=N_("If it is a document, put it among the documents and say so here."),
        required=False,
    )
    refused = BooleanField(N_("We cannot or do not want to give this"))
    refusal_reason = paragraph(N_("Why not?"), required=False, most=2_000)

    def validate_answer(self, field: Any) -> None:
        """Demand an answer unless it is refused."""
        if not field.data and not self.refused.data:
            raise ValidationError(messages.REQUIRED)

    def validate_refusal_reason(self, field: Any) -> None:
        """Demand a reason for refusing."""
        if self.refused.data and not field.data:
            raise ValidationError(N_("Say in a sentence why you cannot give it."))


class InfoItemRecord(Form):
    """An item with its answer, as it is shown."""

    item = line(N_("What we need"))
    reason = line(N_("Why we ask for it"))
    answer = paragraph(N_("Answer"))
    refused = BooleanField(N_("Refused"))
    refusal_reason = paragraph(N_("Reason for refusing"))
