"""Documents of a case: what arrives, who may add what, what is added, replaced, taken back."""

from casework.services.documents.acts import Added, add, add_version, withdraw
from casework.services.documents.arriving import (
    MIB,
    Arrival,
    DocumentError,
    InvalidDocumentError,
    arriving,
    safe_name,
    storage,
)
from casework.services.documents.rights import (
    KEEPERS,
    LOCKED,
    NOT_NOW,
    ClosedKindError,
    kinds_for,
    may_withdraw,
)

__all__ = [
    "KEEPERS",
    "LOCKED",
    "MIB",
    "NOT_NOW",
    "Added",
    "Arrival",
    "ClosedKindError",
    "DocumentError",
    "InvalidDocumentError",
    "add",
    "add_version",
    "arriving",
    "kinds_for",
    "may_withdraw",
    "safe_name",
    "storage",
    "withdraw",
]
