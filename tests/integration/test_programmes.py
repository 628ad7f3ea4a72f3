"""Programmes: changed by leads, with a history, and never over somebody else's change."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask

from casework import reference
from casework.extensions import db
from casework.models import Programme
from casework.roles import Role
from tests.support.world import World


def test_a_stale_form_does_not_overwrite_a_newer_name(app: Flask, world: World) -> None:
    with world.writing():
        reference.load()
    lead = world.person(Role.PROGRAMME_LEAD)
    number = db.session.scalars(sa.select(Programme.id).where(Programme.number == 4)).one()
    address = f"/programmes/{number}"
    page = world.client(lead).get(address).text
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    names = {"name_fr": "Quartiers", "name_nl": "Buurten", "name_en": "Streets", "active": "y"}
    first = world.client(lead).post(address, data={**names, "seen": found[1], "once": "a"})
    second = world.client(lead).post(
        address, data={**names, "name_en": "Villages", "seen": found[1], "once": "b"}
    )
    assert (first.status_code, second.status_code) == (303, 409)
    db.session.rollback()
    assert db.session.get_one(Programme, number, populate_existing=True).name_en == "Streets"
    history = world.client(lead).get(address).text
    assert "Quartiers" in history
