"""All that is held about a person, as one archive: for programs (JSON) and for people (HTML)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from typing import Any

from flask import current_app

from casework.clock import now
from casework.extensions import db, settings
from casework.i18n import N_
from casework.models import User
from casework.policy import Actor
from casework.queries import personal_data
from casework.queries.personal_data import Part
from casework.services import events
from casework.services.background_run import Run
from casework.services.exporting.archive import ZIP
from casework.services.outbox.inbox import as_read
from casework.services.outbox.tongue import gettext, spoken


def export(run: Run) -> None:
    """Make the archive that a person asked for about themselves (a handler of long work)."""
    user = db.session.get_one(User, run.actor.id)
    parts = [*personal_data.parts(user), _messages(run, user)]
    with spoken(run.language):
        page = current_app.jinja_env.get_template("account/data.html").render(
            parts=parts, lang=run.language, house_name=settings().house_name, made_at=now()
        )
    data = {part.key: [_named(part, row) for row in part.rows] for part in parts}
    name = user.name
    db.session.rollback()
    file = run.file(f"personal-data-{now():%Y-%m-%d}.zip", ZIP)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1))
        archive.writestr("data.html", page)
    run.progress(1, 1)
    said = {
        "text": N_("All that we hold about %(name)s, in one archive."),
        "params": {"name": name},
    }
    run.result({"lines": [said]})


def is_their_own(_actor: Actor, _before: Actor, _params: Mapping[str, Any]) -> bool:
    """Say whether a person may still have the archive: it is about themselves, so they may."""
    return True


def _messages(run: Run, user: User) -> Part:
    """Return what the person was sent, in the words that they may read now."""
    rows = personal_data.messages(user.id)
    words = as_read(run.actor, rows, run.language, now())
    found = tuple(
        (said.subject, said.line, row.created_at, row.sent_at)
        for row, said in zip(rows, words, strict=True)
    )
    columns = (N_("Subject"), N_("Text"), N_("When"), N_("Mailed"))
    return Part("messages", N_("Messages"), columns, found)


def _named(part: Part, row: tuple[Any, ...]) -> dict[str, Any]:
    with spoken("en"):
        return {
            gettext(name): events.plain(value)
            for name, value in zip(part.columns, row, strict=True)
        }
