"""What the forms of a partner project ask beyond their single fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from casework.forms.agreement import ConditionForm
from casework.forms.anchoring import AnchoringPlanForm
from casework.forms.base import Form
from casework.forms.budget import PledgeForm
from casework.forms.call import CallForm
from casework.forms.co_creation import SessionForm
from casework.forms.idea import IdeaForm
from casework.forms.info_request import AskInfoForm, InfoAnswerForm, filled
from casework.forms.pilot import PilotSheetForm
from casework.forms.report import FinalReportForm, QuarterlyReportForm, ReviewForm
from casework.forms.transition import MotiveForm, ReasonForm


class Facts:
    today = date(2027, 3, 1)


def errors(form_class: type[Form], **values: Any) -> set[str]:
    form = form_class(MultiDict(values))
    form.prepare(Facts())
    assert form.validate() is not bool(form.errors)
    return set(form.errors)


SESSION = {"status": "planned", "held_on": "2027-03-10", "topic": "First walk"}
HELD = {**SESSION, "status": "held", "held_on": "2027-03-01"}


@pytest.mark.parametrize(
    ("form", "values", "wrong"),
    [
        (SessionForm, SESSION, set()),
        (SessionForm, HELD, {"participants", "changes"}),
        (SessionForm, {**HELD, "participants": "0", "changes": "Nothing"}, set()),
        (
            SessionForm,
            {**HELD, "held_on": "2027-03-02", "participants": "x", "changes": "All"},
            {"held_on", "participants"},
        ),
        (PledgeForm, {"investor": "Bank", "status": "sounded"}, set()),
        (PledgeForm, {"investor": "Bank", "status": "pledged"}, {"amount_cents"}),
        (PledgeForm, {"investor": "Bank", "status": "pledged", "amount_cents": "5"}, set()),
        (
            PledgeForm,
            {"investor": "Bank", "status": "pledged", "amount_cents": "-5"},
            {"amount_cents"},
        ),
        (InfoAnswerForm, {}, {"answer"}),
        (InfoAnswerForm, {"refused": "y"}, {"refusal_reason"}),
        (InfoAnswerForm, {"refused": "y", "refusal_reason": "Not ours"}, set()),
        (InfoAnswerForm, {"answer": "Here"}, set()),
        (
            ConditionForm,
            {"text": "Lease", "due_on": "2027-04-01", "lifted": "y"},
            {"lifted"},
        ),
        (
            ConditionForm,
            {"text": "Lease", "due_on": "2027-04-01", "lifted": "y", "evidence": "Signed"},
            set(),
        ),
        (
            AnchoringPlanForm,
            {"edition": "final", "plan": "They take over", "agreed_on": "2027-02-01"},
            {"agreed_on"},
        ),
        (
            PilotSheetForm,
            {
                "hypothesis": "It works",
                "scale": "One street",
                "starts_on": "2027-03-02",
                "ends_on": "2027-03-01",
            },
            {"ends_on"},
        ),
        (
            QuarterlyReportForm,
            {"from_on": "2027-02-01", "to_on": "2027-01-01", "progress": "x", "spent_cents": "0"},
            {"to_on"},
        ),
        (ReviewForm, {"status": "sent_back"}, {"review_note"}),
        (ReviewForm, {"status": "submitted"}, {"status"}),
        (ReviewForm, {"status": "validated"}, set()),
        (
            FinalReportForm,
            {"results": "x", "lessons": "y", "spent_cents": "1", "publishable": "yes"},
            {"languages"},
        ),
        (
            FinalReportForm,
            {"results": "x", "lessons": "y", "spent_cents": "1", "publishable": "no"},
            set(),
        ),
        (MotiveForm, {"motive": "Too short."}, {"motive"}),
        (MotiveForm, {"motive": "It bridges two sectors."}, set()),
        (ReasonForm, {"reason": "  "}, {"reason"}),
        (
            CallForm,
            {"title_fr": "a", "title_nl": "b", "title_en": "c", "opens_on": "2027-01-01"},
            {"closes_on"},
        ),
        (
            CallForm,
            {
                "title_fr": "a",
                "title_nl": "b",
                "title_en": "c",
                "opens_on": "2027-01-02",
                "closes_on": "2027-01-01",
            },
            {"closes_on"},
        ),
        (
            CallForm,
            {
                "title_fr": "a",
                "title_nl": "b",
                "title_en": "c",
                "opens_on": "2027-01-02",
                "always_open": "y",
            },
            set(),
        ),
    ],
)
def test_fields_that_belong_together(
    form: type[Form], values: dict[str, str], wrong: set[str]
) -> None:
    assert errors(form, **values) == wrong


def test_an_idea_has_eight_questions_at_most() -> None:
    assert len(IdeaForm()._fields) <= 8


@pytest.mark.parametrize(
    ("rows", "valid"),
    [
        ({}, False),
        ({"items-0-item": "", "items-0-reason": ""}, False),
        ({"items-0-item": "Statutes", "items-0-reason": ""}, False),
        ({"items-0-item": "", "items-0-reason": "Because"}, False),
        ({"items-0-item": "Statutes", "items-0-reason": "Who signs?"}, True),
        (
            {
                "items-0-item": "Statutes",
                "items-0-reason": "Who signs?",
                "items-1-item": "",
                "items-1-reason": "",
            },
            True,
        ),
    ],
)
def test_a_request_for_information(rows: dict[str, str], valid: bool) -> None:
    form = AskInfoForm(MultiDict(rows))
    assert form.validate() is valid
    if valid:
        assert filled(form.data["items"]) == [{"item": "Statutes", "reason": "Who signs?"}]
