"""The menu: what this person can go to from anywhere."""

from __future__ import annotations

from typing import Any

from flask import g, request

from casework import policy
from casework.extensions import settings
from casework.queries import ethics
from casework.web.addresses import url_for
from casework.web.catalogue import gettext as _
from casework.workflows import registry

Item = dict[str, Any]


def groups() -> list[dict[str, Any]]:
    """Return the menu's groups for whoever is signed in (no query, but for who sits somewhere)."""
    if g.actor.is_staff:
        return [*_office(), *_ethics()]
    return [*(_committee() if policy.office(g.actor) else _portal()), *_ethics()]


def _office() -> list[dict[str, Any]]:
    daily = [
        _item(_("My desk"), "home.desk"),
        _item(_("Cases"), "cases.index", current=request.endpoint == "cases.index" and not _key()),
        _item(_("Board"), "board.index"),
        _item(_("Calendar"), "calendar.index"),
        _item(_("Dashboard"), "dashboard.index"),
        _item(_("Messages"), "inbox.index", count=g.unread, tone="bad" if g.unread else None),
        _item(_("What will be sent"), "preview.index"),
        _item(_("My work"), "background.index", current=request.blueprint == "background"),
    ]
    workflows = [
        _item(_(w.label), "cases.index", current=_key() == w.key, workflow=w.key)
        for w in registry.current()
    ]
    network = [
        _item(_("Organisations"), "organisations.index"),
        _item(_("Programmes"), "programmes.index"),
        _item(
            _("Members of the union"),
            "label_network.members",
            current=request.blueprint in {"label_network", "label_figures"},
        ),
    ]
    if policy.lead(g.actor):
        network.append(_item(_("Calls"), "calls.index"))
    if policy.label_office(g.actor):
        here = (request.blueprint or "").startswith("referential")
        network.append(_item(_("Referentials"), "referentials.index", current=here))
    if policy.committee(g.actor):
        network.append(_committees())
    return [
        {"label": "", "items": daily},
        {"label": _("Workflows"), "items": workflows},
        {"label": _("Network"), "items": network},
        *_administration(),
    ]


def _administration() -> list[dict[str, Any]]:
    items = []
    if policy.lead(g.actor):
        items.append(_item(_("Overview"), "administration.index"))
        people = (request.blueprint or "").startswith("people")
        items.append(_item(_("People"), "people.index", current=people))
        items.append(_item(_("Deadline settings"), "deadline_settings.index"))
        items.append(_item(_("Documents needed"), "document_settings.index"))
    if policy.administrator(g.actor):
        items.append(_item(_("Mails that failed"), "inbox.failed"))
        items.append(_item(_("Security log"), "security.index"))
        items.append(_item(_("Audit trail"), "audit.index", current=request.blueprint == "audit"))
        if settings().dev_mailbox:
            items.append(_item(_("Development mailbox"), "mailbox.index"))
    return [{"label": _("Administration"), "items": items}] if items else []


def _ethics() -> list[dict[str, Any]]:
    """Return the group of those who sit in an ethics committee."""
    if not g.actor.sits or not ethics.committees_of(g.actor):
        return []
    items = [
        _item(_("Cases by number"), "ethics.index"),
        _item(_("Its year in figures"), "ethics_year.show"),
    ]
    return [{"label": _("Ethics committee"), "items": items}]


def _portal() -> list[dict[str, Any]]:
    items = [
        _item(_("My cases"), "home.mine"),
        _item(_("Deadlines"), "calendar.mine"),
        _item(_("Messages"), "inbox.index", count=g.unread, tone="bad" if g.unread else None),
    ]
    if g.actor.is_partner:
        items.append(_item(_("My organisation"), "organisations.mine"))
    if g.actor.sits:
        items.append(_committees())
    return [{"label": "", "items": items}]


def _committee() -> list[dict[str, Any]]:
    """The menu of somebody who sits in a committee and is neither staff nor partner."""
    items = [
        _item(_("My desk"), "home.desk"),
        _item(_("Cases"), "cases.index"),
        _item(_("Calendar"), "calendar.index"),
        _committees(),
        _item(_("Messages"), "inbox.index", count=g.unread, tone="bad" if g.unread else None),
    ]
    return [{"label": "", "items": items}]


def _committees() -> Item:
    blueprints = {"committees", "committee_seats", "meetings", "meeting_items", "minutes"}
    current = request.blueprint in blueprints
    return _item(_("Committees"), "committees.index", current=current)


def _key() -> str:
    return request.args.get("workflow", "") if request.endpoint == "cases.index" else ""


def _item(
    label: str,
    endpoint: str,
    *,
    count: int | None = None,
    tone: str | None = None,
    current: bool | None = None,
    **values: Any,
) -> Item:
    here = request.endpoint == endpoint if current is None else current
    url = url_for(endpoint, **values)
    return {"label": label, "url": url, "current": here, "count": count, "tone": tone}
