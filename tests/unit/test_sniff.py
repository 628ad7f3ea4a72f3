from __future__ import annotations

import io

import pytest

from casework.adapters import sniff
from casework.adapters.sniff import RefusedFileError, media_type
from casework.services.documents import safe_name
from tests.support import files

GOOD = {
    "a.pdf": files.PDF,
    "a.docx": files.word(),
    "a.xlsx": files.excel(),
    "a.pptx": files.powerpoint(),
    "a.odt": files.opendocument("text"),
    "a.ods": files.opendocument("spreadsheet"),
    "a.odp": files.opendocument("presentation"),
    "a.png": files.PNG,
    "a.jpg": files.JPEG,
    "A.JPEG": files.JPEG,
    "a.webp": files.WEBP,
    "a.txt": "Une idée, een idee".encode(),
    "b.txt": "Une idée".encode("latin-1"),
    "c.txt": b"\xef\xbb\xbfwith a mark",
    "a.csv": b"name;amount\r\nA;1 200,50\r\n",
    "a.md": b"# Title\n\n- point\n",
    "a.eml": files.MAIL,
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_what_it_says_is_taken(name):
    file = io.BytesIO(GOOD[name])
    file.seek(3)
    extension = "." + name.lower().rpartition(".")[2]
    assert media_type(file, name) == sniff.KINDS[extension].media_type
    assert file.tell() == 0


def test_every_type_has_an_example_here():
    assert {"." + n.lower().rpartition(".")[2] for n in GOOD} == set(sniff.endings())


def bomb() -> bytes:
    """A Word document whose list of parts promises a thousand times what it weighs."""
    return files.word(**{"word/media/zeros.bin": bytes(40 * 1024 * 1024)})


BAD = {
    "empty": ("a.pdf", b"", sniff.EMPTY),
    "no ending": ("report", files.PDF, sniff.NO_TYPE),
    "a program": ("a.exe", files.EXE, sniff.NOT_TAKEN),
    "a program twice named": ("a.pdf.exe", files.EXE, sniff.NOT_TAKEN),
    "a page": ("a.html", b"<html></html>", sniff.NOT_TAKEN),
    "a drawing with scripts": ("a.svg", b"<svg/>", sniff.NOT_TAKEN),
    "a program named pdf": ("a.pdf", files.EXE, sniff.NOT_WHAT_IT_SAYS),
    "a program before a pdf": ("a.pdf", files.EXE + files.PDF, sniff.NOT_WHAT_IT_SAYS),
    "a picture named pdf": ("a.pdf", files.PNG, sniff.NOT_WHAT_IT_SAYS),
    "a pdf named picture": ("a.png", files.PDF, sniff.NOT_WHAT_IT_SAYS),
    "a png named jpg": ("a.jpg", files.PNG, sniff.NOT_WHAT_IT_SAYS),
    "a page named picture": ("a.webp", b"<html></html>", sniff.NOT_WHAT_IT_SAYS),
    "a sheet named text": ("a.docx", files.excel(), sniff.NOT_WHAT_IT_SAYS),
    "any zip named text": ("a.docx", files.packed({"x": b"y"}), sniff.NOT_WHAT_IT_SAYS),
    "half a zip": ("a.docx", files.word()[:60], sniff.NOT_WHAT_IT_SAYS),
    "text named docx": ("a.docx", b"hello", sniff.NOT_WHAT_IT_SAYS),
    "another open document": ("a.odt", files.opendocument("spreadsheet"), sniff.NOT_WHAT_IT_SAYS),
    "an open document that says nothing": ("a.odt", files.word(), sniff.NOT_WHAT_IT_SAYS),
    "an empty zip": ("a.odt", files.packed({}), sniff.NOT_WHAT_IT_SAYS),
    "macros": ("a.docx", files.word(**{"word/vbaProject.bin": b"x"}), sniff.MACROS),
    "far too much inside": ("a.docx", bomb(), sniff.TOO_PACKED),
    "bytes named text": ("a.txt", b"a\x00b", sniff.NOT_TEXT),
    "a program named text": ("a.csv", files.EXE, sniff.NOT_TEXT),
    "a page named text": ("a.txt", b"\n <!DOCTYPE html><p>", sniff.NOT_TEXT),
    "a drawing named text": ("a.md", b"\xef\xbb\xbf<svg onload=''>", sniff.NOT_TEXT),
    "a script named text": ("a.txt", b"#!/bin/sh\nrm -r", sniff.NOT_TEXT),
    "no alphabet": ("a.txt", b"\xff\x9d\x81", sniff.NOT_TEXT),
    "a late control sign": ("a.txt", b"a" * 300_000 + b"\x07", sniff.NOT_TEXT),
    "text named mail": ("a.eml", b"Good morning.", sniff.NOT_WHAT_IT_SAYS),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_what_it_says_is_refused_with_advice(case):
    name, content, message = BAD[case]
    with pytest.raises(RefusedFileError) as refused:
        media_type(io.BytesIO(content), name)
    assert refused.value.reason.message == message
    assert "%(" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\nora\\Rapport final.PDF", "Rapport final.PDF"),
        ("/absolute/name.docx", "name.docx"),
        ("..", "document"),
        ("", "document"),
        ("...pdf", "pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("gnp.\u202efdp.exe", "gnp.fdp.exe"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("  spaces   inside .pdf", "spaces inside .pdf"),
    ],
)
def test_names_lose_what_leads_elsewhere(given, kept):
    assert safe_name(given) == kept


def test_long_names_keep_their_ending():
    name = safe_name("x" * 500 + ".docx")
    assert len(name) == 120
    assert name.endswith(".docx")
