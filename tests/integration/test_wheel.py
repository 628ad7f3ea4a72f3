"""The wheel holds all that the program reads when it runs, and is built without a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.processes import ROOT
from tests.support.site import copy_checkout

TO_BUILD = ("hatch_build.py", "LICENSE", "README.md")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    checkout = copy_checkout(tmp_path_factory.mktemp("wheel") / "a clone with spaces in its path")
    for name in TO_BUILD:
        shutil.copy2(ROOT / name, checkout / name)
    for stale in checkout.rglob("*.mo"):
        stale.unlink()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    (built,) = (checkout / "dist").glob("casework-*.whl")
    return built


def folders_and_files(root: Path, *patterns: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for pattern in patterns
        for path in root.rglob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_it_holds_code_templates_and_static_files(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "casework"
    wanted = folders_and_files(
        package, "*.py", "*.html", "*.txt", "*.css", "*.js", "*.svg", "*.po", "*.typ"
    )
    assert wanted
    assert wanted - names == set()


def test_it_holds_compiled_catalogues(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    for language in ("fr", "nl"):
        assert f"casework/translations/{language}/LC_MESSAGES/messages.mo" in names


def test_it_holds_the_migrations_and_both_entry_points(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    migrations = folders_and_files(ROOT / "migrations", "*.py", "*.mako")
    wanted = {f"casework/_bundled/{name}" for name in {*migrations, "worker.py", "wsgi.py"}}
    assert len(wanted) > 3
    assert wanted - names == set()
