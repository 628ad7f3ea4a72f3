"""The documents of a case as one archive: the newest version of each, under names one can read."""

from __future__ import annotations

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from uuid import UUID

from casework.adapters.storage import DamagedError
from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import Case
from casework.policy import Actor, may_see, roles_on
from casework.queries import documents as lists
from casework.roles import INSIDE_ROLES
from casework.services import documents
from casework.services.background_run import Run, WorkFailed

ZIP = "application/zip"
LONGEST_NAME = 80
_EPOCH = 1980  # the first year that an archive can write down


def export(run: Run) -> None:
    """Make the archive that somebody asked for (a handler of long work)."""
    case = db.session.get(Case, UUID(run.params["case_id"]))
    if case is None or not may_see(run.actor, case):
        raise WorkFailed(N_("You can no longer see this case."))
    inside = bool(roles_on(run.actor, case) & INSIDE_ROLES)
    kept = [line for line in lists.of_case(case, internal=inside) if _counts(line)]
    reference = case.reference
    # of a restricted case the names of files tell nothing: they lie about once they are unpacked
    titled = not case.restricted
    versions = [(line.document.title if titled else reference, line.newest) for line in kept]
    names = _names((title, version.filename) for title, version in versions)
    parts = [(n, v.sha256, v.uploaded_at) for n, (_t, v) in zip(names, versions, strict=True)]
    db.session.rollback()
    file = run.file(f"{reference}-{now():%Y-%m-%d}.zip", ZIP)
    missing = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, (name, sha256, at) in enumerate(parts, start=1):
            if not _add(archive, name, sha256, at):
                missing.append(name)
            run.progress(done, len(parts))
    run.result({"lines": _said(len(parts) - len(missing), missing)})


def is_still_theirs(actor: Actor, before: Actor, params: Mapping[str, Any]) -> bool:
    """Say whether somebody may have the archive that was made for them with former grants.

    They must see the case, and read the house's own documents if those are in it.
    """
    case = db.session.get(Case, UUID(params["case_id"]))
    if case is None or not may_see(actor, case):
        return False
    return bool(roles_on(actor, case) & INSIDE_ROLES) or not roles_on(before, case) & INSIDE_ROLES


def _add(archive: zipfile.ZipFile, name: str, sha256: str, at: Any) -> bool:
    """Put one file into the archive; say whether its bytes are still what they were."""
    entry = zipfile.ZipInfo(name, (max(at.year, _EPOCH), *at.timetuple()[1:6]))
    entry.compress_type = zipfile.ZIP_DEFLATED
    try:
        source: BinaryIO = documents.storage().open(sha256)
    except DamagedError:
        return False
    with source, archive.open(entry, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target)
    return True


def _said(number: int, missing: list[str]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {
            "text": N_("%(number)s documents, the newest version of each."),
            "params": {"number": number},
        }
    ]
    lines += [
        {
            "text": N_("%(name)s is damaged or missing and was left out. Tell your administrator."),
            "params": {"name": name},
        }
        for name in missing
    ]
    return lines


def _counts(line: lists.Line) -> bool:
    return line.document.withdrawn_at is None and bool(line.versions)


def _names(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return a name for each document: its title with its ending, numbered, safe everywhere."""
    return [
        f"{number:02d} {_plain(title)}{PurePosixPath(filename).suffix.lower()[:10]}"
        for number, (title, filename) in enumerate(pairs, start=1)
    ]


def _plain(title: str) -> str:
    text = unicodedata.normalize("NFC", title)
    text = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", text)
    return " ".join(text.split())[:LONGEST_NAME].strip(". ") or "document"
