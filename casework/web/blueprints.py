"""All blueprints, in one list."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from casework.extensions import settings

MODULES = (
    "health",
    "metrics",
    "auth",
    "mailed_links",
    "account",
    "personal_data",
    "second_step",
    "security",
    "people",
    "people_accounts",
    "people_handover",
    "people_roles",
    "absences",
    "home",
    "accessibility",
    "search",
    "calendar",
    "feed",
    "dashboard",
    "cases",
    "listing",
    "views",
    "board",
    "transitions",
    "access",
    "ethics_public",
    "ethics",
    "ethics_year",
    "label_grid",
    "label_grid_file",
    "label_field",
    "label_network",
    "label_renewal",
    "label_figures",
    "label_register",
    "label_papers",
    "label_practices",
    "label_kit",
    "postponing",
    "records",
    "notes",
    "guests",
    "guest",
    "drafts",
    "documents",
    "inbox",
    "preview",
    "deadline_settings",
    "document_settings",
    "calls",
    "organisations",
    "organisations_file",
    "organisations_merging",
    "organisations_people",
    "imports",
    "programmes",
    "background",
    "exports",
    "bulk",
    "audit",
    "administration",
    "operations",
    "casefile",
    "committees",
    "committee_seats",
    "meetings",
    "meeting_items",
    "minutes",
    "referentials",
    "referential_parts",
    "referential_schemes",
    "referential_mapping",
    "referential_files",
)


def init_app(app: Flask) -> None:
    """Register every blueprint of the house."""
    for name in MODULES:
        app.register_blueprint(_blueprint(name))
    with app.app_context():
        if settings().dev_mailbox:
            app.register_blueprint(_blueprint("mailbox"))


def _blueprint(name: str) -> Blueprint:
    found: Blueprint = import_module(f"casework.web.{name}").bp
    return found
