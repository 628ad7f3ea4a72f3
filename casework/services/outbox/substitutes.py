"""Who is away is not mailed: their substitute gets what they would, marked with their name.

The substitute must see the case by their own rights. Where they do not, or nobody stands in, the
person is told as ever, and the programme leads of the case beside them. What went to a substitute
lies in the person's inbox too, read already and without a mail, for when they are back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from casework import policy
from casework.extensions import db, house_day
from casework.policy import Actor, Holder
from casework.queries import absences
from casework.queries.absences import Away
from casework.roles import Role
from casework.services.outbox.telling import Telling


@dataclass(frozen=True)
class Copy:
    """What one person is told: for whom they stand in, or to whom it went in their place."""

    telling: Telling
    holder: Holder
    instead_of: UUID | None = None
    went_to: UUID | None = None


def copies(tellings: Iterable[Telling], now: datetime) -> list[Copy]:
    """Return who gets what: everybody named, but substitutes for those who are away.

    One query where nobody is away, three where somebody is, however much there is to tell.
    """
    asked = [(telling, holder) for telling in tellings for holder in telling.recipients]
    gone = absences.away(house_day(now)) if any(t.case is not None for t, _h in asked) else {}
    here = [Copy(t, h) for t, h in asked if t.case is None or h.user_id not in gone]
    missing = [(t, h) for t, h in asked if t.case is not None and h.user_id in gone]
    return [*here, *_passed_on(missing, gone, now)] if missing else here


def _passed_on(
    missing: Sequence[tuple[Telling, Holder]], gone: Mapping[UUID, Away], now: datetime
) -> Iterable[Copy]:
    present = {a.substitute.user_id for a in gone.values() if a.substitute is not None}
    known = policy.actors_of(db.session, present, now)
    cases = list({t.case.id: t.case for t, _h in missing if t.case is not None}.values())
    leads = policy.holders(db.session, cases, {Role.PROGRAMME_LEAD}, now)
    for telling, holder in missing:
        substitute = gone[holder.user_id].substitute
        if substitute is not None and _sees(known[substitute.user_id], telling):
            yield Copy(telling, holder, went_to=substitute.user_id)
            if substitute.user_id != telling.made_by:
                yield Copy(telling, substitute, instead_of=holder.user_id)
            continue
        yield Copy(telling, holder)
        for lead in leads.get((telling.case.id, Role.PROGRAMME_LEAD), ()) if telling.case else ():
            if lead.user_id not in {*gone, telling.made_by}:
                yield Copy(telling, lead, instead_of=holder.user_id)


def _sees(actor: Actor, telling: Telling) -> bool:
    return telling.case is not None and policy.may_see(actor, telling.case)
