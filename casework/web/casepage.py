"""What the pages of one case show, put together from queries; no page of it runs its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from markupsafe import Markup
from wtforms import Form

from casework import policy
from casework.clock import now
from casework.models import Case
from casework.queries import deadlines, documents, notes, people, records, timeline
from casework.roles import PARTNER_ROLES, Role
from casework.services import approvals, cases, postponing
from casework.web import filters
from casework.web.addresses import url_for
from casework.web.base import audiences, internal, me, roles, side
from casework.web.catalogue import gettext as _
from casework.workflows.declaration import Agenda, Party, Question, Reason, Section
from casework.workflows.engine import Option, Workflow

PAGES = {"documents": "documents.index", "grid": "label_grid.show"}
"""Where a reason leads that names no section, but a page of the case beside them."""

Moves = Sequence[tuple[str, datetime]]


def frame(case: Case, tab: str, moves: Moves | None = None) -> dict[str, Any]:
    """Return what every page of a case needs: the case, its workflow, stages and tabs.

    ``moves`` are those of :func:`timeline.entries_into`, where they are known already.
    """
    workflow = cases.workflow_of(case)
    return {
        "case": case,
        "workflow": workflow,
        "frame": f"case/_{side(case)}.html",
        "internal": internal(case),
        "stages": stages(case, workflow, moves),
        "turn": whose_turn(case, workflow),
        "tabs": _tabs(case, tab),
        "now": now(),
        "reason_url": reason_url,
        "may_invite": policy.may_invite(me(), case, workflow),
    }


def overview(case: Case) -> dict[str, Any]:
    """Return what the first page of a case shows, in a number of queries that never grows."""
    moment = now()
    workflow = cases.workflow_of(case)
    inside = internal(case)
    held = roles(case)
    facts = cases.facts_of(case)
    given, waived = approvals.standing_and_waived(case)
    question = Question(facts, moment, held)
    mine = {approval.transition for approval in given if approval.user_id == me().id}
    all_own = workflow.options(question, waived)
    possible = _offered(all_own)
    options = [o for o in possible if o.transition.name not in mine]
    all_others = others_moves(workflow, question, waived, internal=True)
    everybodys = _offered(all_others)
    answered = any(
        _is_past(o) and _partners(o) and o.transition.primary for o in all_own + all_others
    )
    others = everybodys if inside else [o for o in everybodys if _partners(o)]
    counts = records.counts(workflow, case.id)
    to_do = tasks(case, workflow, held, options + everybodys, counts)
    entries, moves = timeline.entries_and_moves(
        case, workflow, internal=inside, audiences=audiences(case), limit=12
    )
    return {
        **frame(case, "overview", moves),
        "turn": whose_turn(case, workflow, answered=answered),
        "facts": facts,
        "options": options,
        "others": others,
        "approvals": given,
        "sections": shown_sections(workflow, case, held, counts),
        "tasks": to_do,
        "next_section": next((task for task in to_do if task["tone"] == "wait"), None),
        "answered": answered,
        "unseated": _unseated(workflow, case.state, facts),
        "my_turn": bool(others) or any(not o.transition.abandons for o in options),
        "deadlines": deadlines.of_case(case, workflow, internal=inside),
        "documents": documents.newest(case, internal=inside),
        "notes": notes.newest(case, audiences(case)),
        "may_postpone": bool(held & postponing.MOVERS),
        "team": people.team(case, moment, internal=inside),
        "entries": entries,
    }


def missing(case: Case, key: str) -> list[Reason]:
    """Return what a section still lacks before the next move, whoever makes it."""
    workflow, moment, held = cases.workflow_of(case), now(), roles(case)
    question = Question(cases.facts_of(case), moment, held)
    waived = approvals.waived(case)
    options = workflow.options(question, waived)
    options += others_moves(workflow, question, waived, internal=internal(case))
    found: list[Reason] = []
    for reason in (r for o in options if o.transition.primary for r in _against(o)):
        if reason.section == key and reason not in found:
            found.append(reason)
    return found


def _unseated(workflow: Workflow, state: str, facts: Any) -> Agenda | None:
    """Return for which committee a case waits that does not sit, and that nobody decides for."""
    for agenda in workflow.agendas:
        moves = [workflow.transition_by_name[v.transition] for v in agenda.verdicts]
        if state in agenda.states and not any(move.roles for move in moves):
            return None if agenda.kind in facts.committees else agenda
    return None


def _offered(options: list[Option]) -> list[Option]:
    """Leave out the moves of which the time is over, or that were made already."""
    return [option for option in options if not _is_past(option)]


def _is_past(option: Option) -> bool:
    return any(reason.past for reason in option.reasons)


def _partners(option: Option) -> bool:
    """Say whether a partner makes the move."""
    return bool(option.transition.roles & PARTNER_ROLES)


def _against(option: Option) -> list[Reason]:
    """Return everything that speaks against a move, blocking or not."""
    return [*option.reasons, *(r for w in option.warnings for r in w.reasons)]


def others_moves(
    workflow: Workflow,
    question: Question,
    waived: dict[str, frozenset[str]],
    *,
    internal: bool,
) -> list[Option]:
    """Return the next moves that wait for somebody else, and what still speaks against them.

    Outside the house only those that a partner makes are told. A warning is marked as one that
    the reader may set aside when their own roles allow it.
    """
    everybody = Question(question.facts, question.now, frozenset(Role))
    found = []
    for option in workflow.options(everybody, waived):
        transition = option.transition
        if not transition.primary or transition.roles & question.roles:
            continue
        if not internal and not _partners(option):
            continue
        warnings = tuple(
            replace(w, may_override=bool(w.guard.overridable_by & question.roles))
            for w in option.warnings
        )
        found.append(replace(option, warnings=warnings))
    return found


def stages(case: Case, workflow: Workflow, moves: Moves | None = None) -> list[dict[str, str]]:
    """Return the stage bar: done, now, to come, with the day on which each was entered."""
    final = workflow.state_by_key[case.state].final
    here = workflow.stage_of(case.previous_state or case.state if final else case.state)
    entered: dict[str, datetime] = {}
    for state, moment in timeline.entries_into(case.id) if moves is None else moves:
        entered[workflow.stage_of(state)] = entered.get(workflow.stage_of(state), moment)
    bar, status = [], "done"
    for stage in workflow.stages:
        now_here = stage.key == here
        shown = "now" if now_here and not final else status
        since = entered.get(stage.key) if shown != "next" else None
        note = _("since %(day)s", day=filters.day(since)) if since is not None else ""
        bar.append({"label": _(stage.label), "status": shown, "note": note})
        status = "next" if now_here else status
    return bar


def whose_turn(case: Case, workflow: Workflow, *, answered: bool = False) -> str:
    """Return who must act next, and by when, in one short phrase for the house.

    ``answered``: the partner has made their move already, and what follows is ours.
    """
    party = workflow.state_by_key[case.state].waits_for
    party = Party.US if answered and party is Party.PARTNER else party
    words = {
        Party.US: _("It is up to us"),
        Party.PARTNER: _("It is up to the partner"),
        Party.BOTH: _("It is up to the partner and us"),
        Party.COMMITTEE: _("It is up to the committee"),
        Party.NOBODY: "",
    }[party]
    due = _due_of(case, party)
    if not words or due is None:
        return str(words)
    return str(_("%(who)s, before %(day)s", who=words, day=filters.day(due)))


def _due_of(case: Case, party: Party) -> datetime | None:
    """Return the next end that whoever must act has to keep; another's is not told as theirs."""
    if party is Party.PARTNER:
        return case.partner_due_at
    others = party in (Party.US, Party.COMMITTEE) and case.next_due_at == case.partner_due_at
    return None if others else case.next_due_at


