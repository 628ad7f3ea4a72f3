"""Opinions, recommendations, answers, reviews, and the text that is published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.ethics_case.choices import ANSWERS, CONSENTS, MONTHS, PROGRESS
from casework.forms.fields import choice, day, line, paragraph
from casework.forms.validators import NotFuture
from casework.i18n import N_

REMINDED_TWICE = timedelta(days=21)
"""How long after its day an answer has been asked for twice more (+7 and +21 days)."""


class OpinionForm(Form):
    """The text of an opinion."""

    question = paragraph(N_("Question that it answers"), least=10)
    text = paragraph(N_("Opinion"), most=50_000)


class RecommendationForm(Form):
    """To whom a recommendation goes, and why it is made."""

    addressee = line(N_("Addressed to"))
    text = paragraph(N_("Considerations"), most=50_000)


class ItemForm(Form):
    """One thing that is recommended."""

    text = paragraph(N_("What is recommended"))
    due_on = day(N_("Answer expected by"), hint=N_("As a rule 90 days after it is transmitted."))


class AnswerForm(Form):
    """The answer to one recommendation."""

    answer = choice(N_("Answer"), ANSWERS)
    answered_on = day(N_("Noted on"), NotFuture())
    answer_text = paragraph(N_("What they say, and why"), required=False, most=20_000)

    def prepare(self, facts: Any, **known: Any) -> None:
        """Learn when the last of the answers was due."""
        super().prepare(facts, **known)
        self._due = getattr(facts, "last_answer_due", None)

    def validate_answer(self, field: Any) -> None:
        """Say that there is none only after two reminders."""
        due = getattr(self, "_due", None)
        if field.data == "none" and due is not None and self.today < due + REMINDED_TWICE:
            raise ValidationError(N_("Two reminders come first: 7 and 21 days after the day."))

    def validate_answer_text(self, field: Any) -> None:
        """Demand the reasons of a refusal."""
        if self.answer.data in {"refused", "partly"} and not field.data:
            raise ValidationError(N_("Note their reasons."))


class AnswerRecord(Form):
    """What is recommended with its answer, as it is shown."""

    text = paragraph(N_("What is recommended"))
    due_on = day(N_("Answer expected by"))
    answer = choice(N_("Answer"), ANSWERS)
    answered_on = day(N_("Noted on"))
    answer_text = paragraph(N_("What they say, and why"))


class ReviewForm(Form):
    """What became of a recommendation."""

    month = choice(N_("Which review?"), MONTHS)
    held_on = day(N_("Day"), NotFuture())
    progress = choice(N_("Where it stands"), PROGRESS)
    finding = paragraph(N_("What was found"))


class PublicationForm(Form):
    """The redacted text, and why nobody is harmed by it."""

    title = line(N_("Title"))
    text = paragraph(N_("Redacted text"), most=50_000)
    consent = choice(N_("Consent"), CONSENTS)
    reidentification = paragraph(
        N_("How it was checked that nobody can be recognised"), required=False, most=2_000
    )

    def validate_reidentification(self, field: Any) -> None:
        """Demand the check where nobody has agreed."""
        if self.consent.data == "checked" and not field.data:
            raise ValidationError(N_("Say how it was checked."))


class TransmitForm(Form):
    """The chair signs, and the text is frozen."""

    signed_on = day(N_("Signed on"), NotFuture())
    remark = paragraph(N_("Remark"), required=False, most=2_000)
