"""The bench runs; its figures are for people, and no test waits for a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from casework.config import top_level


@pytest.mark.processes
def test_a_small_bench_measures_pages_moves_and_a_sweep(tmp_path: Path):
    asked = {
        "CASES": "50",
        "DATABASES": "sqlite",
        "ROUNDS": "2",
        "CERTIFICATES": "2",
        "COOPERATIVES": "20",
        "OUT": str(tmp_path / "out.json"),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "bench"],
        env={**os.environ, **asked},
        cwd=top_level(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "| target | limit | measured | reached |" in ended.stdout
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))["sqlite"]["50"]
    assert {"list", "case page", "desk", "bare list"} <= found["times"].keys()
    assert {"list of a member", "agenda of 200", "meeting of 30"} <= found["times"].keys()
    assert found["moves"]["fire() by POST"]["median"] > 0
    assert found["sweep"]["messages"] > 0
    assert found["certificates"]["number"] == 2