def shown_sections(
    workflow: Workflow, case: Case, held: frozenset[Role], counts: dict[str, int]
) -> list[tuple[Section, int, bool]]:
    """Return the sections worth showing now: those with records and those open for writing.

    Where the house has its own page for the same records, the partner's is left out.
    """
    found = []
    for section in workflow.sections:
        if not policy.may_read(section, held, case.state):
            continue
        editable = policy.may_edit(section, held, case.state)
        number = counts.get(section.key, 0)
        if number or editable or case.state in section.shown_from:
            found.append((section, number, editable))
    own = {section.model for section, _number, _editable in found if section.house_only}
    return [line for line in found if line[0].house_only or line[0].model not in own]


def tasks(
    case: Case,
    workflow: Workflow,
    held: frozenset[Role],
    options: list[Option],
    counts: dict[str, int],
) -> list[dict[str, Any]]:
    """Return the partner's task list: each section they may write now, done or not, and why."""
    reasons: dict[str, list[Reason]] = {}
    for reason in (r for o in options if o.transition.primary for r in _against(o)):
        told = reasons.setdefault(reason.section or "", [])
        if reason not in told:
            told.append(reason)
    awaited = workflow.state_by_key[case.state].waits_for in (Party.PARTNER, Party.BOTH)
    found = []
    for section in workflow.sections:
        if section.house_only or not policy.may_edit(section, held, case.state):
            continue
        if not (section.may_add or counts.get(section.key)):
            continue  # others lay it out, and have laid out nothing
        wrong = reasons.get(section.key, [])
        status = ("wait", _("to do")) if not counts.get(section.key) else ("good", _("done"))
        if wrong and counts.get(section.key):
            status = ("wait", _("to complete"))
        elif not wrong and not counts.get(section.key):
            status = ("neutral", _("optional"))
        elif not section.may_add and _unanswered(section, case, held):
            asked = (awaited or section.settled is not None) and not section.voluntary
            status = ("wait", _("to complete")) if asked else ("neutral", _("optional"))
        found.append(
            {
                "label": _(section.label),
                "url": section_url(case, section.key),
                "hint": Markup(" ").join(filters.reason_text(reason) for reason in wrong),
                "status": status[1],
                "tone": status[0],
            }
        )
    return found


