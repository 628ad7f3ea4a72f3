"""Minutes as a PDF: the words of the page, typeset."""

from __future__ import annotations

from dataclasses import asdict

from casework.adapters import pdf as typesetting
from casework.clock import now
from casework.extensions import db, settings
from casework.i18n import written_day
from casework.models import Committee, Meeting, MinutesVersion
from casework.policy import Actor
from casework.queries.committees import minutes as reading
from casework.services.outbox.tongue import gettext as _
from casework.services.outbox.tongue import spoken


def pdf(actor: Actor, meeting: Meeting, version: MinutesVersion) -> bytes:
    """Return what somebody may read of the minutes as a PDF, in the language they are written in.

    Until they are approved, every page says that they are a draft. Raises PdfError.
    """
    language = version.language
    committee = db.session.get_one(Committee, meeting.committee_id)
    day = written_day(meeting.starts_at.astimezone(settings().zone).date(), "full", language)
    with spoken(language):
        data = {
            "house": settings().house_name,
            "committee": committee.name(language),
            "about": f"{meeting.number} · {day}",
            "draft": "" if version.approved_at else _("Draft: not approved yet"),
            "left_out": _("You may not see what was said here."),
            "blocks": [asdict(block) for block in reading.readable(actor, version)],
        }
        title = _("Minutes of meeting %(number)s", number=meeting.number)
    return typesetting.render(
        "minutes.typ",
        data,
        title=f"{title} – {data['committee']}",
        language=language,
        made_at=now(),
    )
