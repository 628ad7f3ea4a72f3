"""Build hook: compiles the catalogues and puts the top level's files into the wheel.

Run as a script (`python hatch_build.py`) it only compiles the catalogues that are stale.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = ("migrations", "worker.py", "wsgi.py")
# In French, no line begins with a mark that belongs to the word before it.
FRENCH_SPACES = ((r"(?<=\S) (?=[;?!])", "\u202f"), (r"(?<=\S) (?=[:»])|(?<=«) ", "\u00a0"))


def compile_catalogues(root: Path) -> list[Path]:
    """Make the .mo file beside each .po file under `root` that is newer; return those made."""
    made = []
    for source in sorted((root / "casework" / "translations").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
        if target.exists() and target.stat().st_mtime >= newest:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3], abort_invalid=True)
        if catalogue.locale_identifier == "fr":
            for message in catalogue:
                message.string = _typeset(message.string)
        scratch = target.with_suffix(".mo.part")
        with scratch.open("wb") as stream:
            write_mo(stream, catalogue)
        scratch.replace(target)
        made.append(target)
    return made


def _typeset(text: Any) -> Any:
    """Return a French text, or its plural forms, with the spaces that no line may break at."""
    if not isinstance(text, str):
        return tuple(_typeset(form) for form in text)
    for where, space in FRENCH_SPACES:
        text = re.sub(where, space, text)
    return text


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatchling calls this before each build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues; a real wheel also carries what lies beside the package."""
        root = Path(self.root)
        compile_catalogues(root)
        if self.target_name == "wheel" and version == "standard":
            for name in BUNDLED:
                build_data["force_include"][str(root / name)] = f"casework/_bundled/{name}"


if __name__ == "__main__":
    for path in compile_catalogues(Path(__file__).resolve().parent):
        sys.stdout.write(f"compiled {path.parts[-3]}\n")
