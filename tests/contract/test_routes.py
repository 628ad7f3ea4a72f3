"""Every route, asked by everybody, about a case of each kind.

Who may open what is written down here once more, apart from the application, and every answer is
held against it. A new route belongs to the readers of its case, or else to the office, until a
line below says otherwise; a new workflow takes part by being registered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from casework import policy
from casework.app import create_app
from casework.extensions import db
from casework.roles import HOUSE_ROLES, PARTNER_ROLES
from casework.workflows import registry
from tests.conftest import _know_the_sample
from tests.support import cast, signing
from tests.support.addresses import METHODS, NOWHERE, Address, Values, addresses, rules
from tests.support.cast import Somebody, Stage
from tests.support.databases import Databases
from tests.support.migrating import settings_for
from tests.support.sitting import Sitting, sit
from tests.support.world import World

# Who may open a page. A route that is not named is for the readers of its case, or the office.
EVERYBODY = (
    "ethics_public.",
    "label_practices.",
    "auth.",
    "links.",
    "feed.show",
    "health.",
    "metrics.show",
    "accessibility.show",
    "label_register.",
    "label_field.worker",  # the same script for every audit
)
WITH_AN_ACCOUNT = (
    "home.index",
    "account.",
    "second_step.",
    "search.",
    "feed.address",
    "feed.renew",
    "feed.revoke",
    "drafts.save",
    "drafts.drop",
    "inbox.index",
    "inbox.read_all",
    "inbox.choices",
    "background.index",
    "personal_data.show",
    "personal_data.archive",
    "personal_data.ask",
    "personal_data.take_back",
)
PARTNERS = ("organisations.mine",)
PORTAL = ("home.mine", "calendar.mine")
PARTNERS_OF_THE_CASES = ("cases.new", "cases.begin")  # asked for the cases' own organisation below
OFFICE_AND_OWN_ORGANISATION = (
    "organisations.show",
    "organisations.edit",
    "organisations_people.",
    "organisation_file.timeline",
    "organisation_file.documents",
)
# The lists of what one sees: the office, and who sits in a committee from outside.
LISTS = ("home.desk", "home.seen", "cases.index", "listing.counts", "calendar.index")
COMMITTEE = ("ethics.index", "ethics.follow_up", "ethics.new", "ethics.begin", "ethics_year.")

# Of the committee that has met on the ethics case: its own people, chair and secretary, and those
# who set committees up. What each of them sees of the case stands in tests/support/sitting.py.
MEMBERS = (
    "meetings.show",
    "meetings.ics",
    "meetings.announce",
    "meeting_items.show",
    "meeting_items.opinion",
    "meeting_items.declare",
    "meeting_items.vote",
    "minutes.show",
    "minutes.printed",
    "minutes.pdf",
)
OFFICERS = ("committees.report", "meetings.", "meeting_items.", "minutes.")
MEMBERS_AND_FOUNDERS = ("committees.show", "committee_seats.drawn")
OFFICERS_AND_FOUNDERS = ("committees.rules", "committees.college", "committee_seats.")
FOUNDERS = ("committees.active",)
OF_A_COMMITTEE = (*(*MEMBERS, *OFFICERS, *MEMBERS_AND_FOUNDERS, *OFFICERS_AND_FOUNDERS, *FOUNDERS),)
SENT = {"committees.active": {"active": "1"}}  # or the committee would rest from here on
KEEPERS = ("access.",)
LEADS_AND_ADMINISTRATORS = (
    "absences.",
    "administration.index",
    "people.",
    "calls.",
    "deadline_settings.",
    "document_settings.",
    "programmes.edit",
    "committees.index",
    "committees.new",
    "referential_schemes.",
    "label_kit.",
    "referentials.publish",
    "referentials.retire",
)
ADMINISTRATORS = (
    "mailbox.",
    "audit.",
    "security.",
    "people_accounts.",
    "people_handover.",
    "personal_data.person",
    "personal_data.ask_for",
    "personal_data.confirm",
    "personal_data.turn_down",
    "people_roles.",
    "operations.",
    "inbox.retry_all",
    "inbox.failed",
    "inbox.retry",
)
LABEL_OFFICE = (
    "referentials.",
    "referential_parts.",
    "referential_mapping.",
    "referential_files.export",
    "referential_files.template",
    "referential_files.receive",
)
OFFICERS_AND_LEADS = (
    "organisations.new",
    "mergers.",
    "imports.",
    "label_network.new_member",
    "label_network.edit_member",
    "label_network.new_auditor",
)
TREASURERS = ("label_network.new_due", "label_network.edit_due")
AUDITORS = ("label_field.",)  # of this case, and nobody else
AUDITS = (
    "label_grid.",
    "label_grid_file.",
    "label_renewal.",
    "label_papers.",
)  # a case of another workflow has no grid
GUESTS = ("guest.",)  # by their link alone: see the walk of a guest below
OFFICERS_AND_THE_LEAD = ("guests.",)
NOBODY_HERE = (
    "ethics.publication",  # nothing is redacted yet
    "ethics.publish",
    "referential_files.show",  # the files are somebody else's
    "referential_files.confirm",
    "inbox.open_message",
    "inbox.read",
    "background.show",
    "background.progress",
    "background.download",
    "background.cancel",
    "background.again",
    "views.edit",
    "views.update",
    "views.delete",
    "bulk.acts",
    "bulk.move",
    "bulk.assign",
    "bulk.preview",
    "bulk.confirm",
    "bulk.result",
    "bulk.of_work",
    "bulk.undo",
)  # the messages are somebody else's

# In which role a partner starts a case: a contributor of a project joins one that has begun.
STARTERS = {
    "/new/ethics_case": (),
    "/new/label_audit": ("partner_lead",),
    "/new/partner_project": ("partner_lead",),
    "": ("partner_lead", "partner_contributor"),
}

ANSWERS = {200, 301, 302, 303, 400, 403, 404, 409, 413, 422}


class Lines(logging.Handler):
    """Keeps what the web layer writes into the log."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.msg, dict):
            self.events.append(record.msg)


