"""``casework label evaluate``: a grid in, one JSON object out, and every fault by its place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from casework.cli import cli
from casework.labels.criteria import MOST_WEIGHT

HEAD = "code,kind,weight,na_allowed,result,na_reason,na_approved\n"


def run(content: str | bytes, *options: str) -> Result:
    data = content.encode() if isinstance(content, str) else content
    return CliRunner().invoke(cli, ["label", "evaluate", "-", *options], input=data)


def evaluated(content: str | bytes, *options: str) -> dict:
    done = run(content, *options)
    assert (done.exit_code, done.stderr) == (0, "")
    found: dict = json.loads(done.stdout)
    return found


def test_the_whole_answer() -> None:
    rows = "".join(
        f"R{n},recommended,1,false,{'met' if n < 7 else 'not_met'},,\n" for n in range(15)
    )
    assert evaluated(f"{HEAD}M1,mandatory,,,met,,\n{rows}") == {
        "favourable": False,
        "mandatory": {"met": 1, "applicable": 1},
        "recommended": {"met": 7, "applicable": 15, "display": "7/15 (46,6 %)"},
        "flags": [],
        "reasons": [
            {
                "code": "threshold_not_reached",
                "criterion": None,
                "message": "Of the recommended criteria 7/15 are met; 1/2 is needed.",
            }
        ],
    }
    assert evaluated(f"{HEAD}M1,mandatory,,,met,,\n{rows}", "--threshold", "7/15")["favourable"]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_commas_semicolons_and_byte_order_marks(delimiter, mark, newline) -> None:
    text = HEAD + 'é1,mandatory,1,VRAI,not_applicable,"aucune, ici",true\nM2,mandatory,2,0,met,,\n'
    if delimiter == ";":
        text = text.replace('"aucune, ici"', "aucune ici").replace(",", ";")
    found = evaluated(mark + text.replace("\n", newline).encode())
    assert (found["favourable"], found["mandatory"]) == (True, {"met": 1, "applicable": 1})
    assert found["flags"] == ["threshold_not_applicable"]
    assert found["recommended"]["display"] == "—"


def test_columns_with_a_usual_value_may_be_absent_and_in_any_order() -> None:
    assert evaluated("result,code,kind\n\nmet,A,mandatory\nmet,B,recommended\n")["favourable"]


def test_a_weight_may_be_large() -> None:
    rows = f"A,mandatory,1,0,met,,\nB,recommended,{MOST_WEIGHT},0,met,,\n"
    assert evaluated(HEAD + rows)["recommended"]["met"] == MOST_WEIGHT


def test_undecided_is_an_answer() -> None:
    rows = "A,mandatory,1,1,not_applicable,none here,false\nB,mandatory,1,0,not_met,,\n"
    found = evaluated(HEAD + rows)
    assert found["favourable"] is None
    assert [(r["code"], r["criterion"]) for r in found["reasons"]] == [("na_not_approved", "A")]


REFUSED = [
    ("A,obligatory,1,0,met,,", "line 3, column kind"),
    ("A,mandatory,1,0,done,,", "line 3, column result"),
    ("A,mandatory,1,0,,,", "line 3, column result"),
    (",mandatory,1,0,met,,", "line 3, column code"),
    ("M,mandatory,1,0,met,,", "line 3, column code: M stands in line 2"),
    ("A,mandatory,0,0,met,,", "line 3, column weight"),
    ("A,mandatory,1.5,0,met,,", "line 3, column weight"),
    ("A,mandatory,-1,0,met,,", "line 3, column weight"),
    ("A,mandatory,1000000000,0,met,,", "line 3, column weight"),
    ("A,mandatory,99999999999999999999,0,met,,", "line 3, column weight"),
    ("A,mandatory,1,perhaps,met,,", "line 3, column na_allowed"),
    ("A,mandatory,1,0,met,,2", "line 3, column na_approved"),
    ("A,mandatory,1,0,not_applicable,none,1", "line 3, column result"),
    ("A,mandatory,1,1,not_applicable,,1", "line 3, column na_reason"),
    ("A,informative,1,0,not_applicable,none,1", "line 3, column result"),
    ("A,mandatory,1,0,met,,,surplus", "line 3: 8 cells"),
    ('A,mandatory,1,0,met,"open', "line 3: it is not well-formed"),
]


@pytest.mark.parametrize(("row", "said"), REFUSED, ids=[said for _row, said in REFUSED])
def test_a_faulty_row_is_named_by_line_and_column(row: str, said: str) -> None:
    done = run(f"{HEAD}M,mandatory,1,0,met,,\n{row}\n")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "file: it is empty"),
        (b"\xef\xbb\xbf\n\n", "file: it is empty"),
        (HEAD.encode(), "no line under"),
        (b"code,kind\nA,mandatory\n", "line 1, column result: this column is missing"),
        (b"code,kind,result,wieght\nA,mandatory,met,2\n", "line 1, column wieght: unknown"),
        (b"code,kind,result,kind\nA,mandatory,met,x\n", "line 1, column kind: this column is"),
        (b"code,kind,result\nA,mandatory,\xff\n", "line 2: it is not text in UTF-8"),
        (b"\x00\x01\x02", "it is not text in UTF-8"),
        (b"PK\x03\x04\xff", "it is not text in UTF-8"),
        (b"code,kind,result\nA,recommended,met\n", "column kind: There is no mandatory"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused(content: bytes, said: str) -> None:
    done = run(content)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_every_fault_is_named_at_once() -> None:
    done = run(HEAD + "A,x,0,0,met,,\nA,mandatory,1,0,y,,\n")
    assert len(done.stderr.splitlines()) == 4


@pytest.mark.parametrize("text", ["0/2", "3/2", "half", "1", "1/0", "-1/2", ""])
def test_a_threshold_that_cannot_be_is_refused(text: str) -> None:
    done = run(HEAD + "A,mandatory,1,0,met,,\n", f"--threshold={text}")
    assert (done.exit_code, done.stdout) == (2, "")


def test_it_needs_neither_settings_nor_a_database(tmp_path: Path) -> None:
    file = tmp_path / "grid.csv"
    file.write_text(HEAD + "A,mandatory,1,0,met,,\n", encoding="utf-8")
    code = "import sys; from casework.cli import main; sys.argv[0] = 'casework'; main()"
    command = [sys.executable, "-c", code, "label", "evaluate"]
    done = subprocess.run(
        [*command, str(file)],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["favourable"] is True
    missing = subprocess.run(
        [*command, "none.csv"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert missing.returncode == 2
    assert b"none.csv" in missing.stderr
