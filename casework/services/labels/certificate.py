"""The certificate of a label: typeset on demand, in the cooperative's language, kept nowhere."""

from __future__ import annotations

import io

from casework import policy
from casework.adapters import pdf as typesetting
from casework.clock import now
from casework.extensions import settings
from casework.i18n import written_day
from casework.models import Case
from casework.policy import Actor
from casework.queries.labels import register
from casework.queries.labels.register import Entry
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.labels import paper
from casework.services.labels.paper import Sheet
from casework.services.outbox.tongue import gettext as _
from casework.services.outbox.tongue import spoken


def of_case(actor: Actor, case: Case) -> Sheet:
    """Return the certificate of the newest label that a case has earned.

    Raises NotFoundError (it has earned none), ForbiddenError (the right to the mark has not begun
    or has ended), PdfError.
    """
    found = register.of_case(case.id)
    if found is None:
        raise NotFoundError(case.reference)
    entry = found[0]
    if not policy.may_have_certificate(actor, case, entry.status):
        raise ForbiddenError(entry.number)
    subject = paper.subject_of(case)
    return Sheet(typeset(entry, subject.language, subject.referential), f"{entry.number}.pdf")


def typeset(entry: Entry, language: str, referential: str) -> bytes:
    """Return the certificate of a label as a PDF. Raises PdfError."""
    address = f"{settings().base_url}/register/{entry.number}"
    scheme = entry.scheme
    with spoken(language):
        place = _("%(name)s, in %(town)s", name=entry.name, town=entry.town)
        title = _("Certificate %(number)s", number=entry.number)
        data = {
            "house": settings().house_name,
            "heading": _("Certificate"),
            "label": scheme.name(language),
            "remark": "" if scheme.official else _("Fictional referential, not official"),
            "says": _("%(house)s certifies that", house=settings().house_name),
            "holder": place if entry.town else entry.name,
            "has": _(
                "has been audited against the referential below and holds the label for the period"
                " below."
            ),
            "facts": [
                [_("Number of the label"), entry.number],
                [_("From"), written_day(entry.first, "long", language)],
                [_("To"), _("%(day)s, included", day=written_day(entry.last, "long", language))],
                [_("Referential"), referential],
            ],
            "check": _("Is this label still in force? This page says so, on any day:"),
            "address": address,
            "code": code(address),
            "code_words": _("QR code of the address %(address)s", address=address),
        }
    return typesetting.render(
        "certificate.typ", data, title=title, language=language, made_at=now()
    )


def code(address: str) -> str:
    """Return the QR code of an address, as SVG; a quarter of it may be hidden (level Q)."""
    import segno

    picture = io.BytesIO()
    segno.make(address, error="q", micro=False).save(picture, kind="svg", xmldecl=False, border=2)
    return picture.getvalue().decode()
