"""The forms of the moves of a label audit."""

from __future__ import annotations

from wtforms import BooleanField

from casework.forms.base import Form
from casework.forms.fields import choice, day, line, paragraph, reference
from casework.forms.label_audit.choices import CAUSES
from casework.forms.transition import MotiveForm, ReasonForm
from casework.forms.validators import NotPast
from casework.i18n import N_


class EngageForm(Form):
    """A cooperative engages in a cycle of the label."""

    title = line(N_("Name of this cycle"), hint=N_("For instance: CPE label 2026."), most=120)
    scheme_id = reference(N_("Label"), hint=N_("Empty: the usual one."), required=False)
    wish = paragraph(N_("What do you expect of it?"), required=False, most=2_000)
    choice_sources = {"scheme_id": "schemes"}  # noqa: RUF012 - declared once a form


class AwardForm(MotiveForm):
    """The committee gives the label that the results give."""

    confirmed = BooleanField(
        N_("The committee confirms that the criteria marked as not applicable do not apply")
    )


class RefuseForm(MotiveForm):
    """The committee gives no label, and sets the day of the next audit."""

    next_audit_on = day(N_("Next audit by"), NotPast())


class AbandonForm(ReasonForm):
    """A cycle is given up; the next audit is set all the same."""

    next_audit_on = day(N_("Next audit by"), NotPast())


class SuspendForm(ReasonForm):
    """Why the label is suspended."""

    cause = choice(N_("Cause"), CAUSES)
