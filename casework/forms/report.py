"""Reports of the partner and their review by the house."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.choices import LANGUAGES, YES_NO
from casework.forms.fields import ManyField, choice, day, money, paragraph
from casework.forms.validators import NotFuture
from casework.i18n import N_

REVIEWS = (("validated", N_("Validated")), ("sent_back", N_("Sent back")))
STATUSES = (("submitted", N_("Submitted")), *REVIEWS)


class QuarterlyReportForm(Form):
    """The report on a quarter."""

    from_on = day(N_("From"))
    to_on = day(N_("To"), NotFuture())
    progress = paragraph(N_("What was done?"), most=10_000)
    difficulties = paragraph(N_("What was difficult?"), required=False)
    spent_cents = money(N_("Spent in this period"))

    def validate_to_on(self, field: Any) -> None:
        """Refuse a period that ends before it begins."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(messages.BEFORE_THE_FIRST)


class FinalReportForm(Form):
    """The final report, the financial statement, and the choice on the knowledge sheet."""

    results = paragraph(N_("What was reached?"), most=20_000)
    lessons = paragraph(N_("What should others know?"), most=20_000)
    spent_cents = money(N_("Spent in the whole project"))
    statement = paragraph(N_("Remarks on the financial statement"), required=False, most=5_000)
    publishable = choice(
        N_("May the knowledge sheet for members be published?"), YES_NO, required=False
    )
    languages = ManyField(N_("In which languages?"), choices=LANGUAGES)

    def validate_languages(self, field: Any) -> None:
        """Demand a language for what may be published."""
        if self.publishable.data == "yes" and not field.data:
            raise ValidationError(N_("Choose one language at least."))


class ReviewForm(Form):
    """Whether the house validates a report, or why it sends it back."""

    status = choice(N_("What do you decide?"), REVIEWS)
    review_note = paragraph(N_("Remark for the partner"), required=False, most=2_000)

    def validate_review_note(self, field: Any) -> None:
        """Demand a reason for sending a report back."""
        if self.status.data == "sent_back" and not field.data:
            raise ValidationError(N_("Say what is missing: the partner works with it."))


class QuarterlyReportRecord(QuarterlyReportForm):
    """A quarterly report with its review, as it is shown."""

    status = choice(N_("Status"), STATUSES)
    review_note = paragraph(N_("Remark of the house"))


class FinalReportRecord(FinalReportForm):
    """The final report with its review, as it is shown."""

    status = choice(N_("Status"), STATUSES)
    review_note = paragraph(N_("Remark of the house"))
