"""The commands ``casework backup`` and ``casework restore``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from casework.config import Settings

FOLDER = click.Path(path_type=Path, file_okay=False)
PROGRAMS = click.option(
    "--pg-bin", type=click.Path(path_type=Path, file_okay=False, exists=True), default=None,
    help="The folder of pg_dump and pg_restore, where they are not found by themselves.",
)  # fmt: skip
MIB = 1024 * 1024


@click.command()
@click.argument("target", type=FOLDER)
@click.option("--with-secret", is_flag=True, help="Put the secret key into the backup too.")
@click.option("--keep", type=click.IntRange(min=1), help="Keep this many backups in TARGET.")
@PROGRAMS
def backup(target: Path, with_secret: bool, keep: int | None, pg_bin: Path | None) -> None:  # noqa: FBT001 - click hands it over by name
    """Copy the database and all documents into a new folder below TARGET.

    Everything may run meanwhile. The secret key is left out unless --with-secret is said: keep it
    elsewhere, authenticator apps depend on it.
    """
    from casework.backup.making import make

    with _sentences():
        made = make(
            Settings.load(),
            target.absolute(),
            with_secret=with_secret,
            keep=keep,
            programs=pg_bin,
            say=click.echo,
        )
    for folder in made.removed:
        click.echo(f"Removed the older backup {folder.name}.")
    found = made.manifest
    click.echo(
        f"{made.folder}: {found.server}, schema {', '.join(found.schema)}, {found.documents}"
        f" documents ({found.document_bytes / MIB:.1f} MB, {made.linked} linked to the one before)."
    )
    click.echo(f"The secret key is {'IN this backup' if with_secret else 'not in it'}.")
    for sha256 in found.missing:
        click.echo(f"The bytes of document {sha256} are missing or damaged.", err=True)
    sys.exit(1 if found.missing else 0)


@click.command()
@click.argument("source", type=FOLDER)
@click.option("--replace", is_flag=True, help="Replace what is there; it is kept aside.")
@click.option("--check", is_flag=True, help="Only check every file of the backup.")
@PROGRAMS
def restore(source: Path, replace: bool, check: bool, pg_bin: Path | None) -> None:  # noqa: FBT001 - click hands it over by name
    """Put the backup SOURCE into the place of the database and the documents.

    Stop the web processes and the workers first. Nothing is touched before every file of the
    backup was checked.
    """
    from casework.backup import restoring

    with _sentences():
        if check:
            _check(source)
            return
        done = restoring.restore(
            Settings.load(), source.absolute(), replace=replace, programs=pg_bin, say=click.echo
        )
    click.echo(
        f"Restored the backup of {done.manifest.made_at}: {done.manifest.documents} documents,"
        f" {done.stored} of them stored anew."
    )
    if done.aside:
        click.echo(f"The database that was there before is kept in {done.aside}.")
    for line in done.to_do:
        click.echo(f"- {line}")


def _check(source: Path) -> None:
    from casework.backup import manifest

    found, faults = manifest.read(source), manifest.verify(source)
    for fault in faults:
        click.echo(fault)
    click.echo(f"Backup of {found.made_at}, {found.documents} documents: {len(faults)} faults.")
    sys.exit(1 if faults else 0)


@contextmanager
def _sentences() -> Iterator[None]:
    """End the command with the sentence, and no trace, when a backup or restore is refused."""
    from casework.backup.manifest import BackupError

    try:
        yield
    except BackupError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
