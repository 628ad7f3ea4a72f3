"""The commands ``casework label …``: they need neither settings nor a database."""

from __future__ import annotations

import json
import sys
from typing import Any, BinaryIO, NoReturn

import click

from casework.labels import grid_file
from casework.labels.outcome import Outcome
from casework.labels.parameters import ParameterError, fraction
from casework.labels.threshold import ThresholdRule


class Threshold(click.ParamType[tuple[int, int]]):
    """Two whole numbers ``a/b`` with 0 < a ≤ b."""

    name = "a/b"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the two numbers, or end the command with status 2."""
        if isinstance(value, tuple):
            return value
        try:
            return fraction(str(value))
        except ParameterError as error:
            self.fail(error.message, param, ctx)


@click.group()
def label() -> None:
    """Try the rules of labels."""


@label.command()
@click.argument("file", type=click.File("rb"))
@click.option("--threshold", type=Threshold(), default="1/2", show_default=True)
def evaluate(file: BinaryIO, threshold: tuple[int, int]) -> None:
    """Compute what follows from a grid of results; prints one JSON object.

    FILE is a CSV (or - for the standard input) with the columns code, kind, weight, na_allowed,
    result, na_reason, na_approved. The status is 2 when the file cannot be judged.
    """
    rule = ThresholdRule(*threshold)
    try:
        grid = grid_file.read(file.read())
    except (grid_file.GridFileError, OSError) as error:
        _refuse(str(error))
    if faults := rule.faults([each.criterion for each in grid]):
        _refuse("\n".join(f"column kind: {fault}" for fault in faults))
    click.echo(json.dumps(as_json(rule.decide(grid)), ensure_ascii=False, indent=2))


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as ``casework label evaluate`` prints it; the fraction in French."""
    must, should = outcome.mandatory, outcome.recommended
    return {
        "favourable": outcome.favourable,
        "mandatory": {"met": must.met, "applicable": must.applicable},
        "recommended": {
            "met": should.met,
            "applicable": should.applicable,
            "display": should.display("fr"),
        },
        "flags": list(outcome.flags),
        "reasons": [
            {"code": r.code, "criterion": r.criterion, "message": str(r)} for r in outcome.reasons
        ],
    }


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
