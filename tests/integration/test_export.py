"""The list as a file, read as a real server reads it: after the view has returned."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from casework.roles import Role
from tests.support.world import World


def test_the_file_is_written_while_the_server_sends_it(world: World) -> None:
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own)
    officer = world.person(Role.PROGRAMME_OFFICER, language="fr")
    for number in range(3):
        world.start("sample", lead, own, title=f"Garden {number}")
    browser = world.client(officer)
    browser.get("/cases")
    cookie = browser.get_cookie("casework")
    assert cookie is not None
    headers = Headers({"Cookie": f"{cookie.key}={cookie.value}"})
    environ: dict[str, Any] = EnvironBuilder("/cases.csv", headers=headers).get_environ()

    def as_a_server() -> str:  # in a thread, where no application waits around the request
        body, status, _headers = run_wsgi_app(world.app, environ, buffered=False)
        assert status == "200 OK"
        return b"".join(body).decode()

    with ThreadPoolExecutor(1) as pool:
        text = pool.submit(as_a_server).result()
    head, *lines = text.removeprefix("\ufeff").splitlines()
    assert head.startswith("Référence,")
    assert len(lines) == 3


def test_a_confidential_title_leaves_the_house_in_no_list(world: World) -> None:
    own = world.organisation()
    lead = world.person(Role.PARTNER_LEAD, own)
    case_id = world.start("sample", lead, own, title="The secret garden")
    officer = world.person(Role.PROGRAMME_OFFICER, case=case_id)
    with world.writing():
        case = world.case(case_id)
        case.restricted, case.owner_id = True, officer
        reference = case.reference
    browser = world.client(officer)
    for page in ("/cases.csv", "/cases", "/desk", f"/organisations/{own}"):
        text = browser.get(page).get_data(as_text=True)
        assert "secret garden" not in text, page
        assert reference in text or page == "/desk", page
    assert "secret garden" in browser.get(f"/cases/{reference}").get_data(as_text=True)
