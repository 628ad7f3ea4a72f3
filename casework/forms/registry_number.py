"""Numbers in the official registers of organisations, checked by python-stdnum."""

from __future__ import annotations

import re
from typing import Any

from stdnum.be import vat as be_number
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.fr import siren, siret

from casework.i18n import N_

WRONG_CHECK = N_("A figure in this number is wrong: its check does not fit. Compare it once more.")
BELGIAN = N_("A Belgian enterprise number has ten figures, for instance 0403.019.261.")
FRENCH = N_("A French SIREN number has nine figures, a SIRET number fourteen.")
DUTCH = N_("A Dutch KVK number has eight figures.")
LUXEMBOURGISH = N_(
    "A Luxembourg RCS number is a letter and up to six figures, for instance B123456."
)
UNKNOWN_COUNTRY = N_("Choose the country first: each one numbers its organisations differently.")

_LENGTHS = {"NL": (r"\d{8}", DUTCH), "LU": (r"[A-Z]\d{1,6}", LUXEMBOURGISH)}


def normalise(country: str, number: str) -> str:
    """Return the registry number in the form in which it is stored: figures without separators.

    Belgian numbers get their ten figures, a French SIRET keeps its fourteen.

    Raises:
        ValueError: the number is not one of this country; the message is for the reader.
    """
    compact = re.sub(r"[\s\u00a0\u202f.\-/]", "", number).upper()
    if country == "BE":
        return _checked(be_number, compact.removeprefix("BE"), BELGIAN)
    if country == "FR":
        return _checked(siret if len(compact) == 14 else siren, compact, FRENCH)  # noqa: PLR2004
    if country not in _LENGTHS:
        raise ValueError(UNKNOWN_COUNTRY)
    pattern, message = _LENGTHS[country]
    if re.fullmatch(pattern, compact, re.ASCII) is None:
        raise ValueError(message)
    return compact


def _checked(register: Any, compact: str, message: str) -> str:
    if not (compact.isascii() and compact.isdigit()):
        raise ValueError(message)
    try:
        return str(register.validate(compact))
    except InvalidChecksum as error:
        raise ValueError(WRONG_CHECK) from error
    except ValidationError as error:
        raise ValueError(message) from error
