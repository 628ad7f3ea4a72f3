import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from casework import clock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_clock_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.CLOCK_FILE_VARIABLE, raising=False)


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "clock.json"
    monkeypatch.setenv(clock.CLOCK_FILE_VARIABLE, str(path))
    return path


def test_now_is_the_machine_s_time_in_utc() -> None:
    before = datetime.now(UTC)
    moment = clock.now()
    assert before <= moment <= datetime.now(UTC)
    assert moment.tzinfo is UTC


def test_a_held_clock_stands_still_until_it_is_let_go() -> None:
    clock.set_for_tests(NOON)
    try:
        assert clock.now() == clock.now() == NOON
    finally:
        clock.set_for_tests(None)
    assert clock.now() != NOON


def test_frozen_may_be_nested_and_gives_back_what_was_before() -> None:
    later = NOON + timedelta(days=1)
    with clock.frozen(NOON) as outer:
        assert outer == NOON
        with clock.frozen(later):
            assert clock.now() == later
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_frozen_lets_go_after_an_error() -> None:
    with pytest.raises(KeyError), clock.frozen(NOON):
        raise KeyError
    assert clock.now() != NOON


def test_a_moment_from_another_zone_is_given_back_in_utc() -> None:
    with clock.frozen(datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=1)))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        clock.set_for_tests(NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="no time zone"):
        clock.write_clock_file("unwritten", NOON.replace(tzinfo=None))


def test_a_clock_file_moves_the_present(clock_file: Path) -> None:
    clock.write_clock_file(clock_file, NOON)
    assert NOON <= clock.now() < NOON + timedelta(minutes=1)


def test_rate_zero_stands_still(clock_file: Path) -> None:
    clock.write_clock_file(clock_file, NOON, rate=0)
    assert clock.now() == NOON


def test_rate_makes_hours_of_seconds(clock_file: Path) -> None:
    # Started ten seconds ago, at an hour a second.
    content = {"base": NOON.isoformat(), "started": datetime.now(UTC).timestamp() - 10}
    clock_file.write_text(json.dumps(content | {"rate": 3600}))
    assert NOON + timedelta(hours=10) <= clock.now() < NOON + timedelta(hours=70)


def test_a_jump_is_seen_at_once_however_fast_they_follow(clock_file: Path) -> None:
    for days in range(200):
        clock.write_clock_file(clock_file, NOON + timedelta(days=days), rate=0)
        assert clock.now() == NOON + timedelta(days=days)


def test_a_held_moment_comes_before_the_file(clock_file: Path) -> None:
    clock.write_clock_file(clock_file, NOON, rate=0)
    with clock.frozen(NOON + timedelta(days=9)):
        assert clock.now() == NOON + timedelta(days=9)
    assert clock.now() == NOON


def test_another_process_follows_the_file(clock_file: Path) -> None:
    program = (
        "import sys; from casework import clock\n"
        "for _ in sys.stdin: print(clock.now().isoformat(), flush=True)"
    )
    clock.write_clock_file(clock_file, NOON, rate=0)
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {clock.CLOCK_FILE_VARIABLE: str(clock_file)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for moment in (NOON, NOON + timedelta(days=3), NOON - timedelta(days=3)):
            clock.write_clock_file(clock_file, moment, rate=0)
            process.stdin.write("?\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == moment.isoformat()
        process.stdin.close()


def test_writing_leaves_one_file_and_nothing_beside_it(clock_file: Path) -> None:
    clock.write_clock_file(clock_file, NOON)
    clock.write_clock_file(clock_file, NOON)
    assert list(clock_file.parent.iterdir()) == [clock_file]


def test_a_missing_file_is_said_clearly(clock_file: Path) -> None:
    with pytest.raises(clock.ClockFileError, match=r"CASEWORK_CLOCK_FILE.*clock\.json"):
        clock.now()


def test_a_file_that_goes_away_is_not_remembered(clock_file: Path) -> None:
    clock.write_clock_file(clock_file, NOON)
    clock.now()
    clock_file.unlink()
    with pytest.raises(clock.ClockFileError):
        clock.now()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "null",
        "{}",
        '{"base": "2026-11-22T12:00:00+00:00", "started": 0}',
        '{"base": "2026-11-22T12:00:00", "started": 0, "rate": 1}',
        '{"base": "soon", "started": 0, "rate": 1}',
        '{"base": 5, "started": 0, "rate": 1}',
        '{"base": "2026-11-22T12:00:00+00:00", "started": null, "rate": 1}',
        '{"base": "2026-11-22T12:00:00+00:00", "started": 0, "rate": -1}',
        '{"base": "2026-11-22T12:00:00+00:00", "started": 0, "rate": NaN}',
        '{"base": "2026-11-22T12:00:00+00:00", "started": Infinity, "rate": 1}',
    ],
)
def test_a_file_of_nonsense_is_said_clearly(clock_file: Path, content: str) -> None:
    clock_file.write_text(content)
    with pytest.raises(clock.ClockFileError, match=r"clock\.json"):
        clock.now()


@pytest.mark.parametrize("rate", [-1, float("nan"), float("inf")])
def test_an_impossible_rate_is_not_written(clock_file: Path, rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        clock.write_clock_file(clock_file, NOON, rate)
    assert not clock_file.exists()
