"""What moves and saved records change beside the state; all in the transaction of the act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from casework.calendar import add_months
from casework.db import new_id
from casework.extensions import house_day
from casework.forms.agreement import set_rows
from casework.forms.info_request import filled
from casework.models.partner_project import (
    AgendaItem,
    AnchoringPlan,
    CheckUp,
    Completeness,
    Condition,
    Idea,
    InfoItem,
    LearningNote,
    Milestone,
    Pledge,
    PortfolioShare,
)
from casework.roles import Role
from casework.workflows.declaration import Move
from casework.workflows.partner_project.fact_query import CHECKS
from casework.workflows.partner_project.states import between

CHECK_UP_MONTHS = (6, 12, 24)
CHECK_UP_EARLY = timedelta(days=60)
LABEL_LENGTH = 120


def _new(move: Move, model: type[Any], position: int = 1, **values: Any) -> Any:
    row = model(
        id=new_id(),
        case_id=move.case.id,
        position=position,
        created_at=move.now,
        updated_at=move.now,
        **values,
    )
    move.add(row)
    return row


def begin_idea(move: Move) -> None:
    """Open the idea's form with the title, and with the call that it answers."""
    _new(move, Idea, title=move.data["title"], call_id=move.data.get("call_id"))


def follow_idea(move: Move) -> None:
    """Take over the idea's title and programme, and its first thought on anchoring."""
    idea: Idea = move.data["record"]
    move.case.title = idea.title
    if not move.rows(PortfolioShare):  # what the house has filed it under stays
        move.case.programme_id = idea.programme_id
    first = move.rows(AnchoringPlan, edition="idea")
    if not first and idea.anchoring_thought:
        _new(move, AnchoringPlan, position=0, edition="idea", plan=idea.anchoring_thought)
    for plan in first:
        plan.plan = idea.anchoring_thought
        plan.updated_at = move.now


def follow_shares(move: Move) -> None:
    """File the case under the programme with the largest share."""
    shares = move.rows(PortfolioShare)
    if shares:
        largest = max(shares, key=lambda s: (s.share, -s.position))
        move.case.programme_id = largest.programme_id


def follow_team(move: Move) -> None:
    """Give the lead officer and the coach their roles on the case."""
    team, before = move.data["record"], move.data.get("before") or {}
    named = team.officer_id and str(before.get("officer_id")) != str(team.officer_id)
    if named and team.officer_id != move.case.owner_id:
        move.grant(team.officer_id, Role.PROGRAMME_OFFICER)
    if team.coach_id and str(before.get("coach_id")) != str(team.coach_id):
        move.grant(team.coach_id, Role.COACH)


def forget_confirmation(move: Move) -> None:
    """Let the co-investor's word lapse when the amount is no longer the one it was about."""
    pledge: Pledge = move.data["record"]
    before = move.data.get("before") or {}
    if pledge.confirmation and before.get("amount_cents") != pledge.amount_cents:
        pledge.confirmation = ""


def pledge_when_confirmed(move: Move) -> None:
    """Count what a co-investor confirms, who was only sounded until then, as pledged."""
    pledge: Pledge = move.data["record"]
    if pledge.confirmation == "yes" and pledge.status == "sounded":
        pledge.status = "pledged"


def record_request(move: Move) -> None:
    """Write down what is asked for, item by item, and where the case stood."""
    earlier = move.rows(InfoItem)
    number = max((item.round for item in earlier), default=0) + 1
    rows = filled(move.data.get("items"))
    for position, row in enumerate(rows, start=len(earlier) + 1):
        _new(
            move,
            InfoItem,
            position=position,
            round=number,
            asked_in=move.facts.state,
            asked_at=move.now,
            item=row["item"],
            reason=row["reason"],
        )


def untick_completeness(move: Move) -> None:
    """Have a proposal that is sent once more looked at anew, from the top."""
    for checklist in move.rows(Completeness):
        for name in CHECKS:
            setattr(checklist, name, False)
        checklist.updated_at = move.now


