"""The rulebook as a whole, compared with what the organisation has written down."""

from __future__ import annotations

from casework.roles import HOUSE_ROLES, PARTNER_ROLES, Role
from casework.workflows.checks import structural_faults
from casework.workflows.partner_project.definition import PARTNER_PROJECT as PROJECT

PO, PL, LEAD = Role.PROGRAMME_OFFICER, Role.PROGRAMME_LEAD, Role.PARTNER_LEAD


def test_the_declaration_has_no_fault() -> None:
    assert structural_faults(PROJECT) == []


def test_the_four_stages_are_in_order() -> None:
    assert [s.key for s in PROJECT.stages] == ["submission", "co_creation", "pilot", "anchoring"]


def test_every_state_is_there() -> None:
    assert {s.key for s in PROJECT.states if s.final} == {
        "completed",
        "declined",
        "withdrawn",
        "stopped",
        "redirected",
    }
    assert [s.key for s in PROJECT.states if not s.final] == [
        "idea_draft",
        "idea_submitted",
        "idea_needs_info",
        "matched",
        "co_creation",
        "proposal_submitted",
        "proposal_needs_info",
        "deliberation",
        "approved_with_conditions",
        "agreement",
        "pilot_running",
        "pilot_review",
        "adjusting",
        "scaling",
        "anchoring",
        "closing",
        "followed_up",
    ]


def test_partners_read_other_words_than_the_house() -> None:
    open_states = [s for s in PROJECT.states if not s.final]
    assert all(s.label != s.public_label for s in open_states)


def test_a_programme_lead_may_make_whatever_an_officer_may() -> None:
    for transition in PROJECT.transitions:
        if PO in transition.roles and transition.approvals is None:
            assert PL in transition.roles, transition.name


def test_every_open_state_is_under_a_deadline() -> None:
    # conditions run one by one, each scheduled with its own date
    timed = {state for rule in PROJECT.deadlines for state in rule.states}
    untimed = {s.key for s in PROJECT.states if not s.final} - timed
    assert untimed == {"approved_with_conditions"}


def test_the_office_is_warned_of_every_deadline() -> None:
    told_elsewhere = {"call_closes"}  # nobody in the house waits for an idea not sent
    for rule in PROJECT.deadlines:
        reached = {r.to for r in rule.reminders}
        assert reached, rule.key
        assert rule.key in told_elsewhere or reached & HOUSE_ROLES, rule.key


def test_every_move_tells_somebody_except_the_first() -> None:
    silent = {t.name for t in PROJECT.transitions if not t.notices}
    assert silent == {"start_idea"}


def test_withdrawing_ends_at_the_pilots_review_and_stopping_begins_at_the_agreement() -> None:
    withdraw = PROJECT.transition_by_name["withdraw"].sources
    assert withdraw[0] == "idea_draft"
    assert withdraw[-1] == "pilot_review"
    assert PROJECT.transition_by_name["stop"].sources[0] == "agreement"
    assert PROJECT.transition_by_name["stop"].sources[-1] == "followed_up"


def test_signatures_and_closing_need_two_people() -> None:
    signed = PROJECT.transition_by_name["start_pilot"].approvals
    closed = PROJECT.transition_by_name["close"].approvals
    assert signed is not None
    assert closed is not None
    assert dict(signed.needed) == {Role.PARTNER_SIGNATORY: 1, PL: 1}
    assert dict(closed.needed) == {PO: 1, Role.FINANCE: 1}


def test_a_forms_fields_are_the_models_attributes() -> None:
    for section in PROJECT.sections:
        columns = set(section.model.__table__.columns.keys())
        for form in (section.form, section.shown_in or section.form):
            names = set(form()._fields)
            assert names <= columns, (section.key, names - columns)
        shown = set((section.shown_in or section.form)()._fields)
        assert set(section.columns) <= shown, (section.key, set(section.columns) - shown)


def test_what_partners_may_not_read_is_not_theirs_to_write() -> None:
    for section in PROJECT.sections:
        assert not (section.house_only and section.edit_roles & PARTNER_ROLES), section.key


def test_reasons_lead_to_sections_that_exist() -> None:
    import re
    from pathlib import Path

    from casework.workflows.partner_project import rules, rules_pilot

    text = "".join(Path(str(m.__file__)).read_text("utf-8") for m in (rules, rules_pilot))
    named = set(re.findall(r'section="(\w+)"', text))
    assert named
    assert named <= {*PROJECT.section_by_key, "documents"}


def test_drafts_wait_for_the_partner_lead() -> None:
    assert PROJECT.starting()[0].roles == {LEAD}


def test_the_pack_is_frozen_while_it_is_decided() -> None:
    told_by_the_house = {"shares", "team", "agenda", "conditions", "completeness"}
    for section in PROJECT.sections:
        for state in ("proposal_submitted", "deliberation"):
            frozen = section.key not in told_by_the_house and section.counts
            assert not (frozen and state in section.edit_states), (section.key, state)
