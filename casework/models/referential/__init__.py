"""Schemes of labels, and the versions of their referentials."""

from casework.models.referential.file import ReferentialFile
from casework.models.referential.mapping import CriterionMapping
from casework.models.referential.referential import (
    Criterion,
    Referential,
    ReferentialField,
    ReferentialVersion,
)
from casework.models.referential.scheme import Scheme

__all__ = [
    "Criterion",
    "CriterionMapping",
    "Referential",
    "ReferentialField",
    "ReferentialFile",
    "ReferentialVersion",
    "Scheme",
]
