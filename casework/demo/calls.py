"""The calls: one that is always open, one open, one closed, one closed but for an extension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from casework import policy
from casework.demo.people import Cast
from casework.extensions import db
from casework.services import calls, marks


@dataclass(frozen=True)
class Plan:
    """A call; days are counted back from the day of loading (negative: to come)."""

    key: str
    titles: tuple[str, str, str]
    opened_ago: int
    closes_ago: int | None
    programme: int | None = None


PLANS = (
    Plan(
        "always",
        ("Idées toute l’année", "Ideeën het hele jaar door", "Ideas all year round"),
        1190,
        None,
    ),
    Plan(
        "closed",
        ("Des quartiers qui se parlent", "Buurten in gesprek", "Neighbourhoods that talk"),
        330,
        215,
        4,
    ),
    Plan("extended", ("Sans barrières", "Zonder drempels", "Without barriers"), 75, 4, 2),
    Plan(
        "open",
        ("Se nourrir en coopérant", "Samen aan tafel", "Food made together"),
        40,
        -12,
        5,
    ),
)
EXTENDED_TO, EXTENDED_BY = "huis-weerklank", 6
WHY = "De coördinatrice was zes weken ziek; de groep vraagt tien dagen meer om samen na te lezen."


def key_of(plan_key: str) -> str:
    """Return the key under which a call is remembered."""
    return f"demo-call-{plan_key}"


def add(cast: Cast, today: date, moment: datetime) -> None:
    """Add the calls that are not there yet, and the extension of one of them."""
    actor = policy.actor_of(db.session, cast.people["beatrice"], moment)
    for plan in PLANS:
        if marks.find(key_of(plan.key)) is not None:
            continue
        closes = None if plan.closes_ago is None else today - timedelta(days=plan.closes_ago)
        call = calls.save(
            actor,
            None,
            {
                "title_fr": plan.titles[0],
                "title_nl": plan.titles[1],
                "title_en": plan.titles[2],
                "programme_id": cast.programmes[plan.programme] if plan.programme else None,
                "opens_on": today - timedelta(days=plan.opened_ago),
                "closes_on": closes,
                "always_open": closes is None,
            },
        )
        if plan.key == "extended":
            until = today + timedelta(days=EXTENDED_BY)
            whom = cast.houses[EXTENDED_TO]
            calls.extend(actor, call, {"organisation_id": whom, "until": until, "reason": WHY})
        marks.leave(key_of(plan.key), {"call_id": str(call.id)}, moment)


def ids() -> Mapping[str, UUID]:
    """Return the calls that were added, by key."""
    found = {plan.key: marks.find(key_of(plan.key)) for plan in PLANS}
    return {key: UUID(result["call_id"]) for key, result in found.items() if result}
