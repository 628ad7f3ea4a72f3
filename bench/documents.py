"""A few real papers that all documents of the bench are copies of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

KINDS = ("budget_annex", "evidence", "report", "statutes", "other")


@dataclass(frozen=True)
class Paper:
    """One paper: its kind in the workflow, its name, its bytes."""

    kind: str
    title: str
    name: str
    bytes: bytes
    type: str = "application/pdf"

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.bytes)

    @property
    def hash(self) -> str:
        """Its SHA-256, under which a store keeps it."""
        return hashlib.sha256(self.bytes).hexdigest()


def _pdf(text: str) -> bytes:
    body = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n" % (len(body), body)
    )


PAPERS = tuple(
    Paper(
        kind, f"{kind.replace('_', ' ').capitalize()} {number}", f"{kind}-{number}.pdf", _pdf(kind)
    )
    for number in range(1, 6)
    for kind in KINDS
)
