"""A second scheme of the demonstration: a ladder of maturity, with a module for one sector.

It shows what the label of CPE does not: levels, a sector's module that is added to a base, criteria
that depend on others, and a mapping between two referentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from casework.clock import now
from casework.demo import referentials
from casework.extensions import db
from casework.models import Referential
from casework.policy import Actor
from casework.queries import referentials as queries
from casework.services.referentials import drafting, mapping, schemes

SET_UP = timedelta(days=100)
"""How long ago."""

HERE = Path(__file__).parent
BASE, MODULE = HERE / "label_ladder.csv", HERE / "label_ladder_module.csv"
KEY = "compass-demonstration"
SCHEME: Mapping[str, Any] = {
    **referentials.SCHEME,
    "key": KEY,
    "prefix": "BC",
    "family": "ladder",
    "parameters": {"levels": 3, "required": 2},
    "name_fr": "Boussole coopérative (démonstration)",
    "name_nl": "Coöperatief kompas (demonstratie)",
    "name_en": "Cooperative compass (demonstration)",
}
NAMES = {
    "fr": "Principes coopératifs (démonstration)",
    "nl": "Coöperatieve principes (demonstratie)",
    "en": "Cooperative principles (demonstration)",
}
MODULE_NAMES = {
    "fr": "Services à la personne (démonstration)",
    "nl": "Diensten aan personen (demonstratie)",
    "en": "Services to individuals (demonstration)",
}
RELATED = (
    ("P2-02", "equal", "JUR-03"),
    ("P1-02", "intersects", "JUR-06"),
    ("P7-01", "superset", "TER-02"),
    ("P6-01", "subset", "TER-05"),
)


def add(began: datetime) -> None:
    """Add the scheme with its referentials, unless it was added before. Owns its transactions."""
    referentials.once("demo-ladder", began - SET_UP, _set_up)


def _set_up(actor: Actor) -> None:
    scheme = schemes.save(actor, None, SCHEME)
    base = drafting.create(actor, scheme.id, KEY, NAMES)
    version = referentials.publish_file(actor, base.id, BASE)
    module = drafting.create(actor, scheme.id, f"{KEY}-sap", MODULE_NAMES, base.id, ("welfare",))
    referentials.publish_file(actor, module.id, MODULE)
    other = db.session.scalars(
        sa.select(Referential.id).where(Referential.key == referentials.KEY)
    ).one()
    label = queries.current(other, now())
    if label is None:  # somebody has retired it
        return
    ours, theirs = (
        {row.code: row.id for row in queries.criteria([each])} for each in (version, label.id)
    )
    for one, relation, code in RELATED:
        mapping.relate(actor, ours[one], theirs[code], relation)
