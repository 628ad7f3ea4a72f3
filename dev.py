"""The two commands and their small sisters; needs nothing but Python, builds .venv on first use.

python3 dev.py run | test | test-long | check | fmt | messages | bench
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "casework needs Python 3.11 or newer; this is Python %d.%d. "
        "Install one, then: make PYTHON=python3.11 run" % sys.version_info[:2]
    )

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Callable, Dict, List

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "casework-stamp"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
# What tests drive beside Python, and the Debian packages that hold it.
PROGRAMS = {"chromium": "chromium", "clamd": "clamav-daemon", "openssl": "openssl"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LANGUAGES = ("fr", "nl")  # English is the language of the code
# The browser's first: one process walks through all pages, and takes the longest.
TESTS = ("e2e", "unit", "contract", "integration")


def stamp_for(kind: str) -> str:
    """Return what the stamp of a virtualenv of this kind (run, dev) must say to be current."""
    digest = hashlib.sha256((ROOT / LOCKS[kind]).read_bytes()).hexdigest()
    return "%s %s %d.%d %s" % (kind, digest, *sys.version_info[:2], ROOT)


def environment(kind: str) -> None:
    """Build .venv from the lock unless it is current, and compile the stale catalogues."""
    found = STAMP.read_text("utf-8") if STAMP.is_file() else ""
    # What serves the tests serves a run too.
    if found not in {stamp_for(kind), stamp_for("dev")}:
        build(kind)
    must(str(BIN / "python"), str(ROOT / "hatch_build.py"))


def build(kind: str) -> None:
    """Make .venv anew with exactly what the lock names."""
    print("Building .venv from %s; this takes half a minute." % LOCKS[kind], flush=True)
    STAMP.unlink(missing_ok=True)
    try:
        must(sys.executable, "-m", "venv", "--clear", str(VENV))
    except SystemExit:
        sys.exit(
            "No virtual environment could be made in %s. The folder must be writable, and Python "
            "must have its venv module (on Debian and Ubuntu: apt install python3-venv)." % VENV
        )
    pip = (str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    must(*pip, "--require-hashes", "-r", str(ROOT / LOCKS[kind]))
    must(*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(stamp_for(kind), "utf-8")


def must(*command: str) -> None:
    """Run a command in the checkout; end with its exit code if it fails."""
    code = subprocess.run(command, cwd=str(ROOT), check=False).returncode
    if code:
        sys.exit(code)


def run() -> None:
    """Become `casework run`, so that every signal reaches it and nothing stands between."""
    environment("run")
    os.chdir(str(ROOT))
    command = str(BIN / "casework")
    os.execv(command, [command, "run"])


def checks() -> Dict[str, List[str]]:
    """Return the checks that need no server, by name."""
    return {
        "format": [str(BIN / "ruff"), "format", "--check", "."],
        "lint": [str(BIN / "ruff"), "check", "."],
        "types": [str(BIN / "mypy")],
        "imports": [str(BIN / "lint-imports")],
        "workflows": [str(BIN / "casework"), "check"],
    }


def check() -> None:
    """Run every check that needs no server."""
    environment("dev")
    report(checks())


def test() -> None:
    """Run everything: the checks, then all tests on both databases and in a real browser."""
    environment("dev")
    programs_or_loud_line()
    folders = ["tests/" + name for name in TESTS if (ROOT / "tests" / name).is_dir()]
    # A whole campaign takes longer than any single test may.
    patience = ["--timeout", "0"] if os.environ.get("TEST_LONG") else []
    report({**checks(), "tests": [str(BIN / "pytest"), "-n", "2", *patience, *folders]})


def test_long() -> None:
    """The same with the long campaigns at their whole size."""
    os.environ["TEST_LONG"] = "1"
    test()


def report(steps: Dict[str, List[str]]) -> None:
    """Run all steps, also after a failure, and end with the list of those that failed."""
    failed = []
    for name, command in steps.items():
        print("\n== %s" % name, flush=True)
        if subprocess.run(command, cwd=str(ROOT), check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit("\nFAILED: " + ", ".join(failed))
    print("\nAll is well.")


def programs_or_loud_line() -> None:
    """Find the programs that some tests drive, or install them; else say so loudly or fail."""
    missing = [program for program in PROGRAMS if not has(program)]
    if missing:
        install([PROGRAMS[program] for program in missing])
    missing = [program for program in missing if not has(program)]
    if not missing:
        return
    line = "!!! MISSING: %s; what needs them is not tested." % ", ".join(missing)
    print("\n%s\n%s\n%s\n" % ("!" * len(line), line, "!" * len(line)), file=sys.stderr, flush=True)
    if os.environ.get("REQUIRE_E2E") == "1":
        sys.exit("REQUIRE_E2E=1 asks for every test.")


def has(program: str) -> bool:
    """Tell whether the tests will find a program."""
    if program == "chromium":
        return any(map(shutil.which, (os.environ.get("CHROMIUM") or BROWSERS[0], *BROWSERS)))
    return bool(shutil.which(program) or shutil.which("/usr/sbin/" + program))


def install(packages: List[str]) -> None:
    """Install packages with apt where we may."""
    rights: List[str] = []
    if not shutil.which("apt-get"):
        return
    if os.geteuid() != 0:
        rights = ["sudo", "-n"]
        if not shutil.which("sudo") or subprocess.run([*rights, "true"], check=False).returncode:
            return
    print("Installing %s for the tests." % ", ".join(packages), flush=True)
    silent = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"]
    subprocess.run([*silent, "update"], check=False, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*silent, "install", "--no-install-recommends", *packages],
        check=False,
        stdout=subprocess.DEVNULL,
    )


def fmt() -> None:
    """Format the code and mend what can be mended."""
    environment("dev")
    must(str(BIN / "ruff"), "check", "--fix", "--quiet", ".")
    must(str(BIN / "ruff"), "format", ".")


def bench() -> None:
    """Measure pages, moves and sweeps at three sizes on both databases."""
    environment("dev")
    must(str(BIN / "python"), "-m", "bench")


def extraction(template: str) -> List[str]:
    """Return what tells pybabel to write all texts of the code into a template."""
    sources = ["-F", "pyproject.toml", "-k", "N_", "-k", "lazy_gettext"]
    head = ["--add-location=file", "--project=casework", "--copyright-holder=casework"]
    return ["-q", "extract", *sources, *head, "-o", template, "."]


def messages() -> None:
    """Bring the texts of the code into the catalogues of all languages."""
    environment("dev")
    pybabel, folder = str(BIN / "pybabel"), "casework/translations"
    with tempfile.TemporaryDirectory() as scratch:
        template = str(Path(scratch) / "messages.pot")
        must(pybabel, *extraction(template))
        for language in LANGUAGES:
            target = ("-i", template, "-d", folder, "-l", language, "-w", "100")
            if (ROOT / folder / language / "LC_MESSAGES" / "messages.po").exists():
                extras = ("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
                must(pybabel, "-q", "update", *target, *extras)
            else:
                must(pybabel, "-q", "init", *target)


COMMANDS: Dict[str, Callable[[], None]] = {
    "run": run,
    "test": test,
    "test-long": test_long,
    "check": check,
    "fmt": fmt,
    "messages": messages,
    "bench": bench,
}


def main(arguments: List[str]) -> None:
    """Do what the one argument says."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        sys.exit("usage: python3 dev.py " + " | ".join(COMMANDS))
    try:
        COMMANDS[arguments[0]]()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
