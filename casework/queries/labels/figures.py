"""A year of a label's network as plain tables: the page draws them, the files hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from flask_babel import gettext as _

from casework.i18n import written_day
from casework.labels.suppression import LEAST, suppressed
from casework.queries.dashboard.figures import Figure, Value
from casework.queries.labels.counting import Passed
from casework.queries.labels.synthesis import Network

MOST_FAILED = 10
BANDS = ((0, 24), (25, 49), (50, 74), (75, 99), (100, 100))
"""Percent of the weight of what is recommended, from and to."""
FAILURES = (0, 1, 2)
"""Mandatory criteria not met: none, one, and so many or more."""


def everything(found: Network, language: str) -> list[Figure]:
    """Return all tables of the year."""
    return [
        _standing(found, language),
        _years(found),
        _compared(found),
        _failed(found),
        *_passed(found, language),
        _practices(found, language),
    ]


def _standing(found: Network, language: str) -> Figure:
    """The single numbers, each with what it was computed from."""
    now = found.now
    half = median(found.days) if found.days else None
    rows: list[tuple[Value, ...]] = [
        (
            _("Coverage"),
            now.coverage.display(language),
            _("Members audited within 36 months, of the active members."),
        ),
        (
            _("Labelled share"),
            now.share.display(language),
            _("Members whose label is in force, of the active members."),
        ),
        (_("Labels suspended"), now.suspended, _("Members whose label is suspended.")),
        (
            _("Never audited"),
            now.never,
            _("Active members that no audit under this label was ever held of."),
        ),
        (_("Audits of the year"), found.audits, _("Audits whose draft report was issued in it.")),
        (
            _("Recommendations closed after 12 months"),
            found.closed.display(language),
            _(
                "Of the recommendations whose twelve months since the draft report ended in the"
                " year, those that somebody else found done by then."
            ),
        ),
        (
            _("Days from engagement to decision"),
            half if half is None or half % 1 else int(half),
            _(
                "Half of the %(number)s decisions of the year took no longer.",
                number=len(found.days),
            ),
        ),
    ]
    return Figure(
        "standing",
        _("The year in figures"),
        _(
            "As of %(day)s. The members are those that hold a share on that day.",
            day=written_day(now.day, "long", language),
        ),
        (_("What"), _("Figure"), _("Computed from")),
        tuple(rows),
        (),
        texts=(2,),
    )


def _years(found: Network) -> Figure:
    rows = tuple((s.day.year, s.audited, s.labelled, s.never, s.active) for s in found.standings)
    return Figure(
        "years",
        _("Ten years of the network"),
        _(
            "At the end of each year, or today: members audited within 36 months, those whose label"
            " is in force, those never audited, and all active members."
        ),
        (_("Year"), _("Audited"), _("Labelled"), _("Never audited"), _("Members")),
        tuple(row for row in rows if any(row[1:])),
        (1, 2, 3),
    )


def _compared(found: Network) -> Figure:
    """Members side by side without their names: nobody is found in a group of under five."""
    cells = [[0] * len(FAILURES) for _band in BANDS]
    for (percent, failed), number in found.compared.items():
        row = next(i for i, (low, high) in enumerate(BANDS) if low <= percent <= high)
        cells[row][min(failed, FAILURES[-1])] += number
    kept = [i for i, row in enumerate(cells) if sum(row)]
    table = suppressed([cells[i] for i in kept])
    rows: list[tuple[Value, ...]] = [
        (_band(*BANDS[i]), *told, total)
        for i, told, total in zip(kept, table.cells, table.row_totals, strict=True)
    ]
    if rows:
        rows.append((_("All"), *table.column_totals, table.total))
    return Figure(
        "compared",
        _("Members compared"),
        _(
            "The last audit of each member within 36 months: by the share of the recommended"
            " criteria that it meets (weights added), and by how many mandatory ones it does not."
            " A dash is a number under %(least)s, or one that would give such a number away.",
            least=LEAST,
        ),
        (
            _("Recommended criteria met"),
            _("All mandatory met"),
            _("One not met"),
            _("Two or more not met"),
            _("Members"),
        ),
        tuple(rows),
        (),
    )


def _failed(found: Network) -> Figure:
    wanted = [p for p in found.passed if p.criterion.kind == "mandatory" and p.failed]
    wanted.sort(key=lambda p: (-p.failed, p.version, p.criterion.position))
    return Figure(
        "failed",
        _("Mandatory criteria most often not met"),
        _("Of the audits of the year: how many cooperatives do not meet the criterion."),
        (_("Criterion"), _("Not met"), _("Audited")),
        tuple(
            (f"{p.criterion.code} · {p.version}", p.failed, p.applicable)
            for p in wanted[:MOST_FAILED]
        ),
        (1,),
    )


def _passed(found: Network, language: str) -> Iterator[Figure]:
    """One table for each version of the referential that was audited against."""
    for number, (_key, group) in enumerate(groupby(found.passed, lambda p: p.version_id)):
        passed = list(group)
        yield Figure(
            f"passed-{number}",
            _("Pass rate by criterion, version %(version)s", version=passed[0].version),
            _(
                "Of the audits of the year under this version: cooperatives that meet the"
                " criterion, of those that it applies to. “Partly met” is not met. The newest"
                " result of the auditors or of the committee counts."
            ),
            (
                _("Criterion"),
                _("Percent met"),
                _("Met"),
                _("Applies to"),
                _("Not applicable"),
                _("What it asks"),
            ),
            tuple(_rate(p, language) for p in passed),
            (1,),
            texts=(5,),
            unit="%",
        )


def _rate(passed: Passed, language: str) -> tuple[Value, ...]:
    rate = 100 * passed.met // passed.applicable if passed.applicable else None
    return (
        passed.criterion.code,
        rate,
        passed.met,
        passed.applicable,
        passed.not_applicable,
        passed.criterion.text(language),
    )


def _practices(found: Network, language: str) -> Figure:
    rows: Sequence[tuple[Value, ...]] = [
        (field.name(language) if field is not None else _("no criterion named"), number)
        for field, number in found.practices
    ]
    return Figure(
        "practices",
        _("Good practices by field"),
        _("Good practices that the auditors noted in the audits of the year."),
        (_("Field"), _("Good practices")),
        tuple(rows),
        (1,),
    )


def _band(low: int, high: int) -> str:
    return f"{low} %" if low == high else _("%(low)s to %(high)s %%", low=low, high=high)
