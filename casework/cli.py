"""The command ``casework``: run, open accounts, check, draw, preview, verify."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import click

from casework.backup.command import backup, restore
from casework.cli_ethics import ethics
from casework.cli_label import label
from casework.clock import now
from casework.config import ConfigError, Settings
from casework.i18n import LANGUAGES
from casework.roles import HOUSE_ROLES, Role

AHEAD = timedelta(days=14)


@click.group()
def cli() -> None:
    """Case management for a house that gives grants and labels."""


cli.add_command(backup)
cli.add_command(restore)
cli.add_command(ethics)
cli.add_command(label)


def main() -> None:
    """Run the command; a wrong setting ends it with one clear message."""
    try:
        cli()
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


@cli.command()
@click.option("--demo/--no-demo", default=True, help="Add the demonstration data that are missing.")
def run(demo: bool) -> None:  # noqa: FBT001 - click hands it over by name
    """Start everything on this machine: database, queue, web and worker."""
    from casework import embedded

    def load(settings: Settings) -> Sequence[Any]:
        return [embedded.SignIn(*line) for line in _load(settings, demo=demo)]

    try:
        sys.exit(embedded.run(migrate=_migrate, load=load))
    except embedded.StartRefused as error:
        click.echo(str(error), err=True)
        sys.exit(1)


@cli.command()
def worker() -> None:
    """Work until asked to stop: reminders, mails, long work. Any number may run, anywhere."""
    from casework.jobs.context import application
    from casework.jobs.worker import run as work

    app = application()
    work(app, app.extensions["casework"])


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema and load the reference data."""
    settings = Settings.load()
    _migrate(settings)
    _load(settings, demo=False)


@cli.command()
def demo() -> None:
    """Add the demonstration data that are missing."""
    for role, email, password in _load(Settings.load(), demo=True):
        click.echo(f"{role}: {email} / {password}")


@cli.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name, for a new account.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="fr")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(sorted(r.value for r in HOUSE_ROLES))
)
@click.option(
    "--reset-second-step",
    "reset",
    is_flag=True,
    help="For the last administrator, who has lost telephone and recovery codes.",
)
@click.password_option()
def person(
    *, email: str, name: str, language: str, roles: tuple[str, ...], reset: bool, password: str
) -> None:
    """Open an account in the house, or give one a new password; asks for the password."""
    from casework.db import unit_of_work
    from casework.extensions import db
    from casework.services import accounts

    with _application(Settings.load()).app_context():
        try:
            with unit_of_work(db.session):
                user = accounts.give(email, password, name, language, map(Role, roles))
                if reset:
                    accounts.forget_second_step(user)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    click.echo(f"{email} can sign in.")


@cli.command()
@click.option(
    "--database",
    is_flag=True,
    help="Also look at schema, cases, documents, search index, figures and schemes of labels.",
)
def check(database: bool) -> None:  # noqa: FBT001 - click hands it over by name
    """Print every fault of every workflow at once; fail when there is one."""
    from casework import checking
    from casework.checking_installation import installation_faults
    from casework.services import searching, statistics
    from casework.services.referentials import schemes
    from casework.services.secrecy import keys

    faults = checking.faults()
    if database:
        with _application(Settings.load()).app_context():
            wrong = installation_faults()
            faults += wrong or [
                *checking.database_faults(),
                *searching.faults(),
                *keys.unreadable(),
                *statistics.faults(),
                *schemes.faults(),
            ]
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} faults." if faults else "All workflows are sound.")
    sys.exit(1 if faults else 0)


@cli.command()
@click.argument("workflow")
@click.option("--format", "kind", type=click.Choice(["svg", "mermaid"]), default="svg")
def diagram(workflow: str, kind: str) -> None:
    """Draw a workflow from its declaration."""
    from casework.workflows import diagram as drawing
    from casework.workflows import registry

    try:
        found = registry.latest(workflow)
    except registry.UnknownWorkflowError:
        known = ", ".join(w.key for w in registry.current())
        raise click.BadParameter(f"no workflow {workflow}; there are: {known}") from None
    text = drawing.svg(found, standalone=True) if kind == "svg" else drawing.mermaid(found)
    click.echo(text)


