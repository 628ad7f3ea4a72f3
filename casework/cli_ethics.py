"""The commands ``casework ethics …``."""

from __future__ import annotations

import json

import click

from casework.config import Settings


@click.group()
def ethics() -> None:
    """Look at the ethics committee's year."""


@ethics.command()
@click.option("--year", type=click.IntRange(1990, 2100), required=True)
@click.option("--json", "as_json", is_flag=True, help="Print plain numbers, nothing else.")
@click.option("--section", is_flag=True, help="Print the section for the yearly report, in French.")
def statistics(year: int, as_json: bool, section: bool) -> None:  # noqa: FBT001 - by name
    """Print the figures of a year, each with its definition."""
    from casework.app import create_app
    from casework.queries import ethics_year as queries
    from casework.services.ethics import year as acts

    with create_app(Settings.load()).app_context():
        found = queries.figures(year)
        text = acts.section(found) if section else ""
    if as_json:
        click.echo(json.dumps(found.figures))
    elif section:
        click.echo(text)
    else:
        for key, (label, definition) in queries.DEFINITIONS.items():
            click.echo(f"{found.figures[key]:>6}  {label}\n        {definition}")
        click.echo("\nThe figures do not add up: what is counted in one may be in another too.")
