"""Files to import are read in every usual coding, and nothing in them is trusted."""

from __future__ import annotations

import pytest

from casework.naming import host_of, twin_key
from casework.services.importing import reading
from tests.support import sheets

ROWS = [["name", "town"], ["Café d’à côté", "Liège"], ["“Moût”; vin, pain", "Huy\tSud"]]


def known(heads):
    return len({"name", "town"} & set(heads))


def read(content: bytes, name: str = "list.csv"):
    return list(reading.lines(content, name, known))


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_codings_of_spreadsheets(coding, delimiter):
    content = sheets.text(ROWS, delimiter).encode(coding)
    assert read(content) == [(1, ROWS[0]), (2, ROWS[1]), (3, ROWS[2])]


def test_lines_are_numbered_as_a_spreadsheet_shows_them():
    content = b'name;town\r\n\r\n"two\r\nlines";Huy\r\n;;\r\nlast;Mons\r\n'
    assert [number for number, _ in read(content)] == [1, 3, 5]
    book = sheets.xlsx([["name"], [None], ["x"]])
    assert [number for number, _ in read(book, "Liste.XLSX")] == [1, 3]


def test_cells_are_read_as_values_and_formulas_are_not_run():
    book = sheets.xlsx([["name", "town"], [403019261, "=1+1"], [12.0, True]])
    assert [cells for _, cells in read(book, "a.xlsx")][1:] == [["403019261"], ["12", "1"]]
    assert read(b"name\n=cmd()\n")[1][1] == ["=cmd()"]


REFUSED = [
    (b"", "a.csv", "empty"),
    (b"name\n\x00\x01\x02", "a.csv", "could not be read as text"),
    (b"%PDF-1.7 name", "a.csv", "content is something else"),
    (sheets.xlsx([["name"]]), "a.csv", "content is something else"),
    (b"name;town\n", "a.xlsx", "content is something else"),
    (b"PK\x03\x04 not a zip", "a.xlsx", "content is something else"),
    (b"name", "a.exe", "Send an Excel file"),
    (b'name;town\n"never closed;Huy\n', "a.csv", "line 2"),
    (b"name\n" + b"x" * 10_001, "a.csv", "longer than"),
    (b"name\n" + b"x\n" * 20_001, "a.csv", "20000 lines"),
    (b"x" * (10 * reading.MIB + 1), "a.csv", "larger than 10 MB"),
]


@pytest.mark.parametrize(("content", "name", "said"), REFUSED, ids=[r[2] for r in REFUSED])
def test_what_cannot_be_read_is_refused_with_a_reason(content, name, said):
    with pytest.raises(reading.UnreadableError) as refused:
        read(content, name)
    assert said in str(refused.value)


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked():
    with pytest.raises(reading.UnreadableError):
        read(sheets.bomb(150 * reading.MIB), "a.xlsx")


@pytest.mark.timeout(60)
def test_a_line_that_says_it_is_far_below_keeps_nobody_busy():
    assert read(sheets.far_below(9_000), "a.xlsx") == [(1, ["name"]), (9_000, ["Terre"])]
    with pytest.raises(reading.UnreadableError, match="damaged"):
        read(sheets.far_below(10**12), "a.xlsx")


def test_the_name_without_ornaments_and_the_site_tell_twins():
    assert twin_key("ASBL « Les Tabliers-Verts »") == twin_key("Tabliers verts (asbl)")
    assert twin_key("Les asbl") == "lesasbl", "a name of ornaments alone stays"
    assert host_of("https://www.Example.org/fr?x=1") == "example.org"
    assert (
        host_of("https://fr-fr.facebook.com/us") == host_of("nonsense") == host_of("http://[") == ""
    )
