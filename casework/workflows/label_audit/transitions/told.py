"""What several moves tell."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Notice
from casework.workflows.label_audit.people import MEMBER, OFFICER

DECISION_NOTICE = Notice(
    (MEMBER,),
    N_("The decision on your label: %(title)s"),
    N_("The committee has decided on “%(title)s”. The page says what, why, and how to appeal."),
    compulsory=True,
)
END_OF_MARK = Notice(
    (MEMBER, OFFICER),
    N_("The label has ended: %(title)s"),
    N_("The label of %(organisation)s has ended. From today the mark may no longer be used."),
    compulsory=True,
)
