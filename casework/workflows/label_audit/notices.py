"""Whom saved records of a label audit tell."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Move, Notice, Tell
from casework.workflows.label_audit.people import AUDITOR, MEMBER, OFFICER


def _first(move: Move) -> bool:
    return move.data["before"] is None


def _newly_done(move: Move) -> bool:
    before = (move.data["before"] or {}).get("progress")
    return bool(move.data["record"].progress == "done") and before != "done"


REPLIED = Tell(
    Notice(
        (AUDITOR, OFFICER),
        N_("A reply to the draft report: %(title)s"),
        N_("%(organisation)s has replied to the draft. Read it, and make the report final."),
    ),
    _first,
)
SAID_DONE = Tell(
    Notice(
        (OFFICER,),
        N_("A recommendation is carried out: %(title)s"),
        N_("%(organisation)s says that a recommendation is carried out. Please look again."),
    ),
    _newly_done,
)

END_OF_MARK = Notice(
    (MEMBER, OFFICER),
    N_("The label has ended: %(title)s"),
    N_("The label of %(organisation)s has ended. From today the mark may no longer be used."),
    compulsory=True,
)
"""What is told on the day on which a label ends and no other takes over."""
NEVER_BEGUN = Notice(
    (MEMBER, OFFICER),
    N_("The label will not begin: %(title)s"),
    N_("The label that %(organisation)s was given for a later day will not begin."),
    compulsory=True,
)
"""What is told when a label ends that had not begun: of the mark it gave no right yet."""
WITHDRAWN = Notice(
    (MEMBER, OFFICER),
    N_("The label is withdrawn: %(title)s"),
    N_(
        "The label that %(organisation)s got in this cycle is withdrawn: from today it gives no"
        " right to the mark. The page says why."
    ),
    compulsory=True,
)
"""What is told when somebody withdraws a label: it may be one that had not begun."""
