"""What templates can do with our values: amounts, days, reasons, and the page's frame."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency
from flask import Flask, g
from flask_babel import get_locale, ngettext
from markupsafe import Markup, escape
from wtforms import DateField, TextAreaField

from casework.calendar import Length, Unit
from casework.extensions import house_day, settings
from casework.forms.fields import ReferenceField
from casework.i18n import LANGUAGES, written_day, written_time
from casework.models import Case
from casework.roles import AUDIENCE_LABELS, ROLE_LABELS, Audience, Role
from casework.web import nav
from casework.web.base import new_key
from casework.web.catalogue import gettext, spoken
from casework.web.templating import Template
from casework.workflows import registry
from casework.workflows.declaration import Label, Money, Reason, State
from casework.workflows.engine import Workflow

NAME_LENGTH = 60
SAME_YEAR_DAYS = 300  # nearer than this, nobody needs to be told the year
TAG = Markup('<span class="tag tag-{}">{}</span>')


def init_app(app: Flask) -> None:
    """Give the templates their filters and globals."""
    app.jinja_env.filters.update(
        money=money,
        day=day,
        moment=moment,
        clock=clock,
        reason=reason_text,
        length_text=length_text,
        value_of=value_of,
        label_of=label_of,
        cell=cell,
        change_value=change_value,
        record_name=record_name,
        further_words=further_words,
    )
    app.jinja_env.globals.update(
        state_of=state_of,
        state_label=state_label,
        stage_label=stage_label,
        role_label=role_label,
        audience_label=audience_label,
        due_tone=due_tone,
        due_tag=due_tag,
        once_key=new_key,
    )
    app.jinja_env.template_class = Template
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """Return what every layout needs."""
    values: dict[str, Any] = {
        "lang": spoken(),
        "house_name": settings().house_name,
        "request_id": g.get("request_id", ""),
    }
    if g.get("user") is not None and not g.get("bare"):
        values["current_user"] = g.user
        values["nav"] = nav.groups() if not g.actor.guest else []
    return values


def money(value: Money | int | None, currency: str = "EUR") -> str:
    """Return an amount of integer cents in the reader's format."""
    if value is None:
        return "–"
    cents, unit = (value.cents, value.currency) if isinstance(value, Money) else (value, currency)
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return format_currency(f"{sign}{whole}.{rest:02d}", unit, locale=get_locale())


def day(value: date | datetime | str | None, style: str = "medium") -> str:
    """Return a civil date of the house in the reader's format."""
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = house_day(value)
    return civil(value, style)


def civil(value: date, style: str) -> str:
    """Return a civil date in the reader's language."""
    return written_day(value, style, spoken())


def moment(value: datetime | None) -> str:
    """Return a moment in the house's zone in the reader's format."""
    if value is None:
        return "–"
    local = value.astimezone(settings().zone)
    return f"{civil(local.date(), 'd MMM y')}, {clock(value)}"


def clock(value: datetime) -> str:
    """Return the time of a moment in the house's zone in the reader's format."""
    return written_time(value.astimezone(settings().zone).time(), spoken())


def shown(value: Any) -> Any:
    """Return any value of a record as a reader expects it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Label):
        return gettext(value)
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(shown(v)) for v in value)
    return value


def reason_text(reason: Reason) -> Markup:
    """Return why something is refused, with its figures in the reader's format and in bold."""
    values = {
        name: Markup("<b>{}</b>").format(shown(value)) for name, value in reason.params.items()
    }
    words = escape(gettext(reason.message))  # escaped, so that only our own <b> is markup
    return words % values if values else words


def state_of(case: Case) -> State:
    """Return the state in which a case stands."""
    return registry.get(case.workflow_key, case.workflow_version).state_by_key[case.state]


def state_label(case: Case, internal: bool = True) -> str:  # noqa: FBT001, FBT002 - a template's argument
    """Return the name of a case's state, in the house's or in the partner's words."""
    state = state_of(case)
    return str(gettext(state.label if internal else state.public_label))


def stage_label(case: Case) -> str:
    """Return the name of the stage in which a case stands."""
    workflow = registry.get(case.workflow_key, case.workflow_version)
    key = workflow.stage_of(case.state)
    return str(gettext(next(s.label for s in workflow.stages if s.key == key)))


