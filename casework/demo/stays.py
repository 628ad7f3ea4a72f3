"""What is written down during a stay in a state, up to the agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from casework.demo.plot import Plot, Stay
from casework.demo.script import After, Ago
from casework.forms.money import format_cents

Teller = Callable[[Plot, Stay], None]

CHECK_IN_DAYS = 29


def draft(plot: Plot, stay: Stay) -> None:
    """Begin the idea, and answer its questions unless the story stops there at once."""
    call = {"call": plot.story.call} if plot.story.call else {}
    plot.script.at(stay.first).start(plot.lead, title=plot.pitch.title, **call)
    if stay.over or stay.first - stay.last > CHECK_IN_DAYS // 4:
        plot.script.at(stay.place(0.6)).save("idea", plot.lead, "only", **_idea(plot))


def _idea(plot: Plot) -> Mapping[str, Any]:
    pitch, words = plot.pitch, plot.words
    return {
        "title": pitch.title,
        "challenge": pitch.challenge,
        "target_group": pitch.target_group,
        "people": pitch.people,
        "partners": plot.pick(words.partners),
        "programme_id": f"programme {pitch.programme}",
        "anchoring_thought": plot.pick(words.first_thoughts),
        "amount_cents": format_cents(plot.cost_cents * 6 // 10),
    }


def submitted(plot: Plot, stay: Stay) -> None:
    """Name the team, when the idea comes in for the first time and somebody takes it up."""
    if stay.nth == 1 and plot.story.officer:
        plot.script.at(stay.place(0.4)).save(
            "team",
            plot.boss,
            "only",
            officer_id=f"person {plot.story.officer}",
            coach_id=f"person {plot.coach}",
        )


def questioned(plot: Plot, stay: Stay) -> None:
    """Answer the items; the last one stays open as long as the case waits here."""
    count = 2 if stay.over else 1
    for index in range(count if stay.first - stay.last > 1 or stay.over else 0):
        refused = stay.over and index == 1 and plot.number % 3 == 0
        answer = (
            {"refused": True, "refusal_reason": plot.words.refusal}
            if refused
            else {"answer": plot.pick(plot.words.answers, index)}
        )
        plot.script.at(stay.place(0.7)).save("info", plot.helper, index, **answer)


def matched(plot: Plot, stay: Stay) -> None:
    """Note a partner who builds a bridge."""
    name, note = plot.pick(plot.words.bridges)
    plot.script.at(stay.place(0.4)).save(
        "bridges", plot.officer, kind="partner", name=name, sector="cooperative", note=note
    )


def co_creation(plot: Plot, stay: Stay) -> None:
    """Make the project: sessions, consortium, budget, anchoring; a second time only repair it."""
    if stay.nth > 1:
        plot.script.at(stay.place(0.5)).save("check_ins", plot.officer, **_check_in(plot, stay.nth))
        return
    tellers: tuple[Teller, ...] = (_session, _consortium, _session, _money, _plan, _pilot, _risks)
    shown = tellers if stay.over or stay.first - stay.last > CHECK_IN_DAYS else tellers[:2]
    for index, tell in enumerate(shown):
        tell(plot, Stay(stay.state, place := stay.place((index + 1) / 9), place, index))
    for nth, ago in enumerate(range(stay.first - CHECK_IN_DAYS, stay.last, -CHECK_IN_DAYS)):
        if ago > (0 if stay.over else plot.story.silent):
            plot.script.at(ago).save("check_ins", plot.officer, **_check_in(plot, nth))
    if not stay.over and plot.number % 2:
        plot.script.at(stay.place(0.95)).save(
            "sessions", plot.lead, status="planned", held_on=Ago(-9), topic=plot.words.next_session
        )


def _check_in(plot: Plot, nth: int) -> Mapping[str, Any]:
    summary, steps = plot.pick(plot.words.check_ins, nth)
    return {"held_on": After(0), "summary": summary, "next_steps": steps}


def _session(plot: Plot, stay: Stay) -> None:
    topic, changes = plot.pick(plot.words.sessions, stay.nth)
    plot.script.at(stay.first).save(
        "sessions",
        plot.helper,
        status="held",
        held_on=After(0),
        topic=topic,
        participants=9 + plot.number * 5 % 17,
        changes=changes,
    )


def _consortium(plot: Plot, stay: Stay) -> None:
    for shift in range(2):
        name, sector, brings = plot.pick(plot.words.consortium, shift * 2)
        plot.script.at(stay.first).save(
            "consortium", plot.lead, name=name, sector=sector, contribution=brings
        )


def _money(plot: Plot, stay: Stay) -> None:
    """Write a budget and a funding plan that covers it, but for what the story leaves off."""
    total, words, script = plot.cost_cents, plot.words, plot.script.at(stay.first)
    parts = [total * share // 10_000 * 100 for share in (48, 24, 20)]
    kinds = ("staff", "services", "equipment", "communication")
    amounts = (*parts, total - sum(parts))
    for label, category, cents in zip(words.costs, kinds, amounts, strict=True):
        script.save(
            "budget", plot.helper, label=label, category=category, amount_cents=format_cents(cents)
        )
    grant, pledge = total * 60 // 10_000 * 100, total * 25 // 10_000 * 100
    investor, contact = plot.pick(words.investors)
    script.save(
        "pledges",
        plot.lead,
        investor=investor,
        contact=contact,
        status="pledged",
        amount_cents=format_cents(pledge),
    )
    own = total - grant - pledge + plot.story.off_cents
    for kind, label, cents in (("grant", words.grant, grant), ("own", words.own_means, own)):
        script.save("funding", plot.lead, kind=kind, label=label, amount_cents=format_cents(cents))


def _plan(plot: Plot, stay: Stay) -> None:
    script, words = plot.script.at(stay.first), plot.words
    script.save("anchoring", plot.lead, edition="v1", plan=plot.pick(words.plan_v1))
    script.file("budget_annex", plot.lead, words.annex_title, (*words.annex, plot.pitch.title))


def _pilot(plot: Plot, stay: Stay) -> None:
    first, last = plot.pilot_days()
    script, words = plot.script.at(stay.first), plot.words
    script.save(
        "pilot",
        plot.lead,
        hypothesis=plot.pick(words.hypotheses),
        scale=plot.pick(words.scales),
        starts_on=first,
        ends_on=last,
    )
    for shift in range(2):
        script.save("indicators", plot.lead, "new", **indicator(plot, shift))


def indicator(plot: Plot, shift: int, *, measured: bool = False) -> dict[str, str]:
    """Return one of the story's two indicators, before or after it was measured."""
    label, unit, baseline, target, actual = plot.pick(plot.words.indicators, shift)
    known = {"label": label, "unit": unit, "baseline": baseline, "target": target}
    if measured and shift and plot.number % 4 == 0:
        return known | {"missing_reason": plot.words.no_value}
    return known | {"actual": actual} if measured else known


