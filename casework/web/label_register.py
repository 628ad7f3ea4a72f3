"""The public register of labels and the page that verifies one: for everybody, without an account.

They say the status of the day and never a score. They hold nothing of whoever reads them, so they
may be kept by others until the day ends, five minutes at most.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh

from casework import policy
from casework.clock import now
from casework.extensions import house_day, house_morning
from casework.i18n import LANGUAGES
from casework.queries.labels import register
from casework.queries.labels.register import Entry
from casework.services.exporting.sheets import CSV, CsvSheet
from casework.web import limits
from casework.web.base import asked_page, guarded, lang

bp = Blueprint("label_register", __name__, url_prefix="/register")
KEPT_SECONDS = 300
COLUMNS = ("name", "town", "number", "status", "from", "to", "version", "remark")


@bp.before_request
def _count_and_choose() -> None:
    """Count who asks, and take the language that the address names."""
    limits.spend_public()
    if request.args.get("lang") in LANGUAGES:
        g.language = request.args["lang"]
        refresh()


@bp.get("")
@guarded(policy.anyone)
def index() -> ResponseReturnValue:
    """Show all labels that were ever given, by the organisations that hold or held them."""
    sought, scheme = request.args.get("q", "")[:100], request.args.get("scheme", "")
    schemes = register.schemes()
    page = render_template(
        "register/index.html",
        found=register.page(asked_page(), sought, scheme),
        schemes=schemes,
        scheme=scheme,
        scheme_chips=[
            {
                "label": each.name(lang()),
                "url": url_for("label_register.index", scheme=each.key),
                "current": each.key == scheme,
            }
            for each in schemes
        ],
        sought=sought,
        today=house_day(),
    )
    return _public(Response(page))


@bp.get("/<label_number>")
@guarded(policy.anyone)
def show(label_number: str) -> ResponseReturnValue:
    """Say what the status of one label is today, and nothing more."""
    entry = register.find(label_number)
    page = render_template(
        "register/label.html", entry=entry, given=label_number[:60], today=house_day()
    )
    return _public(Response(page, status=200 if entry is not None else 404))


@bp.get("/labels.json")
@guarded(policy.anyone)
def as_json() -> ResponseReturnValue:
    """Give the whole register to programs."""
    written = json.JSONEncoder(ensure_ascii=False).encode
    entries = register.everything(request.args.get("scheme", ""))
    rows = ", ".join(written(_row(entry)) for entry in entries)
    text = f'{{"day": {written(house_day().isoformat())}, "labels": [{rows}]}}'
    return _public(Response(text, mimetype="application/json"))


@bp.get("/labels.csv")
@guarded(policy.anyone)
def as_csv() -> ResponseReturnValue:
    """Give the whole register to spreadsheets."""
    file = io.BytesIO()
    sheet = CsvSheet(file, COLUMNS)
    for entry in register.everything(request.args.get("scheme", "")):
        sheet.row(list(_row(entry).values()))
    sheet.close(())
    answer = Response(file.getvalue(), content_type=CSV)
    answer.headers["Content-Disposition"] = 'attachment; filename="labels.csv"'
    return _public(answer)


def _row(entry: Entry) -> dict[str, str]:
    """Return a line of the register; its status is the same word in every language."""
    values = (
        entry.name,
        entry.town,
        entry.number,
        entry.status,
        entry.first.isoformat(),
        entry.last.isoformat(),
        entry.version,
        " · ".join(_remarks(entry)),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _remarks(entry: Entry) -> Iterator[str]:
    if entry.restored:
        yield _("restored")
    if not entry.scheme.official:
        yield _("Fictional referential, not official")


def _public(answer: Response) -> ResponseReturnValue:
    """Let an answer be kept by whoever passes it on, in its language, while it is true."""
    midnight = house_morning(house_day() + timedelta(days=1))
    seconds = min(KEPT_SECONDS, max(0, int((midnight - now()).total_seconds())))
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.headers["Content-Language"] = lang()
    answer.vary.add("Accept-Language")
    answer.add_etag()
    return answer.make_conditional(request)
