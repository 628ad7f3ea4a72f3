"""How often Python looks for cycles of objects that nothing else refers to."""

from __future__ import annotations

import gc

THRESHOLDS = (10_000, 10, 10)
"""Python's own begin at 700 new objects: a page makes thousands, and nearly none is in a cycle.

At 50,000 a web process of four threads was four to eleven megabytes larger.
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
