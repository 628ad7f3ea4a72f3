"""The records of a label audit: their forms, and who writes them when.

The results themselves have a page of their own, the grid.
"""

from __future__ import annotations

from typing import Any

from casework.forms.label_audit import records as forms
from casework.i18n import N_
from casework.models import label_audit as models
from casework.roles import Role
from casework.workflows.declaration import Section
from casework.workflows.label_audit import effects, notices
from casework.workflows.label_audit.people import AUDITOR, COOPERATIVE, MEMBER, OFFICERS
from casework.workflows.label_audit.states import CONSENTING, FOLLOWED


def _publishable(row: Any, roles: frozenset[Role]) -> bool:
    """Say whether a finding is a good practice, which the cooperative may have published."""
    return bool(row.kind == "good_practice")


def _never(row: Any, roles: frozenset[Role]) -> bool:
    """Say that a declaration stays what it was: a new one is made instead."""
    return False


def _open(row: Any, roles: frozenset[Role]) -> bool:
    """Say whether a recommendation is not closed yet."""
    return bool(row.outcome != "closed")


def _done(row: Any) -> bool:
    """Say whether the cooperative says that a recommendation is carried out."""
    return bool(row.progress == "done")


def _said_done(row: Any, roles: frozenset[Role]) -> bool:
    """Say whether there is something to look at again."""
    return _done(row)


SECTIONS = (
    Section(
        key="evidence",
        label=N_("Evidence"),
        intro=N_(
            "One document may serve many criteria. It keeps its versions, each with its hash."
        ),
        model=models.Evidence,
        form=forms.EvidenceForm,
        columns=("document_id", "criteria", "effective_on"),
        edit_roles=COOPERATIVE | {AUDITOR},
        edit_states=("self_assessment", "audit_in_progress", "deferred", "suspended"),
        add_label=N_("Add evidence"),
    ),
    Section(
        key="team",
        label=N_("Team of auditors"),
        intro=N_(
            "Certified peers from other cooperatives. The lead has not led the last two audits."
        ),
        model=models.TeamMember,
        form=forms.TeamForm,
        columns=("user_id", "part"),
        edit_roles=OFFICERS,
        edit_states=("admissible",),
        on_save=(effects.follow_team,),
        add_label=N_("Name an auditor"),
    ),
    Section(
        key="declarations",
        label=N_("Declarations of interest"),
        intro=N_(
            "Each auditor declares their own ties, past ones too; the newest declaration counts."
        ),
        model=models.Declaration,
        form=forms.DeclarationForm,
        shown_in=forms.DeclarationRecord,
        columns=("user_id", "tie", "until"),
        edit_roles=frozenset({AUDITOR}),
        edit_states=("admissible", "audit_scheduled"),
        may_remove=False,
        house_only=True,
        own=_never,
        on_save=(effects.sign_declaration,),
        add_label=N_("Declare your ties"),
    ),
    Section(
        key="plan",
        label=N_("Audit plan"),
        intro=N_("When the audit is held, and how."),
        model=models.AuditPlan,
        form=forms.PlanForm,
        columns=("starts_on", "ends_on"),
        edit_roles=OFFICERS | {AUDITOR},
        edit_states=("admissible", "audit_scheduled"),
        single=True,
        shown_from=("admissible",),
    ),
    Section(
        key="visits",
        label=N_("Visits"),
        intro=N_("Each visit to the cooperative: when, where, and what is looked at."),
        model=models.Visit,
        form=forms.VisitForm,
        columns=("on", "place", "held"),
        edit_roles=OFFICERS | {AUDITOR},
        edit_states=("admissible", "audit_scheduled", "audit_in_progress"),
        counts=False,
        add_label=N_("Plan a visit"),
    ),
    Section(
        key="report",
        label=N_("Audit report"),
        intro=N_("In the cooperative's language: context, method, conclusion."),
        model=models.AuditReport,
        form=forms.ReportForm,
        columns=("context",),
        edit_roles=frozenset({AUDITOR}),
        edit_states=("audit_in_progress", "right_of_reply"),
        single=True,
        hidden_in=("audit_in_progress",),
    ),
    Section(
        key="findings",
        label=N_("Findings and good practices"),
        intro=N_("What the auditors found. Good practices go to every audited cooperative."),
        model=models.Finding,
        form=forms.FindingForm,
        shown_in=forms.FindingRecord,
        columns=("kind", "criterion", "text", "consent"),
        edit_roles=frozenset({AUDITOR}),
        edit_states=("audit_in_progress", "right_of_reply"),
        house_only=True,
        on_save=(effects.ask_consent_again,),
        add_label=N_("Note a finding"),
    ),
    Section(
        key="practices",
        label=N_("What was found, and what may be published"),
        intro=N_("Your good practices may be published for others, if you agree."),
        model=models.Finding,
        form=forms.ConsentForm,
        shown_in=forms.FindingRecord,
        columns=("kind", "criterion", "text", "consent"),
        edit_roles=frozenset({MEMBER}),
        edit_states=CONSENTING,
        may_add=False,
        may_remove=False,
        counts=False,
        hidden_in=("audit_in_progress",),
        own=_publishable,
        voluntary=True,
    ),
    Section(
        key="recommendations",
        label=N_("Recommendations"),
        intro=N_("They go to every audited cooperative, labelled or not."),
        model=models.RecommendedAction,
        form=forms.RecommendationForm,
        shown_in=forms.RecommendationRecord,
        columns=("text", "criterion", "priority", "due_on"),
        edit_roles=frozenset({AUDITOR}),
        edit_states=("audit_in_progress", "right_of_reply"),
        house_only=True,
        on_save=(effects.sign_recommendation, effects.follow_recommendation),
        add_label=N_("Recommend something"),
    ),
    Section(
        key="follow_up",
        label=N_("What you do about the recommendations"),
        intro=N_("Say for each who sees to it and where it stands. Somebody else looks again."),
        model=models.RecommendedAction,
        form=forms.FollowUpForm,
        shown_in=forms.RecommendationRecord,
        columns=("text", "due_on", "owner", "progress", "outcome"),
        edit_roles=COOPERATIVE,
        edit_states=FOLLOWED,
        may_add=False,
        may_remove=False,
        counts=False,
        hidden_in=("audit_in_progress",),
        own=_open,
        settled=_done,
        on_save=(notices.SAID_DONE, effects.sign_follow_up),
    ),
    Section(
        key="rechecks",
        label=N_("Recommendations looked at again"),
        intro=N_("Somebody else than who carried it out looks whether it is done."),
        model=models.RecommendedAction,
        form=forms.CheckForm,
        shown_in=forms.RecommendationRecord,
        columns=("text", "due_on", "progress", "outcome", "checked_on"),
        edit_roles=OFFICERS | {AUDITOR},
        edit_states=FOLLOWED,
        may_add=False,
        may_remove=False,
        house_only=True,
        own=_said_done,
        on_save=(effects.check_by_another, effects.follow_recommendation),
    ),
    Section(
        key="reply",
        label=N_("Reply to the draft report"),
        intro=N_("It is attached to the report. Without one the report becomes final by itself."),
        model=models.Reply,
        form=forms.ReplyForm,
        columns=("text",),
        edit_roles=COOPERATIVE,
        edit_states=("right_of_reply",),
        single=True,
        on_save=(notices.REPLIED,),
    ),
)
