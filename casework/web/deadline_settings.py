"""Pages on which leads and administrators tune deadlines, and say when the house is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape
from wtforms import Form

from casework import policy
from casework.clock import now
from casework.forms.deadline_setting import ClosingDayForm, DeadlineSettingForm, typed_like
from casework.services import deadlines, forms
from casework.services.deadlines import SettingError
from casework.web import kept
from casework.web.base import committing, go, guarded, lang, me, not_found, typed, whole
from casework.web.deadline_words import end_words, length_words, offset_words
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule
from casework.workflows.engine import Workflow

MOST_SHOWN = 50

bp = Blueprint("deadline_settings", __name__)


@bp.get("/deadline-settings")
@guarded(policy.lead)
def index() -> ResponseReturnValue:
    """Show the deadlines of every workflow as they are tuned, and the closing days."""
    draft = kept.form_data(url_for("deadline_settings.close_day"))
    return _index(forms.bind(ClosingDayForm, draft, language=lang()))


@bp.get("/deadline-settings/<workflow_key>/<rule>")
@guarded(policy.lead)
def edit(workflow_key: str, rule: str) -> ResponseReturnValue:
    """Show the form of one deadline."""
    workflow, known = _find(workflow_key, rule)
    draft = kept.form_data()
    form = forms.bind(DeadlineSettingForm, draft or typed_like(known), language=lang())
    return _page(workflow, known, form)


@bp.post("/deadline-settings/<workflow_key>/<rule>")
@guarded(policy.lead)
def save(workflow_key: str, rule: str) -> ResponseReturnValue:
    """Show what a change would mean; keep it; or keep it and change what runs, as was pressed."""
    workflow, known = _find(workflow_key, rule)
    form = forms.bind(DeadlineSettingForm, typed(), language=lang())
    if forms.changed_rows(form, typed()):
        return _page(workflow, known, form)
    if not form.validate():
        return _page(workflow, known, form), 422
    try:
        if "save" not in typed():
            return _page(workflow, known, form, _tried_out(workflow, rule, form))
        with committing():
            changed = _keep(workflow, rule, form)
            kept.forget()
    except SettingError as error:
        form.form_errors = [_words(fault) for fault in error.faults]
        return _page(workflow, known, form), 422
    flash(_("The setting is kept."), "good")
    if changed:
        done = ngettext("%(num)d deadline was changed.", "%(num)d deadlines were changed.", changed)
        flash(done, "good")
    return go("deadline_settings.index")


@bp.post("/deadline-settings/closing-days")
@guarded(policy.lead)
def close_day() -> ResponseReturnValue:
    """Close the house on a day."""
    form = forms.bind(ClosingDayForm, typed(), language=lang())
    if not form.validate():
        return _index(form), 422
    with committing():
        deadlines.add_closing_day(form["day"].data, form["label"].data)
        kept.forget()
    flash(_("The day is kept. Deadlines that run already keep their ends."), "good")
    return go("deadline_settings.index")


@bp.post("/deadline-settings/closing-days/<day>/remove")
@guarded(policy.lead)
def open_day(day: str) -> ResponseReturnValue:
    """Open the house again on a day."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        not_found(day)
    with committing():
        deadlines.drop_closing_day(asked)
    flash(_("The house is open on that day again."), "good")
    return go("deadline_settings.index")


def _find(workflow_key: str, rule: str) -> tuple[Workflow, DeadlineRule]:
    try:
        workflow = registry.latest(workflow_key)
        return workflow, deadlines.effective_rules(workflow)[rule]
    except LookupError:
        not_found(f"{workflow_key}/{rule}")


def _tried_out(workflow: Workflow, rule: str, form: Form) -> list[deadlines.Change]:
    moment = now()
    tuned = deadlines.checked(workflow, rule, *_typed_values(form), moment)
    return [c for c in deadlines.preview_setting(workflow, tuned, me(), moment) if c.changes]


def _keep(workflow: Workflow, rule: str, form: Form) -> int:
    """Keep the setting; where that was asked for, change what runs, and return how many."""
    moment = now()
    number = whole(seen, -1) if (seen := request.form.get("seen", "")) else None
    length, reminders = _typed_values(form)
    deadlines.change_setting(workflow, rule, length, reminders, me(), moment, number)
    if request.form.get("save") != "running":
        return 0
    return deadlines.apply_setting_to_running(workflow, rule, me(), moment)


def _typed_values(form: Any) -> tuple[str, list[str]]:
    return form.length_text(), form.reminder_texts()


def _words(fault: deadlines.Fault) -> Markup:
    labels = {name: _(text) for name, text in fault.labels.items()}
    return escape(_(fault.message, **fault.params, **labels))


def _page(
    workflow: Workflow,
    rule: DeadlineRule,
    form: Form,
    changes: list[deadlines.Change] | None = None,
) -> str:
    declared = workflow.deadline_by_key[rule.key]
    history = deadlines.history(workflow.key, rule.key)
    version = history[0].version if history else 0
    return render_template(
        "office/deadlines/setting.html",
        workflow=workflow,
        rule=rule,
        declared=declared,
        form=form,
        changes=changes,
        most=MOST_SHOWN,
        history=[(row, deadlines.tuned(declared, row)) for row in history],
        seen=request.form.get("seen", version),
        end_words=end_words,
        length_words=length_words,
        offset_words=offset_words,
    )


def _index(form: Form) -> str:
    workflows = registry.current()
    rules = deadlines.tuned_rules(workflows)
    return render_template(
        "office/deadlines/index.html",
        groups=[(w, list(rules[w.key, w.version].values())) for w in workflows],
        closing_days=deadlines.closing_days(),
        form=form,
        length_words=length_words,
        offset_words=offset_words,
    )
