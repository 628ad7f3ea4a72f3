"""What the guide and the files for administrators say is what the program knows."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from casework.app import create_app
from casework.cli import cli
from casework.config import PREFIX, Settings, top_level
from casework.web.errors import WITH_SECRETS
from tests.support.migrating import settings_for

ROOT = top_level()
GUIDE = (ROOT / "docs" / "operations.md").read_text("utf-8")
DEPLOY = ROOT / "deploy"


def known() -> set[str]:
    return {PREFIX + each.name.upper() for each in fields(Settings)}


def files() -> list[Path]:
    return [path for path in DEPLOY.rglob("*") if path.is_file()]


def test_the_table_of_settings_names_every_setting_once():
    rows = re.findall(r"^\| `(CASEWORK_[A-Z_]+)` \|", GUIDE, re.MULTILINE)
    assert sorted(rows) == sorted(known())


def test_no_file_names_a_setting_that_does_not_exist():
    for path in files():
        named = set(re.findall(r"CASEWORK_[A-Z_]*[A-Z]", path.read_text("utf-8")))
        assert named <= known(), path.name


def test_the_example_environment_is_taken():
    text = (DEPLOY / "environment.example").read_text("utf-8")
    pairs = re.findall(r"^(CASEWORK_[A-Z_]+)=(.*)$", text, re.MULTILINE)
    values = {name: value.strip('"') for name, value in pairs if value}
    made = Settings.from_env({**values, f"{PREFIX}SECRET_KEY": "s" * 40})
    assert made.proxies == 1


def test_a_shell_reads_the_example_environment_as_systemd_does():
    text = (DEPLOY / "environment.example").read_text("utf-8").replace("# CASEWORK_", "CASEWORK_")
    pairs = dict(re.findall(r"^(CASEWORK_[A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert "CASEWORK_STORAGE_URL" in pairs
    for name, value in pairs.items():
        assert not re.search(r"[&;?#<>() ]", value) or value == f'"{value[1:-1]}"', name


def test_every_command_that_the_guide_and_the_units_give_exists():
    text = GUIDE + "".join(path.read_text("utf-8") for path in files())
    named = set(re.findall(r"(?:bin/|`|^)casework ([a-z][a-z-]+)", text, re.MULTILINE))
    assert {"backup", "restore", "worker", "migrate"} <= named
    assert named <= set(cli.commands)


def test_alerts_and_guide_name_metrics_that_are_answered():
    source = (ROOT / "casework" / "web" / "metrics.py").read_text("utf-8")
    answered = set(re.findall(r'"(casework_[a-z_]+)"', source))
    text = GUIDE + (DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8")
    for name in set(re.findall(r"\b(casework_[a-z_]+)\b", text)) - {"casework_proxy"}:
        assert re.sub(r"_(total|bucket|count|sum)$", "", name) in answered, name


def test_the_proxy_writes_no_address_into_its_log_that_is_a_secret():
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    found = re.search(r"location ~ (\S+) { access_log off;", text)
    assert found is not None
    app = create_app(settings_for("sqlite://"))
    secret = [r.rule for r in app.url_map.iter_rules() if r.endpoint.split(".")[0] in WITH_SECRETS]
    secret = [rule for rule in secret if "token" in rule]
    assert len(secret) >= 3
    assert [rule for rule in secret if not re.match(found[1], rule)] == []


def test_every_file_that_the_guide_links_to_exists():
    for link in re.findall(r"\]\((?!http|#)([^)#]+)", GUIDE):
        assert (ROOT / "docs" / link).exists(), link
