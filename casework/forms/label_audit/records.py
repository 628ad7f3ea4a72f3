"""The records of an audit: evidence, team, plan, findings, recommendations, report and reply."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from wtforms import BooleanField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.fields import ManyField, choice, day, line, paragraph, reference
from casework.forms.label_audit.choices import (
    CHECKS,
    CONSENTS,
    FINDINGS,
    PARTS,
    PRIORITIES,
    PROGRESS,
    TIES,
)
from casework.forms.messages import Message
from casework.forms.validators import NotFuture, Required
from casework.i18n import N_

LOCKED = N_("%(criteria)s: closed at this step. Evidence is taken for what is open.")
NO_REPLY = N_("Say what you do about it, or that it is not begun.")
LANGUAGE_MISSING = N_("Write it in one language at least.")


def offer(form: Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Add choices to a field of a form, if it has it."""
    field: Any = form._fields.get(name)
    if field is not None:
        field.choices = [*field.choices, *choices]


class _AboutCriteria(Form):
    """A form that offers the criteria of the pinned version."""

    def prepare(self, facts: Any, **known: Any) -> None:
        """Offer the criteria, by code."""
        super().prepare(facts, **known)
        self._facts = facts
        found = [
            (each.code, Markup.escape(f"{each.code} · {each.title}")) for each in _lines(facts)
        ]
        for name in ("criterion", "criteria"):
            offer(self, name, found)


def _lines(facts: Any) -> Any:
    return getattr(facts, "lines", ())


class EvidenceForm(_AboutCriteria):
    """A document as evidence for criteria."""

    document_id = reference(N_("Document"), hint=N_("Add it under Documents first."))
    criteria = ManyField(N_("Criteria that it serves"), choices=(), validators=[Required()])
    effective_on = day(N_("In force since"), NotFuture(), hint=N_("The evidence's own date."))
    note = paragraph(N_("Where to look in it"), required=False, most=2_000)

    def prepare(self, facts: Any, **known: Any) -> None:
        """Offer the documents of the case."""
        super().prepare(facts, **known)
        held = getattr(facts, "held", ())
        offer(self, "document_id", [(str(key), Markup.escape(title)) for key, title in held])

    def validate_criteria(self, field: Any) -> None:
        """Refuse evidence for a criterion that is closed."""
        facts = getattr(self, "_facts", None)
        closed = [c for c in field.data or [] if facts is not None and facts.locked(c)]
        if closed:
            raise ValidationError(Message(LOCKED, criteria=", ".join(closed)))


class TeamForm(Form):
    """An auditor of the case."""

    user_id = reference(N_("Auditor"), hint=N_("They see the case from now on."))
    part = choice(N_("Part"), PARTS)
    choice_sources = {"user_id": "auditors"}  # noqa: RUF012 - declared once a form


class DeclarationForm(Form):
    """An auditor's ties to the cooperative."""

    tie = choice(N_("Your tie to this cooperative"), TIES)
    until = day(N_("Ended on"), hint=N_("Empty: it has not ended."), required=False)
    words = paragraph(N_("In words"), required=False, most=2_000)


class DeclarationRecord(DeclarationForm):
    """A declaration, as it is shown."""

    user_id = reference(N_("Auditor"))
    choice_sources = {"user_id": "auditors"}  # noqa: RUF012 - declared once a form


class PlanForm(Form):
    """When and how the audit is held."""

    starts_on = day(N_("From"))
    ends_on = day(N_("Until"))
    method = paragraph(N_("How it is held: on site, interviews, samples"), most=10_000)

    def validate_ends_on(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(N_("This day lies before the first day."))


class VisitForm(Form):
    """A visit."""

    on = day(N_("Day"))
    place = line(N_("Place"))
    agenda = paragraph(N_("What is looked at"), required=False)
    held = BooleanField(N_("The visit was held"))


class _Texts(_AboutCriteria):
    """A text in the three languages, one of which is needed; lists show it in the reader's."""

    heads = {"text": N_("In words")}  # noqa: RUF012 - declared once a form

    def validate_text_fr(self, field: Any) -> None:
        """Demand the text in one language."""
        texts = (field.data, self._fields["text_nl"].data, self._fields["text_en"].data)
        if not any(texts):
            raise ValidationError(LANGUAGE_MISSING)


class FindingForm(_Texts):
    """What was found."""

    kind = choice(N_("What it is"), FINDINGS)
    criterion = choice(N_("Criterion"), (), required=False)
    text_fr = paragraph(N_("In French"), required=False)
    text_nl = paragraph(N_("In Dutch"), required=False)
    text_en = paragraph(N_("In English"), required=False)


class ConsentForm(Form):
    """Whether a good practice may be published."""

    consent = choice(
        N_("May it be published?"),
        CONSENTS,
        hint=N_("In the public catalogue of good practices. You may change your mind at any time."),
    )


class FindingRecord(FindingForm):
    """A finding, as it is shown."""

    consent = choice(N_("May it be published?"), CONSENTS)


class RecommendationForm(_Texts):
    """What is recommended, and by when something is expected."""

    criterion = choice(N_("Criterion"), (), required=False)
    priority = choice(N_("Priority"), PRIORITIES)
    due_on = day(N_("Due on"))
    text_fr = paragraph(N_("In French"), required=False)
    text_nl = paragraph(N_("In Dutch"), required=False)
    text_en = paragraph(N_("In English"), required=False)


class FollowUpForm(Form):
    """What the cooperative does about a recommendation."""

    owner = line(N_("Who sees to it"))
    progress = choice(N_("Where it stands"), PROGRESS)
    reply = paragraph(N_("What you do about it"), required=False)

    def validate_reply(self, field: Any) -> None:
        """Demand words once something is being done; only naming another owner needs none."""
        if not field.data and self.progress.data != "open":
            raise ValidationError(NO_REPLY)


class CheckForm(Form):
    """What somebody else found when they looked again."""

    outcome = choice(N_("Found"), CHECKS)
    checked_on = day(N_("Looked at on"), NotFuture())
    check_note = paragraph(N_("In words"), required=False, most=2_000)


class RecommendationRecord(RecommendationForm):
    """A recommendation with its reply and its re-check, as it is shown."""

    owner = line(N_("Who sees to it"))
    progress = choice(N_("Where it stands"), PROGRESS)
    reply = paragraph(N_("What you do about it"))
    outcome = choice(N_("Found"), CHECKS)
    checked_on = day(N_("Looked at on"))
    check_note = paragraph(N_("In words"))


class ReportForm(Form):
    """The report of the audit, in the cooperative's language."""

    context = paragraph(N_("Context and method"), most=50_000)
    conclusion = paragraph(N_("Conclusion"), most=50_000)
    no_good_practices = BooleanField(N_("No good practice was found"))
    no_recommendations = BooleanField(N_("Nothing is recommended"))


class ReplyForm(Form):
    """The cooperative's reply to the draft."""

    text = paragraph(N_("Your reply"), most=20_000, least=10)
