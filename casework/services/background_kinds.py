"""The kinds of long work: their names, who does them, and where their results are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

from casework import policy
from casework.i18n import N_
from casework.policy import Actor

KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Kind:
    """One kind of long work.

    ``handler`` is ``module:function``, loaded when it is first needed; it gets a
    :class:`casework.services.background_run.Run`. ``page`` is the endpoint that shows the result,
    by ``work_id``, for work that has more to tell than its own page does. ``once`` work is not
    begun anew from its page: it has to be looked at afresh first. ``kept`` says for how
    long the result is kept. ``whom`` says for whom it may be done, and who may have the file that
    came of it; ``still`` (``module:function``) decides the latter from who asks, from the same
    person with the grants with which the file was made, and from what was asked.
    """

    label: str
    handler: str
    page: str = ""
    once: bool = False
    kept: timedelta = KEPT
    whom: policy.Rule = policy.signed_in
    still: str = ""

    def load(self) -> Any:
        """Return the function that does the work."""
        return _loaded(self.handler)

    def may_have(self, actor: Actor, before: Actor, params: Mapping[str, Any]) -> bool:
        """Say whether a person may have the file that was made for them with former grants."""
        if not self.whom(actor):
            return False
        if self.still:
            return bool(_loaded(self.still)(actor, before, params))
        return policy.sees_no_less(actor, before)


def _loaded(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


KINDS: dict[str, Kind] = {
    "verify_log": Kind(
        N_("Verification of all chains of events"),
        "casework.services.verifying:verify_all",
        kept=timedelta(days=800),
        whom=policy.administrator,
    ),
    "export_cases": Kind(
        N_("Export of cases"), "casework.services.exporting.cases:export", whom=policy.staff
    ),
    "archive": Kind(
        N_("Archive of documents"),
        "casework.services.exporting.archive:export",
        still="casework.services.exporting.archive:is_still_theirs",
    ),
    "personal_data": Kind(
        N_("Your data, in one archive"),
        "casework.services.personal_data.exporting:export",
        still="casework.services.personal_data.exporting:is_their_own",
    ),
    "erase_person": Kind(
        N_("Erasure of a person's data"),
        "casework.services.personal_data.erasing:carry_out",
        once=True,
        whom=policy.administrator,
    ),
    "bulk": Kind(
        N_("Act on many cases"),
        "casework.services.bulk.running:carry_out",
        page="bulk.of_work",
        once=True,
        whom=policy.staff,
    ),
    "hand_over": Kind(
        N_("Handing everything over"),
        "casework.services.people.handing_over:carry_out",
        page="people_handover.of_work",
        once=True,
    ),
    "import_check": Kind(
        N_("Reading a file to import"),
        "casework.services.importing.taking:check",
        page="imports.of_work",
        once=True,
        whom=policy.keeper,
    ),
    "import_write": Kind(
        N_("Import"),
        "casework.services.importing.taking:write",
        page="imports.of_work",
        once=True,
        whom=policy.keeper,
    ),
}
