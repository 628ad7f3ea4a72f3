"""The certificate of a label: typeset on demand, in the cooperative's language, kept nowhere."""

from __future__ import annotations

import io
from dataclasses import dataclass

import sqlalchemy as sa

from casework import policy
from casework.adapters import pdf as typesetting
from casework.clock import now
from casework.extensions import db, settings
from casework.i18n import written_day
from casework.models import Case, Organisation
from casework.models.label_audit import Cycle
from casework.models.referential import Referential, ReferentialVersion
from casework.policy import Actor
from casework.queries.labels import register
from casework.queries.labels.register import Entry
from casework.services.errors import ForbiddenError, NotFoundError
from casework.services.outbox.tongue import gettext as _
from casework.services.outbox.tongue import spoken


@dataclass(frozen=True)
class Sheet:
    """A sheet that was typeset, and the name of its file."""

    content: bytes
    name: str


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
    holder, referential = _holder(case), _referential(case)
    return Sheet(typeset(entry, holder, referential), f"{entry.number}.pdf")


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
                [_("Referential"), f"{referential} · {entry.version}"],
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


def _holder(case: Case) -> str:
    """Return the language of the cooperative."""
    query = sa.select(Organisation.language).where(Organisation.id == case.organisation_id)
    return db.session.scalar(query) or settings().default_language


def _referential(case: Case) -> str:
    """Return the name of the referential that the case was audited against, in their language."""
    query = (
        sa.select(Referential)
        .join(ReferentialVersion, ReferentialVersion.referential_id == Referential.id)
        .join(Cycle, Cycle.version_id == ReferentialVersion.id)
        .where(Cycle.case_id == case.id)
    )
    return db.session.scalars(query).one().name(_holder(case))
