"""What minutes say of a decision on a label: what the rule computed, and what was confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.i18n import N_
from casework.labels.outcome import Tally
from casework.workflows.declaration import Reason

FRACTIONS = {
    "mandatory": N_("Mandatory criteria met: %(fraction)s."),
    "recommended": N_("Recommended criteria met: %(fraction)s."),
}
LEVEL = N_("Level reached: %(level)s.")
CONFIRMED = N_("The committee confirms that the criteria marked as not applicable do not apply.")


def computed(said: Mapping[str, Any], language: str) -> Iterator[Reason]:
    """Yield what a decision was computed from, by what its move has remembered."""
    outcome = said.get("outcome") or {}
    for key, message in FRACTIONS.items():
        if key in outcome:
            yield Reason(message, {"fraction": Tally(*outcome[key]).display(language)})
    if outcome.get("level") is not None:
        yield Reason(LEVEL, {"level": outcome["level"]})
    if (said.get("data") or {}).get("confirmed"):
        yield Reason(CONFIRMED)
