"""The ethics committee's workflow, on real databases: what it allows, numbers, and reminds of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework import policy
from casework.clock import frozen, now
from casework.extensions import db, house_day
from casework.models import Deadline, Event
from casework.models.ethics_case import (
    FormalRequest,
    Matter,
    Opinion,
    Postponement,
    Recommendation,
    Redirection,
)
from casework.roles import Role
from casework.services import cases, events
from casework.services.errors import ForbiddenError, InvalidError, RefusedError
from casework.workflows import registry
from tests.support import ethics
from tests.support.ethics import MOTIVE, SUMMARY, Ethics
from tests.support.world import World

MARCH = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
QUESTION = "May an important person tell such a thing?"


@pytest.fixture
def committee(world: World) -> Ethics:
    return ethics.gather(world)


def asked(committee: Ethics) -> UUID:
    """A matter for which a stranger formally asks for an opinion."""
    return committee.bring(question=QUESTION)


def due(case_id: UUID, rule: str) -> list[Deadline]:
    query = sa.select(Deadline).where(Deadline.case_id == case_id, Deadline.rule == rule)
    return list(db.session.scalars(query.order_by(Deadline.occurrence)))


def one(model: Any, case_id: UUID) -> Any:
    db.session.expire_all()
    return db.session.scalars(sa.select(model).where(model.case_id == case_id)).one()


def test_a_stranger_brings_a_matter_and_only_its_keepers_see_it(committee: Ethics) -> None:
    with frozen(MARCH):
        case_id = asked(committee)
    case = committee.world.case(case_id)
    assert case.reference == "CE-2025-01"
    assert case.restricted
    sees = {who for who in committee.people if policy.may_see(committee.actor(who), case)}
    assert sees == {"chair", "secretary"}
    assert one(Matter, case_id).origin == "person"
    assert one(FormalRequest, case_id).question == QUESTION
    kinds = [e.kind for e in db.session.scalars(sa.select(Event).order_by(Event.seq))]
    assert kinds.count("access_given") == 2


def test_without_chair_and_secretary_nothing_is_taken(world: World) -> None:
    with pytest.raises(RefusedError, match="nobody could look"), world.writing():
        cases.open_case(
            registry.latest("ethics_case"),
            "bring",
            policy.SYSTEM,
            None,
            {"title": "A shed", "summary": SUMMARY},
            uuid4().hex,
        )


def test_bodies_come_through_the_secretary_and_members_take_up_themselves(
    committee: Ethics,
) -> None:
    by_body = committee.take_up("secretary", "refer", origin="body", body="The board")
    own = committee.take_up("member")
    assert (one(Matter, by_body).origin, one(Matter, by_body).body) == ("body", "The board")
    assert one(Matter, own).origin == "committee"
    with pytest.raises(ForbiddenError):
        committee.take_up("member", "refer", origin="person")
    outsider = committee.world.person(Role.PROGRAMME_OFFICER)
    committee.people["officer"] = outsider
    with pytest.raises(ForbiddenError):
        committee.take_up("officer")
    elsewhere = ethics.gather(committee.world, kind="decision")
    with pytest.raises(ForbiddenError):
        elsewhere.take_up("chair")


@pytest.mark.parametrize("side", ["operational", "political", "representation", "mediation"])
def test_what_lies_beyond_a_frontier_is_not_admitted(committee: Ethics, side: str) -> None:
    case_id = asked(committee)
    committee.triaged(case_id, **{side: "yes"})
    with pytest.raises(RefusedError, match="redirect it"):
        committee.fire(case_id, "admit")


def test_nothing_is_admitted_before_its_scope_was_looked_at(committee: Ethics) -> None:
    case_id = asked(committee)
    committee.fire(case_id, "begin_triage")
    with pytest.raises(RefusedError, match="scope first"):
        committee.fire(case_id, "admit")


def test_a_matter_may_concern_a_member_and_be_ours_all_the_same(committee: Ethics) -> None:
    case_id = asked(committee)
    committee.triaged(case_id, members="yes")
    with pytest.raises(RefusedError, match="redirect it"):
        committee.fire(case_id, "admit")
    sides = ("operational", "political", "representation", "mediation")
    committee.save(
        case_id,
        "triage",
        **dict.fromkeys(sides, "no"),
        members="yes",
        members_and_ours=True,
        better_body="no",
    )
    assert committee.fire(case_id, "admit") == "admissible"


def test_a_better_suited_body_is_named_and_nothing_is_handed_on_without_consent(
    committee: Ethics,
) -> None:
    case_id = asked(committee)
    with pytest.raises(InvalidError):
        committee.triaged(case_id, better_body="yes")
    committee.save(
        case_id,
        "triage",
        **dict.fromkeys(
            ("operational", "political", "representation", "members", "mediation"), "no"
        ),
        better_body="yes",
        body="The ombudsperson",
    )
    with pytest.raises(RefusedError, match="fits better"):
        committee.fire(case_id, "admit")
    said: dict[str, Any] = {
        "body": "The ombudsperson",
        "reason": "They mediate.",
        "told_on": house_day(),
    }
    with pytest.raises(InvalidError) as caught:
        committee.fire(case_id, "redirect", forwarded="The whole story", **said)
    assert "forwarded" in caught.value.form.errors
    assert committee.fire(case_id, "redirect", **said) == "redirected"
    row = one(Redirection, case_id)
    assert (row.body, row.consent, row.forwarded) == ("The ombudsperson", False, "")
    assert committee.fire(case_id, "close_redirected") == "closed"
    assert one(Matter, case_id).outcome == "redirected"


def test_what_nobody_asked_for_waits_until_somebody_does(committee: Ethics) -> None:
    case_id = committee.bring()
    committee.triaged(case_id)
    with pytest.raises(RefusedError, match="formally asked"):
        committee.fire(case_id, "admit")
    assert committee.fire(case_id, "await_request") == "awaiting_request"
    committee.save(
        case_id, "requests", author="The board", requested_on=house_day(), question=QUESTION
    )
    assert committee.fire(case_id, "admit") == "admissible"


def test_an_opinion_needs_a_request_and_own_initiative_allows_a_recommendation(
    committee: Ethics, caplog: pytest.LogCaptureFixture
) -> None:
    with frozen(MARCH):
        case_id = committee.take_up("member")
        committee.triaged(case_id)
        committee.fire(case_id, "await_request")
        assert committee.fire(case_id, "self_refer", motive=MOTIVE) == "admissible"
        committee.fire(case_id, "schedule")
        committee.fire(case_id, "inquire")
        committee.fire(case_id, "deliberate", motive=MOTIVE)
        committee.fire(case_id, "draft", motive=MOTIVE)
        committee.save(case_id, "opinion", question=QUESTION, text="No.")
        committee.recommending(case_id, house_day() + timedelta(days=90))
        for name in ("adopt_opinion", "adopt_both"):
            caplog.clear()
            with pytest.raises(RefusedError, match="formal request"):
                committee.fire(case_id, name, motive=MOTIVE)
            said: list[Any] = [record.msg for record in caplog.records]
            (line,) = [m for m in said if isinstance(m, dict) and m["event"] == "move.refused"]
            assert (line["case"], line["move"]) == (str(case_id), name)
        assert committee.fire(case_id, "adopt_recommendation", motive=MOTIVE) == "adopted"
    assert one(Matter, case_id).own_initiative_on == MARCH.date()
    assert one(Recommendation, case_id).number == "REC-2025-01"
    assert one(Opinion, case_id).number is None


def test_opinions_and_recommendations_are_numbered_apart(committee: Ethics) -> None:
    with frozen(MARCH):
        first, second = asked(committee), asked(committee)
        for case_id in (first, second):
            committee.to_drafting(case_id)
            committee.save(case_id, "opinion", question=QUESTION, text="No.")
        committee.fire(first, "adopt_opinion", motive=MOTIVE)
        with pytest.raises(RefusedError, match="recommended"):
            committee.fire(second, "adopt_both", motive=MOTIVE)
        committee.recommending(second, house_day() + timedelta(days=90))
        committee.fire(second, "adopt_both", motive=MOTIVE)
    assert one(Opinion, first).number == "AV-2025-01"
    assert one(Opinion, second).number == "AV-2025-02"
    assert one(Recommendation, second).number == "REC-2025-01"


def test_only_the_committee_decides(committee: Ethics) -> None:
    case_id = asked(committee)
    committee.to_drafting(case_id)
    committee.save(case_id, "opinion", question=QUESTION, text="No.")
    chair, said = committee.actor("chair"), {"motive": MOTIVE}
    with pytest.raises(RefusedError, match="in its meeting"), committee.world.writing():
        cases.fire(case_id, "adopt_opinion", chair, said, None, uuid4().hex)


def transmitted(committee: Ethics) -> tuple[UUID, UUID]:
    """A recommendation that was sent in March 2025, and its only item."""
    with frozen(MARCH):
        case_id = asked(committee)
        committee.to_drafting(case_id)
        item = committee.recommending(case_id, house_day() + timedelta(days=90))
        committee.fire(case_id, "adopt_recommendation", motive=MOTIVE)
        with pytest.raises(ForbiddenError):
            committee.fire(case_id, "transmit", signed_on=house_day())
        committee.fire(case_id, "transmit", "chair", signed_on=house_day())
        committee.fire(case_id, "follow")
    return case_id, item


def test_answers_and_reviews_have_their_days_once_it_is_transmitted(committee: Ethics) -> None:
    case_id, item = transmitted(committee)
    [answer] = due(case_id, "answer")
    assert answer.subject_id == item
    assert answer.due_at.date() == MARCH.date() + timedelta(days=90)
    assert due(case_id, "review_6")[0].due_at.date() == datetime(2025, 9, 3, tzinfo=UTC).date()
    assert due(case_id, "review_12")[0].due_at.date() == datetime(2026, 3, 3, tzinfo=UTC).date()
    with pytest.raises(ForbiddenError):
        committee.save(case_id, "items", text="More", due_on=house_day())
    with frozen(MARCH + timedelta(days=80)):
        with pytest.raises(RefusedError, match="not recorded"):
            committee.fire(case_id, "close")
        said: dict[str, Any] = {"answered_on": house_day(), "answer_text": ""}
        with pytest.raises(InvalidError):
            committee.change(case_id, "answers", item, answer="refused", **said)
        committee.change(case_id, "answers", item, answer="accepted", **said)
        committee.save(
            case_id, "reviews", month="6", held_on=house_day(), progress="done", finding="Good."
        )
    assert due(case_id, "answer")[0].state == "met"
    assert due(case_id, "review_6")[0].state == "met"
    with frozen(MARCH + timedelta(days=81)):
        assert committee.fire(case_id, "close") == "closed"
    assert due(case_id, "review_12")[0].state == "cancelled"
    assert one(Matter, case_id).outcome == "followed_up"
    for who, told in (("secretary", True), ("member", False)):
        page = committee.world.client(committee.people[who]).get("/ethics/follow-up").text
        for words in ("REC-2025-01", "The board", "Accepted", "Put into practice"):
            assert (words in page) is told, (who, words)


def test_no_answer_is_one_only_after_two_reminders(committee: Ethics) -> None:
    case_id, item = transmitted(committee)
    with frozen(MARCH + timedelta(days=100)), pytest.raises(InvalidError) as caught:
        committee.change(case_id, "answers", item, answer="none", answered_on=house_day())
    assert "answer" in caught.value.form.errors
    with frozen(MARCH + timedelta(days=112)):
        committee.change(case_id, "answers", item, answer="none", answered_on=house_day())
        assert committee.fire(case_id, "close") == "closed"


def test_a_text_goes_to_nobody_who_is_recused(committee: Ethics) -> None:
    case_id = asked(committee)
    committee.to_drafting(case_id)
    committee.recommending(case_id, house_day() + timedelta(days=90), "The other")
    with committee.world.writing():
        committee.world.grant(
            committee.people["other"], Role.COMMITTEE_MEMBER, case=case_id, denies=True
        )
    with pytest.raises(RefusedError, match="recused"):
        committee.fire(case_id, "adopt_recommendation", motive=MOTIVE)


def test_put_off_asked_and_resolved_are_facts_that_exclude_nothing(committee: Ethics) -> None:
    case_id = asked(committee)
    committee.triaged(case_id)
    committee.fire(case_id, "admit")
    committee.fire(case_id, "schedule")
    with pytest.raises(RefusedError, match="why"):
        committee.fire(case_id, "postpone")
    assert committee.fire(case_id, "postpone", cause="lack_of_time") == "scheduled"
    assert committee.fire(case_id, "postpone_to_request", cause="no_formal_request") == (
        "awaiting_request"
    )
    assert committee.fire(case_id, "admit") == "admissible"
    known: dict[str, Any] = {"resolved_on": house_day(), "resolved_how": "They talked it over."}
    committee.resolved(case_id)
    assert committee.state(case_id) == "admissible"
    matter = one(Matter, case_id)
    assert (matter.resolved_on, matter.outcome) == (house_day(), "")
    assert committee.fire(case_id, "resolve", **known) == "closed"
    assert one(Matter, case_id).outcome == "self_resolved"
    rows = db.session.scalars(sa.select(Postponement).order_by(Postponement.position))
    assert [row.cause for row in rows] == ["lack_of_time", "no_formal_request"]


def test_any_entity_can_be_asked_with_a_day_and_two_reminders(committee: Ethics) -> None:
    case_id = asked(committee)
    day = house_day()
    said: dict[str, Any] = {"entity": "Payroll", "question": "How?", "asked_on": day}
    with pytest.raises(InvalidError):
        committee.save(case_id, "questions", due_on=day - timedelta(days=1), **said)
    row = committee.save(case_id, "questions", due_on=day + timedelta(days=30), **said)
    [running] = due(case_id, "information")
    assert running.subject_id == row
    rule = registry.latest("ethics_case").deadline_by_key["information"]
    assert [r.key for r in rule.reminders] == ["0 d", "+15 d", "+30 d"]
    committee.change(
        case_id,
        "questions",
        row,
        due_on=day + timedelta(days=30),
        answer="So.",
        answered_on=day,
        **said,
    )
    assert due(case_id, "information")[0].state == "met"


def test_receipt_is_acknowledged_in_seven_days_and_news_come_every_sixty(
    committee: Ethics,
) -> None:
    with frozen(MARCH):
        case_id = asked(committee)
        assert due(case_id, "receipt")[0].due_at.date() == MARCH.date() + timedelta(days=7)
        browser = committee.world.client(committee.people["secretary"])
        address = browser.post("/account/calendar-feed", follow_redirects=True).text
        feed = browser.get(address.split('value="http://127.0.0.1')[1].split('"')[0]).text
        case = committee.world.case(case_id)
        for shown in (feed, browser.get("/desk").text, browser.get("/calendar").text):
            assert "Confidential case" in shown
            assert case.title not in shown
        committee.save(case_id, "exchanges", text="We have it.")
        assert due(case_id, "receipt")[0].state == "met"
        committee.fire(case_id, "begin_triage")
        assert due(case_id, "triage")[0].due_at.date() == MARCH.date() + timedelta(days=30)
        assert due(case_id, "update")[0].due_at.date() == MARCH.date() + timedelta(days=60)
    with frozen(MARCH + timedelta(days=40)):
        committee.save(case_id, "exchanges", text="We are at it.")
    assert [d.state for d in due(case_id, "update")] == ["met", "open"]


def test_a_rapporteur_sees_the_case_from_then_on(committee: Ethics) -> None:
    case_id = asked(committee)
    assert not policy.may_see(committee.actor("member"), committee.world.case(case_id))
    committee.save(case_id, "rapporteurs", user_id=str(committee.people["member"]), task="")
    assert policy.may_see(committee.actor("member"), committee.world.case(case_id))
    assert not policy.may_see(committee.actor("other"), committee.world.case(case_id))
    assert not policy.may_keep(
        committee.actor("member"), committee.world.case(case_id), registry.latest("ethics_case")
    )


def test_those_who_read_a_case_from_within_see_who_of_the_committee_is_on_it(
    committee: Ethics,
) -> None:
    case_id = committee.take_up("chair")
    committee.let_in(case_id, "member")
    page = committee.world.client(committee.people["member"])
    text = page.get(f"/cases/{committee.world.case(case_id).reference}").text
    people = text.partition("<h2>People</h2>")[2].partition("</section>")[0]
    assert [name for name in ("The chair", "The secretary", "The member") if name in people] == [
        "The chair",
        "The secretary",
        "The member",
    ]
    assert "The other" not in people


def test_messages_of_the_person_cannot_be_changed_by_the_committee(committee: Ethics) -> None:
    from casework.models.ethics_case import Exchange

    case_id = asked(committee)
    moment = now()
    with committee.world.writing():
        row = Exchange(
            case_id=case_id,
            position=1,
            created_at=moment,
            updated_at=moment,
            from_reporter=True,
            text="My words",
        )
        db.session.add(row)
        db.session.flush()
        row_id = row.id
    with pytest.raises(ForbiddenError):
        committee.change(case_id, "exchanges", row_id, text="Other words")


def test_nothing_of_another_workflow_waits_for_an_ethics_case() -> None:
    """The committee advises: no other rulebook may as much as look at its records."""
    import ast
    from pathlib import Path

    import casework

    root = Path(str(casework.__file__)).parent
    for path in sorted(root.glob("workflows/**/*.py")):
        if "ethics_case" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [getattr(node, "module", None) or ""]
            names += [a.name for a in getattr(node, "names", ()) if isinstance(a, ast.alias)]
            assert not any("ethics" in name for name in names), path
    for workflow in registry.current():
        if workflow.key != "ethics_case":
            assert "ethics" not in {agenda.kind for agenda in workflow.agendas}, workflow.key


def test_every_chain_of_it_proves(committee: Ethics) -> None:
    transmitted(committee)
    assert events.verify() == []
