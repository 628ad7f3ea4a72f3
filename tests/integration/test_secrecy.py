"""What restricted cases keep apart: their words, who brought them, who may see them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from casework import policy
from casework.clock import frozen, now
from casework.extensions import db, settings
from casework.models import Case, CaseKey, Draft, Event, EventPayload, Message, Reporter
from casework.queries import timeline
from casework.roles import Audience, Role
from casework.services import cases, cleaning, drafts, events, outbox
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.outbox import queueing
from casework.services.secrecy import access, granting, identities, keys
from tests.support.plain import Cast, cast_in, known
from tests.support.secret import SECRET

WORDS = "Quelqu’un d’important a menti"
WHY = "The committee must write to them."
BROUGHT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
EVERY = frozenset(Audience)
CLOSED = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def cast(fresh_database_url: str) -> Iterator[Cast]:
    with known(SECRET), cast_in(fresh_database_url) as made:
        yield made


@pytest.fixture
def brought(cast: Cast) -> tuple[UUID, str]:
    """A case brought by somebody without an account, kept by the lead, and its receipt code."""
    with frozen(BROUGHT), cast.in_one_transaction():
        done = cases.open_case(SECRET, "bring", policy.SYSTEM, None, {"title": WORDS}, uuid4().hex)
        case = cases.lock(done.case_id)
        granting.admit(case, cast.people["lead"], Role.PROGRAMME_LEAD, None, now())
        who = {"name": "Ada Témoin", "email": "ada@example.org"}
        code = identities.code_of(uuid4().hex)
        identities.keep(case, "named", who, "fr", now(), code)
    return done.case_id, code


def payloads(case_id: UUID) -> list[str]:
    query = sa.select(EventPayload.text).join(Event, Event.id == EventPayload.event_id)
    return list(db.session.scalars(query.where(Event.case_id == case_id)))


def told(case_id: UUID) -> list[dict[str, Any]]:
    case = db.session.get_one(Case, case_id, populate_existing=True)
    found = timeline.entries(case, cases.workflow_of(case), internal=True, audiences=EVERY)
    return [dict(entry.words) for entry in found]


def refuse(cast: Cast, case_id: UUID, words: str = WORDS) -> None:
    with cast.in_one_transaction():
        cases.fire(
            case_id,
            "refuse",
            cast.world.actor(cast.people["lead"]),
            {"reason": words},
            None,
            uuid4().hex,
        )


def use_keys(*lines: str, folder: Path) -> None:
    """Have the installation use a file with these keys."""
    file = folder / f"keys-{uuid4().hex}"
    file.write_text("\n".join(lines), "utf-8")
    app = cast_app()
    app.extensions["casework"] = replace(settings(), vault_keys_file=file)


def cast_app() -> Any:
    from flask import current_app

    return current_app._get_current_object()  # type: ignore[attr-defined]


def test_a_case_of_a_secret_workflow_is_restricted_from_its_first_moment(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    case = cast.case(brought[0])
    assert case.restricted
    assert case.reference == "SE-2026-01"
    sees = {name: policy.may_see(cast.world.actor(p), case) for name, p in cast.people.items()}
    assert [name for name, seen in sees.items() if seen] == ["lead"]


def test_nobody_but_the_system_brings_a_case_for_a_stranger(cast: Cast) -> None:
    for who in ("partner", "officer", "administrator"):
        actor = cast.world.actor(cast.people[who])
        with pytest.raises(ForbiddenError), cast.in_one_transaction():
            cases.open_case(SECRET, "bring", actor, None, {"title": WORDS}, uuid4().hex)


def test_the_words_of_its_events_are_sealed_and_read_by_those_who_see_it(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    case_id = brought[0]
    refuse(cast, case_id)
    assert payloads(case_id)
    assert all(WORDS not in text and not text.startswith("{") for text in payloads(case_id))
    assert any(words.get("data", {}).get("reason") == WORDS for words in told(case_id))
    assert cast.faults(case_id) == []


def test_the_events_of_an_open_case_stay_as_they_were(cast: Cast) -> None:
    case_id = cast.start(title=WORDS)
    assert any(WORDS in text for text in payloads(case_id))
    assert db.session.get(CaseKey, case_id) is None


def test_destroying_the_key_forgets_the_words_and_keeps_the_chain(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    case_id = brought[0]
    refuse(cast, case_id)
    before = len(cast.events(case_id))
    with cast.in_one_transaction():
        keys.forget(case_id)
    assert cast.faults(case_id) == []
    assert len(cast.events(case_id)) == before + 1
    assert all(words == {} for words in told(case_id))
    with pytest.raises(ValueError, match="destroyed"), cast.in_one_transaction():
        keys.forget(case_id)


def test_no_word_is_added_in_clear_after_the_key_was_destroyed(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    with cast.in_one_transaction():
        keys.forget(brought[0])
    with pytest.raises(ValueError, match="destroyed"):
        refuse(cast, brought[0])
    assert cast.faults(brought[0]) == []


def test_a_word_that_was_changed_is_found_out_without_any_key(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    rows = db.session.execute(
        sa.select(Event, EventPayload)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.case_id == brought[0])
    ).all()
    event, payload = rows[0]
    said = {"salt": payload.salt, "text": payload.text[:-4] + "AAA="}
    with cast.in_one_transaction():
        db.session.execute(sa.delete(EventPayload).where(EventPayload.event_id == event.id))
        db.session.execute(sa.insert(EventPayload).values(event_id=event.id, **said))
    assert any("payload has been changed" in fault for fault in cast.faults(brought[0]))


def test_keys_are_rotated_and_old_ones_taken_out(
    cast: Cast, brought: tuple[UUID, str], tmp_path: Path
) -> None:
    case_id, code = brought
    first, second = "first key " * 5, "second-key-" * 5
    first = first.replace(" ", "-")
    use_keys(second, first, folder=tmp_path)
    assert keys.rotate() == 2
    db.session.rollback()
    use_keys(second, folder=tmp_path)
    assert keys.unreadable() == []
    assert any(words.get("data", {}).get("title") == WORDS for words in told(case_id))
    app = cast_app()
    app.extensions["casework"] = replace(
        settings(), secret_key="another secret that is long enough", vault_keys_file=None
    )
    assert len(keys.unreadable()) == 2
    assert all(words == {} for words in told(case_id))
    assert identities.by_code(code) is not None


def raw(column: Any, *where: Any) -> Any:
    """Return what the database holds in a column."""
    return db.session.scalar(sa.select(sa.type_coerce(column, sa.Text())).where(*where))


def test_rotating_seals_drafts_anew_and_texts_that_lay_open(
    cast: Cast, brought: tuple[UUID, str], tmp_path: Path
) -> None:
    case_id, officer = brought[0], cast.people["officer"]
    with cast.in_one_transaction():
        drafts.keep(officer, "/somewhere", {"text": [WORDS]})
        plain = {"title": WORDS, "folded_title": WORDS.lower()}
        db.session.execute(sa.update(Case).where(Case.id == case_id).values(plain))
    before = raw(Draft.data)
    assert "menti" not in before
    use_keys("second-key-" * 5, folder=tmp_path)
    assert keys.rotate() == 4
    db.session.rollback()
    assert raw(Draft.data) != before
    draft = drafts.find(officer, "/somewhere")
    assert draft is not None
    assert draft.data == {"text": [WORDS]}
    assert "menti" not in raw(Case.title, Case.id == case_id)
    assert raw(Case.folded_title, Case.id == case_id) == ""
    assert cast.case(case_id).title == WORDS
    assert keys.rotate() == 3


def test_who_brought_it_is_kept_sealed_and_each_look_leaves_a_trace(
    cast: Cast, brought: tuple[UUID, str], caplog: pytest.LogCaptureFixture
) -> None:
    case_id, _ = brought
    row = db.session.scalars(sa.select(Reporter)).one()
    assert "Ada" not in row.sealed
    assert "ada@" not in row.sealed
    actor = cast.world.actor(cast.people["lead"])
    with caplog.at_level(logging.INFO), cast.in_one_transaction():
        key = uuid4().hex
        who = identities.look(case_id, WHY, actor, key)
        assert identities.look(case_id, WHY, actor, key) == who
    assert who == {"name": "Ada Témoin", "email": "ada@example.org"}
    seen = [e for e in cast.events(case_id) if e.kind == "identity_seen"]
    assert [e.actor_id for e in seen] == [cast.people["lead"]]
    assert {"reason": WHY} in told(case_id)
    logged = [r.msg for r in caplog.records if "identity.seen" in str(r.msg)]
    assert len(logged) == 1
    assert "Ada" not in str(logged)
    assert WHY not in str(logged)


def test_nobody_looks_without_a_reason_or_without_keeping_the_case(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    case_id, _ = brought
    lead = cast.world.actor(cast.people["lead"])
    with pytest.raises(RefusedError), cast.in_one_transaction():
        identities.look(case_id, "  why  ", lead, uuid4().hex)
    with cast.in_one_transaction():
        officer = cast.people["officer"]
        granting.admit(cases.lock(case_id), officer, Role.PROGRAMME_OFFICER, None, now())
    for who, error in (("officer", ForbiddenError), ("administrator", NotFoundError)):
        actor = cast.world.actor(cast.people[who])
        with pytest.raises(error), cast.in_one_transaction():
            identities.look(case_id, WHY, actor, uuid4().hex)
    assert not [e for e in cast.events(case_id) if e.kind == "identity_seen"]


def test_identities_are_forgotten_months_after_closing_and_the_case_stays(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    case_id, code = brought
    with frozen(CLOSED):
        refuse(cast, case_id)
    assert identities.by_code(code) is not None
    with frozen(datetime(2028, 3, 9, 12, 0, tzinfo=UTC)):
        assert identities.purge(now()) == 0
    with frozen(datetime(2028, 3, 12, 12, 0, tzinfo=UTC)):
        assert cleaning.clean(now())["identities"] == 1
        assert identities.purge(now()) == 0
    row = db.session.scalars(sa.select(Reporter)).one()
    assert (row.sealed, row.code_hash) == ("", None)
    assert identities.by_code(code) is None
    assert identities.by_code("wrong-code") is None
    assert cast.events(case_id)[-1].kind == "identity_purged"
    assert any(words.get("data", {}).get("reason") == WORDS for words in told(case_id))
    assert cast.faults(case_id) == []


def test_a_message_about_it_keeps_no_text_under_whatever_name(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    case_id, refused = brought[0], []
    for name in (*queueing.OPAQUE, "title", "label", "reason", "organisation", "name", "person"):
        holders = policy.holders(
            db.session, [cast.case(case_id)], frozenset({Role.PROGRAMME_LEAD}), now()
        )
        with contextlib.suppress(ValueError), cast.in_one_transaction():
            refused.append(name)
            outbox.queue(
                next(iter(holders.values())),
                occasion=f"test:{name}",
                kind="case_moved",
                template="words",
                params={name: WORDS},
                case=cast.case(case_id),
                now=now(),
            )
            refused.remove(name)
    assert refused == list(queueing.OPAQUE)
    told_ = db.session.scalars(sa.select(Message).where(Message.case_id == case_id)).all()
    assert len([m for m in told_ if m.occasion.startswith("test:")]) == 6
    assert not [m for m in told_ if WORDS in str(m.params)]


def test_access_is_given_and_ended_person_by_person_each_an_event(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    case_id, _ = brought
    lead, officer = cast.world.actor(cast.people["lead"]), cast.people["officer"]
    with cast.in_one_transaction():
        access.give(case_id, officer, Role.PROGRAMME_OFFICER, None, WHY, lead, uuid4().hex)
    assert policy.may_see(cast.world.actor(officer), cast.case(case_id))
    with cast.in_one_transaction():
        access.end(case_id, officer, WHY, lead, uuid4().hex)
    assert not policy.may_see(cast.world.actor(officer), cast.case(case_id))
    assert [(w["name"], w["reason"]) for w in told(case_id)[:2]] == [("Person 1", WHY)] * 2
    kinds = [e.kind for e in cast.events(case_id)]
    assert kinds[-2:] == ["access_given", "access_ended"]
    assert cast.events(case_id)[-1].actor_id == cast.people["lead"]


def test_access_ends_by_itself_on_its_day(cast: Cast, brought: tuple[UUID, str]) -> None:
    case_id, _ = brought
    lead, officer = cast.world.actor(cast.people["lead"]), cast.people["officer"]
    until = now() + timedelta(days=2)
    with cast.in_one_transaction():
        access.give(case_id, officer, Role.PROGRAMME_OFFICER, until, WHY, lead, uuid4().hex)
    assert policy.may_see(cast.world.actor(officer), cast.case(case_id))
    with frozen(until + timedelta(minutes=1)):
        assert not policy.may_see(cast.world.actor(officer), cast.case(case_id))


def test_bad_access_is_refused(cast: Cast, brought: tuple[UUID, str]) -> None:
    case_id, _ = brought
    lead = cast.world.actor(cast.people["lead"])
    recused = cast.world.person(Role.PROGRAMME_OFFICER, case=case_id, denies=True)
    for person, role, reason in (
        (cast.people["officer"], Role.PARTNER_LEAD, WHY),
        (cast.people["officer"], Role.PROGRAMME_OFFICER, "no"),
        (recused, Role.PROGRAMME_OFFICER, WHY),
        (uuid4(), Role.PROGRAMME_OFFICER, WHY),
    ):
        with pytest.raises(RefusedError), cast.in_one_transaction():
            access.give(case_id, person, role, None, reason, lead, uuid4().hex)
    with pytest.raises(RefusedError), cast.in_one_transaction():
        access.end(case_id, cast.people["lead"], WHY, lead, uuid4().hex)
    for who in ("officer", "administrator"):
        actor = cast.world.actor(cast.people[who])
        with pytest.raises(NotFoundError), cast.in_one_transaction():
            access.give(case_id, actor.id or uuid4(), Role.PROGRAMME_LEAD, None, WHY, actor, "")


def page(browser: FlaskClient, cast: Cast, case_id: UUID, rest: str = "") -> Any:
    return browser.get(f"/cases/{cast.case(case_id).reference}{rest}")


def test_the_page_of_access_shows_gives_and_ends(cast: Cast, brought: tuple[UUID, str]) -> None:
    case_id, _ = brought
    browser = cast.world.client(cast.people["lead"])
    shown = page(browser, cast, case_id, "/access").get_data(as_text=True)
    assert "Who may see this case" in shown
    assert "Ada" not in shown
    reference = cast.case(case_id).reference
    form = {"email": "person1@example.org", "role": "programme_officer", "reason": WHY}
    given = browser.post(f"/cases/{reference}/access", data={**form, "once": "a"})
    assert given.status_code == 303
    officer = cast.people["officer"]
    assert policy.may_see(cast.world.actor(officer), cast.case(case_id))
    wrong = browser.post(f"/cases/{reference}/access", data={**form, "email": "x@example.org"})
    assert wrong.status_code == 422
    assert "Nobody here has an account" in wrong.get_data(as_text=True)
    assert WHY in wrong.get_data(as_text=True)
    ended = browser.post(f"/cases/{reference}/access/{officer}/end", data={"reason": WHY})
    assert ended.status_code == 303
    assert not policy.may_see(cast.world.actor(officer), cast.case(case_id))


def test_the_page_shows_who_brought_it_after_a_reason(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    reference = cast.case(brought[0]).reference
    browser = cast.world.client(cast.people["lead"])
    without = browser.post(f"/cases/{reference}/identity", data={"reason": ""})
    assert without.status_code == 303
    answer = browser.post(f"/cases/{reference}/identity", data={"reason": WHY, "once": "k"})
    assert "ada@example.org" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    for who in ("officer", "administrator", "partner"):
        other = cast.world.client(cast.people[who])
        for path in ("access", "identity"):
            refused = other.post(f"/cases/{reference}/{path}", data={"reason": WHY})
            assert refused.status_code == 404


def test_a_page_title_never_says_what_a_restricted_case_is_about(
    cast: Cast, brought: tuple[UUID, str]
) -> None:
    shown = page(cast.world.client(cast.people["lead"]), cast, brought[0]).get_data(as_text=True)
    title = shown.partition("<title>")[2].partition("</title>")[0]
    assert cast.case(brought[0]).reference in title
    assert "menti" not in title


def test_what_is_bound_to_a_statement_is_in_no_error(cast: Cast) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught, cast.in_one_transaction():
        db.session.execute(sa.text("INSERT INTO nowhere VALUES (:words)"), {"words": WORDS})
    assert WORDS not in str(caught.value)


def test_the_events_of_everything_still_prove(cast: Cast, brought: tuple[UUID, str]) -> None:
    refuse(cast, brought[0])
    assert events.verify() == []
