"""What a file really is, by its content; its name must say the same, its sender is not asked.

Nothing is unpacked: of a ZIP-based document only the list of its parts is read.
"""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import default as mail_policy
from pathlib import PurePosixPath
from typing import BinaryIO

from casework.i18n import N_
from casework.workflows.declaration import Reason

HEAD = 4096  # bytes that signatures are looked for in
MAIL_HEAD = 64 * 1024
MOST_PARTS = 10_000
MOST_UNPACKED = 1024 * 1024 * 1024  # bytes
MOST_INFLATED = 200  # times the packed size, over the whole file
OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"

EMPTY = N_("This file is empty. Check that it was saved, and choose it again.")
NOT_TAKEN = N_(
    "Files of the type %(extension)s are not taken. Send a PDF, a Word, Excel, PowerPoint or "
    "OpenDocument file, a picture (PNG, JPEG, WebP), plain text (.txt, .csv, .md) or a mail (.eml)."
)
NO_TYPE = N_(
    "The name of this file does not say its type. Save it with an ending such as .pdf or .docx, "
    "and choose it again."
)
NOT_WHAT_IT_SAYS = N_(
    "The name of this file ends in %(extension)s, but its content is something else. Open it in "
    "the program that made it, save it as %(extension)s, and choose it again."
)
NOT_TEXT = N_(
    "This file ends in %(extension)s, but it holds more than plain text. Save it as plain text "
    "(UTF-8), or send a PDF."
)
TOO_PACKED = N_(
    "This file unpacks to far more than it should. Open it, save it under a new name, and choose "
    "the new one."
)
MACROS = N_("This file holds macros. Save it without macros, or send a PDF.")


class RefusedFileError(Exception):
    """The file is not taken; ``reason`` says why, and what to do."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message % params if params else message)
        self.reason = Reason(message, params)


@dataclass(frozen=True)
class _Kind:
    media_type: str
    check: Callable[[BinaryIO, _Kind, str], None]
    part: str = ""  # a part that a ZIP-based document of this kind must have


def media_type(file: BinaryIO, filename: str) -> str:
    """Return the media type of a file, which its content and the ending of its name agree on.

    ``file`` can be read from any place; it stands at its beginning afterwards.
    Raises RefusedFileError.
    """
    file.seek(0)
    if not file.read(1):
        raise RefusedFileError(EMPTY)
    extension = PurePosixPath(filename).suffix.lower()
    if not extension:
        raise RefusedFileError(NO_TYPE)
    kind = KINDS.get(extension)
    if kind is None:
        raise RefusedFileError(NOT_TAKEN, extension=extension[:12])
    kind.check(file, kind, extension)
    file.seek(0)
    return kind.media_type


def endings() -> tuple[str, ...]:
    """Return the endings of names that are taken, for the browser's file chooser."""
    return tuple(KINDS)


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(HEAD)


def _by_signature(file: BinaryIO, kind: _Kind, extension: str) -> None:
    import puremagic  # only few processes look into files

    try:
        found = {match.mime_type for match in puremagic.magic_string(_head(file))}
    except puremagic.PureError:
        found = set()
    if kind.media_type not in found:
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension)


def _pdf(file: BinaryIO, kind: _Kind, extension: str) -> None:
    if not _head(file).startswith(b"%PDF-"):  # other signatures may lie before a late one
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension)


def _parts(file: BinaryIO, extension: str) -> zipfile.ZipFile:
    if not _head(file).startswith(b"PK\x03\x04"):
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension)
    file.seek(0)
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension) from error
    parts = packed.infolist()
    unpacked = sum(p.file_size for p in parts)
    stored = sum(p.compress_size for p in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or unpacked > MOST_INFLATED * (stored + HEAD)
    ):
        raise RefusedFileError(TOO_PACKED)
    return packed


def _ooxml(file: BinaryIO, kind: _Kind, extension: str) -> None:
    names = {name.lower() for name in _parts(file, extension).namelist()}
    if "[content_types].xml" not in names or kind.part not in names:
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise RefusedFileError(MACROS)


def _odf(file: BinaryIO, kind: _Kind, extension: str) -> None:
    packed = _parts(file, extension)
    said = packed.infolist()[0] if packed.infolist() else None
    if (
        said is None
        or said.filename != "mimetype"
        or said.compress_type != zipfile.ZIP_STORED
        or said.file_size != len(kind.media_type)
    ):
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension)
    try:
        text = packed.read(said)
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension) from error
    if text != kind.media_type.encode():
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension)
    if any(name.startswith("Basic/") for name in packed.namelist()):
        raise RefusedFileError(MACROS)


def _text(file: BinaryIO, kind: _Kind, extension: str) -> None:
    """Take UTF-8, or the one-byte text of older programs, without control characters."""
    head = _head(file).removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith(_NOT_PROSE):
        raise RefusedFileError(NOT_TEXT, extension=extension)
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8 = True
    while chunk := file.read(HEAD * 64):
        if any(byte in _CONTROLS for byte in set(chunk)):
            raise RefusedFileError(NOT_TEXT, extension=extension)
        if utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                utf8 = False
        if not utf8 and any(byte in _UNUSED for byte in set(chunk)):
            raise RefusedFileError(NOT_TEXT, extension=extension)


def _mail(file: BinaryIO, kind: _Kind, extension: str) -> None:
    _text(file, kind, extension)
    file.seek(0)
    headers = BytesHeaderParser(policy=mail_policy).parsebytes(file.read(MAIL_HEAD))
    if "From" not in headers or not ({"Date", "Subject", "To"} & {h.title() for h in headers}):
        raise RefusedFileError(NOT_WHAT_IT_SAYS, extension=extension)


_NOT_PROSE = tuple(
    b"#! <!doctype <html <head <body <script <iframe <svg <?xml <?php {\\rtf %pdf".split()
)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f") | {127}
_UNUSED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})  # that Windows-1252 leaves empty

KINDS: dict[str, _Kind] = {
    ".pdf": _Kind("application/pdf", _pdf),
    ".docx": _Kind(f"{OOXML}.wordprocessingml.document", _ooxml, "word/document.xml"),
    ".xlsx": _Kind(f"{OOXML}.spreadsheetml.sheet", _ooxml, "xl/workbook.xml"),
    ".pptx": _Kind(f"{OOXML}.presentationml.presentation", _ooxml, "ppt/presentation.xml"),
    ".odt": _Kind(f"{ODF}.text", _odf),
    ".ods": _Kind(f"{ODF}.spreadsheet", _odf),
    ".odp": _Kind(f"{ODF}.presentation", _odf),
    ".png": _Kind("image/png", _by_signature),
    ".jpg": _Kind("image/jpeg", _by_signature),
    ".jpeg": _Kind("image/jpeg", _by_signature),
    ".webp": _Kind("image/webp", _by_signature),
    ".txt": _Kind("text/plain", _text),
    ".csv": _Kind("text/csv", _text),
    ".md": _Kind("text/markdown", _text),
    ".eml": _Kind("message/rfc822", _mail),
}