@pytest.fixture(scope="module")
def application(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for the whole walk: nothing that is sent here is meant to do anything."""
    _know_the_sample()
    url = databases.copy()
    folder = tmp_path_factory.mktemp("walk")
    (folder / "mails").mkdir()
    made = create_app(
        settings_for(url, data_dir=folder, smtp_url=f"maildir://{folder}/mails", log_format="json")
    )
    made.config["WTF_CSRF_ENABLED"] = False
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture(scope="module")
def stage(application: Flask) -> Stage:
    """The cases and the people."""
    return cast.build(World(application))


@pytest.fixture(scope="module")
def sitting(stage: Stage) -> Sitting:
    """The committee that sits on the ethics case, and its meeting."""
    return sit(stage)


@pytest.fixture
def lines(application: Flask) -> Iterator[Lines]:
    """What the web layer wrote into the log during the test."""
    handler = Lines()
    logger = logging.getLogger("casework.web")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def named(endpoint: str, names: tuple[str, ...]) -> bool:
    return any(endpoint == n or (n.endswith(".") and endpoint.startswith(n)) for n in names)


def may_open(who: Somebody, address: Address, about_a_case: bool) -> bool:
    """Say what the table above and the person's own sight say."""
    endpoint = address.endpoint
    if named(endpoint, EVERYBODY):
        return True
    if who.user_id is None or who.name == "inactive officer" or named(endpoint, NOBODY_HERE):
        return False
    if named(endpoint, OF_A_COMMITTEE):
        return address.kind == cast.ETHICS and _in_a_committee(who, endpoint)
    if endpoint == "committees.index" and who.sits:
        return True
    if named(endpoint, KEEPERS):
        return who.keeps and address.kind == cast.ETHICS
    officers = who.office and ("officer" in who.name or who.name == "programme_lead")
    table = {
        LISTS: who.office or who.sits,
        COMMITTEE: who.sits,
        WITH_AN_ACCOUNT: True,
        PARTNERS: who.partner,
        PORTAL: who.partner or who.name == "auditor of the audit",
        PARTNERS_OF_THE_CASES: who.partner
        and _role(who) in STARTERS.get(address.path, STARTERS[""]),
        OFFICE_AND_OWN_ORGANISATION: who.office or (who.partner and not who.foreign),
        LEADS_AND_ADMINISTRATORS: who.leads,
        LABEL_OFFICE: _works_on_labels(who),
        OFFICERS_AND_LEADS: officers,
        TREASURERS: officers or who.name == "finance",
        AUDITORS: address.kind == cast.LABEL and who.name == "auditor of the audit",
        AUDITS: address.kind == cast.LABEL and address.kind in who.reads,
        ADMINISTRATORS: who.administers,
        GUESTS: False,
    }
    if named(endpoint, OFFICERS_AND_THE_LEAD):
        return address.kind == "partner_project" and _may_invite(who)
    for endpoints, allowed in table.items():
        if named(endpoint, endpoints):
            return allowed
    return address.kind in who.reads if about_a_case else who.office


def _in_a_committee(who: Somebody, endpoint: str) -> bool:
    """Say what who sits in a committee, keeps its affairs or sets it up may open of it."""
    table = {
        MEMBERS: who.sits,
        OFFICERS: who.keeps,
        MEMBERS_AND_FOUNDERS: who.sits or who.leads,
        OFFICERS_AND_FOUNDERS: who.keeps or who.leads,
        FOUNDERS: who.leads,
    }
    return next(allowed for endpoints, allowed in table.items() if named(endpoint, endpoints))


def _works_on_labels(who: Somebody) -> bool:
    return who.leads or (who.office and "officer" in who.name)


def _may_invite(who: Somebody) -> bool:
    inviting = {"programme_officer", "programme_lead", "partner_lead"}
    granted = {"officer granted the restricted case", "partner granted the restricted case"}
    return who.name in inviting | granted


def _role(who: Somebody) -> str:
    """Return the partner role of a person; those with an odd grant are leads."""
    role = who.name.removeprefix("foreign ")
    return role if role in {str(r) for r in PARTNER_ROLES} else "partner_lead"


def names() -> list[str]:
    roles = [str(r) for r in [*sorted(HOUSE_ROLES), *sorted(PARTNER_ROLES)]]
    return [
        *roles,
        *(f"foreign {r}" for r in sorted(PARTNER_ROLES)),
        "anonymous",
        "nobody's role",
        "recused officer",
        "recused partner",
        "officer granted the restricted case",
        "coach of the cases",
        "partner granted the restricted case",
        "officer whose grant has ended",
        "partner whose grant has ended",
        "inactive officer",
        "auditor of the audit",
        "ethics chair",
        "ethics secretary",
        "ethics member with the papers",
        "recused ethics member",
        "ethics member without the papers",
    ]


def test_every_view_declares_whom_it_is_for(application: Flask):
    declared = set(policy.rules().values())
    for rule in rules(application):
        view = application.view_functions[rule.endpoint]
        assert getattr(view, "rule", None) in declared, f"{rule.endpoint} has no guard"


def test_everybody_takes_part(stage: Stage, sitting: Sitting):
    assert [who.name for who in stage.people] == names()


def test_the_table_names_only_routes_that_exist(application: Flask):
    known = {rule.endpoint for rule in rules(application)}
    table = (
        *(*EVERYBODY, *WITH_AN_ACCOUNT, *PARTNERS, *PARTNERS_OF_THE_CASES),
        *(*OFFICE_AND_OWN_ORGANISATION, *LEADS_AND_ADMINISTRATORS, *ADMINISTRATORS, *NOBODY_HERE),
        *OFFICERS_AND_LEADS,
        *LABEL_OFFICE,
        *TREASURERS,
        *AUDITS,
        *AUDITORS,
        *COMMITTEE,
        *OF_A_COMMITTEE,
        *KEEPERS,
    )
    for name in table:
        assert any(named(endpoint, (name,)) for endpoint in known), name


@pytest.mark.parametrize("name", names())
def test_every_route_answers_whom_it_may(
    application: Flask, stage: Stage, sitting: Sitting, lines: Lines, name: str
):
    who = next(person for person in stage.people if person.name == name)
    hidden = [cast.title(k) for k in stage.cases if k not in who.reads]
    asked = 0
    browser = stage.world.client(who.user_id)
    for address in sorted(every_address(application, stage, sitting), key=lambda a: a.method):
        lines.events.clear()
        if address.method == "POST":  # what it changes must not meet the next one
            browser = stage.world.client(who.user_id)
        sent = SENT.get(address.endpoint, {})
        answer = browser.open(address.path, method=address.method, data=sent, buffered=True)
        asked += 1
        about_a_case = "reference" in _arguments(application, address.endpoint)
        view = application.view_functions[address.endpoint]
        office_only = getattr(view, "rule", None) is policy.staff
        outside = who.sits or who.name == "auditor of the audit"
        if may_open(who, address, about_a_case) and not (outside and office_only):
            _answered(answer, address)
        else:
            _refused(answer, address, who, lines)
        page = answer.get_data().decode("utf-8", "replace")
        leaked = [words for words in hidden if words in page]
        assert leaked == [], f"{who}: {address} tells of a case that is not theirs"
    assert asked > 150


def every_address(application: Flask, stage: Stage, sitting: Sitting) -> Iterator[Address]:
    """Yield every address once, with the committee's own parameters where its case is asked about.

    What has nothing to do with a case has the same address for all kinds.
    """
    own: dict[str, Values] = {
        "committee_id": lambda _stage, _kind: [sitting.committee_id],
        "meeting_number": lambda _stage, _kind: [sitting.meeting_number],
        "item_id": lambda _stage, _kind: [sitting.item_id],
        "verdict_key": lambda _stage, _kind: ["deliberate", "nonsense"],
    }
    seen = set()
    for kind in stage.cases:
        for each in addresses(application, stage, kind, **(own if kind == cast.ETHICS else {})):
            if (each.method, each.path) not in seen:
                seen.add((each.method, each.path))
                yield each


def _arguments(application: Flask, endpoint: str) -> set[str]:
    return set(next(iter(application.url_map.iter_rules(endpoint))).arguments)


def _answered(answer: TestResponse, address: Address) -> None:
    expected = ANSWERS | {503} if address.endpoint.startswith("health.") else ANSWERS
    assert answer.status_code in expected, f"{address}: {answer.status}"
    if address.method == "GET" and _plain(address):
        assert answer.status_code in expected - {400, 403, 404, 409, 413, 422}, f"{address}"


def _plain(address: Address) -> bool:
    """Say whether the address names nothing that may be missing or not open to a role."""
    odd = (
        "nonsense",
        "/metrics",
        str(NOWHERE),
        "/r/",
        "/do/",
        "/waive/",
        "/mailbox/",
        "/organisations/",
        "/label/decisions/",
    )
    return not any(part in address.path for part in odd)


def _refused(answer: TestResponse, address: Address, who: Somebody, lines: Lines) -> None:
    where = f"{who}: {address}: {answer.status}"
    if who.user_id is None or who.name == "inactive officer":
        if named(address.endpoint, GUESTS):
            assert answer.status_code == 401, where
        elif address.method == "GET":
            assert answer.status_code == 302, where
            assert "/sign-in" in answer.headers["Location"], where
        else:
            assert answer.status_code == 401, where
        return
    assert answer.status_code in {403, 404}, where
    if "/cases/" in address.path and address.kind not in who.reads:
        assert answer.status_code == 404, f"{where}: a foreign case does not exist"
    refused = [e for e in lines.events if e["event"] == "address_refused"]
    assert len(refused) == 1, f"{where}: not in the log"
    assert refused[0]["user"] == str(who.user_id)


def test_partners_find_none_of_the_sections_of_the_house(
    application: Flask, stage: Stage, lines: Lines
):
    partners = [p for p in stage.people if p.partner and "partner_project" in p.reads]
    case = stage.case("partner_project")
    workflow = registry.get(case.workflow_key, case.workflow_version)
    sections = [s for s in workflow.sections if s.house_only]
    assert partners
    assert sections
    for who in partners:
        for section in sections:
            for method in METHODS:
                path = f"/cases/{case.reference}/r/{section.key}"
                answer = stage.world.client(who.user_id).open(path, method=method)
                assert answer.status_code == 404, f"{who}: {path}"
                assert section.label not in answer.get_data(as_text=True)


@pytest.mark.parametrize("method", METHODS)
def test_an_address_that_does_not_exist_is_refused_like_a_foreign_one(
    stage: Stage, lines: Lines, method: str
):
    foreign = next(p for p in stage.people if p.foreign)
    browser = stage.world.client(foreign.user_id)
    real = browser.open(f"/cases/{stage.case('sample').reference}", method=method)
    absent = browser.open("/cases/SA-1999-0001", method=method)
    assert real.status_code == absent.status_code
    if method == "GET":
        assert real.status_code == 404
        assert _without_ids(real) == _without_ids(absent)


def _without_ids(answer: TestResponse) -> str:
    return answer.get_data(as_text=True).replace(answer.headers["X-Request-ID"], "")


def test_a_guest_opens_their_own_pages_and_nothing_else(
    application: Flask, stage: Stage, sitting: Sitting, lines: Lines
):
    """Whoever comes by a link sees one case on the pages of guests, and no other page of it."""
    browser = stage.world.client()
    signing.come_in(browser, cast.invite_guest(stage))
    own = (*EVERYBODY, *GUESTS, "home.index", "drafts.")
    hidden = [cast.title(k) for k in stage.cases if k != "partner_project"]
    opened = 0
    for address in every_address(application, stage, sitting):
        if address.endpoint == "auth.sign_out":
            continue
        answer = browser.open(address.path, method=address.method, data={}, buffered=True)
        if named(address.endpoint, own):
            assert answer.status_code in ANSWERS | {503}, f"{address}: {answer.status}"
            opened += answer.status_code == 200 and named(address.endpoint, GUESTS)
        else:
            assert answer.status_code in {403, 404}, f"{address}: {answer.status}"
        page = answer.get_data().decode("utf-8", "replace")
        assert [words for words in hidden if words in page] == [], f"{address}"
    assert opened
    assert cast.title("partner_project") in browser.get("/guest").get_data(as_text=True)
