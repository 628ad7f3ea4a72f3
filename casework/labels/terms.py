"""The day counts of a scheme that its house may change, with the usual ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from casework.i18n import N_
from casework.labels.parameters import WHOLE, ParameterError, integers

MOST_MONTHS = 120
MOST_DAYS = 1000


@dataclass(frozen=True)
class Terms:
    """What a scheme says of its times.

    Months before the end of a label: a renewal may be opened, the self-assessment is due, the audit
    must be scheduled, the audit is held, the report is final, the committee meets. Months after it:
    a late renewal may be called restored, a suspension may last. Days: for the right of reply, for
    an appeal, for corrections after a deferral, from unpaid dues to the proposal to suspend the
    label; days that the auditors of an audit spend on it, added (a default of the house); conflicts
    of interest look back so many years.

    Raises:
        ParameterError: a number out of range.
    """

    renewal_months: int = 12
    self_assessment_months: int = 9
    scheduling_months: int = 6
    audit_months: int = 5
    report_months: int = 3
    committee_months: int = 2
    restore_months: int = 0
    suspension_months: int = 6
    reply_days: int = 15
    appeal_days: int = 30
    correction_days: int = 90
    audit_days: int = 4
    dues_days: int = 60
    conflict_years: int = 5

    def __post_init__(self) -> None:
        for each in fields(self):
            most = MOST_DAYS if each.name.endswith("_days") else MOST_MONTHS
            if not 0 <= getattr(self, each.name) <= most:
                raise ParameterError(each.name, WHOLE, least=0, most=most)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """Return the terms that a scheme stores, over the usual ones. Raises ParameterError."""
        return cls(**integers(said, asdict(cls())))

    def stored(self) -> dict[str, int]:
        """Return what a scheme stores of them."""
        return asdict(self)


TERM_LABELS: dict[str, str] = {
    "renewal_months": N_("Months before the end: a renewal may be opened"),
    "self_assessment_months": N_("Months before the end: the self-assessment is due"),
    "scheduling_months": N_("Months before the end: the audit must be scheduled"),
    "audit_months": N_("Months before the end: the audit is held"),
    "report_months": N_("Months before the end: the report is final"),
    "committee_months": N_("Months before the end: the committee meets"),
    "restore_months": N_("Months after the end: a late renewal may be called restored"),
    "suspension_months": N_("Months that a suspension may last"),
    "reply_days": N_("Days for the right of reply"),
    "appeal_days": N_("Days for an appeal"),
    "correction_days": N_("Days for corrections after a deferral"),
    "audit_days": N_("Days that an audit takes of its auditors, added"),
    "dues_days": N_("Days from unpaid dues to the proposal to suspend the label"),
    "conflict_years": N_("Years that conflicts of interest look back"),
}