@cli.command()
@click.option("--preview", is_flag=True, help="Only show what will be sent, to whom and why.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), default=None)
def remind(preview: bool, until: datetime | None) -> None:  # noqa: FBT001 - by name
    """Send the reminders that are due, or show those to come."""
    from casework.services import preview as previews
    from casework.services import sweep

    settings = Settings.load()
    with _application(settings).app_context():
        if not preview:
            click.echo(str(sweep.sweep()))
            return
        end = until.date() if until else now() + AHEAD
        found = previews.upcoming(end)
        for each in found:
            click.echo(_upcoming(each, each.at.astimezone(settings.zone)))
        click.echo(f"{len(found)} in all.")


def _upcoming(each: Any, moment: datetime) -> str:
    """Return one line of the preview: when, what, about which case, to whom and why."""
    whom = ", ".join(each.recipients) or ("(restricted)" if each.masked else "nobody")
    to = f"to {each.audience}: {whom}" if each.kind == "reminder" else "by itself"
    later = " (superseded by a later one)" if each.superseded else ""
    title = each.committee.name("en") if each.committee is not None else each.title
    about = f"{each.reference} {title}".strip()
    return f"{moment:%Y-%m-%d %H:%M}  {each.what}  {about}  {to}  [{each.why}]{later}"


@cli.command(name="verify-log")
@click.argument("references", nargs=-1)
def verify_log(references: tuple[str, ...]) -> None:
    """Prove the chains of events of all cases, or of those named."""
    import sqlalchemy as sa

    from casework.extensions import db
    from casework.models import Case
    from casework.services import events

    with _application(Settings.load()).app_context():
        query = sa.select(Case.id)
        if references:
            query = query.where(Case.reference.in_(references))
        known: dict[UUID, str] = dict(db.session.execute(query.add_columns(Case.reference)).all())
        faults = [f"there is no case {r}" for r in references if r not in known.values()]
        faults += events.verify(known)
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(known)} cases, {len(faults)} faults.")
    sys.exit(1 if faults else 0)


@cli.group()
def search() -> None:
    """Look after the search index."""


@search.command(name="rebuild")
def search_rebuild() -> None:
    """Make the search index anew: after an import that wrote straight into the database."""
    from casework.services import searching

    with _application(Settings.load()).app_context():
        click.echo(f"{searching.rebuild()} entries.")


@cli.group(name="vault")
def vault_group() -> None:
    """Look after the keys that seal what restricted cases keep apart."""


@vault_group.command(name="new-key")
def vault_new_key() -> None:
    """Print a fresh key: put it into the file of keys, as its first line."""
    import secrets

    click.echo(secrets.token_urlsafe(48))


@vault_group.command(name="rotate")
def vault_rotate() -> None:
    """Seal everything anew with the first key of the file; the others may then be taken out."""
    from casework.services.secrecy import keys

    with _application(Settings.load()).app_context():
        click.echo(f"{keys.rotate()} rows are sealed with the newest key.")
        faults = keys.unreadable()
    for fault in faults:
        click.echo(fault)
    sys.exit(1 if faults else 0)


@vault_group.command(name="forget")
@click.argument("reference")
@click.confirmation_option(prompt="What the history of this case says is then gone. Go on?")
def vault_forget(reference: str) -> None:
    """Destroy the key of a restricted case: its history remains, its words are forgotten."""
    import sqlalchemy as sa

    from casework.db import unit_of_work
    from casework.extensions import db
    from casework.models import Case
    from casework.services.secrecy import keys

    with _application(Settings.load()).app_context():
        case_id = db.session.scalar(sa.select(Case.id).where(Case.reference == reference))
        db.session.rollback()
        if case_id is None:
            raise click.BadParameter(f"there is no case {reference}")
        try:
            with unit_of_work(db.session):
                keys.forget(case_id)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"What was said in the history of {reference} is forgotten.")


@cli.command(name="statistics")
@click.option("--rebuild", is_flag=True, help="Make all figures anew.")
def refresh_statistics(rebuild: bool) -> None:  # noqa: FBT001 - click hands it over by name
    """Bring the dashboard's figures up to date; a job does so every quarter of an hour."""
    from casework.services import statistics

    with _application(Settings.load()).app_context():
        number = statistics.rebuild() if rebuild else statistics.refresh()
    click.echo(f"{number} cases.")


def _application(settings: Settings) -> Any:
    from casework.app import create_app

    return create_app(settings)


def _migrate(settings: Settings) -> None:
    import flask_migrate

    from casework.db import learn, unit_of_work
    from casework.extensions import db

    app = _application(settings)
    flask_migrate.Migrate(app, db, directory=str(settings.migrations_dir))
    with app.app_context():
        flask_migrate.upgrade()
        with unit_of_work(db.session) as session:
            learn(session)
        db.session.remove()
        db.engine.dispose()


def _load(settings: Settings, *, demo: bool) -> list[tuple[str, str, str]]:
    from casework import demo as demonstration
    from casework import reference
    from casework.db import unit_of_work
    from casework.extensions import db
    from casework.services import searching, statistics

    with _application(settings).app_context():
        with unit_of_work(db.session):
            reference.load()
        searching.fill_if_empty()
        sign_ins = demonstration.load() if demo else []
        statistics.refresh()
        db.session.remove()
        db.engine.dispose()
        return sign_ins
