"""Forms about schemes of labels and their referentials."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.choices import SECTORS
from casework.forms.document import Chosen
from casework.forms.fields import ManyField, choice, line, number, paragraph
from casework.forms.messages import Message
from casework.i18n import N_
from casework.labels import applicability
from casework.labels.criteria import CODE, KIND_LABELS, MOST_WEIGHT
from casework.labels.families import FAMILIES
from casework.labels.ladder import MOST_LEVELS
from casework.labels.terms import MOST_DAYS, MOST_MONTHS, TERM_LABELS

NOT_A_CODE = N_("Write a code of at most 20 letters, figures, dots and hyphens, without spaces.")
NOT_A_KEY = N_("Write small letters, figures and hyphens only.")
FAMILY_CHOICES = tuple((key, family.label) for key, family in FAMILIES.items())
KIND_CHOICES = tuple((kind.value, label) for kind, label in KIND_LABELS.items())
START_RULES = (
    ("decision", N_("On the day of the decision")),
    ("next_month", N_("On the first day of the month after the decision")),
)
RELATION_CHOICES = (
    ("equal", N_("asks for the same as")),
    ("subset", N_("asks for a part of")),
    ("superset", N_("asks for all of, and more than,")),
    ("intersects", N_("overlaps with")),
    ("none", N_("has nothing in common with")),
)


class CodedForm(Form):
    """What has a code: a field, a criterion."""

    code = line(N_("Code"), most=20)

    def validate_code(self, field: Any) -> None:
        """Refuse what cannot be a code."""
        if not CODE.fullmatch(field.data or ""):
            raise ValidationError(NOT_A_CODE)


class NamedForm(Form):
    """A name in the three languages."""

    name_fr = line(N_("Name in French"), most=300)
    name_nl = line(N_("Name in Dutch"), most=300)
    name_en = line(N_("Name in English"), most=300)


class KeyedForm(NamedForm):
    """A name, and the key by which files and addresses know it."""

    key = line(N_("Key"), hint=N_("Small letters, figures and hyphens, for instance cpe."), most=40)

    def validate_key(self, field: Any) -> None:
        """Refuse what would not do in a file's name."""
        text = field.data or ""
        if not (text.isascii() and text == text.lower() and text.replace("-", "").isalnum()):
            raise ValidationError(NOT_A_KEY)


class SchemeForm(KeyedForm):
    """A scheme: its names, its rule, its times."""

    prefix = line(N_("Letters that begin the numbers of its labels"), most=12)
    official = BooleanField(N_("It is official; if not, everything that it brings forth says so"))
    charter_version = line(
        N_("Version of the charter that members sign before they engage"),
        hint=N_("Empty: nothing is signed."),
        required=False,
        most=20,
    )
    validity_years = number(N_("A label holds for so many years"), 1, 20)
    start_rule = choice(N_("From when it holds"), START_RULES, default="decision")
    family = choice(N_("Family of rules"), FAMILY_CHOICES, default="threshold")
    num = number(N_("Threshold for the recommended criteria: numerator"), 1, 1_000_000)
    den = number(N_("Threshold for the recommended criteria: denominator"), 1, 1_000_000)
    partial_num = number(
        N_("“Partly met” counts: numerator"), 0, 1_000, hint=N_("0: it counts as not met.")
    )
    partial_den = number(N_("“Partly met” counts: denominator"), 1, 1_000)
    levels = number(N_("Levels of the ladder"), 1, MOST_LEVELS, hint=N_("For ladders only."))
    required = number(
        N_("Level that gives the label"), 1, MOST_LEVELS, hint=N_("For ladders only.")
    )

    renewal_months = number(TERM_LABELS["renewal_months"], 0, MOST_MONTHS)
    self_assessment_months = number(TERM_LABELS["self_assessment_months"], 0, MOST_MONTHS)
    scheduling_months = number(TERM_LABELS["scheduling_months"], 0, MOST_MONTHS)
    audit_months = number(TERM_LABELS["audit_months"], 0, MOST_MONTHS)
    report_months = number(TERM_LABELS["report_months"], 0, MOST_MONTHS)
    committee_months = number(TERM_LABELS["committee_months"], 0, MOST_MONTHS)
    restore_months = number(TERM_LABELS["restore_months"], 0, MOST_MONTHS)
    suspension_months = number(TERM_LABELS["suspension_months"], 0, MOST_MONTHS)
    reply_days = number(TERM_LABELS["reply_days"], 0, MOST_DAYS)
    appeal_days = number(TERM_LABELS["appeal_days"], 0, MOST_DAYS)
    correction_days = number(TERM_LABELS["correction_days"], 0, MOST_DAYS)
    audit_days = number(TERM_LABELS["audit_days"], 0, MOST_DAYS)
    dues_days = number(TERM_LABELS["dues_days"], 0, MOST_DAYS)
    conflict_years = number(TERM_LABELS["conflict_years"], 0, MOST_MONTHS)


