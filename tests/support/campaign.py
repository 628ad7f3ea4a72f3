"""Sizes of the long campaigns: reduced in `make test`, whole in `make test-long`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

WHOLE = os.environ.get("TEST_LONG") == "1"


def size(reduced: int, whole: int) -> int:
    """Return how many rounds a campaign runs."""
    return whole if WHOLE else reduced


def register_profiles() -> None:
    """Choose Hypothesis's size; it prints how to repeat a failure either way."""
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    for name, examples in (("reduced", 30), ("whole", 500)):
        settings.register_profile(
            name,
            max_examples=examples,
            deadline=None,
            print_blob=True,
            suppress_health_check=slow,
        )
    settings.load_profile("whole" if WHOLE else "reduced")
