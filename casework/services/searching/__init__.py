"""The search index: importing this package makes it follow every change (see ``following``)."""

from casework.services.searching import following as _following  # noqa: F401 - it listens
from casework.services.searching.keeping import (
    faults,
    fill_if_empty,
    rebuild,
    refresh_cases,
    refresh_documents,
    refresh_organisations,
    refresh_people,
)

__all__ = [
    "faults",
    "fill_if_empty",
    "rebuild",
    "refresh_cases",
    "refresh_documents",
    "refresh_organisations",
    "refresh_people",
]
