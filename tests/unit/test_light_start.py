"""What only few processes need is loaded by those alone: every process pays for what it loads."""

import os
import subprocess
import sys

import pytest

from casework.config import top_level

HEAVY = {
    "alembic",
    "cryptography.fernet",
    "flask_migrate",
    "holidays.countries",
    "icalendar",
    "obstore",
    "openpyxl",
    "puremagic",
    "rapidfuzz",
    "segno",
    "valkey",
    "xlsxwriter",
}
SETTINGS = {
    "CASEWORK_DATABASE_URL": "sqlite:////data/casework.db",
    "CASEWORK_REDIS_URL": "redis://localhost:6379/0",
    "CASEWORK_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "CASEWORK_BASE_URL": "https://cases.example.org/",
    "CASEWORK_SMTP_URL": "smtp://mail.example.org",
    "CASEWORK_MAIL_FROM": "casework@example.org",
}
PROCESSES = {
    "web": "from casework.app import create_app\ncreate_app()\n",
    "worker": "import casework.app, casework.jobs.worker\n",
}
WORKING = (
    "from datetime import date\nfrom casework.calendar.public_days import public_days\n"
    "assert date(2026, 7, 21) in public_days('BE', 2026, 'fr')\n"
)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_starts_without_the_libraries_of_rare_work(process: str) -> None:
    code = f"{PROCESSES[process]}{WORKING}import sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=top_level(),
        env={**os.environ, **SETTINGS},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    loaded = set(done.stdout.split())
    assert "flask" in loaded
    assert loaded & HEAVY == set()
