"""A label audit under way with a grid of 120 criteria and 400 pieces of evidence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from bench.site import Site, cookie_kept, csrf_token, form_key
from casework.clock import now
from casework.db import announce_read, learn, new_id
from casework.extensions import db, house_day
from casework.models import Case, Document, DocumentVersion, User
from casework.models.label_audit import Evidence
from tests.support.label_audit import CRITERIA, Audit
from tests.support.world import World

GRID = "grid page with 120 criteria and 400 pieces of evidence"
SAVE, EMPTY = "saving one result", "empty POST"
NUMBER, PIECES = 120, 400
TITLE, KEY = "Bench: the grid", "bench-grid"
AUDITOR = "Bench auditor"
CODE = "ACC-06"


@dataclass
class Grid:
    """The audit's address, and the browser of its auditor."""

    path: str
    auditor: FlaskClient


def grid(site: Site) -> Grid:
    """Return the audit, made now unless the database has it."""
    known = sa.select(Case.reference).where(Case.title == TITLE)
    if db.session.scalar(known) is None:
        _make(World(site.app))
        announce_read()
    reference = db.session.scalar(known)
    email = db.session.scalar(sa.select(User.email).where(User.name == AUDITOR))
    db.session.remove()
    return Grid(f"/cases/{reference}/grid", site.browser(str(email)))


def acts(made: Grid) -> dict[str, Callable[[], Any]]:
    """Return the saving of a result on this grid, and a POST that has nothing to do."""
    seen: list[int] = []

    @functools.cache
    def begun() -> tuple[str, Callable[[], None]]:  # outside of any context: a token lies in one
        page = made.auditor.get(f"{made.path}/{CODE}").text
        seen.append(int(page.partition('name="seen" value="')[2].partition('"')[0]))
        return csrf_token(page), cookie_kept(made.auditor)

    def token() -> str:
        given, as_before = begun()
        as_before()
        return given

    def save() -> None:
        given = token()
        words = {"result": "partial", "note": f"Looked at {seen[0]} times.", "layer": "auditor"}
        steering = {"csrf_token": given, "once": form_key(), "seen": str(seen[0])}
        answer = made.auditor.post(f"{made.path}/{CODE}", data={**words, **steering})
        if not answer.headers.get("Location", "").endswith(f"#row-{CODE}"):
            raise RuntimeError(f"the result was answered {answer.status}")
        seen[0] += 1

    def nothing() -> None:
        sent = {"csrf_token": token(), "language": "en", "next": "/"}
        answer = made.auditor.post("/language", data=sent)
        if answer.headers.get("Location") != "/":
            raise RuntimeError(f"the empty POST was answered {answer.status}")

    return {EMPTY: nothing, SAVE: save}


def _make(world: World) -> None:
    others = ((f"GEN-{n:03}", "recommended", True) for n in range(NUMBER - len(CRITERIA)))
    audit = Audit.engaged(world, (*CRITERIA, *others), TITLE, KEY)
    with world.writing():
        db.session.get_one(User, audit.people["auditor"]).name = AUDITOR
    audit.to_audit()
    with world.writing():
        codes = [line.code for line in audit.facts.lines]
    with world.writing():
        for number in range(PIECES):
            _add_piece(audit, number, codes)
        learn(db.session())


def _add_piece(audit: Audit, number: int, codes: list[str]) -> UUID:
    moment = now()
    document = Document(
        id=new_id(),
        case_id=audit.case_id,
        kind="evidence",
        title=f"Paper {number}",
        house_only=False,
        created_at=moment,
    )
    db.session.add(document)
    db.session.flush()
    version = {"number": 1, "filename": "p.pdf", "media_type": "application/pdf", "size": 1}
    who = {"uploaded_at": moment, "uploaded_by_id": audit.people["member"]}
    db.session.add(DocumentVersion(document_id=document.id, sha256="0" * 64, **version, **who))
    piece = Evidence(
        id=new_id(),
        case_id=audit.case_id,
        position=number + 10,
        document_id=document.id,
        criteria=[codes[number % len(codes)]],
        effective_on=house_day(),
        created_at=moment,
        updated_at=moment,
    )
    db.session.add(piece)
    return piece.id
