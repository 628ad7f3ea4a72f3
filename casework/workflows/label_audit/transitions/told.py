"""What several moves tell."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Notice
from casework.workflows.label_audit.people import AUDITOR, MEMBER, OFFICER

DECISION_NOTICE = Notice(
    (MEMBER,),
    N_("The decision on your label: %(title)s"),
    N_("The committee has decided on “%(title)s”. The page says what, why, and how to appeal."),
    compulsory=True,
)

APPEAL_ANSWERED = Notice(
    (MEMBER,),
    N_("The decision on your appeal: %(title)s"),
    N_("Your appeal on “%(title)s” has been decided. The page says what, and why."),
    compulsory=True,
)
APPEAL_DECIDED = Notice(
    (OFFICER,),
    N_("An appeal has been decided: %(title)s"),
    N_("The appeal of %(organisation)s has been decided. The page says what, and what follows."),
)
BACK_TO_AUDIT = Notice(
    (OFFICER, AUDITOR),
    N_("On appeal, back to the audit: %(title)s"),
    N_("The audit of %(organisation)s is taken up again. Read why, and look at its results anew."),
)
