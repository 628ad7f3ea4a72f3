"""What real processes write into their logs while people work on a restricted case."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from casework.clock import now
from casework.db import announce_read
from casework.extensions import db
from casework.models import BackgroundWork, Message
from casework.roles import Role
from casework.services import cases
from casework.services.secrecy import granting
from tests.support.cast import Stage
from tests.support.marker import MARKER, WORDS, stage_with_it
from tests.support.processes import Processes, free_port
from tests.support.smtp import SmtpServer
from tests.support.waiting import wait_until
from tests.support.world import World

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]


class Visitor:
    """Somebody who is signed in at a real web server."""

    def __init__(self, stage: Stage, user_id: UUID, port: int) -> None:
        browser = stage.world.client(user_id)
        cookie = browser.get_cookie("casework")
        assert cookie is not None
        self._cookie, self._port = cookie.value, port

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page; return the status and what the page says."""
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form as its page does."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/account")[1])
        assert found is not None
        return self._ask("POST", path, {"csrf_token": found[1], "once": uuid4().hex, **fields})

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": f"casework={self._cookie}"}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        given = answer.getheader("Set-Cookie", "")
        if given.startswith("casework="):
            self._cookie = given.partition("=")[2].partition(";")[0]
        connection.close()
        return answer.status, body


@pytest.fixture
def stage(world: World) -> Stage:
    return stage_with_it(world)


def test_the_logs_of_web_and_worker_hold_nothing_of_a_restricted_case(
    stage: Stage, processes: Processes, smtp: SmtpServer
) -> None:
    committee, case_id = stage.committee, stage.cases[MARKER]
    assert committee is not None
    officer = stage.world.person(Role.PROGRAMME_OFFICER)
    administrator = next(p.user_id for p in stage.people if p.administers)
    assert administrator is not None
    with stage.world.writing():
        granting.admit(cases.lock(case_id), officer, Role.COMMITTEE_MEMBER, None, now())
    here = f"/cases/{stage.world.case(case_id).reference}"
    processes.env["CASEWORK_WORKFLOWS"] = "tests.support.sample.definition"
    port = free_port()
    web = processes.web(port)
    worker = processes.worker(CASEWORK_SWEEP_SECONDS="1")
    chair = Visitor(stage, committee.people["chair"], port)
    assert WORDS in chair.get(here)[1]
    assert chair.get(f"/search?q={MARKER}")[0] == 200
    written = chair.post(f"{here}/notes", audience="committee", text=f"{WORDS} was here again.")
    assert written[0] == 303
    assert chair.post(f"{here}/do/draft", motive=WORDS, version="1")[0] in {403, 409, 422}
    assert chair.post(f"{here}/r/nonsense", text=WORDS)[0] == 404
    assert Visitor(stage, administrator, port).get(here)[0] == 404
    assert Visitor(stage, officer, port).post("/exports/cases", format="xlsx")[0] == 303

    def over() -> bool:
        announce_read()
        db.session.rollback()
        works = db.session.scalars(sa.select(BackgroundWork.state)).all()
        told = sa.select(sa.func.count()).where(
            Message.case_id == case_id, Message.mail_state.in_(("pending", "sending"))
        )
        return set(works) == {"done"} and db.session.scalar(told) == 0

    wait_until(over, "the export and the mails", 60)
    assert any(stage.world.case(case_id).reference in str(m.message) for m in smtp.received)
    for process in (web, worker):
        process.stop()
        assert process.output
        assert MARKER not in process.output
    assert f'path="{here}"' in web.output or here in web.output  # the administrator's refusal
