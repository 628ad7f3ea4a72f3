"""What only few processes need is loaded by those alone: every process pays for what it loads."""

import subprocess
import sys

import pytest

from casework.config import top_level

HEAVY = {
    "alembic",
    "cryptography.fernet",
    "flask_migrate",
    "obstore",
    "openpyxl",
    "rapidfuzz",
    "segno",
    "xlsxwriter",
}
PROCESSES = {
    "web": "import casework.app, casework.web.blueprints as b, importlib\n"
    "for name in b.MODULES: importlib.import_module(f'casework.web.{name}')\n",
    "worker": "import casework.app, casework.jobs.worker\n",
}


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_starts_without_the_libraries_of_rare_work(process: str) -> None:
    code = f"{PROCESSES[process]}import sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=top_level(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    loaded = set(done.stdout.split())
    assert "flask" in loaded
    assert loaded & HEAVY == set()
