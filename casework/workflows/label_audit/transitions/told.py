"""What several moves tell."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Notice
from casework.workflows.label_audit.people import MEMBER

DECISION_NOTICE = Notice(
    (MEMBER,),
    N_("The decision on your label: %(title)s"),
    N_("The committee has decided on “%(title)s”. The page says what, why, and how to appeal."),
    compulsory=True,
)
