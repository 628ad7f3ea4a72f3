"""Which move leads from one state of a story to the next, and who makes it with what words."""

from __future__ import annotations

from casework.demo.plot import Plot, Stay
from casework.demo.script import Ago

# Moves without a form: (from, to) → its name, and the part of whoever makes it.
PLAIN = {
    ("idea_draft", "idea_submitted"): ("submit_idea", "lead"),
    ("idea_submitted", "matched"): ("match", "officer"),
    ("idea_submitted", "co_creation"): ("open_co_creation", "officer"),
    ("matched", "co_creation"): ("open_co_creation", "officer"),
    ("idea_needs_info", "idea_submitted"): ("answer_info", "helper"),
    ("idea_needs_info", "matched"): ("answer_info", "helper"),
    ("co_creation", "proposal_submitted"): ("submit_proposal", "signatory"),
    ("proposal_needs_info", "proposal_submitted"): ("answer_proposal_info", "helper"),
    ("approved_with_conditions", "agreement"): ("conditions_met", "officer"),
    ("pilot_running", "pilot_review"): ("close_pilot", "lead"),
    ("pilot_review", "scaling"): ("decide_scale", "boss"),
    ("pilot_review", "anchoring"): ("decide_anchor", "boss"),
    ("adjusting", "pilot_running"): ("resume_pilot", "lead"),
    ("scaling", "anchoring"): ("enter_anchoring", "officer"),
    ("anchoring", "closing"): ("confirm_anchored", "officer"),
}
ASKS = {"idea_needs_info": "ask_info", "proposal_needs_info": "ask_proposal_info"}
BOTH_SAY_YES = {
    ("agreement", "pilot_running"): ("start_pilot", "signatory", "boss"),
    ("closing", "followed_up"): ("close", "officer", "finance"),
}


def lead_on(plot: Plot, stay: Stay) -> None:
    """Write the move that ends a stay."""
    pair = (stay.state, stay.then)
    script = plot.script.at(stay.last)
    if pair in PLAIN:
        name, part = PLAIN[pair]
        script.move(name, getattr(plot, part))
    elif pair in BOTH_SAY_YES:
        name, *parts = BOTH_SAY_YES[pair]
        for part in parts:
            script.move(name, getattr(plot, part))
    elif stay.then in ASKS:
        asked = [plot.pick(plot.words.items, shift) for shift in range(2)]
        items = [{"item": item, "reason": reason} for item, reason in asked]
        script.move(ASKS[stay.then], plot.officer, items=items)
    elif stay.state == "deliberation":
        _decide(plot, stay)
    elif stay.then == "deliberation":
        following = next(
            s for s in plot.stays if s.state == "deliberation" and s.first == stay.last
        )
        day = Ago(following.last + 1) if following.over else Ago(plot.story.due)
        script.move("put_on_agenda", plot.officer, meeting_on=day)
    elif stay.then == "completed":
        script.move("complete", "system" if plot.story.by_system else plot.officer)
    else:
        _turn_away(plot, stay)


def _decide(plot: Plot, stay: Stay) -> None:
    words = plot.words
    name, motive = {
        "agreement": ("approve", plot.pick(words.motives)),
        "approved_with_conditions": ("approve_with_conditions", words.motive_conditions),
        "co_creation": ("revise", words.motive_revise),
        "declined": ("decline", words.motive_decline),
    }[stay.then]
    plot.script.move(name, plot.boss, motive=motive)


def _turn_away(plot: Plot, stay: Stay) -> None:
    words, script = plot.words, plot.script
    if stay.then == "declined":
        script.move("decline_idea", plot.officer, reason=words.declined)
    elif stay.then == "redirected":
        where, why = words.redirected
        script.move("redirect", plot.officer, destination=where, reason=why)
    elif stay.then == "withdrawn":
        script.move("withdraw", plot.lead, reason=words.withdrawn)
    elif stay.then == "adjusting":
        script.move("decide_adjust", plot.boss, reason=words.adjusted)
    elif stay.then == "co_creation":
        script.move("back_to_co_creation", plot.officer, reason=words.back)
    elif stay.state == "pilot_review":
        script.move("decide_stop", plot.boss, reason=words.stopped_after_pilot)
    else:
        reason, money, lesson = words.stopped
        script.move("stop", plot.boss, reason=reason, money_position=money, lesson=lesson)
