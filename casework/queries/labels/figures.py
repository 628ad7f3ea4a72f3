"""A year of a label's network as plain tables: the page draws them, the files hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from flask_babel import gettext as _

from casework.i18n import written_day
from casework.labels.suppression import LEAST, suppressed
from casework.queries.dashboard.figures import Figure, Value
from casework.queries.labels.counting import Passed, Told
from casework.queries.labels.synthesis import Network, Standing

MOST_FAILED = 10
BANDS = ((0, 24), (25, 49), (50, 74), (75, 99), (100, 100))
"""Percent of the weight of what is recommended, from and to."""
FAILURES = (0, 1, 2)
"""Mandatory criteria not met: none, one, and so many or more."""


def everything(found: Network, language: str, *, small: bool) -> list[Figure]:
    """Return all tables of the year.

    ``small``: with the numbers under five, for those who may read every audit. Without them, no
    small number is told of what the public register does not show, nor can it be worked out.
    """
    return [
        _standing(found, language, small=small),
        _years(found, small=small),
        _compared(found),
        _failed(found, small=small),
        *_passed(found, language, small=small),
        _practices(found, language, small=small),
    ]


def _number(number: int, *, small: bool) -> int | None:
    return number if small or number >= LEAST else None


def _audited(standing: Standing, *, small: bool) -> tuple[int | None, int | None]:
    """Return the members audited within 36 months, and those never audited.

    How many members there are is public: the others must not be few either.
    """
    if small:
        return standing.audited, standing.never
    counts = [standing.audited, standing.ever - standing.audited, standing.never]
    audited, _long_ago, never = suppressed([counts]).cells[0]
    few = standing.active - standing.audited < LEAST
    return None if few else audited, never


def _note(note: str, *, small: bool) -> str:
    if small:
        return note
    dash = _(
        "A dash is a number under %(least)s, or one that would give such a number away.",
        least=LEAST,
    )
    return f"{note} {dash}"


def _standing(found: Network, language: str, *, small: bool) -> Figure:
    """The single numbers, each with what it was computed from."""
    now = found.now
    half = median(found.days) if found.days and (small or len(found.days) >= LEAST) else None
    closed = found.closed
    open_ = closed.applicable - closed.met
    audited, never = _audited(now, small=small)
    rows: list[tuple[Value, ...]] = [
        (
            _("Coverage"),
            None if audited is None else now.coverage.display(language),
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
            never,
            _("Active members that no audit under this label was ever held of."),
        ),
        (
            _("Audits of the year"),
            _number(found.audits, small=small),
            _("Audits whose draft report was issued in it."),
        ),
        (
            _("Recommendations closed after 12 months"),
            closed.display(language) if small or min(closed.met, open_) >= LEAST else None,
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
                number=len(found.days) if small or half is not None else "–",
            ),
        ),
    ]
    return Figure(
        "standing",
        _("The year in figures"),
        _note(
            _(
                "As of %(day)s. The members are those that hold a share on that day.",
                day=written_day(now.day, "long", language),
            ),
            small=small,
        ),
        (_("What"), _("Figure"), _("Computed from")),
        tuple(rows),
        (),
        texts=(2,),
    )


def _years(found: Network, *, small: bool) -> Figure:
    """Year by year; the labels and the members are public."""
    told = [(s, *_audited(s, small=small)) for s in found.standings]
    rows = tuple((s.day.year, audited, s.labelled, never, s.active) for s, audited, never in told)
    return Figure(
        "years",
        _("Ten years of the network"),
        _note(
            _(
                "At the end of each year, or today: members audited within 36 months, those whose"
                " label is in force, those never audited, and all active members."
            ),
            small=small,
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
        _note(
            _(
                "The last audit of each member within 36 months: by the share of the recommended"
                " criteria that it meets (weights added), and by how many mandatory ones it does"
                " not."
            ),
            small=False,
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


def _failed(found: Network, *, small: bool) -> Figure:
    wanted = [p for p in found.passed if p.criterion.kind == "mandatory" and p.failed]
    told = [(p, Told.of(p, small=small)) for p in wanted]
    known = [(p, t) for p, t in told if t.failed is not None]
    known.sort(key=lambda row: (-row[0].failed, row[0].version, row[0].criterion.position))
    return Figure(
        "failed",
        _("Mandatory criteria most often not met"),
        _note(
            _("Of the audits of the year: how many cooperatives do not meet the criterion."),
            small=small,
        ),
        (_("Criterion"), _("Not met"), _("Audited")),
        tuple(
            (f"{p.criterion.code} · {p.version}", t.failed, t.applicable)
            for p, t in known[:MOST_FAILED]
        ),
        (1,),
    )


def _passed(found: Network, language: str, *, small: bool) -> Iterator[Figure]:
    """One table for each version of the referential that was audited against."""
    for number, (_key, group) in enumerate(groupby(found.passed, lambda p: p.version_id)):
        passed = list(group)
        yield Figure(
            f"passed-{number}",
            _("Pass rate by criterion, version %(version)s", version=passed[0].version),
            _note(
                _(
                    "Of the audits of the year under this version: cooperatives that meet the"
                    " criterion, of those that it applies to. “Partly met” is not met. The newest"
                    " result of the auditors or of the committee counts."
                ),
                small=small,
            ),
            (
                _("Criterion"),
                _("Percent met"),
                _("Met"),
                _("Applies to"),
                _("Not applicable"),
                _("What it asks"),
            ),
            tuple(_rate(p, language, small=small) for p in passed),
            (1,),
            texts=(5,),
            unit="%",
        )


def _rate(passed: Passed, language: str, *, small: bool) -> tuple[Value, ...]:
    told = Told.of(passed, small=small)
    return (
        passed.criterion.code,
        told.percent,
        told.met,
        told.applicable,
        told.not_applicable,
        passed.criterion.text(language),
    )


def _practices(found: Network, language: str, *, small: bool) -> Figure:
    rows: Sequence[tuple[Value, ...]] = [
        (
            field.name(language) if field is not None else _("no criterion named"),
            _number(number, small=small),
        )
        for field, number in found.practices
    ]
    return Figure(
        "practices",
        _("Good practices by field"),
        _note(_("Good practices that the auditors noted in the audits of the year."), small=small),
        (_("Field"), _("Good practices")),
        tuple(rows),
        (1,),
    )


def _band(low: int, high: int) -> str:
    return f"{low} %" if low == high else _("%(low)s to %(high)s %%", low=low, high=high)
