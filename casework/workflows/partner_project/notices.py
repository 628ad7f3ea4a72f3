"""Whom saved records tell: acts that the other side waits for and that move no state."""

from __future__ import annotations

from typing import Any

from casework.i18n import N_
from casework.models.partner_project import Condition
from casework.workflows.declaration import Move, Notice, Tell
from casework.workflows.partner_project.people import LEAD, PO


def _before(move: Move, name: str) -> Any:
    return (move.data["before"] or {}).get(name)


def _handed_in(move: Move) -> bool:
    """Whether a report is new, or comes again after the house has looked at it."""
    return move.data["before"] is None or bool(move.data["record"].status != "submitted")


def _validated(move: Move) -> bool:
    status: str = move.data["record"].status
    return status == "validated" and _before(move, "status") != status


def _sent_back(move: Move) -> bool:
    report = move.data["record"]
    known = (_before(move, "status"), _before(move, "review_note"))
    return report.status == "sent_back" and known != (report.status, report.review_note)


def _evidence_given(move: Move) -> bool:
    evidence = move.data["record"].evidence
    return bool(evidence) and _before(move, "evidence") != evidence


def _lifted(move: Move) -> bool:
    """Whether a condition was lifted just now; before the decision partners hear of none."""
    condition: Condition = move.data["record"]
    if condition.removed_at is not None or move.case.state == "deliberation":
        return False
    return condition.lifted and not _before(move, "lifted")


def _always(_move: Move) -> bool:
    return True


# Before the effect that sets the status of a report back: this one compares it.
QUARTERLY_REPORT = Tell(
    Notice(
        (PO,),
        N_("A quarterly report: %(title)s"),
        N_("%(organisation)s has handed in a quarterly report on “%(title)s”. Please review it."),
    ),
    _handed_in,
)
FINAL_REPORT = Tell(
    Notice(
        (PO,),
        N_("The final report: %(title)s"),
        N_("%(organisation)s has handed in the final report on “%(title)s”. Please review it."),
    ),
    _handed_in,
)
REPORT_VALIDATED = Tell(
    Notice(
        (LEAD,),
        N_("Your report is validated: %(title)s"),
        N_("We have read your report on “%(title)s” and validated it."),
    ),
    _validated,
)
REPORT_SENT_BACK = Tell(
    Notice(
        (LEAD,),
        N_("Your report needs a change: %(title)s"),
        N_("We have sent your report on “%(title)s” back. Its page says what is missing."),
        compulsory=True,
    ),
    _sent_back,
)
EVIDENCE_GIVEN = Tell(
    Notice(
        (PO,),
        N_("Evidence for a condition: %(title)s"),
        N_("%(organisation)s says how a condition of “%(title)s” is fulfilled. Please look at it."),
    ),
    _evidence_given,
)
CONDITION_LIFTED = Tell(
    Notice(
        (LEAD,),
        N_("A condition is lifted: %(title)s"),
        N_("We have accepted your evidence and lifted a condition of “%(title)s”."),
    ),
    _lifted,
)
PLEDGE_ANSWERED = Tell(
    Notice(
        (PO, LEAD),
        N_("A co-investor has answered: %(title)s"),
        N_("%(actor)s has looked at their pledge for “%(title)s”: see what they say of it."),
    ),
    _always,
)
GROUP_ON_SESSION = Tell(
    Notice(
        (PO, LEAD),
        N_("The target group on a session: %(title)s"),
        N_("%(actor)s says for the target group what a session of “%(title)s” was like."),
    ),
    _always,
)
GROUP_ON_PILOT = Tell(
    Notice(
        (PO, LEAD),
        N_("The target group on the pilot: %(title)s"),
        N_("%(actor)s says how the target group looks back on the pilot of “%(title)s”."),
    ),
    _always,
)
