"""What is written down during a stay in a state, from the pilot to the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from casework.demo.plot import Plot, Stay
from casework.demo.script import After, Ago
from casework.demo.stays import Teller, indicator
from casework.forms.money import format_cents

NOTE_DAYS = 28
QUARTER_DAYS = 88
REVIEW_AFTER = 6
MONTHS = (6, 12, 24)
A_MONTH = timedelta(days=365.25 / 12)


def running(plot: Plot, stay: Stay) -> None:
    """Write a learning note every month, look together half-way, report every quarter."""
    quiet = stay.last if stay.over else max(stay.last, plot.story.silent)
    for nth, ago in enumerate(range(stay.first - NOTE_DAYS, quiet, -NOTE_DAYS)):
        _note(plot, ago, nth)
    _look_half_way(plot, stay, quiet)
    if stay.nth == 1:
        _reports(plot, stay.first, quiet, first=0)
    if stay.over:
        for shift in range(2):
            measured = indicator(plot, shift, measured=True)
            plot.script.at(stay.last + 1).save("indicators", plot.lead, shift, **measured)


def _look_half_way(plot: Plot, stay: Stay, quiet: int) -> None:
    end = stay.last if stay.over else plot.story.due
    before_middle = (stay.first + end) // 2 + 1
    if before_middle > quiet:
        summary, steps = plot.pick(plot.words.check_ins, 2)
        plot.script.at(before_middle).save(
            "check_ins", plot.officer, held_on=After(0), summary=summary, next_steps=steps
        )


def _note(plot: Plot, ago: int, nth: int) -> None:
    observation, lesson = plot.pick(plot.words.notes, nth)
    writer = plot.helper if nth % 3 else plot.lead
    plot.script.at(ago).save(
        "learning", writer, noted_on=After(0), observation=observation, lesson=lesson
    )


def _reports(plot: Plot, began: int, last: int, first: int) -> None:
    """Report on each quarter; the house looks at it some days later, if that is over."""
    for nth, ago in enumerate(range(began - QUARTER_DAYS, last, -QUARTER_DAYS)):
        progress, difficulties = plot.pick(plot.words.reports, first + nth)
        plot.script.at(ago).save(
            "reports",
            plot.lead,
            from_on=Ago(ago + QUARTER_DAYS),
            to_on=Ago(ago + 7),
            progress=progress,
            difficulties=difficulties,
            spent_cents=format_cents(plot.cost_cents * 18 // 10_000 * 100),
        )
        if ago - REVIEW_AFTER <= last:
            continue
        back = plot.number % 5 == 0 and nth == 0
        review = {"status": "sent_back", "review_note": plot.words.sent_back}
        plot.script.at(ago - REVIEW_AFTER).save(
            "report_reviews",
            plot.finance if nth % 2 else plot.officer,
            first + nth,
            **(review if back else {"status": "validated"}),
        )


def review(plot: Plot, stay: Stay) -> None:
    """Gather the three views and the synthesis; the last of them is missing while it waits."""
    words = plot.words
    shown = words.views if stay.over else words.views[1:]
    for place, (party, view, advice) in enumerate(shown, start=1):
        who = plot.lead if party == "partner" else plot.officer
        plot.script.at(stay.place(place / 6)).save(
            "views", who, party=party, view=view, advice=advice, given_on=After(0)
        )
    if not stay.over:
        return
    worked, did_not_work, conclusion = words.synthesis
    script = plot.script.at(stay.place(0.7))
    script.save(
        "synthesis",
        plot.officer,
        "only",
        worked=worked,
        did_not_work=did_not_work,
        conclusion=conclusion,
    )
    if stay.then == "scaling":
        _scale_plan(plot)


def _scale_plan(plot: Plot) -> None:
    reach, steps, funded_by = plot.words.scale_plan
    cents = format_cents(plot.cost_cents * 3)
    plot.script.save("anchoring", plot.lead, edition="v2", route="integration",
                     plan=plot.words.plan_v2)  # fmt: skip
    plot.script.save(
        "scale",
        plot.lead,
        "only",
        reach=reach,
        steps=steps,
        budget_cents=cents,
        funding_cents=cents,
        funded_by=funded_by,
    )


def adjusting(plot: Plot, stay: Stay) -> None:
    """Note what is changed and why, and how long the amended pilot is to run."""
    for place, (change, why) in enumerate(plot.words.changes, start=1):
        if stay.over or stay.first - stay.last > place * 10:
            plot.script.at(stay.place(place / 3)).save(
                "changes", plot.lead, changed_on=After(0), change=change, why=why
            )
    if not stay.over:
        return
    again = next(s for s in plot.stays if s.state == "pilot_running" and s.first == stay.last)
    plot.script.at(stay.place(0.8)).save(
        "pilot",
        plot.lead,
        hypothesis=plot.pick(plot.words.hypotheses, 1),
        scale=plot.pick(plot.words.scales, 1),
        starts_on=Ago(again.first),
        ends_on=Ago(again.last if again.over else plot.story.due),
    )


def scaling(plot: Plot, stay: Stay) -> None:
    """Plan milestones and reach them; go on reporting."""
    labels = plot.words.milestones
    days = (stay.place(0.3), stay.place(0.6), stay.last + 1 if stay.over else plot.story.due)
    for label, due in zip(labels, days, strict=True):
        plot.script.at(stay.place(0.05)).save("milestones", plot.lead, label=label, due_on=Ago(due))
    for place, (label, due) in enumerate(zip(labels, days, strict=True)):
        if due > stay.last or stay.over:
            plot.script.at(due).save(
                "milestones", plot.lead, place, label=label, due_on=Ago(due), reached_on=After(0)
            )
    before = next(s for s in plot.stays if s.state == "pilot_running")
    written = len(range(before.first - QUARTER_DAYS, before.last, -QUARTER_DAYS))
    quiet = stay.last if stay.over else max(stay.last, plot.story.silent)
    _reports(plot, stay.first, quiet, first=written)


def anchoring(plot: Plot, stay: Stay) -> None:
    """Write the final plan; the host's agreement comes before the case moves on."""
    words = plot.words
    known = {"edition": "final", "route": "integration", "plan": words.plan_final}
    if stay.over or stay.first - stay.last > NOTE_DAYS:
        plot.script.at(stay.place(0.4)).save("anchoring", plot.lead, "new", **known)
    if stay.over:
        has_second = any(s.state == "scaling" for s in plot.stays)
        plot.script.at(stay.place(0.8)).save(
            "anchoring",
            plot.lead,
            3 if has_second else 2,
            **known,
            host=plot.pick(words.hosts),
            agreed_on=After(0),
            evidence=words.host_evidence,
        )


