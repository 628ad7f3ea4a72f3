"""Small files of every type for tests about documents."""

from __future__ import annotations

import io
import zipfile

OOXML = b'<?xml version="1.0"?><Types/>'
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88"
EXE = (
    b"MZ\x90\x00"
    + b"\x00" * 56
    + b"\x80\x00\x00\x00"
    + b"\x00" * 64
    + b"PE\x00\x00"
    + b"\x00" * 200
)
MAIL = (
    b"From: Nora <nora@example.org>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0100\r\n"
    b"\r\nGood morning.\r\n"
)


def packed(parts: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a ZIP file with these parts, always the same; ``stored`` parts are not compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, method)  # dated 1980
    return file.getvalue()


def word(**more: bytes) -> bytes:
    """Return a Word document."""
    return packed({"[Content_Types].xml": OOXML, "word/document.xml": OOXML, **more})


def excel() -> bytes:
    """Return an Excel workbook."""
    return packed({"[Content_Types].xml": OOXML, "xl/workbook.xml": OOXML})


def powerpoint() -> bytes:
    """Return a PowerPoint presentation."""
    return packed({"[Content_Types].xml": OOXML, "ppt/presentation.xml": OOXML})


def opendocument(kind: str) -> bytes:
    """Return an OpenDocument file: text, spreadsheet or presentation."""
    said = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": said, "content.xml": OOXML}, stored=("mimetype",))