class SectorsForm(Form):
    """To which sectors a module applies."""

    sectors = ManyField(
        N_("Sectors to which a module applies"),
        choices=SECTORS,
        description=N_("None ticked: it applies to every cooperative."),
    )


class ReferentialForm(KeyedForm, SectorsForm):
    """A referential, or a module that is added to one."""

    scheme_id = choice(N_("Scheme"), (), default="")
    base_id = choice(N_("Module of"), (), default="", required=False)


class DraftForm(Form):
    """A new draft: how it is called, and what it begins with."""

    named = line(N_("Label of the version"), hint=N_("For instance v1.2."), most=20)
    copy_of = choice(N_("It begins"), (), default="", required=False)


class FieldForm(CodedForm):
    """A field: a group of criteria."""

    position = number(N_("Place in the order"), 1, 1_000)
    name_fr = line(N_("Name in French"), required=False)
    name_nl = line(N_("Name in Dutch"), required=False)
    name_en = line(N_("Name in English"), required=False)


class CriterionForm(CodedForm):
    """A criterion."""

    field_id = choice(N_("Field"), ())
    position = number(N_("Place in the order"), 1, 1_000)
    kind = choice(N_("Kind"), KIND_CHOICES)
    weight = number(N_("Weight"), 1, MOST_WEIGHT)
    level = number(N_("Level"), 1, MOST_LEVELS, hint=N_("For ladders only."))
    text_fr = paragraph(N_("Criterion (French)"), required=False, most=4_000)
    text_nl = paragraph(N_("Criterion (Dutch)"), required=False, most=4_000)
    text_en = paragraph(N_("Criterion (English)"), required=False, most=4_000)
    evidence_fr = line(N_("Expected evidence (French)"), required=False, most=1_000)
    evidence_nl = line(N_("Expected evidence (Dutch)"), required=False, most=1_000)
    evidence_en = line(N_("Expected evidence (English)"), required=False, most=1_000)
    na_allowed = BooleanField(N_("It may be not applicable"))
    na_condition_fr = line(N_("Not applicable when (French)"), required=False, most=1_000)
    na_condition_nl = line(N_("Not applicable when (Dutch)"), required=False, most=1_000)
    na_condition_en = line(N_("Not applicable when (English)"), required=False, most=1_000)
    applies_if = line(
        N_("Applies only if"),
        hint=N_("Other criteria and their results, for instance: RES-01: met, partial"),
        required=False,
        most=1_000,
    )
    source = line(N_("Source"), required=False)

    def validate_applies_if(self, field: Any) -> None:
        """Refuse a condition that cannot be read."""
        try:
            applicability.read(field.data or "")
        except applicability.ConditionError as error:
            raise ValidationError(Message(error.message, **error.params)) from None

    def validate_text_fr(self, field: Any) -> None:
        """Refuse a criterion that says nothing in any language."""
        if not (field.data or self.text_nl.data or self.text_en.data):
            raise ValidationError(N_("Write the criterion in one language at least."))


class MappingForm(Form):
    """How two criteria relate."""

    criterion_id = choice(N_("This criterion"), ())
    relation = choice(N_("How they relate"), RELATION_CHOICES)
    other_id = choice(N_("That criterion"), ())
    note = line(N_("Note"), required=False)


class ReferentialFileForm(Form):
    """A file with fields and criteria."""

    file = FileField(
        N_("File"),
        description=N_("Excel (.xlsx) or CSV, one criterion a line."),
        validators=[Chosen()],
    )
