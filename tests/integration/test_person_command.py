"""The command that opens the first accounts of an installation."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from casework.cli import cli
from casework.clock import now
from casework.extensions import db
from casework.models import SecondFactor
from casework.queries import sign_in
from casework.roles import Role
from tests.support.mailed import whose_password
from tests.support.world import World

ADDRESS, PASSWORD = "ann@example.org", "a long enough password"


def command(*arguments: str, password: str = PASSWORD) -> tuple[int, str]:
    """Run the command in this process, and type the password twice."""
    typed = f"{password}\n{password}\n"
    done = CliRunner().invoke(cli, ["person", *arguments], input=typed)
    return done.exit_code, done.output


@pytest.fixture
def installed(app: Flask, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> World:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return World(app)


def test_whoever_is_named_signs_in_and_runs_the_house(installed: World) -> None:
    code, said = command(ADDRESS, "--name", "Ann", "--role", "administrator", "--language", "nl")
    assert (code, PASSWORD in said) == (0, False), said
    user = whose_password(ADDRESS.upper(), PASSWORD)
    assert user is not None
    assert (user.name, user.language) == ("Ann", "nl")
    assert installed.actor(user.id).house_roles == {Role.ADMINISTRATOR}


def test_a_second_time_gives_a_new_password_and_no_role_twice(installed: World) -> None:
    command(ADDRESS, "--name", "Ann", "--role", "finance")
    before = whose_password(ADDRESS, PASSWORD)
    assert before is not None
    installed.client(before.id)
    assert sign_in.sessions_of(before.id, now())
    db.session.rollback()
    code, said = command(ADDRESS, "--role", "finance", password="quite another password")
    assert code == 0, said
    assert whose_password(ADDRESS, PASSWORD) is None
    user = whose_password(ADDRESS, "quite another password")
    assert user is not None
    db.session.refresh(user)
    assert user.name == "Ann"
    assert sign_in.sessions_of(user.id, now()) == []
    assert len(installed.actor(user.id).held) == 1


def test_the_last_administrator_who_lost_the_telephone_comes_in_again(installed: World) -> None:
    command(ADDRESS, "--role", "administrator")
    user = whose_password(ADDRESS, PASSWORD)
    assert user is not None
    with installed.writing():
        moment = now()
        app = SecondFactor(user_id=user.id, secret="x", created_at=moment, confirmed_at=moment)
        db.session.add(app)
    for arguments, kept in (((), 1), (("--reset-second-step",), 0)):
        code, said = command(ADDRESS, *arguments)
        assert code == 0, said
        assert len(db.session.scalars(sa.select(SecondFactor.user_id)).all()) == kept
        db.session.rollback()


@pytest.mark.parametrize(
    ("arguments", "password"), [((), "short"), (("--role", "partner_lead"), PASSWORD)]
)
def test_nonsense_opens_no_account(
    installed: World, arguments: tuple[str, ...], password: str
) -> None:
    code, _said = command(ADDRESS, *arguments, password=password)
    assert code != 0
    assert whose_password(ADDRESS, password) is None