def set_meeting(move: Move) -> None:
    """Note the day on which the proposal is deliberated, where no committee has an agenda."""
    if move.data.get("meeting_on") is None:
        return
    found = move.rows(AgendaItem)
    if not found:
        _new(move, AgendaItem, meeting_on=move.data["meeting_on"])
    for item in found:
        item.meeting_on = move.data["meeting_on"]
        item.updated_at = move.now


def set_conditions(move: Move) -> None:
    """Write down the conditions that were set with the decision, beside those there already."""
    earlier = move.rows(Condition)
    for position, row in enumerate(set_rows(move.data), start=len(earlier) + 1):
        _new(
            move,
            Condition,
            position=position,
            text=row["text"],
            due_on=row["due_on"],
            blocking=row["blocking"],
        )


def open_conditions(move: Move) -> None:
    """Let the clock of every condition run."""
    for condition in move.rows(Condition, lifted=False):
        _schedule_condition(move, condition)


def take_up_again(move: Move) -> None:
    """Let the clocks of the records run again, that stood still while the case was closed."""
    state = move.case.state
    if state in between("approved_with_conditions", "closing"):
        open_conditions(move)
    if state in between("scaling", "closing"):
        for milestone in move.rows(Milestone, reached_on=None):
            _schedule_milestone(move, milestone)
    if state == "followed_up":
        for check_up in move.rows(CheckUp, done_on=None):
            move.schedule("check_up", check_up.due_on, subject=check_up)


def follow_condition(move: Move) -> None:
    """Keep a condition's own deadline in step with what was written."""
    condition: Condition = move.data["record"]
    if move.case.state == "deliberation":  # nothing runs before the decision
        return
    if condition.removed_at is not None:
        move.settle("condition_due", subject=condition, cancel=True)
    elif condition.lifted:
        condition.lifted_on = condition.lifted_on or house_day()
        move.settle("condition_due", subject=condition)
    else:
        condition.lifted_on = None
        _schedule_condition(move, condition)


def _schedule_condition(move: Move, condition: Condition) -> None:
    label = condition.text[:LABEL_LENGTH]
    move.schedule("condition_due", condition.due_on, subject=condition, label=label)


def follow_milestone(move: Move) -> None:
    """Keep a milestone's own deadline in step with what was written."""
    milestone = move.data["record"]
    if milestone.removed_at is not None:
        move.settle("milestone_due", subject=milestone, cancel=True)
    elif milestone.reached_on is not None:
        move.settle("milestone_due", subject=milestone)
    else:
        _schedule_milestone(move, milestone)


def _schedule_milestone(move: Move, milestone: Milestone) -> None:
    label = milestone.label[:LABEL_LENGTH]
    move.schedule("milestone_due", milestone.due_on, subject=milestone, label=label)


def resubmit_report(move: Move) -> None:
    """Ask for a new review of a report that the partner has changed."""
    move.data["record"].status = "submitted"


def keep_lesson(move: Move) -> None:
    """Keep what a stopped project taught among its learning notes."""
    count = len(move.rows(LearningNote))
    _new(
        move,
        LearningNote,
        position=count + 1,
        noted_on=move.facts.today,
        observation=move.data["reason"],
        lesson=move.data["lesson"],
    )


def plan_check_ups(move: Move) -> None:
    """Plan the check-ups at 6, 12 and 24 months after closing."""
    for position, months in enumerate(CHECK_UP_MONTHS, start=1):
        due_on = add_months(move.facts.today, months)
        check_up = _new(move, CheckUp, position=position, months=months, due_on=due_on)
        move.schedule("check_up", due_on, subject=check_up)


def settle_check_up(move: Move) -> None:
    """Close the deadline of a check-up that was made; one made far too early leaves it running."""
    check_up = move.data["record"]
    if check_up.done_on is not None and check_up.done_on >= check_up.due_on - CHECK_UP_EARLY:
        move.settle("check_up", subject=check_up)
