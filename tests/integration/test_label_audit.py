"""Label audits on real databases: from engagement to decision, label, appeal and renewal."""

from __future__ import annotations

import io
import re
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from casework import policy
from casework.clock import frozen, now
from casework.db import new_id
from casework.extensions import db, house_day
from casework.models import Case, Deadline, Message, MinutesVersion, User
from casework.models.label_audit import (
    CriterionResult,
    Cycle,
    Due,
    Label,
    RecommendedAction,
    Snapshot,
    TeamMember,
)
from casework.queries.labels import register
from casework.roles import Role
from casework.services import cases, events, records
from casework.services.committees import meetings, opinions
from casework.services.errors import (
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RefusedError,
    StaleError,
)
from casework.services.labels import results
from casework.services.sweep import sweep
from casework.workflows import registry
from tests.support import label_audit
from tests.support.council import Council
from tests.support.label_audit import MOTIVE, Audit
from tests.support.waiting import wait_until, waiting_for_locks
from tests.support.world import World

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def audit(world: World) -> Audit:
    with frozen(MARCH):
        return Audit.engaged(world)


def committee(audit: Audit) -> Council:
    return Council(audit.world, letters="CL", kind="label")


def due(audit: Audit, rule: str) -> Deadline | None:
    db.session.expire_all()
    query = sa.select(Deadline).where(Deadline.case_id == audit.case_id, Deadline.rule == rule)
    return db.session.scalars(query.order_by(Deadline.occurrence.desc())).first()


def papers(audit: Audit) -> str:
    return f"/cases/{audit.world.case(audit.case_id).reference}/label"


def follow_up(audit: Audit) -> str:
    return f"/cases/{audit.world.case(audit.case_id).reference}/r/follow_up"


def decided(audit: Audit, name: str = "award", **data: Any) -> str:
    return audit.fire(name, motive=MOTIVE, **data)


def test_a_member_with_the_charter_engages_and_nobody_else(world: World) -> None:
    label_audit.referential(world)
    organisation = world.organisation()
    member = world.person(Role.PARTNER_LEAD, organisation)
    with pytest.raises(RefusedError) as refused:
        world.start("label_audit", member, organisation, title="Label")
    said = " ".join(reason.message for reason in refused.value.reasons)
    assert "active share" in said
    assert "charter" in said
    label_audit.enrol(world, organisation)
    other = world.person(Role.PARTNER_LEAD, organisation)
    second: list[Exception] = []

    def engage() -> None:
        with world.app.app_context():
            try:
                world.start("label_audit", other, organisation, title="Another")
            except Exception as error:  # noqa: BLE001 - the test looks at it
                second.append(error)
            finally:
                db.session.remove()

    at_once = threading.Thread(target=engage)
    with world.writing():
        workflow, data = registry.latest("label_audit"), {"title": "Label"}
        actor, key = world.actor(member), uuid4().hex
        done = cases.open_case(workflow, "engage", actor, organisation, data, key)
        at_once.start()  # and finds the first one not yet committed
        if db.engine.dialect.name == "postgresql":
            wait_until(waiting_for_locks, "the second one waits for the first")
    at_once.join(60)
    assert world.case(done.case_id).state == "engaged"
    assert [type(error) for error in second] == [RefusedError], "one cooperative, one cycle"
    assert "under way already" in str(second[0])


def test_a_whole_cycle_gives_a_numbered_label_for_three_years(audit: Audit) -> None:
    with frozen(MARCH):
        council = committee(audit)
        audit.to_committee(ACC_07="not_met")
        meeting = council.plan()
        item = council.put(meeting, audit.case_id)
        council.papers(meeting)
        council.begin(meeting)
        council.decide(item, "award", "consensus")
        with audit.world.writing():
            meetings.hold(council.actor(council.secretary), meeting, uuid4().hex)
    assert audit.state == "labelled"
    minuted = db.session.scalars(sa.select(MinutesVersion.text)).one()
    for said in ("Reasons: ", "criteria met: 3/3 (100.0%).", "criteria met: 1/2 (50.0%)."):
        assert said in minuted
    row = audit.label
    assert (row.number, row.state) == ("CPE-2026-0001", "active")
    assert (row.starts_on, row.ends_on) == (date(2026, 3, 2), date(2029, 3, 1))
    snapshot = db.session.scalars(sa.select(Snapshot)).one()
    assert snapshot.favourable is True
    assert '"recommended":[1,2]' in snapshot.canonical
    frozen_layer = db.session.scalars(
        sa.select(CriterionResult.result).where(CriterionResult.layer == "committee")
    ).all()
    assert sorted(frozen_layer) == ["met"] * 5 + ["not_met"]
    assert events.verify([audit.case_id]) == []


