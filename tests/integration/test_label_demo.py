"""The demonstration's nine cooperatives of the label: each outcome that a rule must tell apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from casework import reference
from casework.clock import frozen, now
from casework.db import unit_of_work
from casework.demo import label, people, referentials
from casework.demo.loading import STAFF_SINCE
from casework.extensions import db
from casework.models import Case, Deadline, Message, Organisation, ReferentialVersion
from casework.models.label_audit import Cycle, Finding, Label, Membership, Snapshot
from casework.services import events
from casework.services.sweep import sweep

OUTCOMES = {
    "L’Atelier des Marées": ("labelled", "20/20", "11/16"),
    "La Navette Bleue": ("labelled", "20/20", "8/16"),
    "Graine de Cerise": ("not_labelled", "20/20", "7/16"),
    "Les Mains Levées": ("deferred", "19/20", "14/16"),
    "L’Enclume Légère": ("labelled", "19/19", "9/16"),
    "La Corde à Linge": ("labelled", "20/20", "7/14"),
}


@pytest.fixture
def loaded(app: Flask) -> None:
    began = now()
    with unit_of_work(db.session):
        reference.load()
    with frozen(began - STAFF_SINCE) as moment, unit_of_work(db.session):
        people.add_staff(moment)
    referentials.add(began)
    label.load(began)
    assert label.load(began + timedelta(days=1))  # a second time adds nothing


def _last() -> dict[str, tuple[str, Case]]:
    """Return the newest cycle of each cooperative, by its name."""
    rows = db.session.execute(
        sa.select(Organisation.name, Case)
        .join(Case, Case.organisation_id == Organisation.id)
        .where(Case.workflow_key == "label_audit")
        .order_by(Case.created_at)
    )
    return {name: (case.state, case) for name, case in rows}


@pytest.mark.usefixtures("loaded")
def test_nine_cooperatives_have_the_outcomes_that_the_rule_tells_apart() -> None:
    last = _last()
    for name, (state, mandatory, recommended) in OUTCOMES.items():
        found, case = last[name]
        assert found == state, name
        snapshot = db.session.scalars(
            sa.select(Snapshot.canonical).where(Snapshot.case_id == case.id)
        ).one()
        told = snapshot.partition('"outcome":')[2]
        assert f'"mandatory":[{mandatory.replace("/", ",")}]' in told, name
        assert f'"recommended":[{recommended.replace("/", ",")}]' in told, name
    assert last["Les Heures Claires"][0] == "suspended"
    assert last["Le Pas de Côté"][0] == "audit_in_progress"
    assert "Le Sillon Doux" not in last
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Membership)) == 9
    labels = db.session.scalars(sa.select(Label.state)).all()
    assert {s: labels.count(s) for s in set(labels)} == {
        "active": 6,
        "pending": 4,
        "suspended": 1,
        "expired": 1,
    }
    pinned = sa.select(ReferentialVersion.label).join(
        Cycle, Cycle.version_id == ReferentialVersion.id
    )
    assert set(db.session.scalars(pinned)) == {"v1.0", "v1.1"}
    consents = sa.select(Finding.consent).where(Finding.consent != "")
    assert sorted(db.session.scalars(consents)) == ["named", "named", "no", "unnamed"]
    assert events.verify() == []
    mails = sa.select(Message.id).where(Message.mail_state == "pending")
    assert db.session.scalars(mails).all() == []
    late = sa.select(Case.reference).join(Deadline, Deadline.case_id == Case.id)
    late = late.where(Deadline.state == "open", Deadline.due_at < now())
    assert set(db.session.scalars(late)) == {last["Les Heures Claires"][1].reference}
    sweep()
    assert {name: found for name, (found, _case) in _last().items()}["La Navette Bleue"] == (
        "labelled"
    )
