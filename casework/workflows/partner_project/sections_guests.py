"""What guests by link see of a project and say about it; nobody else is shown these sections."""

from __future__ import annotations

from casework.forms.budget import PledgeAnswerForm, PledgeForInvestor
from casework.forms.co_creation import SessionRecord, SessionVoiceForm
from casework.forms.pilot import PilotSheetForm, PilotViewForm
from casework.i18n import N_
from casework.models import partner_project as records
from casework.workflows.declaration import Section
from casework.workflows.partner_project import effects, notices
from casework.workflows.partner_project.people import GROUP, INVESTOR
from casework.workflows.partner_project.sections_pilot import own_view
from casework.workflows.partner_project.states import MAKING, PILOT, UNFROZEN

FOR_GUESTS = (
    Section(
        key="pledge_answer",
        label=N_("The co-investor's word on the pledge"),
        intro=N_("Is it right as it stands here? Confirm it, or say what is right."),
        model=records.Pledge,
        form=PledgeAnswerForm,
        shown_in=PledgeForInvestor,
        columns=("investor", "status", "amount_cents", "confirmation"),
        edit_roles=frozenset({INVESTOR}),
        edit_states=UNFROZEN,
        may_add=False,
        may_remove=False,
        on_save=(effects.pledge_when_confirmed, notices.PLEDGE_ANSWERED),
        guests=frozenset({INVESTOR}),
        one_a_guest=True,
    ),
    Section(
        key="session_voice",
        label=N_("The target group on the sessions"),
        intro=N_("The sessions that you are part of. Were you there, and were you heard?"),
        model=records.TargetGroupSession,
        form=SessionVoiceForm,
        shown_in=SessionRecord,
        columns=("held_on", "topic", "status", "group_attended"),
        edit_roles=frozenset({GROUP}),
        edit_states=(*MAKING, *PILOT),
        counts=False,
        may_add=False,
        may_remove=False,
        on_save=(notices.GROUP_ON_SESSION,),
        guests=frozenset({GROUP}),
    ),
    Section(
        key="pilot_seen",
        label=N_("What the pilot tests"),
        intro=N_("What is tried out, how small it begins, from when to when."),
        model=records.PilotSheet,
        form=PilotSheetForm,
        columns=("hypothesis", "scale", "starts_on", "ends_on"),
        edit_roles=frozenset(),
        edit_states=(),
        counts=False,
        may_add=False,
        may_remove=False,
        guests=frozenset({GROUP}),
    ),
    Section(
        key="group_view",
        label=N_("The target group's view on the pilot"),
        intro=N_("How do you look back on the pilot, and what should be done next?"),
        model=records.PilotView,
        form=PilotViewForm,
        columns=("view", "advice", "given_on"),
        edit_roles=frozenset({GROUP}),
        edit_states=("pilot_running", "pilot_review"),
        own=own_view,
        may_remove=False,
        on_save=(notices.GROUP_ON_PILOT,),
        guests=frozenset({GROUP}),
        add_label=N_("Say how you look back on the pilot"),
    ),
)