def test_what_does_not_compute_is_never_granted(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_committee(ACC_06="not_met", ACC_07="not_met")
        with pytest.raises(RefusedError, match="cannot grant one"):
            decided(audit)
        assert decided(audit, "refuse", next_audit_on=house_day()) == "not_labelled"
    assert audit.cycle.next_audit_on == date(2026, 3, 2)


def test_a_favourable_file_may_be_refused_with_reasons_and_not_without(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_committee()
        with pytest.raises(InvalidError):
            audit.fire("refuse", motive="No.", next_audit_on=house_day())
        assert decided(audit, "refuse", next_audit_on=house_day()) == "not_labelled"
    assert db.session.scalars(sa.select(Snapshot.favourable)).one() is True


def test_dues_are_recomputed_in_the_decision(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        owed = audit.owe(date(2026, 1, 31))
        audit.to_committee()
        with pytest.raises(RefusedError, match="cannot grant"):
            decided(audit)
        with audit.world.writing():
            db.session.get_one(Due, owed).paid_on = date(2026, 3, 1)
        assert decided(audit) == "labelled"


def test_not_applicable_waits_for_the_committee(audit: Audit) -> None:
    with frozen(MARCH):
        council = committee(audit)
        audit.people["chair"] = council.chair
        audit.to_committee(RES_02="not_applicable")
        with pytest.raises(RefusedError):
            decided(audit)
        with pytest.raises(RefusedError, match="not finished"):
            decided(audit, "refuse", next_audit_on=house_day())
        meeting = council.plan()
        council.put(meeting, audit.case_id)
        audit.say("RES-02", "committee", "chair", "not_applicable", "There is no association.")
        assert decided(audit) == "labelled"


def test_a_deferred_file_is_corrected_by_new_revisions_and_comes_back(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_committee(JUR_01="not_met")
        assert decided(audit, "defer") == "deferred"
        assert due(audit, "correction") is not None
        page = audit.world.client(audit.people["member"])
        letter = page.get(
            re.findall(r'href="([^"]+/decisions/\d+)"', page.get(papers(audit)).text)[0]
        )
        assert "31 mai 2026" in PdfReader(io.BytesIO(letter.data)).pages[0].extract_text()
        with frozen(MARCH + timedelta(days=31)):  # no appeal any more, and much to correct
            assert "It is your turn" in page.get(papers(audit).removesuffix("/label")).text
        with pytest.raises(RefusedError, match="closed at this step"):
            audit.say("ACC-06", "auditor", "auditor", "not_met", "Looked again.")
        with pytest.raises(InvalidError):
            audit.save(
                "evidence",
                "member",
                document_id=audit.document("Minutes"),
                criteria=["ACC-06"],
                effective_on=house_day(),
            )
        audit.say("JUR-01", "auditor", "auditor", "met", "Corrected: new statutes.")
        audit.fire("resubmit")
        assert decided(audit) == "labelled"
    query = sa.select(CriterionResult.revision, CriterionResult.result).where(
        CriterionResult.layer == "auditor",
        CriterionResult.criterion_id == audit.facts.by_code["JUR-01"].id,
    )
    kept = {tuple(row) for row in db.session.execute(query)}
    assert kept == {(1, "not_met"), (2, "met")}


def test_the_database_refuses_to_change_a_result(audit: Audit) -> None:
    audit.fire("open_self_assessment")
    audit.say("JUR-01", "self", "member")
    for statement in ("UPDATE la_result SET result = 'not_met'", "DELETE FROM la_result"):
        change = sa.text(statement)
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), audit.world.writing():
            db.session.execute(change)


def test_bad_results_are_refused_each_with_its_reason(audit: Audit) -> None:
    audit.to_audit()
    with pytest.raises(RefusedError, match="always applies"):
        audit.say("JUR-01", "auditor", "auditor", "not_applicable", "Why not.")
    with pytest.raises(RefusedError, match="does not apply"):
        audit.say("RES-02", "auditor", "auditor", "not_applicable")
    with pytest.raises(RefusedError, match="computed"):
        audit.say("RES-03", "auditor", "auditor")
    with pytest.raises(RefusedError, match="closed at this step"):
        audit.say("JUR-01", "self", "member")
    audit.people["stranger"] = audit.world.person(Role.AUDITOR, case=audit.case_id)
    with pytest.raises(RefusedError, match="not on the team"):
        audit.say("JUR-01", "auditor", "stranger")
    with pytest.raises(ForbiddenError):
        audit.say("JUR-01", "auditor", "officer")
    audit.say("JUR-01", "auditor", "auditor")
    actor, key, place = audit.actor("auditor"), uuid4().hex, audit.reference
    with pytest.raises(StaleError), audit.world.writing():
        results.save(place, "JUR-01", "auditor", actor, "partial", "", 0, key)
    with pytest.raises(NotFoundError), audit.world.writing():
        results.save("LA-0000-0000", "JUR-01", "auditor", actor, "partial", "", 1, key)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CriterionResult)) == 6


def test_a_file_is_admissible_once_assessed_and_evidenced(audit: Audit) -> None:
    audit.fire("open_self_assessment")
    for name, who in (("hand_in", "member"), ("declare_admissible", "officer")):
        with pytest.raises(RefusedError, match="Not assessed"):
            audit.fire(name, who)
    audit.say_all("self", "member", RES_02="not_met")
    with pytest.raises(RefusedError, match="Neither evidence") as refused:
        audit.fire("declare_admissible")
    (reason,) = refused.value.reasons
    assert reason.params["criteria"] == "JUR-01"  # of the other the gap is put into words
    audit.save(
        "evidence",
        "member",
        document_id=audit.document(),
        criteria=["JUR-01", "ACC-06"],
        effective_on=house_day(),
    )
    assert audit.fire("hand_in", "member") == "self_assessment"
    told = sa.select(sa.func.count()).where(Message.recipient_id == audit.people["officer"])
    assert db.session.scalar(told) == 2, "of the engagement, and that it is handed in"
    with pytest.raises(RefusedError, match="is handed in"):
        audit.fire("hand_in", "member")
    member, officer = (audit.world.client(audit.people[who]) for who in ("member", "officer"))
    case = f"/cases/{audit.world.case(audit.case_id).reference}"
    page = member.get(case).text
    assert "/do/hand_in" not in page, "it is handed in: nothing is asked of them"
    assert "We are working on it." in page
    assert "It is up to us" in officer.get(case).text
    audit.fire("return_file", reason="The accounts are missing.")
    page = member.get(case).text
    assert page.index("The accounts are missing.") < page.index("/do/hand_in")
    assert "It is up to the partner" in officer.get(case).text
    audit.fire("hand_in", "member")
    assert [d.state for d in [due(audit, "admissibility")] if d] == ["open"]
    assert audit.fire("declare_admissible") == "admissible"
    assert [d.state for d in [due(audit, "admissibility")] if d] == ["met"]


def test_nobody_audits_with_a_tie_or_without_a_certificate(audit: Audit) -> None:
    audit.to_admissible()
    day = house_day() + timedelta(days=3)
    audit.save("plan", "officer", starts_on=day, ends_on=day, method="On site.")
    named = audit.save("team", "officer", user_id=audit.people["auditor"], part="lead")
    audit.save("declarations", "auditor", tie="provider", until=house_day() - timedelta(days=900))
    audit.fire("propose_team")
    audit.fire("accept_team", "member")
    with pytest.raises(RefusedError, match="declared a tie"):
        audit.fire("schedule_audit")
    long_ago = house_day() - timedelta(days=5 * 366)
    audit.save("declarations", "auditor", tie="provider", until=long_ago)
    assert not audit.facts.team[0].barred(house_day(), 5)
    with audit.world.writing():
        grant = (audit.people["auditor"], Role.PARTNER_CONTRIBUTOR, audit.organisation)
        audit.world.grant(*grant)
    with pytest.raises(RefusedError, match="belongs to the cooperative"):
        audit.fire("schedule_audit")
    with audit.world.writing():
        section = registry.latest("label_audit").section_by_key["team"]
        seen = records.stamp(records.find(section, audit.case_id, named))
        records.remove(audit.case_id, "team", named, audit.actor("officer"), seen, uuid4().hex)
    former = policy.roles_on(audit.actor("auditor"), audit.world.case(audit.case_id))
    assert Role.AUDITOR not in former
    audit.people["third"] = audit.world.person(None, name="Cas Auditor")
    audit.certify("third", house_day() + timedelta(days=1))
    seat = audit.save("team", "officer", user_id=audit.people["second"], part="lead")
    audit.save("team", "officer", seat, user_id=audit.people["third"], part="lead")
    assert not policy.may_see(audit.actor("second"), audit.world.case(audit.case_id))
    assert policy.may_see(audit.actor("third"), audit.world.case(audit.case_id))
    with pytest.raises(RefusedError, match="not certified"):
        audit.fire("schedule_audit")


def test_a_contested_team_is_not_scheduled_and_silence_accepts(audit: Audit) -> None:
    with frozen(MARCH):
        audit.to_admissible()
        audit.save("team", "officer", user_id=audit.people["auditor"], part="lead")
        audit.save("declarations", "auditor", tie="none")
        audit.save("plan", "officer", starts_on=house_day(), ends_on=house_day(), method="On site.")
        audit.fire("propose_team")
        audit.fire("contest_team", "member", reason="They are our competitors.")
        with pytest.raises(RefusedError, match="objects to the team"):
            audit.fire("schedule_audit")
        with pytest.raises(RefusedError, match="proposed already"):
            audit.fire("propose_team")  # the same people would be asked for once more
        audit.save("team", "officer", user_id=audit.people["second"], part="member")
        audit.save("declarations", "second", tie="none")
        audit.fire("propose_team")
        with pytest.raises(RefusedError, match="may still object"):
            audit.fire("schedule_audit")
    with frozen(MARCH + timedelta(days=11)):
        sweep()
    with frozen(MARCH + timedelta(days=12)):
        sweep()
        assert audit.cycle.team_answer == "silent"
        assert audit.fire("schedule_audit") == "audit_scheduled"


def test_rotation_warns_and_a_programme_lead_may_go_on(audit: Audit) -> None:
    audit.to_admissible()
    audit.save("team", "officer", user_id=audit.people["auditor"], part="lead")
    with audit.world.writing():
        # two earlier cycles, led by the same auditor; nothing says that one renews the other
        for earlier in ("second", "third"):
            _copy_of(audit, audit.case_id, earlier)
    audit.save("declarations", "auditor", tie="none")
    day = house_day()
    audit.save("plan", "officer", starts_on=day, ends_on=day, method="On site.")
    audit.fire("propose_team")
    audit.fire("accept_team", "member")
    assert audit.facts.team[0].led == 2
    with pytest.raises(RefusedError, match="last two audits"):
        audit.fire("schedule_audit")
    why = "No other auditor speaks the language."
    assert audit.fire("schedule_audit", "lead", override=why) == "audit_scheduled"
    audit.save("declarations", "auditor", tie="employee")
    with pytest.raises(RefusedError, match="declared a tie"):
        audit.fire("begin_audit", "auditor")
    assert audit.fire("replan", reason="The lead has found work there.") == "admissible"


def _copy_of(audit: Audit, case_id: Any, title: str) -> None:
    """Add an earlier cycle of the same cooperative, with the same lead auditor."""
    case = db.session.get_one(Case, case_id)
    copy = Case(
        id=new_id(),
        workflow_key=case.workflow_key,
        workflow_version=case.workflow_version,
        reference=f"LA-2020-{title}",
        title=title,
        state="expired",
        state_since=now(),
        organisation_id=case.organisation_id,
        created_at=MARCH - timedelta(days=1_000),
        updated_at=now(),
    )
    db.session.add(copy)
    db.session.flush()
    moment = {"created_at": now(), "updated_at": now()}
    version = db.session.scalars(sa.select(Cycle.version_id)).first()
    db.session.add(Cycle(case_id=copy.id, version_id=version, engaged_on=house_day(), **moment))
    db.session.add(
        TeamMember(case_id=copy.id, user_id=audit.people["auditor"], part="lead", **moment)
    )
    db.session.flush()


def test_the_report_becomes_final_when_the_time_to_reply_is_over(audit: Audit) -> None:
    with frozen(MARCH):
        audit.to_draft()
        with pytest.raises(RefusedError, match="may still reply"):
            audit.fire("finalise_report", "auditor")
    for days in (10, 14, 16):
        with frozen(MARCH + timedelta(days=days)):
            sweep()
    with frozen(MARCH + timedelta(days=17)):
        sweep()
    assert audit.state == "final_report"


def test_an_auditor_in_the_committee_is_recused_at_once(audit: Audit) -> None:
    with frozen(MARCH):
        council = Council(audit.world, 4, letters="CL", kind="label")
        with audit.world.writing():
            founder = audit.world.actor(council.lead)
            council._seat(founder, council.college, audit.people["second"], house_day())
        audit.to_admissible()
        audit.save("team", "officer", user_id=audit.people["auditor"], part="lead")
        audit.save("team", "officer", user_id=audit.people["second"], part="member")
        for who in ("auditor", "second"):
            audit.save("declarations", who, tie="none")
        day = house_day()
        audit.save("plan", "officer", starts_on=day, ends_on=day, method="On site.")
        audit.fire("propose_team")
        audit.fire("accept_team", "member")
        audit.fire("schedule_audit")
        audit.fire("begin_audit", "auditor")
        audit.say_all("auditor", "auditor")
        audit.save(
            "report",
            "auditor",
            context="x",
            conclusion="y",
            no_good_practices=True,
            no_recommendations=True,
        )
        audit.fire("issue_draft", "auditor")
        audit.save("reply", "member", text="We agree with it.")
        audit.fire("finalise_report", "auditor")
        audit.fire("to_committee")
        meeting = council.plan()
        item = council.put(meeting, audit.case_id)
        second = audit.people["second"]
        assert second in council.room(meeting).recused(audit.case_id)
        council.papers(meeting)
        case = audit.world.case(audit.case_id)
        assert policy.roles_on(audit.actor("second"), case) == {Role.AUDITOR}
        browser = audit.world.client(second)
        assert browser.get(f"/cases/{case.reference}/grid").status_code == 200
        listed = sa.select(Case.id).where(policy.visible_to(audit.actor("second")))
        assert audit.case_id in db.session.scalars(listed).all()
        with audit.world.writing(), pytest.raises(NotFoundError):
            opinions.give(audit.actor("second"), item, "for", "I should not say.", "o")
        number = council.room(meeting).meeting.number
        page = browser.get(f"/meetings/{number}/items/{item}").get_data(as_text=True)
        assert case.title not in page
        told = policy.holders(db.session, [case], [Role.AUDITOR, Role.COMMITTEE_MEMBER], now())
        auditors, members = (
            {holder.user_id for holder in told.get((case.id, role), [])}
            for role in (Role.AUDITOR, Role.COMMITTEE_MEMBER)
        )
        assert second in auditors
        assert second not in members
        assert decided(audit) == "labelled"


def test_a_label_is_suspended_lifted_and_withdrawn(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_committee()
        decided(audit)
        owed = audit.owe(date(2026, 1, 31))
        audit.fire("suspend", cause="dues", reason="Dues of 2026 unpaid.")
        assert audit.label.state == "suspended"
        member = audit.world.client(audit.people["member"])
        assert "Dues unpaid" in member.get(papers(audit).removesuffix("/label")).text
        with pytest.raises(RefusedError, match="still unpaid"):
            audit.fire("lift_suspension", reason="They promise to pay.")
        with audit.world.writing():
            db.session.get_one(Due, owed).paid_on = house_day()
        audit.fire("lift_suspension", reason="They have paid their dues.")
        assert audit.label.state == "active"
        audit.fire("suspend", cause="mandatory", reason="The statutes have changed.")
        with pytest.raises(RefusedError, match="a mandatory criterion since the suspension"):
            audit.fire("lift_suspension", reason="They say that it is put right.")
    with frozen(MARCH + timedelta(hours=1)):
        audit.say("JUR-01", "auditor", "auditor", "not_met", "The object is another one.")
        with pytest.raises(RefusedError, match="still not met"):
            audit.fire("lift_suspension", reason="They say that it is put right.")
        found: dict[str, Any] = {"criteria": ["JUR-01"], "effective_on": house_day()}
        audit.save("evidence", "member", document_id=audit.document("New statutes"), **found)
        audit.say("JUR-01", "auditor", "auditor", "met", "Put right by the assembly.")
        audit.fire("lift_suspension", reason="The object is the former one again.")
        audit.fire("suspend", cause="mark", reason="Used by a subsidiary.")
    for days in (155, 178, 185, 192):
        with frozen(MARCH + timedelta(days=days)):
            sweep()
    assert (audit.state, audit.label.state) == ("withdrawn", "withdrawn")
    with frozen(MARCH + timedelta(days=200)):
        audit.engage("Once more: nothing is left of the label to wait for")
        assert audit.facts.previous_ends_on is None


def test_an_appeal_leaves_the_label_and_is_decided_by_the_computed_rule(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_committee()
        decided(audit, "refuse", next_audit_on=house_day())
    with frozen(MARCH + timedelta(days=31)), pytest.raises(RefusedError, match="until"):
        audit.fire("appeal", "member", reason="The report was favourable.")
    with frozen(MARCH + timedelta(days=30)):
        audit.fire("appeal", "member", reason="The report was favourable.")
        with pytest.raises(RefusedError, match="has given no label"):
            decided(audit, "refuse_on_appeal", next_audit_on=house_day())
        assert decided(audit, "award_on_appeal") == "labelled"
        with pytest.raises(RefusedError, match="taken on your appeal"):
            audit.fire("appeal", "member", reason="Once more, as it went so well.")
    assert audit.label.starts_on == date(2026, 4, 1)


def test_a_confirmed_appeal_leads_back_and_a_sent_back_one_to_the_audit(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_committee()
        decided(audit)
        audit.fire("appeal", "member", reason="We want it to say more.")
        assert audit.label.state == "active"
        waiting = audit.world.client(audit.people["officer"])
        assert "No committee sits yet" in waiting.get(papers(audit).removesuffix("/label")).text
        assert decided(audit, "confirm_on_appeal") == "labelled"
        told = sa.select(Message.recipient_id).where(Message.template.like("%/confirm_on_appeal/%"))
        both = {audit.people["member"], audit.people["officer"]}
        assert set(db.session.scalars(told)) == both
        with pytest.raises(RefusedError, match="taken on your appeal"):
            audit.fire("appeal", "member", reason="We want it to say more.")
    with frozen(MARCH + timedelta(days=1)):
        with audit.world.writing():
            audit.cycle.decided_on = house_day()  # the committee has decided anew
        audit.fire("appeal", "member", reason="We want it to say more.")
        assert decided(audit, "send_back") == "audit_in_progress"
        audit.fire("issue_draft", "auditor")
        with pytest.raises(RefusedError, match="may still reply"):
            audit.fire("finalise_report", "auditor")  # their reply was to the former draft
        audit.save("reply", "member", text="Now it says what we have seen.")
        assert audit.fire("finalise_report", "auditor") == "final_report"


def test_a_renewal_follows_without_a_gap_and_takes_over_the_day_after(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_committee()
        decided(audit)
    first = audit.case_id
    early = datetime(2028, 2, 20, 9, tzinfo=UTC)
    with frozen(early), pytest.raises(RefusedError, match="can be opened from"):
        audit.engage("Too early")
    second = label_audit.referential(audit.world, label="2.0")
    opened = datetime(2028, 3, 2, 9, tzinfo=UTC)
    with frozen(opened):
        sweep()
        audit.engage("Renewal that failed")
        assert audit.cycle.previous_case_id == first
        with audit.world.writing():
            db.session.get_one(Case, audit.case_id).state = "not_labelled"
    with frozen(opened + timedelta(days=1)):
        audit.engage("Renewal that follows it, and the first label")
        audit.to_committee()
        assert audit.cycle.version_id == second
        found = due(audit, "committee")
        assert found is not None
        assert house_day(found.due_at - timedelta(seconds=1)) == date(2029, 1, 1)
        decided(audit)
        new = audit.label
        assert (new.state, new.starts_on) == ("pending", date(2029, 3, 2))
        assert new.ends_on == date(2032, 3, 1)
        audit.fire("suspend", cause="voluntary", reason="They ask for it themselves.")
        begins = due(audit, "label_begins")
        assert begins is not None
        assert begins.state == "cancelled", "no move could begin it"
        renewal, audit.case_id = audit.case_id, first
        with frozen(datetime(2029, 3, 2, 9, tzinfo=UTC)):
            found_of_it = register.of_case(first)
            assert found_of_it is not None
            assert found_of_it[0].status == audit.facts.label_state == "expired", (
                "nothing took over"
            )
        audit.case_id = renewal
        audit.fire("lift_suspension", reason="They have thought better of it.")
        assert audit.label.state == "pending"
    for day in (date(2029, 2, 1), date(2029, 2, 25), date(2029, 3, 1)):
        with frozen(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)):
            sweep()
    with frozen(datetime(2029, 3, 2, 9, tzinfo=UTC)):
        sweep()
    assert audit.label.state == "active"
    audit.case_id = first
    assert (audit.state, audit.label.state) == ("renewed", "replaced")


def test_without_a_renewal_the_label_expires_and_the_gap_stays_a_gap(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_draft()
        by = date(2029, 6, 1)
        row = audit.save("recommendations", "auditor", text_fr="Revoir.", priority="low", due_on=by)
        audit.save("reply", "member", text="We agree with all of it.")
        audit.fire("finalise_report", "auditor")
        audit.fire("to_committee")
        decided(audit)
    for day in (date(2028, 3, 2), date(2029, 2, 1), date(2029, 2, 25), date(2029, 3, 1)):
        with frozen(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)):
            sweep()
    late = datetime(2029, 3, 20, 9, tzinfo=UTC)
    with frozen(late):
        sweep()
        assert (audit.state, audit.label.state) == ("expired", "expired")
        running = due(audit, "recommendation_due")
        assert running is not None
        assert running.state == "open", "what was recommended is followed up to its end"
        audit.save("follow_up", "member", row, owner="Ann", progress="done", reply="Done.")
        audit.save("rechecks", "officer", row, outcome="closed", checked_on=house_day())
        running = due(audit, "recommendation_due")
        assert running is not None
        assert running.state == "met"
        audit.engage("Late renewal")
        audit.to_committee()
        decided(audit)
        assert audit.label.starts_on == date(2029, 3, 20)
    assert len(db.session.scalars(sa.select(Label)).all()) == 2


def test_recommendations_run_for_everybody_and_are_looked_at_by_another(audit: Audit) -> None:
    with frozen(MARCH):
        committee(audit)
        audit.to_audit()
        audit.say_all("auditor", "auditor", JUR_01="not_met")
        row = audit.save(
            "recommendations",
            "auditor",
            text_en="Change the statutes.",
            priority="high",
            due_on=house_day() + timedelta(days=60),
        )
        audit.save("report", "auditor", context="x", conclusion="y", no_good_practices=True)
        assert due(audit, "recommendation_due") is None
        with pytest.raises(RefusedError, match="cooperative's language"):
            audit.fire("issue_draft", "auditor")  # it speaks French, and replies to what it reads
        audit.save(
            "recommendations",
            "auditor",
            row,
            text_fr="Changez les statuts.",
            text_en="Change the statutes.",
            priority="high",
            due_on=house_day() + timedelta(days=60),
        )
        audit.fire("issue_draft", "auditor")
        found = due(audit, "recommendation_due")
        assert found is not None
        sent = db.session.get_one(RecommendedAction, row)
        lead = db.session.get_one(User, audit.people["member"])
        assert sent.owner == lead.name, "its lead owns it until it names another"
        audit.save("follow_up", "member", row, owner="Bob", progress="open")
        with pytest.raises(InvalidError, match="reply"):
            audit.save("follow_up", "member", row, owner="Bob", progress="done")
        assert db.session.get_one(RecommendedAction, row, populate_existing=True).owner == "Bob"
        audit.save("reply", "member", text="We shall do it.")
        audit.fire("finalise_report", "auditor")
        assert audit.fire("to_committee") == "in_committee"
        member = audit.world.client(audit.people["member"])
        page = member.get(follow_up(audit))
        assert "Change the statutes." in page.get_data(as_text=True)  # its reader's language
        case = papers(audit).removesuffix("/label")
        assert "to complete" in member.get(case).text  # though nobody has said anything of it yet
        audit.save("follow_up", "member", row, owner="Ann", progress="done", reply="Done.")
        assert "to complete" not in member.get(case).text
        audit.save("rechecks", "officer", row, outcome="closed", checked_on=house_day())
        found = due(audit, "recommendation_due")
        assert found is not None
        assert found.state == "met"


def test_abandoning_asks_why_and_sets_the_next_audit(audit: Audit) -> None:
    audit.fire("open_self_assessment")
    day = house_day() + timedelta(days=200)
    audit.people["helper"] = audit.world.person(Role.PARTNER_CONTRIBUTOR, audit.organisation)
    with pytest.raises(ForbiddenError):
        audit.fire("abandon", "helper", reason="I am tired of it.", next_audit_on=day)
    state = audit.fire("abandon", "member", reason="We merge with another.", next_audit_on=day)
    assert (state, audit.cycle.next_audit_on) == ("abandoned", day)
    assert cases.workflow_of(audit.world.case(audit.case_id)).state_by_key[state].final
