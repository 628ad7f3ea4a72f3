"""What views share: a declared guard, the case in the address, units of work, kept texts."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn, ParamSpec, TypeVar
from uuid import UUID

import sqlalchemy as sa
import structlog
from flask import abort, g, redirect, request, url_for
from flask_babel import get_locale
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from casework import policy
from casework.clock import now
from casework.db import new_id, unit_of_work
from casework.extensions import db
from casework.models import Case
from casework.policy import Actor
from casework.roles import INSIDE_ROLES, Audience, Role
from casework.services import background, outbox, receipts

log = structlog.get_logger("casework.web")
OF_ONE_SIDE = (policy.staff, policy.office, policy.partner, policy.portal)
"""The rules of pages that do not exist for people of the other side."""
P = ParamSpec("P")
R = TypeVar("R")


class SignInNeeded(Exception):  # noqa: N818 - it is a question, not an error
    """The page is for people who are signed in."""


class SecondStepNeeded(Exception):  # noqa: N818 - it is a question, not an error
    """The person must set up their second step before anything else."""


def guarded(rule: policy.Rule) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare whom a view is for. Every route must have one; a contract test looks for it."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if not rule(g.actor):
                if g.actor is None:
                    raise SignInNeeded
                abort(404 if rule in OF_ONE_SIDE else 403)
            return view(*args, **kwargs)

        checked.rule = rule  # type: ignore[attr-defined] # read by the contract test
        return checked

    return decorate


def me() -> Actor:
    """Return whoever is signed in (the view's guard has seen to it that somebody is)."""
    actor: Actor = g.actor
    return actor


def lang() -> str:
    """Return the language of the page: fr, nl or en."""
    return str(get_locale())


def find_case(reference: str) -> Case:
    """Return the case of this reference with its organisation, programme and owner (one query).

    What the person may not see does not exist: 404, and a line in the log (web/errors.py).
    """
    case = db.session.scalar(_case_query(), {"reference": reference})
    if case is None or not policy.may_see(me(), case):
        not_found(reference)
    return case


@functools.cache
def _case_query() -> sa.Select[Case]:
    return (
        sa.select(Case)
        .where(Case.reference == sa.bindparam("reference"))
        .options(joinedload(Case.organisation), joinedload(Case.programme), joinedload(Case.owner))
    )


def not_found(what: str) -> NoReturn:
    """Answer 404; the error page writes down who asked for what."""
    log.info("not_found", what=what[:100])
    abort(404)


def roles(case: Case) -> frozenset[Role]:
    """Return the roles that the person at the page holds on the case."""
    return policy.roles_on(me(), case)


def side(case: Case | None = None) -> str:
    """Return ``office`` or ``portal``: which set of pages this person gets (for this case)."""
    if case is not None:
        return policy.side_of(roles(case))
    return "office" if policy.office(me()) else "portal"


def internal(case: Case) -> bool:
    """Say whether the person reads the house's own words on this case."""
    return bool(roles(case) & INSIDE_ROLES)


def audiences(case: Case) -> frozenset[Audience]:
    """Return for which audiences the person reads and writes notes on the case."""
    return policy.audiences_of(roles(case))


def case_url(reference: str, **values: Any) -> str:
    """Return the address of a case's page."""
    return url_for("cases.show", reference=reference, **values)


@contextmanager
def committing() -> Iterator[None]:
    """Do something in one transaction and then let the messages go."""
    with unit_of_work(db.session):
        yield
    outbox.nudge()
    background.nudge()


class RepeatedError(Exception):
    """The form was sent before; ``url`` is where it led then."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass
class Sent:
    """A form on its way: the view says where it leads."""

    url: str = "/"


@contextmanager
def committing_once() -> Iterator[Sent]:
    """Do what a form asks for in one transaction, the first time that the form is sent.

    The view sets ``url`` on what it gets. Raises RepeatedError when this person has sent a form
    with this key before: one that is still under way is waited for.
    """
    key, sent = f"{request.path} {sent_key()}", Sent()
    if not sent_key():
        with committing():
            yield sent
        return
    with committing():
        if (found := receipts.find(key, me().id)) is not None:
            raise RepeatedError(found["url"])
        receipt = receipts.keep(key, me().id, {"url": "/"}, now())
        yield sent
        receipt.result = {"url": sent.url}


def demand_unchanged(row: Any, stamp: str) -> None:
    """Lock a row and see that its attribute ``stamp`` is still what the form was shown with.

    Raises StaleDataError (the page says that somebody was faster, and keeps the text).
    """
    seen = request.form.get("seen")
    if row is None or not seen:
        return
    db.session.refresh(row, with_for_update=True)
    if str(getattr(row, stamp)) != seen:
        raise StaleDataError(f"{row.__tablename__} {row.id} has changed")


def new_key() -> str:
    """Return a fresh key for a form, so that sending it twice does it once."""
    return new_id().hex


def sent_key() -> str:
    """Return what tells this act from every other: the form's key, its address, what it holds.

    So a form that is sent again with other words in it is a new act and not a repetition.
    """
    key = request.form.get("once", "")[:64]
    if not key:
        return ""
    found = hashlib.sha256(f"{request.path}\n{key}".encode())
    for name, values in sorted(request.form.lists()):
        if name != "csrf_token":
            found.update(repr((name, values)).encode())
    for name, file in sorted(request.files.items()):
        found.update(repr((name, file.filename)).encode())
        found.update(hashlib.file_digest(file.stream, "sha256").digest())  # type: ignore[arg-type]
        file.stream.seek(0)
    return found.hexdigest()


def shown_key() -> str:
    """Return the key for a form on the page: the one it came with, or a fresh one."""
    return request.form.get("once", "")[:64] or new_key()


def whole(text: str, otherwise: int) -> int:
    """Return a whole number of at most nine figures, or ``otherwise`` for anything else."""
    plain = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 - an integer
    return int(text) if plain else otherwise


def asked_page(most: int = 100_000) -> int:
    """Return the page of a list that the address asks for, counted from 1."""
    return min(max(1, whole(request.args.get("page", "1"), 1)), most)


def sent_version() -> int | None:
    """Return the version of the case that the form was shown with; -1 when it is nonsense."""
    return whole(request.form.get("version", ""), -1)


def sent_id(text: str) -> UUID:
    """Return an identifier from the address, or answer 404."""
    try:
        return UUID(text)
    except ValueError:
        not_found(text)


def go(endpoint: str, **values: Any) -> Response:
    """Redirect after a POST."""
    return redirect(url_for(endpoint, **values), code=303)


def typed() -> Mapping[str, Any]:
    """Return the form as the browser sent it."""
    return request.form
