"""What the product is measured beside: an empty page, and a bare list of the same fifty rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template
from jinja2 import DictLoader

from casework.models import Case, Organisation, User

PAGES = {
    "empty.html": "<!doctype html><title>{{ title }}</title><p>{{ title }}</p>",
    "list.html": (
        "<!doctype html><title>Cases</title><table>"
        "{% for row in rows %}<tr><td>{{ row.reference }}</td><td>{{ row.title }}</td>"
        "<td>{{ row.organisation }}</td><td>{{ row.state }}</td><td>{{ row.owner }}</td>"
        "<td>{{ row.next_due_at }}</td></tr>{% endfor %}</table>"
    ),
}


def fifty() -> sa.Select[*tuple[Any, ...]]:
    """Return the one query of the first page of the list: an index gives its rows in order."""
    return (
        sa.select(
            Case.reference,
            Case.title,
            Organisation.name.label("organisation"),
            Case.state,
            User.name.label("owner"),
            Case.next_due_at,
        )
        .outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(User, User.id == Case.owner_id)
        .where(Case.restricted.is_(False), Case.next_due_at.is_not(None))
        .order_by(Case.next_due_at, Case.id)
        .limit(50)
    )


def bare_app(engine: sa.Engine) -> Flask:
    """Return a plain Flask application on the same database."""
    app = Flask("bare")
    app.jinja_loader = DictLoader(PAGES)

    @app.get("/empty")
    def empty() -> str:
        return render_template("empty.html", title="Nothing")

    @app.get("/list")
    def plain_list() -> str:
        with engine.connect() as connection:
            rows = connection.execute(fifty()).all()
        return render_template("list.html", rows=rows)

    return app


def raw(engine: sa.Engine) -> Callable[[], Any]:
    """Return the same query by the driver alone, nothing made of its rows."""
    said = fifty().compile(engine, compile_kwargs={"literal_binds": True})
    text = str(said)
    connection = engine.raw_connection()
    if engine.dialect.name == "postgresql":
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]

    def ask() -> Any:
        cursor = connection.cursor()
        cursor.execute(text)
        rows = cursor.fetchall()
        cursor.close()
        return rows

    return ask
