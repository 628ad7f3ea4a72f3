"""The demonstration's label: not official, with two versions of its referential and a draft.

The criteria are in ``label_cpe.csv``, in the format of the office's own import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.clock import frozen, now
from casework.db import unit_of_work
from casework.demo.people import cast
from casework.extensions import db
from casework.models import Criterion, Referential
from casework.policy import Actor
from casework.queries import referentials as queries
from casework.services import marks
from casework.services.referentials import drafting, filing, publishing, schemes
from casework.services.referentials.common import find_version

FIRST, SECOND, DRAFT = timedelta(days=1390), timedelta(days=120), timedelta(days=15)
"""How long ago the two versions were published, and a draft of the next one was begun."""

FILE = Path(__file__).parent / "label_cpe.csv"
KEY = "cpe-demonstration"
SCHEME: Mapping[str, Any] = {
    "key": KEY,
    "prefix": "CPE",
    "family": "threshold",
    "parameters": {"num": 1, "den": 2},
    "official": False,
    "validity_years": 3,
    "start_rule": "decision",
    "terms": {},
    "computed": {"RES-03": "dues"},
    "charter_version": "2019",
    "name_fr": "LABEL CPE démonstration",
    "name_nl": "LABEL CPE demonstratie",
    "name_en": "LABEL CPE demonstration",
}
NAMES = {
    "fr": "Référentiel CPE (démonstration)",
    "nl": "CPE-referentiekader (demonstratie)",
    "en": "CPE referential (demonstration)",
}
CHANGED: Mapping[str, Mapping[str, Any]] = {
    "ACC-03": {
        "text_fr": "Chaque entrepreneur a au moins deux entretiens individuels par an, dont un "
        "sur ses comptes",
        "text_nl": "Elke ondernemer heeft minstens twee individuele gesprekken per jaar, waarvan "
        "één over zijn rekeningen",
        "text_en": "Every entrepreneur has at least two individual interviews a year, one of them "
        "about their accounts",
    },
    "CPT-03": {
        "evidence_fr": "Rapprochement trésorerie, attestation de l’expert-comptable",
        "evidence_nl": "Afstemming van de kasmiddelen, attest van de accountant",
        "evidence_en": "Cash reconciliation, attestation by the accountant",
    },
}
ADDED: Mapping[str, Any] = {
    "code": "RES-07",
    "position": 37,
    "kind": "informative",
    "weight": 1,
    "na_allowed": False,
    "level": 1,
    "applies_if": "RES-06: met",
    "source": "",
    "text_fr": "Nombre de jours consacrés par an aux collectifs de travail",
    "text_nl": "Aantal dagen per jaar voor de werkgroepen",
    "text_en": "Number of days a year given to the working groups",
    "na_condition_fr": "",
    "na_condition_nl": "",
    "na_condition_en": "",
    "evidence_fr": "Déclaration",
    "evidence_nl": "Verklaring",
    "evidence_en": "Declaration",
}


def add(began: datetime) -> None:
    """Add the scheme and all versions, unless they were added before. Owns its transactions."""
    once("demo-referential-1", began - FIRST, _first)
    once("demo-referential-2", began - SECOND, _second)
    once("demo-referential-3", began - DRAFT, _third)


def once(key: str, at: datetime, act: Callable[[Actor], None]) -> None:
    """Let a programme lead do something at a moment, unless it was done before."""
    with frozen(at) as moment, unit_of_work(db.session):
        if marks.find(key) is None:
            act(policy.actor_of(db.session, cast().people["beatrice"], moment))
            marks.leave(key, {}, moment)


def _first(actor: Actor) -> None:
    scheme = schemes.save(actor, None, SCHEME)
    referential = drafting.create(actor, scheme.id, KEY, NAMES)
    publish_file(actor, referential.id, FILE)


def publish_file(actor: Actor, referential_id: UUID, file: Path) -> UUID:
    """Publish the criteria of a file as the first version of a referential; return it."""
    version = drafting.begin(actor, referential_id, "v1.0", None, f"demo {file.name}")
    content = filing.read(file.read_bytes(), file.name, find_version(version))
    filing.take_over(actor, version, content)
    publishing.publish(actor, version)
    return version


def _second(actor: Actor) -> None:
    version = _copy(actor, "v1.1")
    if version is None:
        return
    rows = _rows(version)
    for code, changed in CHANGED.items():
        _change(actor, rows[code], changed)
    new = {**ADDED, "field_id": rows["RES-06"].field_id}
    drafting.save_criterion(actor, version, None, new)
    publishing.publish(actor, version)


def _third(actor: Actor) -> None:
    version = _copy(actor, "v2.0")
    if version is not None:
        _change(actor, _rows(version)["TER-06"], {"text_nl": "", "evidence_en": ""})


def _copy(actor: Actor, label: str) -> UUID | None:
    """Begin a draft as a copy of the current version; None when somebody has retired that."""
    referential = db.session.scalars(sa.select(Referential).where(Referential.key == KEY)).one()
    current = queries.current(referential.id, now())
    if current is None:
        return None
    return drafting.begin(actor, referential.id, label, current.id, f"demo {label}")


def _rows(version_id: UUID) -> dict[str, Criterion]:
    return {row.code: row for row in queries.criteria([version_id])}


def _change(actor: Actor, row: Criterion, changed: Mapping[str, Any]) -> None:
    values = {name: getattr(row, name) for name in drafting.CRITERION}
    drafting.save_criterion(actor, row.version_id, row.id, {**values, **changed})
