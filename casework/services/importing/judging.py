"""What each line of a file would do: add, change, nothing; or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db, settings
from casework.folding import folded
from casework.forms.messages import Message
from casework.forms.organisation import OrganisationForm, PersonForm
from casework.forms.registry_number import normalise
from casework.i18n import N_
from casework.models import FormerNumber, Grant, Organisation, User
from casework.naming import twin_key
from casework.policy import in_force
from casework.services import forms
from casework.services.importing.columns import ORGANISATIONS, chosen

SAME_NUMBER = N_("Line %(line)d has the same number already.")
SAME_NAME = N_("Line %(line)d has the same name already. Give both their numbers, or remove one.")
SAME_PERSON = N_("Line %(line)d gives this person the same role already.")
WHICH = N_("Say which organisation: its country and number, or its name as we know it.")
UNKNOWN = N_("We know no organisation with this number. Import the organisations first.")
UNKNOWN_NAME = N_("We know no organisation with this name. Write its number, or import it first.")
SEVERAL = N_("Several organisations have this name. Write the registry number.")
CLOSED = N_("The account with this address is closed. An administrator can open it again.")

Said = Mapping[str, str]
Lines = Sequence[tuple[int, Said]]


@dataclass
class Judged:
    """What a line would do (``outcome``, as in ImportRow), and with which clean values."""

    outcome: str = "new"
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    found: Organisation | None = None

    def fault(self, column: str, message: str, **params: Any) -> None:
        """Note what is wrong in a column, in English, with the values for the text."""
        self.outcome = "fault"
        self.faults.append({"column": column, "message": message, "params": params})


def firsts(kind: str, lines: Lines) -> dict[tuple[str, ...], int]:
    """Return in which line of a file each organisation or role stands first."""
    found: dict[tuple[str, ...], int] = {}
    for line, said in lines:
        found.setdefault(_mark(kind, said), line)
    return found


def judge(kind: str, lines: Lines, first: Mapping[tuple[str, ...], int]) -> list[Judged]:
    """Judge some lines of a file, in a number of queries that does not depend on how many."""
    known = _Known(kind, [said for _line, said in lines])
    one = _organisation if kind == ORGANISATIONS else _person
    found = []
    for line, said in lines:
        judged = one(said, known)
        before = first.get(_mark(kind, said), line)
        if before < line:
            _doubled(kind, judged, said, before)
        found.append(judged)
    return found


def _doubled(kind: str, judged: Judged, said: Said, before: int) -> None:
    if kind != ORGANISATIONS:
        judged.fault("email", SAME_PERSON, line=before)
    elif said.get("registry_number"):
        judged.fault("registry_number", SAME_NUMBER, line=before)
    else:
        judged.fault("name", SAME_NAME, line=before)


def _mark(kind: str, said: Said) -> tuple[str, ...]:
    """Return what two lines about the same thing have in common."""
    country, number = _number(kind, said)
    if kind == ORGANISATIONS:
        return (country, number) if number else (country, "", folded(said.get("name", "")))
    where = (country, number) if number else (folded(said.get("organisation", "")),)
    role = chosen(kind, "role", said.get("role", ""))
    return (said.get("email", "").strip().lower(), role, *where)


def _number(kind: str, said: Said) -> tuple[str, str]:
    """Return country and registry number as they are stored; the number as written if wrong."""
    country, number = (
        chosen(kind, "country", said.get("country", "")),
        said.get("registry_number", ""),
    )
    if not number:
        return country, ""
    try:
        return country, normalise(country, number)
    except ValueError:
        return country, number


class _Known:
    """What the database knows of the organisations and people that some lines name."""

    def __init__(self, kind: str, said: Sequence[Said]) -> None:
        numbers = {_number(kind, s)[1] for s in said} - {""}
        name = "name" if kind == ORGANISATIONS else "organisation"
        keys = {twin_key(s.get(name, "")) for s in said} - {""}
        self.by_number = _by_numbers(numbers)
        self.by_key: dict[str, list[Organisation]] = {}
        standing = Organisation.merged_into_id.is_(None)
        query = sa.select(Organisation).where(Organisation.twin_key.in_(keys), standing)
        for row in db.session.scalars(query.order_by(Organisation.id)):
            self.by_key.setdefault(row.twin_key, []).append(row)
        self.users: dict[str, User] = {}
        self.roles: dict[tuple[UUID, UUID], set[str]] = {}
        if kind != ORGANISATIONS:
            self._load_people({s.get("email", "").strip().lower() for s in said} - {""})

    def _load_people(self, addresses: set[str]) -> None:
        rows = db.session.execute(
            sa.select(User, Grant.scope_id, Grant.role)
            .outerjoin(
                Grant,
                sa.and_(
                    Grant.user_id == User.id,
                    Grant.scope == "organisation",
                    Grant.denies.is_(False),
                    in_force(now()),
                ),
            )
            .where(User.email.in_(addresses))
        )
        for user, scope_id, role in rows:
            self.users[user.email] = user
            if scope_id is not None:
                self.roles.setdefault((user.id, scope_id), set()).add(role)


def _by_numbers(numbers: set[str]) -> dict[tuple[str, str], Organisation]:
    rows = db.session.scalars(
        sa.select(Organisation).where(Organisation.registry_number.in_(numbers))
    )
    found = {(row.country, row.registry_number or ""): row for row in rows}
    former = db.session.execute(
        sa.select(FormerNumber.country, FormerNumber.registry_number, Organisation)
        .join(Organisation, Organisation.id == FormerNumber.organisation_id)
        .where(FormerNumber.registry_number.in_(numbers))
    )
    for country, number, row in former:
        found.setdefault((country, number), row)
    return found


def _organisation(said: Said, known: _Known) -> Judged:
    values = {k: chosen(ORGANISATIONS, k, v) for k, v in said.items() if v}
    judged = Judged(found=known.by_number.get(_number(ORGANISATIONS, said)))
    if judged.found is not None:
        stored = {name: getattr(judged.found, name) or "" for name in OrganisationForm()._fields}
        values.pop("registry_number")
        values.pop("country")
        values = {**stored, **values}
    values.setdefault("language", settings().default_language)
    _validate(judged, OrganisationForm, values)
    if judged.outcome == "fault":
        return judged
    if judged.found is not None:
        judged.changes = {
            name: [getattr(judged.found, name), value]
            for name, value in judged.values.items()
            if (getattr(judged.found, name) or "") != (value or "")
        }
        judged.outcome = "change" if judged.changes else "same"
        return judged
    country = judged.values["country"]
    alike = known.by_key.get(twin_key(judged.values["name"]), [])
    judged.found = next((row for row in alike if row.country == country), None)
    judged.outcome = "twin" if judged.found is not None else "new"
    return judged


def _person(said: Said, known: _Known) -> Judged:
    judged = Judged()
    fields = ("name", "email", "role", "language")
    values = {k: chosen("people", k, said[k]) for k in fields if said.get(k)}
    values.setdefault("language", settings().default_language)
    _validate(judged, PersonForm, values)
    judged.found = _employer(judged, said, known)
    user = known.users.get(said.get("email", "").strip().lower())
    if user is not None and not user.active:
        judged.fault("email", CLOSED)
    if judged.outcome == "fault" or judged.found is None or user is None:
        return judged
    held = known.roles.get((user.id, judged.found.id), set())
    role = judged.values["role"]
    judged.outcome = "same" if role in held else "change"
    if judged.outcome == "change":
        judged.changes = {"role": [sorted(held), role]}
    return judged


def _employer(judged: Judged, said: Said, known: _Known) -> Organisation | None:
    """Return the organisation that a person is to belong to, or note why there is none."""
    country, number = _number("people", said)
    if number:
        found = known.by_number.get((country, number))
        if found is None and not country:
            matching = [o for (_c, n), o in known.by_number.items() if n == number]
            found = matching[0] if len(matching) == 1 else None
        if found is None:
            judged.fault("registry_number", UNKNOWN)
        return found
    name = said.get("organisation", "")
    if not name:
        judged.fault("organisation", WHICH)
        return None
    alike = [
        row
        for row in known.by_key.get(twin_key(name), [])
        if row.folded_name == folded(name) and country in {"", row.country}
    ]
    if len(alike) == 1:
        return alike[0]
    judged.fault("organisation", SEVERAL if alike else UNKNOWN_NAME)
    return None


def _validate(judged: Judged, kind: Any, values: Mapping[str, Any]) -> None:
    """Ask the form that people fill in, so that a file and a page follow one rule."""
    form = forms.bind(kind, values)
    if form.validate():
        judged.values = forms.clean(form)
        return
    for name, texts in form.errors.items():
        for text in texts:
            if isinstance(text, Message):
                judged.fault(str(name), text.msgid, **text.params)
            else:
                judged.fault(str(name), str(text))