def _risks(plot: Plot, stay: Stay) -> None:
    risk, measure = plot.pick(plot.words.risks)
    plot.script.at(stay.first).save(
        "risks", plot.helper, risk=risk, likelihood="medium", measure=measure
    )


def proposal(plot: Plot, stay: Stay) -> None:
    """Tick the checklist of completeness before the proposal goes to the committee."""
    if stay.then != "deliberation":
        return
    plot.script.at(stay.place(0.8)).save(
        "completeness",
        plot.officer,
        "only",
        proposal_complete=True,
        budget_checked=True,
        risks_considered=True,
        anchoring_checked=True,
        signed_off=True,
        note=plot.words.completeness,
    )


def deliberation(plot: Plot, stay: Stay) -> None:
    """Note conflicts of interest, and the conditions that the committee sets."""
    if not stay.over:
        return
    script = plot.script.at(stay.place(0.9))
    if plot.number % 2:
        script.save(
            "agenda",
            plot.officer,
            "only",
            meeting_on=Ago(stay.last + 1),
            conflicts=plot.words.conflicts,
        )
    if stay.then == "approved_with_conditions":
        for index in range(2):
            script.save("conditions", plot.officer, **_condition(plot, index))


def _condition(plot: Plot, index: int) -> dict[str, Any]:
    stay = next(s for s in plot.stays if s.state == "approved_with_conditions")
    due = Ago(stay.last - 6) if stay.over else Ago(plot.story.due - 12 * index)
    text, _ = plot.pick(plot.words.conditions, index)
    return {"text": text, "blocking": True, "due_on": due}


def conditions(plot: Plot, stay: Stay) -> None:
    """Show what fulfils the conditions, and lift them; the second waits while the case does."""
    if stay.first == stay.last:
        return
    for index in range(2 if stay.over else 1):
        _, evidence = plot.pick(plot.words.conditions, index)
        script = plot.script.at(stay.place(0.5 + index / 5))
        script.save("condition_evidence", plot.lead, index, evidence=evidence)
        if stay.over:
            lifted = _condition(plot, index) | {"evidence": evidence, "lifted": True}
            script.save("conditions", plot.officer, index, **lifted)


def agreement(plot: Plot, stay: Stay) -> None:
    """File the agreement and the co-investor's letter; perhaps one side has signed."""
    words, script = plot.words, plot.script.at(stay.place(0.3))
    if not (stay.over or plot.story.half):
        return
    heading, *lines = words.agreement
    script.file(
        "agreement", plot.officer, words.agreement_title, (heading, plot.pitch.title, *lines)
    )
    script.at(stay.place(0.5)).file(
        "investor_letter", plot.lead, words.letter_title, words.investor_letter
    )
    investor, contact = plot.pick(words.investors)
    script.save(
        "pledges",
        plot.lead,
        0,
        investor=investor,
        contact=contact,
        status="signed",
        amount_cents=format_cents(plot.cost_cents * 25 // 10_000 * 100),
    )
    if not stay.over:
        script.at(stay.place(0.8)).move("start_pilot", plot.signatory)


TO_AGREEMENT: Mapping[str, Teller] = {
    "idea_draft": draft,
    "idea_submitted": submitted,
    "idea_needs_info": questioned,
    "matched": matched,
    "co_creation": co_creation,
    "proposal_submitted": proposal,
    "proposal_needs_info": questioned,
    "deliberation": deliberation,
    "approved_with_conditions": conditions,
    "agreement": agreement,
}
