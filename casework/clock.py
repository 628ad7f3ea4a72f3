"""The one source of the present moment.

Everything that asks "what time is it?" asks :func:`now`. Tests hold it still in their own
process, and drive other processes (servers, workers) through a small file that the environment
variable ``CASEWORK_CLOCK_FILE`` names.
"""

import json
import math
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

CLOCK_FILE_VARIABLE = "CASEWORK_CLOCK_FILE"


class ClockFileError(RuntimeError):
    """The file named by ``CASEWORK_CLOCK_FILE`` is missing, unreadable or nonsense."""


@dataclass(frozen=True)
class _FileClock:
    base: datetime
    started: float
    rate: float

    def now(self) -> datetime:
        return self.base + timedelta(seconds=(time.time() - self.started) * self.rate)


@dataclass(frozen=True)
class _Loaded:
    path: str
    signature: tuple[int, int, int]
    clock: _FileClock


class _Present:
    """What this process knows: the moment a test has set, and the clock file as last read."""

    held: datetime | None = None
    loaded: _Loaded | None = None


def now() -> datetime:
    """Return the present moment, aware and in UTC.

    A moment set by a test comes first, then the clock file, then the machine's clock.

    Raises:
        ClockFileError: the environment names a clock file that cannot be used.
    """
    if _Present.held is not None:
        return _Present.held
    path = os.environ.get(CLOCK_FILE_VARIABLE)
    if path:
        return _file_clock(path).now()
    return datetime.now(UTC)


def set_for_tests(moment: datetime | None) -> None:
    """Hold the clock of this process at ``moment``; None lets it run again.

    Raises:
        ValueError: the moment has no time zone.
    """
    _Present.held = None if moment is None else _utc(moment)


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Hold the clock of this process at ``moment`` inside a ``with`` block.

    Yields the moment in UTC. Blocks may be nested.

    Raises:
        ValueError: the moment has no time zone.
    """
    before = _Present.held
    set_for_tests(moment)
    try:
        yield _utc(moment)
    finally:
        _Present.held = before


def write_clock_file(path: str | os.PathLike[str], base: datetime, rate: float = 1.0) -> None:
    """Make the processes that read ``path`` believe that it is ``base`` now.

    From there ``rate`` seconds pass for each real one; 0 stands still. The file is replaced in
    one step, so a reader sees the old clock or the new one and nothing between.

    Raises:
        ValueError: the base has no time zone, or the rate is negative or not a finite number.
        OSError: the folder cannot be written.
    """
    if not _is_rate(rate):
        raise ValueError(f"A clock's rate is a finite number, 0 or more, not {rate!r}.")
    content = {"base": _utc(base).isoformat(), "started": time.time(), "rate": rate}
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
        # The kernel stamps files a few milliseconds coarse; two writes must never look alike.
        stamp = time.time_ns()
        os.utime(temporary, ns=(stamp, stamp))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _file_clock(path: str) -> _FileClock:
    try:
        status = Path(path).stat()
    except OSError as error:
        raise ClockFileError(f"{CLOCK_FILE_VARIABLE}: cannot read {path}: {error}") from error
    signature = (status.st_mtime_ns, status.st_ino, status.st_size)
    loaded = _Present.loaded
    if loaded is None or loaded.path != path or loaded.signature != signature:
        loaded = _Loaded(path, signature, _read_clock_file(path))
        _Present.loaded = loaded
    return loaded.clock


def _read_clock_file(path: str) -> _FileClock:
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        base = _utc(datetime.fromisoformat(content["base"]))
        started, rate = float(content["started"]), float(content["rate"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ClockFileError(
            f'{CLOCK_FILE_VARIABLE}: {path} must hold {{"base": a moment with its time zone, '
            f'"started": unix seconds, "rate": a number}}: {error!r}'
        ) from error
    if not (_is_rate(rate) and math.isfinite(started)):
        raise ClockFileError(
            f"{CLOCK_FILE_VARIABLE}: {path}: started and rate must be finite, and rate 0 or more."
        )
    return _FileClock(base, started, rate)


def _is_rate(rate: float) -> bool:
    return math.isfinite(rate) and rate >= 0


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone.")
    return moment.astimezone(UTC)
