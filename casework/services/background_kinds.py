"""The kinds of long work: their names, who does them, and where their results are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from casework.i18n import N_

KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Kind:
    """One kind of long work.

    ``handler`` is ``module:function``, loaded when it is first needed; it gets a
    :class:`casework.services.background_run.Run`. ``page`` is the endpoint that shows the result,
    by ``work_id``, for work that has more to tell than its own page does. ``once`` work is not
    begun anew from its page: it has to be looked at afresh first. ``kept`` says for how
    long the result is kept.
    """

    label: str
    handler: str
    page: str = ""
    once: bool = False
    kept: timedelta = KEPT

    def load(self) -> Any:
        """Return the function that does the work."""
        module, _, name = self.handler.partition(":")
        return getattr(import_module(module), name)


KINDS: dict[str, Kind] = {
    "verify_log": Kind(
        N_("Verification of all chains of events"),
        "casework.services.verifying:verify_all",
        kept=timedelta(days=800),
    ),
    "export_cases": Kind(N_("Export of cases"), "casework.services.exporting.cases:export"),
    "archive": Kind(N_("Archive of documents"), "casework.services.exporting.archive:export"),
    "bulk": Kind(
        N_("Act on many cases"),
        "casework.services.bulk.running:carry_out",
        page="bulk.of_work",
        once=True,
    ),
    "import_check": Kind(
        N_("Reading a file to import"),
        "casework.services.importing.taking:check",
        page="imports.of_work",
        once=True,
    ),
    "import_write": Kind(
        N_("Import"),
        "casework.services.importing.taking:write",
        page="imports.of_work",
        once=True,
    ),
}