def length_text(length: Length) -> str:
    """Return what is left of a clock, in words."""
    number = length.amount
    if length.unit is Unit.WORKING_DAYS:
        return str(ngettext("%(num)d working day left", "%(num)d working days left", number))
    if length.unit is Unit.DAYS:
        return str(ngettext("%(num)d day left", "%(num)d days left", number))
    if length.unit is Unit.MONTHS:
        return str(ngettext("%(num)d month left", "%(num)d months left", number))
    hours = number if length.unit is Unit.HOURS else -(-number // 3600)
    return str(ngettext("%(num)d hour left", "%(num)d hours left", hours))


def label_of(form: Any, name: str) -> str:
    """Return the label of a form's field, for the head of a column."""
    if name in form:
        return str(form[name].label.text)
    return str(getattr(form, "heads", {}).get(name, name.replace("_", " ")))


def cell(form: Any, name: str, row: Any) -> Any:
    """Return one value of a record for a list."""
    if name in form:
        return value_of(form[name], row)
    value = getattr(row, name)
    return (value(spoken()) or "–") if callable(value) else shown(value)


def record_name(entry: Any, workflow: Workflow) -> str:
    """Return by which word a record is known in the timeline: its first column, cut short."""
    section = workflow.section_by_key.get(entry.name)
    words = entry.words.get("after") or entry.words.get("before")
    if section is None or section.single or not words or not section.columns:
        return ""
    form = section.form()
    name = section.columns[0]
    if name in form and isinstance(form[name], ReferenceField):
        return ""
    if name in form:
        text = str(value_of(form[name], dict(words)))
    else:
        keys = [f"{name}_{code}" for code in (spoken(), *LANGUAGES)]
        text = str(next((words[key] for key in keys if words.get(key)), ""))
    return "" if text == "–" else text if len(text) <= NAME_LENGTH else f"{text[:NAME_LENGTH]}…"


def further_words(entry: Any, workflow: Workflow, internal: bool) -> list[tuple[str, str]]:  # noqa: FBT001 - a template's argument
    """Return the texts written with a move beside its reason: the label of each, and the text."""
    transition = workflow.transition_by_name.get(entry.name) if entry.kind == "transition" else None
    if transition is None or transition.form is None:
        return []
    form, data = transition.form(), entry.words.get("data") or {}
    hidden = () if internal else getattr(form, "not_for_partners", ())
    return [
        (str(gettext(field.label.text)), str(data[name]))
        for name, field in form._fields.items()
        if isinstance(field, TextAreaField)
        and name not in {"reason", "motive", *hidden}
        and data.get(name)
    ]


def change_value(form: Any, name: str, value: Any) -> Any:
    """Return one value of a change log, as its form's field shows it."""
    return value_of(form[name], {name: value}) if name in form else shown(value)


def value_of(field: Any, source: Any) -> Any:
    """Return what a record (a row, or plain data of an event) says in a field, for a reader.

    Choices are shown by their label, amounts as money, references by the name they stand for.
    """
    name = field.short_name
    value = source.get(name) if isinstance(source, dict) else getattr(source, name, None)
    if value is None or value == "":
        return "–"
    if hasattr(field, "currency"):
        return money(int(value), field.currency)
    values = value if isinstance(value, (list, tuple)) else [value]
    if getattr(field, "choices", None):
        labels = {str(v): label for v, label, *_ in field.choices}
        return ", ".join(
            str(labels[str(v)] if isinstance(labels[str(v)], Markup) else gettext(labels[str(v)]))
            if str(v) in labels
            else "–"
            if isinstance(field, ReferenceField)
            else str(shown(v))
            for v in values
        )
    if isinstance(field, DateField) and isinstance(value, str):
        return day(value)
    return shown(value)


def role_label(role: Role | str) -> str:
    """Return the name of a role."""
    return str(gettext(ROLE_LABELS[Role(role)]))


def audience_label(audience: Audience | str) -> str:
    """Return who reads a note."""
    return str(gettext(AUDIENCE_LABELS[Audience(audience)]))


def due_text(value: datetime | None) -> str:
    """Return how far away a due date is, in civil days of the house."""
    return "–" if value is None else _due_words(house_day(value), house_day(), spoken())


def due_tone(value: datetime | None) -> str:
    """Return the tone of a due date: bad when late, wait when today or tomorrow."""
    return "neutral" if value is None else _tone(house_day(value), house_day())


def due_tag(value: datetime | None) -> Markup:
    """Return how far away a due date is, in its tone."""
    if value is None:
        return Markup('<span class="muted">–</span>')
    return _due_tag(house_day(value), house_day(), spoken())


@lru_cache(4096)
def _due_tag(due: date, today: date, language: str) -> Markup:
    return TAG.format(_tone(due, today), _due_words(due, today, language))


@lru_cache(4096)
def _due_words(due: date, today: date, language: str) -> str:
    """Return how far away a day is; ``language`` is the one spoken now."""
    days = (due - today).days
    if days < 0:
        return str(ngettext("%(num)d day late", "%(num)d days late", -days))
    if days == 0:
        return str(gettext("today"))
    if days == 1:
        return str(gettext("tomorrow"))
    return written_day(due, "EEE d MMM" if days < SAME_YEAR_DAYS else "medium", language)


def _tone(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return "bad"
    return "wait" if days <= 1 else "neutral"
