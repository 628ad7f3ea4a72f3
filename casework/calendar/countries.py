"""The countries whose public holidays we know."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_MODULES = {
    "BE": ("belgium", "Belgium"),
    "FR": ("france", "France"),
    "NL": ("netherlands", "Netherlands"),
    "LU": ("luxembourg", "Luxembourg"),
}
COUNTRIES = tuple(_MODULES)


@cache
def holidays_of(country: str) -> type[HolidayBase]:
    """Return the library's class of one of ``COUNTRIES``.

    Its file is loaded by itself: asked for any country, the library loads all 250, and a process
    grows by eight megabytes.
    """
    file, name = _MODULES[country]
    package = find_spec("holidays")
    if package is None or package.origin is None:
        raise ImportError("the library of public holidays is not installed as files")
    place = Path(package.origin).parent / "countries" / f"{file}.py"
    spec = spec_from_file_location(f"holidays.countries.{file}", place)
    if spec is None or spec.loader is None:
        raise ImportError(f"the public holidays of {country} are not where they were")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[HolidayBase] = getattr(module, name)
    return found
