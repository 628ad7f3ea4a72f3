"""How often Python looks for cycles of objects that nothing else refers to."""

from __future__ import annotations

import gc

THRESHOLDS = (2_000, 5, 2)
"""Python's own begin at 700 new objects: a page makes thousands, and nearly none is in a cycle.

The later rounds are cheap, as what was loaded is left out, and each row that SQLAlchemy has read is
in a cycle: with (10_000, 10, 10) a web process was three to four megabytes larger.
"""


def seldom_collect() -> None:
    """Leave out for good what is loaded by now, and look at the rest seldom.

    To be called once a process, when its application is made: the objects of code, templates and
    models stay as long as the process, and going through them took a quarter of its time. Workers
    fork after it, and go on sharing that memory.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
