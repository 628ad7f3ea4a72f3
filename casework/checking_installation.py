"""What ``casework check --database`` looks at beside the cases: schema and stored documents."""

from __future__ import annotations

import sqlalchemy as sa

SHOWN = 5


def installation_faults() -> list[str]:
    """Return what does not fit together: database and program, rows and bytes."""
    from casework.adapters.storage import AwayError, storage_of
    from casework.extensions import db, settings
    from casework.models import DocumentVersion
    from casework.models.label_audit import KitFile
    from casework.services import health

    found = []
    has, wants = health.schema()
    if has != wants:
        found.append(f"the schema is {has or 'missing'} and not {wants}: run casework migrate")
        return found
    try:
        there = set(storage_of(settings()).names())
    except AwayError as error:
        return [f"the documents cannot be read: {error}"]
    named = db.session.scalars(
        sa.union(sa.select(DocumentVersion.sha256), sa.select(KitFile.sha256))
    )
    missing = sorted(set(named) - there)
    if missing:
        more = " …" if len(missing) > SHOWN else ""
        found.append(f"{len(missing)} documents have no bytes: {', '.join(missing[:SHOWN])}{more}")
    return found
