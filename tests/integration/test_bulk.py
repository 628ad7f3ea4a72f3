"""Acts on many cases: previewed as they will be, done one by one, taken back where one can."""

from __future__ import annotations

import re
import threading
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm.exc import StaleDataError

from casework.clock import now
from casework.extensions import db
from casework.jobs import background as jobs
from casework.models import BackgroundWork, BulkAct, BulkCase, Case, Deadline, Message, User
from casework.roles import Role
from casework.services import bulk, cases
from casework.services.background_run import LEASE
from casework.services.bulk.fitting import fits
from casework.workflows import registry
from tests.support.waiting import wait_until, waiting_for_locks
from tests.support.world import World


class Office:
    """A programme lead at the browser, some cases, and their partner."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.own = world.organisation()
        self.partner = world.person(Role.PARTNER_LEAD, self.own, name="Nora")
        self.lead = world.person(Role.PROGRAMME_LEAD, name="Béatrice")
        self.officer = world.person(Role.PROGRAMME_OFFICER, name="Claire")
        self.browser: FlaskClient = world.client(self.lead)

    def cases(self, *titles: str) -> list[UUID]:
        return [self.world.start("sample", self.partner, self.own, title=t) for t in titles]

    def chosen(self, ids: list[UUID]) -> UUID:
        answer = self.browser.post("/bulk/choose", data={"case_id": [str(i) for i in ids]})
        return UUID(answer.location.rsplit("/", 1)[1])

    def previewed(self, ids: list[UUID], name: str, **data: str) -> tuple[UUID, str]:
        act = self.chosen(ids)
        answer = self.browser.post(f"/bulk/{act}/move/sample/{name}", data=data)
        assert answer.status_code == 303, answer.text
        return act, self.browser.get(answer.location).text

    def confirm(self, act: UUID, page: str) -> str:
        seen = re.search(r'name="seen" value="([^"]+)"', page)
        assert seen is not None, page
        answer = self.browser.post(f"/bulk/{act}/confirm", data={"seen": seen[1]})
        assert answer.status_code == 303
        jobs.do_next()
        return self.browser.get(f"/bulk/{act}/result").text

    def states(self) -> dict[str, int]:
        db.session.rollback()
        rows = db.session.execute(sa.select(Case.state, sa.func.count()).group_by(Case.state))
        return {row[0]: row[1] for row in rows}


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def outcomes(act: UUID) -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(BulkCase.outcome, sa.func.count())
        .where(BulkCase.bulk_id == act)
        .group_by(BulkCase.outcome)
    )
    return {row[0]: row[1] for row in rows}


def test_of_fifty_cases_three_are_named_with_their_reasons(office: Office) -> None:
    ids = office.cases(*(f"Garden {n}" for n in range(47)), "a", "bc", "def")
    act, page = office.previewed(ids, "ask")
    assert "The title has only <b>1</b> letters." in page
    assert "47 cases" in page
    assert office.states() == {"draft": 50}  # a preview changes nothing
    result = office.confirm(act, page)
    assert office.states() == {"asked": 47, "draft": 3}
    for letters in (1, 2, 3):
        assert f"The title has only <b>{letters}</b> letters." in result
    assert outcomes(act) == {"done": 47, "refused": 3}


def test_what_is_previewed_is_what_happens(office: Office) -> None:
    ids = office.cases("One garden", "SHOUTING", "x")
    db.session.execute(sa.delete(Message))
    db.session.commit()
    act_id, page = office.previewed(ids, "ask", override="They always write like this.")
    act = db.session.get_one(BulkAct, act_id)
    told = bulk.preview(act, office.world.actor(office.lead), "en")
    expected = [name for line in told.will for name, _how in line.told]
    begins = [begun.due_at for line in told.will for begun in line.begins]
    assert [line.overridden != [] for line in told.will] == [False, True]
    before = now()
    office.confirm(act_id, page)
    rows = db.session.scalars(
        sa.select(User.name).join(Message, Message.recipient_id == User.id)
    ).all()
    assert sorted(rows) == sorted(expected)
    assert expected == ["Claire", "Claire"]
    due = db.session.scalars(sa.select(Deadline.due_at).where(Deadline.opened_at >= before)).all()
    assert sorted(due) == sorted(d for d in begins if d)
    assert due
    assert told.mails == 2


def test_a_warning_needs_its_written_reason(office: Office) -> None:
    ids = office.cases("SHOUTING", "Quiet")
    act, page = office.previewed(ids, "ask")
    assert "Going on against this warning needs a written reason." in page
    office.confirm(act, page)
    assert office.states() == {"asked": 1, "draft": 1}


def test_a_case_that_changed_since_the_preview_is_left_alone(office: Office) -> None:
    ids = office.cases("One garden", "Two gardens")
    act, page = office.previewed(ids, "ask")
    with office.world.writing():
        office.world.case(ids[0]).version += 1
    result = office.confirm(act, page)
    assert "Somebody has changed this case since" in result
    assert office.states() == {"asked": 1, "draft": 1}


def test_a_second_yes_changes_nothing(office: Office) -> None:
    act, page = office.previewed(office.cases("One garden"), "ask")
    office.confirm(act, page)
    messages = db.session.scalar(sa.select(sa.func.count()).select_from(Message))
    office.browser.post(f"/bulk/{act}/confirm", data={"seen": "again"})
    jobs.do_next()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == messages
    assert office.browser.get(f"/bulk/{act}/preview").status_code == 404


def test_of_two_yeses_at_once_one_starts_it(office: Office) -> None:
    act, page = office.previewed(office.cases("One garden"), "ask")
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    browsers = [office.world.client(office.lead) for _ in range(2)]
    answers: list[Any] = []
    threads = [
        threading.Thread(
            target=lambda b=b: answers.append(
                b.post(f"/bulk/{act}/confirm", data={"seen": seen[1]})
            )
        )
        for b in browsers
    ]
    with office.world.writing():
        db.session.execute(sa.select(BulkAct.id).with_for_update())
        for thread in threads:
            thread.start()
        if db.engine.dialect.name == "postgresql":
            wait_until(lambda: waiting_for_locks() == len(threads), "both wait for the act")
    for thread in threads:
        thread.join(60)
    assert [(a.status_code, a.location) for a in answers] == [(303, f"/bulk/{act}/result")] * 2
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BackgroundWork)) == 1
    assert office.states() == {"asked": 1}


def test_what_was_said_yes_to_is_not_prepared_anew(office: Office) -> None:
    act_id, _page = office.previewed(office.cases("One garden"), "ask")
    with office.world.writing():
        act = db.session.get_one(BulkAct, act_id)
        db.session.execute(
            sa.update(BulkAct)
            .values(confirmed_at=now())
            .execution_options(synchronize_session=False)
        )
        with pytest.raises(StaleDataError):
            bulk.prepare(act, "assign", data={"owner_id": str(office.officer)})


def test_a_yes_to_another_preview_is_asked_for_again(office: Office) -> None:
    act, _page = office.previewed(office.cases("One garden"), "ask")
    answer = office.browser.post(f"/bulk/{act}/confirm", data={"seen": "long ago"})
    assert answer.location == f"/bulk/{act}"
    assert office.states() == {"draft": 1}


def test_an_act_is_taken_back_for_cases_that_nobody_touched(office: Office) -> None:
    ids = office.cases("One garden", "Two gardens", "Three gardens")
    act, page = office.previewed(ids, "ask")
    office.confirm(act, page)
    page = office.browser.get(f"/bulk/{act}/result").text
    assert "knows no way back" in page
    assert "/undo" not in page
    assert office.browser.post(f"/bulk/{act}/undo").location == f"/bulk/{act}/result"
    act, page = office.previewed(ids, "refuse", reason="By mistake")
    office.confirm(act, page)
    assert office.states() == {"refused": 3}
    assert "/undo" in office.browser.get(f"/bulk/{act}/result").text
    with office.world.writing():
        office.world.case(ids[1]).version += 1
    form = office.browser.post(f"/bulk/{act}/undo").location
    assert form.endswith("/move/sample/reopen")
    assert office.browser.post(form, data={}).status_code == 422
    preview = office.browser.post(form, data={"reason": "It was the wrong list."}).location
    page = office.browser.get(preview).text
    assert "Somebody has changed this case since" in page
    back = UUID(preview.split("/")[2])
    office.confirm(back, page)
    assert office.states() == {"asked": 2, "refused": 1}
    assert "This was taken back." in office.browser.get(f"/bulk/{act}/result").text


def test_people_are_put_in_charge_and_back(office: Office) -> None:
    ids = office.cases("One garden", "Two gardens")
    with office.world.writing():
        office.world.case(ids[0]).owner_id = office.officer
    other = office.world.person(Role.PROGRAMME_OFFICER, name="Wouter")
    act = office.chosen(ids)
    assert office.browser.post(f"/bulk/{act}/assign", data={"owner_id": "x"}).status_code == 422
    preview = office.browser.post(f"/bulk/{act}/assign", data={"owner_id": str(other)}).location
    page = office.browser.get(preview).text
    assert "Claire" in page
    assert "Wouter" in page
    office.confirm(act, page)
    assert {office.world.case(i).owner_id for i in ids} == {other}
    preview = office.browser.post(f"/bulk/{act}/undo").location
    page = office.browser.get(preview).text
    assert "Nobody was in charge of this case before." in page
    office.confirm(UUID(preview.split("/")[2]), page)
    assert office.world.case(ids[0]).owner_id == office.officer
    assert office.world.case(ids[1]).owner_id == other


def test_rights_are_looked_at_case_by_case(office: Office) -> None:
    ids = office.cases("One garden", "A secret")
    act, page = office.previewed(ids, "ask")
    with office.world.writing():
        office.world.case(ids[1]).restricted = True
    result = office.confirm(act, page)
    assert "You can no longer see this case." in result
    assert "A secret" not in result
    assert office.states() == {"asked": 1, "draft": 1}


def test_a_worker_that_dies_in_the_middle_doubles_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casework.clock import frozen

    ids = office.cases(*(f"Garden {n}" for n in range(25)))
    act, page = office.previewed(ids, "ask")
    fire, fired = cases.fire, []

    def die(*args: Any, **values: Any) -> Any:
        fired.append(args[0])
        if len(fired) == 10:
            raise KeyboardInterrupt
        return fire(*args, **values)

    monkeypatch.setattr(cases, "fire", die)
    with pytest.raises(KeyboardInterrupt):
        office.confirm(act, page)
    assert office.states() == {"asked": 9, "draft": 16}
    with frozen(now() + LEASE * 2):
        jobs.do_next()
    assert office.states() == {"asked": 25}
    assert len(fired) == 26
    told = sa.select(sa.func.count()).where(Message.recipient_id == office.officer)
    assert db.session.scalar(told) == 25


def test_the_whole_list_may_be_chosen_up_to_a_limit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.cases("One", "Two", "Three")
    answer = office.browser.post("/bulk/choose", data={"everything": "1", "state": "draft"})
    act = UUID(answer.location.rsplit("/", 1)[1])
    assert outcomes(act) == {"": 3}
    monkeypatch.setattr("casework.services.bulk.choosing.MOST", 2)
    monkeypatch.setattr("casework.services.bulk.MOST", 2)
    answer = office.browser.post("/bulk/choose", data={"everything": "1"})
    assert answer.location == "/cases"
    assert "more than 2 cases" in office.browser.get("/cases").text


@pytest.mark.parametrize("ids", [[], ["nonsense"], [str(UUID(int=5))], ["=1+1"] * 30])
def test_nonsense_is_no_choice(office: Office, ids: list[str]) -> None:
    answer = office.browser.post("/bulk/choose", data={"case_id": ids})
    assert answer.location == "/cases"


def test_acts_belong_to_whoever_began_them(office: Office) -> None:
    other, partner = (office.world.client(i) for i in (office.officer, office.partner))
    act = office.chosen(office.cases("One garden"))
    for path in ("", "/preview", "/result", "/assign", "/move/sample/ask"):
        assert other.get(f"/bulk/{act}{path}").status_code == 404
    assert partner.get(f"/bulk/{act}").status_code == 404


def test_the_preview_asks_as_often_for_many_as_for_few(office: Office) -> None:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    counts = []
    for number in (2, 20):
        ids = office.cases(*(f"Garden {n}" for n in range(number)))
        act, _page = office.previewed(ids, "ask")
        sa.event.listen(db.engine, "before_cursor_execute", note)
        office.browser.get(f"/bulk/{act}/preview")
        office.browser.get(f"/bulk/{act}")
        sa.event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(statements))
        statements.clear()
    assert counts[0] == counts[1] <= 30


def test_only_moves_that_can_be_the_same_for_all_are_offered(world: World) -> None:
    project = registry.latest("partner_project").transition_by_name
    assert fits(project["decline_idea"])
    lists = [t for t in project.values() if t.form and t.form.__name__ == "AskInfoForm"]
    assert lists
    assert not any(fits(t) for t in lists)
    assert not any(fits(t) for t in project.values() if t.approvals or not t.roles)


def test_acts_that_nobody_confirmed_are_forgotten(office: Office) -> None:
    act = office.chosen(office.cases("One garden"))
    assert bulk.remove_old(now()) == 0
    assert bulk.remove_old(now() + 2 * LEASE * 1000) == 1
    db.session.rollback()
    assert db.session.get(BulkAct, act) is None
