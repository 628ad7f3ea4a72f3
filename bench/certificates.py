"""Two hundred certificates one after the other, each typeset in a process of its own."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from itertools import islice
from typing import Any

from bench.network import KEY
from bench.timing import Times
from casework.extensions import db
from casework.queries.labels import register
from casework.services.labels import certificate

NUMBER = 200


def certificates() -> dict[str, Any]:
    """Measure the certificates of the bench's network; ``CERTIFICATES`` asks for fewer."""
    wanted = int(os.environ.get("CERTIFICATES", NUMBER))
    entries = list(islice((e for e in register.everything(KEY) if not e.is_gap), wanted))
    db.session.remove()
    taken = []
    for entry in entries:
        begin = time.perf_counter()
        certificate.typeset(entry, "fr", entry.version)
        taken.append(time.perf_counter() - begin)
    return {
        "number": len(entries),
        "seconds": round(sum(taken), 1),
        "each": asdict(Times.of(taken)),
    }