def _unanswered(section: Section, case: Case, held: frozenset[Role]) -> bool:
    """Say whether a record that somebody else has laid out still lacks an answer of theirs."""
    needed = [field.short_name for field in section.form() if field.flags.required]
    rows = records.rows(section, case.id) if needed else []
    asked = [row for row in rows if section.own is None or section.own(row, held)]
    if section.settled is not None:
        return any(not section.settled(row) for row in asked)
    return any(not getattr(row, name) for row in asked for name in needed)


def reason_url(case: Case, key: str) -> str:
    """Return where the reader can do something about a reason: a section, or a page beside."""
    if key in PAGES:
        return url_for(PAGES[key], reference=case.reference)
    return section_url(case, key)


def name_documents(form: Form, case: Case) -> None:
    """Let a form that shows a document of the case know it by its title."""
    field: Any = form._fields.get("document_id")
    if field is not None:
        known = documents.titles(case, internal=internal(case))
        field.choices = [*field.choices, *((key, Markup.escape(title)) for key, title in known)]


def section_url(case: Case, key: str) -> str:
    """Return the address of a section, whatever its kind."""
    return url_for("records.index", reference=case.reference, section_key=key)


def _tabs(case: Case, current: str) -> list[dict[str, Any]]:
    pages = [
        ("overview", _("Overview"), "cases.show"),
        ("documents", _("Documents"), "documents.index"),
        ("notes", _("Notes"), "notes.index"),
        ("history", _("History"), "cases.history"),
        ("drawing", _("Drawing"), "cases.drawing"),
    ]
    if policy.may_invite(me(), case, cases.workflow_of(case)):
        pages.append(("guests", _("Guests"), "guests.index"))
    if policy.may_keep(me(), case, cases.workflow_of(case)):
        pages.append(("access", _("Access"), "access.index"))
    return [
        {
            "label": label,
            "url": url_for(endpoint, reference=case.reference),
            "current": key == current,
        }
        for key, label, endpoint in pages
    ]
