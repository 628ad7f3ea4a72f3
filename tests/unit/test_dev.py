"""dev.py: what it says to an old Python, and what it does without a browser."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import dev
from tests.support.processes import ROOT


def test_an_old_python_can_read_it_so_that_it_gets_its_sentence():
    source = (ROOT / "dev.py").read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    nodes = iter(tree.body)
    assert isinstance(next(nodes), ast.Expr)  # the docstring
    assert isinstance(next(nodes), ast.Import)  # sys
    check = next(nodes)
    assert isinstance(check, ast.If)  # and nothing is imported before the check
    assert "sys.version_info < (3, 11)" in ast.unparse(check)


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with neither a browser nor a way to install one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("REQUIRE_E2E", raising=False)


@pytest.mark.usefixtures("no_browser")
def test_a_missing_browser_is_said_loudly(capsys: pytest.CaptureFixture[str]):
    dev.programs_or_loud_line()
    assert "MISSING: chromium" in capsys.readouterr().err


@pytest.mark.usefixtures("no_browser")
def test_a_missing_browser_is_a_failure_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REQUIRE_E2E", "1")
    with pytest.raises(SystemExit) as caught:
        dev.programs_or_loud_line()
    assert caught.value.code


def test_the_stamp_changes_with_the_lock_and_with_the_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "requirements.lock").write_text("a==1", "utf-8")
    here = dev.stamp_for("run")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    there = dev.stamp_for("run")
    (tmp_path / "requirements.lock").write_text("a==2", "utf-8")
    assert len({here, there, dev.stamp_for("run")}) == 3


def test_the_make_file_knows_every_command():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = next(line for line in makefile.splitlines() if line.endswith("messages:"))
    assert set(targets.rstrip(":").split()) == set(dev.COMMANDS)
