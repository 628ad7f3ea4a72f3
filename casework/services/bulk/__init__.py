"""Acts on many cases at once: chosen, previewed, carried out case by case, taken back."""

from casework.services.bulk.choosing import MOST, TooManyError, choose, chosen_cases, prepare
from casework.services.bulk.confirming import AT_ONCE, ChangedError, confirm
from casework.services.bulk.fitting import Fitting, fits, moves_for
from casework.services.bulk.preview import Line, Preview, preview
from casework.services.bulk.removing import remove_old
from casework.services.bulk.undoing import NoWayBackError, may_undo, undo

__all__ = [
    "AT_ONCE",
    "MOST",
    "ChangedError",
    "Fitting",
    "Line",
    "NoWayBackError",
    "Preview",
    "TooManyError",
    "choose",
    "chosen_cases",
    "confirm",
    "fits",
    "may_undo",
    "moves_for",
    "prepare",
    "preview",
    "remove_old",
    "undo",
]