def closing(plot: Plot, stay: Stay) -> None:
    """Write the final report and validate it; perhaps one of two has said yes."""
    if not (stay.over or plot.story.half):
        return
    results, lessons, statement = plot.words.results
    plot.script.at(stay.place(0.5)).save(
        "final_report",
        plot.lead,
        "only",
        results=results,
        lessons=lessons,
        spent_cents=format_cents(plot.cost_cents * 97 // 10_000 * 100),
        statement=statement,
        publishable="yes",
        languages=["fr", "nl"],
    )
    plot.script.at(stay.place(0.8)).save("final_review", plot.finance, "only", status="validated")
    if not stay.over:
        plot.script.at(stay.place(0.9)).move("close", plot.officer)


def followed(plot: Plot, stay: Stay) -> None:
    """Make the check-ups whose day has come."""
    for place, months in enumerate(MONTHS):
        ago = stay.first - (months * A_MONTH).days + 3
        if ago > max(stay.last, plot.story.silent):
            standing, note = plot.words.check_ups[place]
            plot.script.at(ago).save(
                "check_ups", plot.lead, place, done_on=After(0), standing=standing, note=note
            )


def ended(plot: Plot, stay: Stay) -> None:
    """Send the motivated letter."""
    ago = stay.first - 4
    if ago > max(stay.last, plot.story.silent):
        plot.script.at(ago).save(
            "letter", plot.officer, "only", sent_on=After(0), text=plot.words.letter
        )


FROM_PILOT: Mapping[str, Teller] = {
    "pilot_running": running,
    "pilot_review": review,
    "adjusting": adjusting,
    "scaling": scaling,
    "anchoring": anchoring,
    "closing": closing,
    "followed_up": followed,
    "declined": ended,
    "withdrawn": ended,
    "stopped": ended,
    "redirected": ended,
}
