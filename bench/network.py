"""A label's network of 500 cooperatives and ten years, and a rule over a thousand criteria."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from bench.cast import LEAD
from bench.site import Site, form_key
from casework import policy
from casework.clock import now
from casework.db import announce_read, announce_write, learn, unit_of_work
from casework.demo import referentials as demo
from casework.extensions import db, house_day
from casework.labels.criteria import Assessment, Criterion, Kind, Result
from casework.labels.families import rule
from casework.models import Scheme
from casework.services.referentials import drafting, schemes
from tests.support.network import Network

COOPERATIVES, YEARS = int(os.environ.get("COOPERATIVES", "500")), 10
"""Fewer are asked for by the test of the bench alone."""
KEY = "bench-label"
CRITERIA = 1_000


def network(site: Site) -> str:
    """Return the address of the synthesis of the network, made now unless the database has it."""
    if db.session.scalar(sa.select(Scheme.id).where(Scheme.key == KEY)) is None:
        announce_write()
        db.session.rollback()
        with unit_of_work(db.session) as session:
            lead = policy.actor_of(session, site.person(LEAD), now())
            scheme = schemes.save(lead, None, {**demo.SCHEME, "key": KEY})
            referential = drafting.create(lead, scheme.id, form_key(), demo.NAMES)
            version = demo.publish_file(lead, referential.id, demo.FILE)
            Network(version, COOPERATIVES, YEARS, house_day()).write(session)
            learn(session)
        announce_read()
    db.session.remove()
    return f"/labels/year?scheme={KEY}"


def evaluation() -> Callable[[], Any]:
    """Return the act of the label's rule on a grid of a thousand criteria."""
    kinds = (Kind.MANDATORY, Kind.RECOMMENDED)
    grid = [
        Assessment(Criterion(f"C-{n}", kinds[n % 2], weight=1 + n % 3), Result.MET)
        for n in range(CRITERIA)
    ]
    judged = rule("threshold", {})
    return lambda: judged.decide(grid)
