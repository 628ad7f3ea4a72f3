"""The ethics committee's year in figures: counted from dated events, as the source prints 2024."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from flask import Flask

from casework import reference
from casework.app import create_app
from casework.cli import cli
from casework.clock import frozen, now
from casework.db import announce_read, announce_write, unit_of_work
from casework.demo import ethics as demo
from casework.demo import people
from casework.extensions import db
from casework.models.ethics_case import PublicDebate, Training
from casework.queries import ethics_year
from casework.services import events
from casework.services.ethics import year as acts
from tests.support import ethics
from tests.support.databases import Databases
from tests.support.ethics import MOTIVE, Ethics
from tests.support.migrating import settings_for
from tests.support.world import World

AS_PRINTED = {
    "new_cases": 7,
    "treated": 3,
    "to_finalise": 3,
    "self_resolved": 2,
    "never_requested": 3,
    "postponed": 2,
    "meetings": 8,
    "new_members": 2,
    "trainings": 1,
    "public_debates": 1,
}
QUESTION = "May an important person tell such a thing?"


@pytest.fixture(scope="module")
def replayed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application in which the demonstration has replayed the year 2024."""
    url = databases.copy()
    app = create_app(settings_for(url, data_dir=tmp_path_factory.mktemp("year")))
    with app.app_context():
        announce_write()
        with unit_of_work(db.session):
            reference.load()
            people.add_staff(datetime(2021, 1, 4, 8, 0, tzinfo=UTC))
        demo.load()
        announce_read()
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def test_the_year_of_the_source_comes_out_as_printed(replayed: Flask) -> None:
    found = ethics_year.figures(2024)
    assert found.figures == AS_PRINTED
    themes = ("artificial_intelligence", "discrimination", "sex_work")
    assert found.themes_to_finalise == themes
    assert found.causes == ("lack_of_time",)
    assert set(ethics_year.DEFINITIONS) == set(AS_PRINTED)
    assert ethics_year.figures(2023).figures == dict.fromkeys(AS_PRINTED, 0)
    assert events.verify() == []
    db.session.rollback()
    announce_write()
    demo.load()
    announce_read()
    assert ethics_year.figures(2024).figures == AS_PRINTED


def test_the_section_can_be_pasted(replayed: Flask) -> None:
    text = acts.section(ethics_year.figures(2024))
    for said in (
        "a pris connaissance de 7 nouveaux cas",
        "3 cas ont été traités.",
        "finalisées en 2025 (intelligence artificielle, discriminations, travail du sexe)",
        "(faute de temps)",
        "s’est réuni 8 fois",
        "2 nouveaux membres l’ont rejoint",
        "formation de 2 jours",
        "ne s’additionnent pas",
    ):
        assert said in text
    assert "aucun nouveau cas" in acts.section(ethics_year.figures(2023))


def test_the_command_prints_plain_numbers(replayed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    db.session.rollback()
    known = replayed.extensions["casework"]
    monkeypatch.setattr("casework.cli_ethics.Settings.load", lambda: known)
    runner = CliRunner()
    plain = runner.invoke(cli, ["ethics", "statistics", "--year", "2024", "--json"])
    assert plain.exit_code == 0, plain.output
    assert json.loads(plain.stdout) == AS_PRINTED
    table = runner.invoke(cli, ["ethics", "statistics", "--year", "2024"]).stdout
    for number, (label, definition) in zip(
        AS_PRINTED.values(), ethics_year.DEFINITIONS.values(), strict=True
    ):
        assert f"{number}  {label}" in table
        assert definition in table
    assert "do not add up" in table
    section = runner.invoke(cli, ["ethics", "statistics", "--year", "2024", "--section"])
    assert "7 nouveaux cas" in section.stdout
    assert runner.invoke(cli, ["ethics", "statistics", "--year", "24"]).exit_code == 2


@pytest.fixture
def committee(world: World) -> Ethics:
    return ethics.gather(world)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=UTC)


def test_a_case_may_be_counted_in_several_figures_and_years(committee: Ethics) -> None:
    with frozen(at(2025, 3, 3)):
        case_id = committee.bring(question=QUESTION)
        committee.triaged(case_id)
        committee.fire(case_id, "admit")
        committee.fire(case_id, "schedule")
        committee.fire(case_id, "postpone", cause="quorum")
        committee.resolved(case_id)
    with frozen(at(2026, 1, 8)):
        committee.fire(case_id, "deliberate", motive=MOTIVE)
        committee.fire(case_id, "draft", motive=MOTIVE)
        committee.recommending(case_id, date(2026, 6, 1))
        committee.fire(case_id, "adopt_recommendation", motive=MOTIVE)
    first, second = (ethics_year.figures(year).figures for year in (2025, 2026))
    assert [first[k] for k in ("new_cases", "self_resolved", "postponed", "treated")] == [
        1,
        1,
        1,
        0,
    ]
    assert (second["new_cases"], second["treated"], second["to_finalise"]) == (0, 1, 0)


def test_a_year_ends_at_midnight_of_the_house(committee: Ethics) -> None:
    with frozen(datetime(2024, 12, 31, 23, 30, tzinfo=UTC)):
        committee.bring()
    assert ethics_year.figures(2024).figures["new_cases"] == 0
    assert ethics_year.figures(2025).figures["new_cases"] == 1


def test_small_parts_are_not_told_nor_given_away_by_the_total() -> None:
    assert ethics_year.told(Counter(a=9, b=7, c=2)) == {"a": 9, "b": None, "c": None}
    assert ethics_year.told(Counter(a=9, b=3, c=2)) == {"a": 9, "b": None, "c": None}
    assert ethics_year.told(Counter(a=5, b=6)) == {"a": 5, "b": 6}
    assert ethics_year.told(Counter(a=4)) == {"a": None}
    assert ethics_year.told(Counter()) == {}


def test_the_page_is_for_the_committee_and_defines_each_figure(committee: Ethics) -> None:
    page = committee.world.client(committee.people["member"]).get("/ethics/year")
    text = page.get_data(as_text=True)
    for label, definition in ethics_year.DEFINITIONS.values():
        assert label in text
        assert definition in text
    outsider = committee.world.person(None)
    assert committee.world.client(outsider).get("/ethics/year").status_code == 404


def test_chair_and_secretary_note_trainings_and_debates(committee: Ethics) -> None:
    day = now().date().isoformat()
    said = {"held_on": day, "days": "2", "subject": "Dilemmas", "once": "a"}
    member = committee.world.client(committee.people["member"])
    assert member.post("/ethics/year/trainings", data=said).status_code == 403
    chair = committee.world.client(committee.people["chair"])
    for _ in range(2):
        assert chair.post("/ethics/year/trainings", data=said).status_code == 303
    wrong = chair.post("/ethics/year/trainings", data={**said, "days": "many"})
    assert wrong.status_code == 422
    assert "Dilemmas" in wrong.get_data(as_text=True)
    debate = {"held_on": day, "subject": "Machines", "together_with": "Others", "once": "b"}
    assert chair.post("/ethics/year/debates", data=debate).status_code == 303
    assert chair.post("/ethics/year/nonsense", data=debate).status_code == 404
    db.session.rollback()
    assert [t.days for t in db.session.query(Training)] == [2]
    assert [d.subject for d in db.session.query(PublicDebate)] == ["Machines"]
