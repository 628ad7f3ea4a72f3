"""Referentials: drafted, published for good, compared, mapped; the database sees to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from casework import reference
from casework.clock import now
from casework.db import announce_write, unit_of_work
from casework.demo import ladder, people
from casework.demo import referentials as demonstration
from casework.extensions import db
from casework.models import Criterion, Referential, ReferentialVersion, Scheme
from casework.policy import Actor
from casework.queries import referentials as queries
from casework.roles import Role
from casework.services.errors import ForbiddenError, NotFoundError, RefusedError
from casework.services.referentials import comparing, drafting, mapping, publishing, schemes
from casework.services.referentials.common import find_version
from tests.support import labels
from tests.support.world import World

M, R = "mandatory", "recommended"


@pytest.fixture
def lead(world: World) -> Actor:
    return world.actor(world.person(Role.PROGRAMME_LEAD))


@pytest.fixture
def version(world: World, lead: Actor) -> UUID:
    return labels.published(world, lead, A1=M, A2=R)


def refused(world: World, act: Callable[[], object]) -> list[str]:
    """Return the messages with which an act is refused."""
    with pytest.raises(RefusedError) as error, world.writing():
        act()
    return [reason.message for reason in error.value.reasons]


def referential_of(version_id: UUID) -> UUID:
    return find_version(version_id).referential.id


def draft_of(world: World, lead: Actor, version_id: UUID, label: str = "v2") -> UUID:
    with world.writing():
        return drafting.begin(lead, referential_of(version_id), label, version_id, uuid4().hex)


STATEMENTS = {
    "the label": "UPDATE referential_version SET label = 'v9'",
    "back to draft": "UPDATE referential_version SET state = 'draft', published_at = NULL",
    "another day": "UPDATE referential_version SET state = 'retired', published_at = created_at",
    "the version goes": "DELETE FROM referential_version",
    "a text": "UPDATE criterion SET text_fr = 'x'",
    "a field": "UPDATE referential_field SET name_fr = 'x'",
    "a criterion goes": "DELETE FROM criterion WHERE code = 'A2'",
    "a field goes": "DELETE FROM referential_field",
    "a field comes": "INSERT INTO referential_field (id, version_id, code, position, name_fr,"
    " name_nl, name_en) SELECT :id, id, 'Z', 1, '', '', '' FROM referential_version",
}
ONLY_SQLITE = {
    "replaced version": "INSERT OR REPLACE INTO referential_version SELECT * FROM"
    " referential_version",
    "replaced criterion": "INSERT OR REPLACE INTO criterion SELECT * FROM criterion",
    "replaced field": "UPDATE OR REPLACE referential_field SET code = 'Z'",
}


@pytest.mark.parametrize("statement", {**STATEMENTS, **ONLY_SQLITE}.values())
def test_the_database_refuses_any_change_of_what_is_published(
    version: UUID, statement: str
) -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    if not sqlite and "OR REPLACE" in statement:
        statement = "TRUNCATE criterion CASCADE"
    new = uuid4().hex if sqlite else uuid4()
    announce_write()
    db.session.rollback()
    with pytest.raises(DBAPIError, match=r"never changes|append-only"):
        db.session.execute(sa.text(statement), {"id": new} if ":id" in statement else {})
    db.session.rollback()
    assert [row.text_fr for row in queries.criteria([version])] == ["Texte de A1", "Texte de A2"]


def test_a_draft_may_be_replaced_and_never_take_the_place_of_what_is_published(
    world: World, lead: Actor, version: UUID
) -> None:
    draft = draft_of(world, lead, version)
    announce_write()
    db.session.rollback()
    word = "UPDATE OR REPLACE" if db.engine.dialect.name == "sqlite" else "UPDATE"
    with pytest.raises(DBAPIError):
        db.session.execute(
            sa.text(f"{word} referential_version SET label = 'v1' WHERE state = 'draft'")
        )
    db.session.rollback()
    with pytest.raises(DBAPIError, match="never changes"):
        db.session.execute(
            sa.text("UPDATE criterion SET version_id = :to WHERE version_id = :from"),
            {"to": _raw(version), "from": _raw(draft)},
        )
    db.session.rollback()
    assert len(queries.criteria([version])) == len(queries.criteria([draft])) == 2


def _raw(row_id: UUID) -> object:
    return row_id.hex if db.engine.dialect.name == "sqlite" else row_id


def test_a_published_version_is_retired_once_and_no_audit_takes_it_any_more(
    world: World, lead: Actor, version: UUID
) -> None:
    referential = referential_of(version)
    found = queries.current(referential, now())
    assert found is not None
    assert found.id == version
    for _twice in range(2):
        with world.writing():
            publishing.retire(lead, version)
    assert queries.current(referential, now()) is None
    published_at = db.session.get_one(ReferentialVersion, version).published_at
    assert published_at is not None
    assert queries.current(referential, published_at) is not None
    assert queries.current(referential, published_at - timedelta(seconds=1)) is None
    draft = draft_of(world, lead, version)
    assert refused(world, lambda: publishing.retire(lead, draft)) == [publishing.NOT_PUBLISHED]


def test_what_is_published_is_edited_in_a_copy(world: World, lead: Actor, version: UUID) -> None:
    row = queries.criteria([version])[0]
    values = labels.criterion_values(row.field_id, "A1", text_fr="Autre")
    said = refused(world, lambda: drafting.save_criterion(lead, version, row.id, values))
    assert said == ["Version %(label)s is published and never changes. Copy it to a new draft."]
    draft = draft_of(world, lead, version)
    copied = queries.criteria([draft])[0]
    with world.writing():
        values = labels.criterion_values(copied.field_id, "A1", text_fr="Autre")
        drafting.save_criterion(lead, draft, copied.id, values)
        drafting.remove_criterion(lead, draft, queries.criteria([draft])[1].id)
        new = labels.criterion_values(copied.field_id, "A3", position=3, kind="informative")
        drafting.save_criterion(lead, draft, None, new)
        publishing.publish(lead, draft)
    found = comparing.compare(version, draft)
    assert [row.code for row in found.added] == ["A3"]
    assert [row.code for row in found.removed] == ["A2"]
    assert [(c.after.code, c.values) for c in found.changed] == [
        ("A1", (("text_fr", "Texte de A1", "Autre"),))
    ]
    assert found.same == 0
    same = comparing.compare(version, version)
    assert (same.added, same.removed, same.changed, same.same) == ((), (), (), 2)


BAD = [
    ({"A1": R}, "There is no mandatory criterion: anybody would be given the label."),
    ({"A1": {"kind": M, "text_fr": ""}}, "%(criterion)s has no text in any language."),
    (
        {"A1": {"kind": M, "applies_if": "A2: met"}, "A2": {"kind": M, "applies_if": "A1: met"}},
        "These criteria depend on one another in a ring: %(codes)s.",
    ),
    (
        {"A1": {"kind": M, "applies_if": "Z9: met"}},
        "%(criterion)s applies depending on %(other)s, which is not there.",
    ),
]


@pytest.mark.parametrize(("criteria", "message"), BAD, ids=[m[:30] for _c, m in BAD])
def test_what_is_unsound_is_not_published(
    world: World, lead: Actor, criteria: dict, message: str
) -> None:
    with world.writing():
        draft = labels.draft(lead, labels.referential(lead).id, **criteria)
    assert message in refused(world, lambda: publishing.publish(lead, draft))
    assert db.session.get_one(ReferentialVersion, draft).state == "draft"


def test_codes_are_unique_and_conditions_can_be_read(world: World, lead: Actor) -> None:
    with world.writing():
        draft = labels.draft(lead, labels.referential(lead).id, A1=M)
        place = queries.fields(draft)[0].id
    double = labels.criterion_values(place, "A1")
    assert refused(world, lambda: drafting.save_criterion(lead, draft, None, double)) == [
        "The code %(code)s is there already."
    ]
    unread = labels.criterion_values(place, "A2", applies_if="whenever")
    assert refused(world, lambda: drafting.save_criterion(lead, draft, None, unread))
    held = lambda: drafting.remove_field(lead, draft, place)  # noqa: E731
    assert refused(world, held) == ["Field %(code)s has criteria. Move or remove them first."]
    assert [row.code for row in queries.criteria([draft])] == ["A1"]


def test_no_recommended_criterion_is_a_warning(world: World, lead: Actor) -> None:
    with world.writing():
        draft = labels.draft(lead, labels.referential(lead).id, A1=M)
        assert len(publishing.warnings(find_version(draft))) == 1
        publishing.publish(lead, draft)
    assert db.session.get_one(ReferentialVersion, draft).state == "published"


def test_a_module_is_judged_together_with_its_base(world: World, lead: Actor) -> None:
    with world.writing():
        base = labels.referential(lead)
        module = labels.referential(lead, "module", base.id)
        first = labels.draft(lead, base.id, A1=M)
        added = labels.draft(lead, module.id, A1=R, B1={"kind": R, "applies_if": "A1: met"})
        base_id, module_id = base.id, module.id
    publish = lambda: publishing.publish(lead, added)  # noqa: E731
    assert refused(world, publish) == [publishing.NO_BASE]
    with world.writing():
        publishing.publish(lead, first)
    assert refused(world, publish) == ["The code %(code)s is in the base already."]
    with world.writing():
        drafting.remove_criterion(lead, added, queries.criteria([added])[0].id)
        publishing.publish(lead, added)
        scheme_id = db.session.get_one(Referential, base_id).scheme_id
    found = queries.current_of_scheme(scheme_id, now())
    assert [p.referential.id for p in found] == [base_id, module_id]
    rows = queries.criteria([p.version.id for p in found])
    assert [row.code for row in rows] == ["A1", "B1"]
    with pytest.raises(RefusedError), world.writing():
        labels.referential(lead, "deeper", module_id)
    with world.writing():
        next_one = labels.draft(lead, base_id, "v2", A2=M)
    said = refused(world, lambda: publishing.publish(lead, next_one))
    assert said == [publishing.UNKNOWN_CODE], "its module depends on a criterion that is gone"


def test_a_scheme_keeps_its_family_and_a_rule_that_fits_what_is_published(
    world: World, lead: Actor
) -> None:
    ladder: dict[str, Any] = {"family": "ladder", "parameters": {"levels": 1}}
    with world.writing():
        referential = labels.referential(lead, **ladder)
        publishing.publish(lead, labels.draft(lead, referential.id, A1=M))
        scheme = find_version(queries.current(referential.id, now()).id).scheme  # type: ignore[union-attr]
        key = scheme.id

    def save(**values: Any) -> Callable[[], object]:
        from casework.services.referentials.common import find_scheme

        return lambda: schemes.save(lead, find_scheme(key), labels.scheme_values(**values))

    assert refused(world, save(family="threshold", parameters={})) == [schemes.FAMILY_STAYS]
    assert len(refused(world, save(family="ladder", parameters={"levels": 3}))) == 2
    assert refused(world, save(**ladder, terms={"reply_days": 5000}))
    assert refused(world, save(family="ladder", parameters={"num": 3, "den": 2}))
    with world.writing():
        save(**ladder, terms={"reply_days": 20}, validity_years=4)()
    saved = find_version(queries.current(referential_of_key("test"), now()).id).scheme  # type: ignore[union-attr]
    assert (saved.validity_years, saved.times().reply_days, saved.times().appeal_days) == (
        4,
        20,
        30,
    )


def test_a_scheme_that_the_code_cannot_read_is_a_fault_of_the_installation(
    world: World, lead: Actor
) -> None:
    with world.writing():
        scheme_id = labels.referential(lead).scheme_id
    assert schemes.faults() == []
    for damage in ({"family": "lottery"}, {"family": "threshold", "parameters": {"num": 9}}):
        with world.writing():
            db.session.execute(sa.update(Scheme).where(Scheme.id == scheme_id).values(**damage))
        assert len(schemes.faults()) == 1


def referential_of_key(key: str) -> UUID:
    return db.session.scalars(sa.select(Referential.id).where(Referential.key == key)).one()


def test_untranslated_texts_are_reported(world: World, lead: Actor) -> None:
    with world.writing():
        draft = labels.draft(
            lead,
            labels.referential(lead).id,
            A1={"kind": M, "text_nl": "tekst", "text_en": "text", "evidence_nl": "bewijs"},
            A2=M,
        )
    found = {(each.code, each.name): each.missing for each in comparing.untranslated(draft)}
    assert found == {("A1", "evidence"): ("fr", "en"), ("A2", "text"): ("nl", "en")}


def test_mappings_are_read_from_both_sides(world: World, lead: Actor, version: UUID) -> None:
    other = labels.published(world, lead, "other", B1=M, B2=R)
    one, two = (queries.criteria([each])[0] for each in (version, other))
    with world.writing():
        mapping.relate(lead, one.id, two.id, "subset", "plus étroit")
    for _twice in range(2):
        with world.writing():
            mapping.relate(lead, two.id, one.id, "superset", "large")
    mine, theirs = mapping.between(version, other), mapping.between(other, version)
    assert [(r.relation, r.other.code, r.note) for r in mine[0].related] == [
        ("subset", "B1", "large")
    ]
    assert [(r.relation, r.other.code) for r in theirs[0].related] == [("superset", "A1")]
    assert mine[1].related == theirs[1].related == ()
    assert refused(world, lambda: mapping.relate(lead, one.id, one.id, "equal"))
    with pytest.raises(NotFoundError), world.writing():
        mapping.relate(lead, one.id, uuid4(), "equal")
    draft = draft_of(world, lead, version)
    unsure = queries.criteria([draft])[0].id
    assert refused(world, lambda: mapping.relate(lead, two.id, unsure, "equal")) == [
        mapping.STILL_DRAFT
    ]
    with world.writing():
        mapping.forget(lead, two.id, one.id)
    assert not any(line.related for line in mapping.between(version, other))


def test_who_may_what(world: World, lead: Actor, version: UUID) -> None:
    officer = world.actor(world.person(Role.PROGRAMME_OFFICER))
    coach = world.actor(world.person(Role.COACH))
    draft = draft_of(world, officer, version)
    for actor, act in (
        (officer, publishing.publish),
        (officer, publishing.retire),
        (coach, drafting.discard),
        (coach, publishing.publish),
    ):
        with pytest.raises(ForbiddenError), world.writing():
            act(actor, draft)
    with world.writing():
        drafting.discard(officer, draft)
    assert find_version(version).version.state == "published"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Criterion)) == 2


def test_a_copy_asked_for_twice_is_made_once(world: World, lead: Actor, version: UUID) -> None:
    made = set()
    for _twice in range(2):
        with world.writing():
            made.add(drafting.begin(lead, referential_of(version), "v2", version, "same key"))
    assert len(made) == 1
    again = lambda: drafting.begin(lead, referential_of(version), "v2", None, "other")  # noqa: E731
    assert refused(world, again) == ["This referential has a version %(label)s already."]


def test_the_demonstration_has_two_versions_in_three_languages(app: Flask) -> None:
    add_the_demonstration()
    referential = referential_of_key(demonstration.KEY)
    draft, second, first = (listed.version for listed in queries.versions()[referential])
    assert (draft.state, len(comparing.untranslated(draft.id))) == ("draft", 2)
    assert (first.label, first.state, second.label, second.state) == (
        "v1.0",
        "published",
        "v1.1",
        "published",
    )
    early = queries.current(referential, now() - timedelta(days=500))
    assert early is not None
    assert early.id == first.id
    for version, informative in ((first, 0), (second, 1)):
        kinds = Counter(row.kind for row in queries.criteria([version.id]))
        assert (kinds[M], kinds[R], kinds["informative"]) == (20, 16, informative)
        assert comparing.untranslated(version.id) == []
    excusable = {row.code for row in queries.criteria([first.id]) if row.na_allowed}
    assert excusable == {"RH-04", "TER-03", "RES-02", "RES-04", "RES-05"}
    assert not find_version(first.id).scheme.official
    found = comparing.compare(first.id, second.id)
    assert [len(each) for each in (found.added, found.removed, found.changed)] == [1, 0, 2]


def test_the_demonstration_has_a_ladder_with_a_module_mapped_to_the_label(app: Flask) -> None:
    add_the_demonstration()
    base, label = (
        queries.current(referential_of_key(key), now()) for key in (ladder.KEY, demonstration.KEY)
    )
    assert base is not None
    assert label is not None
    together = queries.current_of_scheme(find_version(base.id).scheme.id, now())
    assert [p.referential.is_module for p in together] == [False, True]
    assert all(comparing.untranslated(p.version.id) == [] for p in together)
    lines = mapping.between(label.id, base.id)
    assert {each.criterion.code: each.related[0].relation for each in lines if each.related} == {
        "JUR-03": "equal",
        "JUR-06": "intersects",
        "TER-02": "subset",
        "TER-05": "superset",
    }


def add_the_demonstration() -> None:
    """Add the people and the labels of the demonstration, twice."""
    announce_write()
    db.session.rollback()
    with unit_of_work(db.session):
        reference.load()
        people.add_staff(now() - demonstration.FIRST - timedelta(days=10))
    for _twice in range(2):
        demonstration.add(now())
        ladder.add(now())
