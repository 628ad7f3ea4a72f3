"""The moves that make the report final and bring it before the committee."""

from __future__ import annotations

from casework.i18n import N_
from casework.workflows.declaration import Transition
from casework.workflows.label_audit import rules_audit, rules_decision
from casework.workflows.label_audit.people import AUDITOR, OFFICERS

REPORT = (
    Transition(
        name="finalise_report",
        label=N_("Make the report final"),
        done=N_("Report final"),
        sources=("right_of_reply",),
        to="final_report",
        roles=OFFICERS | {AUDITOR},
        guards=(rules_audit.reply_given, rules_audit.in_their_language),
        primary=True,
    ),
    Transition(
        name="close_reply",
        label=N_("Time to reply is over"),
        done=N_("Report final: the time to reply is over"),
        sources=("right_of_reply",),
        to="final_report",
        guards=(rules_audit.in_their_language,),
        system=True,
    ),
    Transition(
        name="to_committee",
        label=N_("Bring before the committee"),
        done=N_("Brought before the committee"),
        sources=("final_report",),
        to="in_committee",
        roles=OFFICERS,
        guards=(
            rules_audit.report_written,
            rules_audit.in_their_language,
            rules_decision.committee_sits,
        ),
        primary=True,
    ),
)
