"""Bringing a matter to the ethics committee, and what is noted of it before it is looked into."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.ethics_case.choices import (
    BODIES,
    CAUSES,
    SENSITIVITIES,
    SIDES,
    THEMES,
)
from casework.forms.fields import ManyField, choice, day, line, paragraph
from casework.forms.validators import NotFuture, NotPast, Required
from casework.i18n import N_


def themes() -> ManyField:
    """Return the field for the themes of a matter."""
    return ManyField(N_("Themes"), choices=THEMES, validators=[Required()])


class BroughtForm(Form):
    """What somebody without an account brings: never who they are."""

    title = line(N_("In a few words"), most=120)
    summary = paragraph(
        N_("What is it about?"),
        hint=N_("What happened or worries you, where and when. Leave out names you need not give."),
        most=20_000,
        least=20,
    )
    question = paragraph(
        N_("Do you formally ask the committee for an opinion? Then write your question."),
        hint=N_("You may also leave it open and decide later."),
        required=False,
    )


class ReferredForm(Form):
    """What a person or a body brings through the committee's secretary."""

    title = line(N_("In a few words"), most=120)
    origin = choice(N_("Brought by"), BODIES)
    body = line(N_("Which body?"), required=False)
    noticed_on = day(N_("Brought to notice on"), NotFuture())
    themes = themes()
    sensitivity = choice(N_("Sensitivity"), SENSITIVITIES, default="usual")
    summary = paragraph(N_("What is it about?"), most=20_000, least=20)

    def validate_body(self, field: Any) -> None:
        """Demand the body where one brings it."""
        if self.origin.data == "body" and not field.data:
            raise ValidationError(messages.REQUIRED)


class TakenUpForm(Form):
    """What the committee itself takes up."""

    title = line(N_("In a few words"), most=120)
    noticed_on = day(N_("Brought to notice on"), NotFuture())
    themes = themes()
    sensitivity = choice(N_("Sensitivity"), SENSITIVITIES, default="usual")
    summary = paragraph(N_("What is it about?"), most=20_000, least=20)


class MatterForm(Form):
    """What a case is about, as the committee keeps it."""

    themes = themes()
    sensitivity = choice(N_("Sensitivity"), SENSITIVITIES, default="usual")
    body = line(N_("Body that brought it"), required=False)
    noticed_on = day(N_("Brought to notice on"), NotFuture())
    summary = paragraph(N_("What is it about?"), most=20_000)
    resolved_on = day(
        N_("Resolved by itself on"),
        NotFuture(),
        hint=N_("Empty: it has not. The case may go on all the same."),
        required=False,
    )
    resolved_how = paragraph(N_("How is it known?"), required=False, most=2_000)
    resolved_confirmed = BooleanField(N_("Whoever brought it confirms it"))

    def validate_resolved_how(self, field: Any) -> None:
        """Demand how it is known that it has resolved by itself."""
        if self.resolved_on.data and not field.data:
            raise ValidationError(messages.REQUIRED)


class FormalRequestForm(Form):
    """A formal request for an opinion."""

    author = line(
        N_("Who asks"), hint=N_("A body, a function, or “the person who brought the matter”.")
    )
    requested_on = day(N_("Asked on"), NotFuture())
    question = paragraph(N_("Question to the committee"), least=10)


class TriageForm(Form):
    """The four frontiers, and whether another body fits better."""

    operational = choice(
        N_("Is it for the operational teams?"),
        SIDES,
        hint=N_("Everyday decisions, services, procedures."),
    )
    political = choice(
        N_("Is it for the political bodies?"),
        SIDES,
        hint=N_("Board, general assembly: what the cooperative wants to be."),
    )
    representation = choice(
        N_("Is it for the representation of the staff?"),
        SIDES,
        hint=N_("Unions, works council, prevention at work."),
    )
    members = choice(N_("Does it concern members among themselves?"), SIDES)
    members_and_ours = BooleanField(
        N_("It concerns a member and is for the committee all the same")
    )
    mediation = choice(N_("Is it asked to arbitrate or to mediate?"), SIDES)
    better_body = choice(
        N_("Does another body fit better?"), (("no", N_("No")), ("yes", N_("Yes")))
    )
    body = line(N_("Which body?"), required=False)
    reasons = paragraph(N_("Reasons"), required=False)

    def validate_body(self, field: Any) -> None:
        """Demand the name of a body that fits better."""
        if self.better_body.data == "yes" and not field.data:
            raise ValidationError(N_("Name the body that fits better."))


class RedirectMatterForm(Form):
    """To which body somebody is sent; nothing is handed on without their consent."""

    body = line(N_("Body that fits better"))
    reason = paragraph(N_("Reason"), least=10)
    told_on = day(
        N_("Whoever brought it was told on"),
        NotFuture(),
        hint=N_("Anonymous people read it with their receipt code."),
    )
    consent = BooleanField(N_("Whoever brought it agrees that something is handed on"))
    forwarded = paragraph(
        N_("What is handed on"), hint=N_("Empty: nothing is."), required=False, most=10_000
    )

    def validate_forwarded(self, field: Any) -> None:
        """Refuse to hand anything on without consent."""
        if field.data and not self.consent.data:
            raise ValidationError(N_("Nothing is handed on without consent: empty this field."))


class PutOffForm(Form):
    """Why a debate is put off, and until when."""

    cause = choice(N_("Why is it put off?"), CAUSES, required=False)
    reason = paragraph(N_("In words"), required=False, most=2_000)
    until = day(N_("Until"), NotPast(), hint=N_("Empty: no day is named."), required=False)


class PostponementRecord(Form):
    """A postponement, as it is shown."""

    on = day(N_("Put off on"))
    cause = choice(N_("Why"), CAUSES)
    reason = paragraph(N_("In words"))
    until = day(N_("Until"))


class ResolvedForm(Form):
    """That a matter has resolved by itself, since when, and how that is known."""

    resolved_on = day(N_("Resolved on"), NotFuture())
    resolved_how = paragraph(N_("How is it known?"), least=10, most=2_000)
    resolved_confirmed = BooleanField(N_("Whoever brought it confirms it"))
